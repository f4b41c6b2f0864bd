"""One attempt to connect, from the popup's request to its result."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ..envelope import bad_request
from .catalogue import Integration
from .store import Document
from .tokens import Tenant

__all__ = ["REQUEST", "Attempt", "Attempts", "checked_redirect"]

#: The kind of document a connection request is.
REQUEST = "connection-request"
LIFETIME = 900.0


@dataclass
class Attempt:
    """What the popup was asked to do. `pending` is what the protocol with the app needs to remember."""

    tenant: Tenant
    token: str = field(repr=False)
    item: Integration
    option: dict[str, Any]
    values: dict[str, Any] = field(repr=False)
    request_id: str | None
    redirect_uri: str | None
    name: str | None = None
    key: str | None = None
    connection: Document | None = field(default=None, repr=False)
    keep_others: bool = False
    #: The connection request that this attempt answers, if it does.
    connection_request: str | None = None
    pending: dict[str, Any] = field(default_factory=dict, repr=False)
    started: float = field(default_factory=time.monotonic)


class Attempts:
    """Attempts whose user is away at the provider, each under a secret that the provider hands back once."""

    def __init__(self) -> None:
        self._waiting: dict[str, Attempt] = {}

    def wait(self, attempt: Attempt, handle: str | None = None) -> str:
        """Keeps `attempt` and returns the secret to `take` it with (OAuth 2's ``state``, OAuth 1's token)."""
        handle = handle or secrets.token_urlsafe(32)
        oldest = time.monotonic() - LIFETIME
        self._waiting = {each: kept for each, kept in self._waiting.items() if kept.started > oldest}
        self._waiting[handle] = attempt
        return handle

    def take(self, handle: str) -> Attempt:
        """The attempt kept under `handle`, which works once; `ApiError` 400."""
        attempt = self._waiting.pop(handle, None)
        if attempt is None or attempt.started < time.monotonic() - LIFETIME:
            raise bad_request(
                "This sign-in is unknown, finished or too old. Start again where you came from."
            )
        return attempt


def checked_redirect(uri: str | None) -> str | None:
    """`uri` if a browser may be sent there: http or https, with a host; `ApiError` 400."""
    if uri is None:
        return None
    try:
        parts = urlsplit(uri)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(ord(each) <= 32 or ord(each) == 127 for each in uri):
        raise bad_request("redirectUri must be an http or https address.")
    return uri
