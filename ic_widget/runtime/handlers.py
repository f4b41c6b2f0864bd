"""The functions a user gave to on_connect and on_error, called on threads of their own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from ..errors import ConnectError

if TYPE_CHECKING:
    from ..engine.connection import Connection

__all__ = ["Handlers", "Outcome"]

_log = logging.getLogger("ic_widget")

OnConnect = Callable[["Connection"], object]
OnError = Callable[[ConnectError], object]


class Outcome(Protocol):
    """What there is to tell about an attempt."""

    @property
    def connection(self) -> Connection | None: ...

    @property
    def failure(self) -> ConnectError | None: ...


class Handlers:
    """Each function is called once for every attempt that ends its way; one that fails stops none of the others.

    They run on a thread of their own, so that a slow one delays no other attempt's answer.
    """

    def __init__(self) -> None:
        self._connect: list[OnConnect] = []
        self._error: list[OnError] = []
        self._told: Outcome | None = None
        self._lock = threading.Lock()

    def add_connect(self, function: OnConnect, outcome: Outcome) -> None:
        """Add a function; called at once where `outcome` was told already."""
        with self._lock:
            self._connect.append(function)
            if self._told is outcome:
                _start([function], [], outcome)

    def add_error(self, function: OnError, outcome: Outcome) -> None:
        """Add a function; called at once where `outcome` was told already."""
        with self._lock:
            self._error.append(function)
            if self._told is outcome:
                _start([], [function], outcome)

    def call(self, outcome: Outcome) -> None:
        """Tell all of them `outcome`."""
        with self._lock:
            self._told = outcome
            _start(list(self._connect), list(self._error), outcome)


def _start(on_connect: list[OnConnect], on_error: list[OnError], outcome: Outcome) -> None:
    if on_connect or on_error:
        arguments = (on_connect, on_error, outcome)
        threading.Thread(target=_run, args=arguments, name="ic_widget handlers", daemon=True).start()


def _run(on_connect: list[OnConnect], on_error: list[OnError], outcome: Outcome) -> None:
    failure = outcome.failure
    if failure is not None:
        for report in on_error:
            _guarded(lambda: report(failure))  # noqa: B023  called within this turn of the loop
    elif on_connect and (connection := outcome.connection) is not None:
        for welcome in on_connect:
            _guarded(lambda: welcome(connection))  # noqa: B023  called within this turn of the loop


def _guarded(call: Callable[[], object]) -> None:
    try:
        call()
    except Exception:  # noqa: BLE001  the user's function may raise anything
        _log.exception("A function given to on_connect or on_error failed. The connection is not affected.")
