"""What goes wrong, as the engine says it and as OAuth does.

The engine's envelope is ``{"type", "key", "message", "data"?, "causedByError"?}``.
"""

from __future__ import annotations

from typing import Any

from tornado.web import HTTPError

__all__ = [
    "ApiError",
    "Envelope",
    "GrantError",
    "access_denied",
    "bad_request",
    "not_authenticated",
    "not_found",
    "refused",
]

Envelope = dict[str, Any]


class ApiError(HTTPError):
    """An error that is answered with the engine's envelope and the HTTP status that belongs to it."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "bad_request",
        key: str | None = None,
        data: Envelope | None = None,
        cause: Envelope | None = None,
    ) -> None:
        super().__init__(status)
        self.envelope: Envelope = {"type": kind, "message": message}
        if key:
            self.envelope["key"] = key
        if data:
            self.envelope["data"] = data
        if cause:
            self.envelope["causedByError"] = cause

    @property
    def message(self) -> str:
        return str(self.envelope["message"])


class GrantError(Exception):
    """The provider hands out nothing: an error of RFC 6749 section 5.2; `code` is its name there."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


def bad_request(message: str, **data: Any) -> ApiError:
    """400: the request itself is wrong."""
    return ApiError(message, data=data)


def not_found(what: str, selector: str) -> ApiError:
    """404: there is no such thing, or it is another tenant's."""
    return ApiError(f"{what} {selector!r} not found.", status=404, key="not_found")


def not_authenticated(message: str) -> ApiError:
    """401: no token, or a token that is no good."""
    return ApiError(message, status=401, key="not_authenticated")


def access_denied(message: str) -> ApiError:
    """403: a good token that may not do this."""
    return ApiError(message, status=403, key="access_denied")


def refused(app: str, reason: str, *, key: str | None = None, data: Envelope | None = None) -> ApiError:
    """The app turned the connection down; `reason` is what the app itself said."""
    return ApiError(
        f"{app} did not accept this connection: {reason}",
        kind="connection",
        key=key,
        data=data,
        cause={"type": "custom_code", "key": "authentication_failed", "message": reason},
    )
