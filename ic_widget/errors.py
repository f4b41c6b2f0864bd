"""Everything this package raises on purpose.

Exception
└── ConnectError                  something about connecting went wrong
    ├── ConfigurationError        the call or the environment is wrong; nothing was sent
    ├── EngineError               the engine answered with an error, or could not be reached
    ├── AppError                  the app at the other end of a connection answered with an error
    ├── ActionError               an action ran and failed
    ├── ConnectionRejected        the engine, the provider or the user turned the connection down
    ├── ConnectTimeout            nobody finished in time
    └── ConnectCancelled          cancelled in the widget or with cancel()
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .connection.response import Response

__all__ = [
    "ActionError",
    "AppError",
    "ConfigurationError",
    "ConnectCancelled",
    "ConnectError",
    "ConnectTimeout",
    "ConnectionRejected",
    "EngineError",
    "cause_chain",
]


class ConnectError(Exception):
    """Base of every error this package raises on purpose.

    `data` is the engine's error object where there is one: ``type``, ``key``, ``message``, ``data``,
    ``causedByError``.
    """

    def __init__(self, message: str, *, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.data: dict[str, Any] | None = dict(data) if data is not None else None


class ConfigurationError(ConnectError):
    """A keyword, an environment variable or a combination of them cannot work; nothing was sent."""


class EngineError(ConnectError):
    """The engine answered a call with an error, or could not be reached at all.

    `status` is the HTTP status (None: no answer came), `type` and `key` are the engine's own words for
    the error (None: it used none), `causes` are the messages of the errors that caused it, outermost first.
    """

    def __init__(
        self, message: str, *, status: int | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message, data=data)
        self.status = status
        self.type = _text(self.data, "type")
        self.key = _text(self.data, "key")
        self.causes = cause_chain(self.data)[1:]


class AppError(ConnectError):
    """The app at the other end of a connection answered with an error, or with something else than expected.

    `response` is its whole answer, `status` its HTTP status, `data` its body if that is a JSON object.
    """

    def __init__(self, message: str, *, response: Response, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, data=data)
        self.response = response
        self.status = response.status


class ActionError(ConnectError):
    """An action ran and failed.

    `run_id` is the run's id where the engine gave it one, `causes` are the messages of the errors behind it,
    outermost first, and `log()` asks the engine for the run's log with the raw exchange with the app.
    """

    def __init__(
        self,
        message: str,
        *,
        run_id: str | None,
        log: Callable[[], dict[str, Any]],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, data=data)
        self.run_id = run_id
        self.log = log
        self.causes = cause_chain(self.data)[1:]


class ConnectionRejected(ConnectError):
    """The attempt ended with an error: wrong credentials, consent denied, provider failure.

    `causes` are the messages of the errors behind it, outermost first.
    """

    def __init__(self, message: str, *, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, data=data)
        self.causes = cause_chain(self.data)[1:]


class ConnectTimeout(ConnectError, TimeoutError):
    """Nobody finished within the timeout. Who finishes in the sign-in tab later still makes a connection.

    For a quarter of an hour the widget tells of it and offers it, and ``flow.late`` holds it.
    """


class ConnectCancelled(ConnectError):
    """The attempt was cancelled, in the widget or with ``cancel()``; the sign-in tab may go on: see ConnectTimeout."""


def cause_chain(data: Mapping[str, Any] | None, limit: int = 10) -> list[str]:
    """Messages of an engine error and of what caused it, outermost first, at most `limit` of them."""
    messages: list[str] = []
    while isinstance(data, Mapping) and len(messages) < limit:
        messages.append(
            _text(data, "message") or _text(data, "key") or _text(data, "type") or "unknown error"
        )
        data = data.get("causedByError")
    return messages


def _text(data: Mapping[str, Any] | None, key: str) -> str | None:
    value = data.get(key) if data is not None else None
    return value if isinstance(value, str) and value else None
