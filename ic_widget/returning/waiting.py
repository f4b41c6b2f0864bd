"""Waiting for the end of an attempt, in a blocked cell or an async one: interruptible, and never longer than asked."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING

from ..connection.connection import Connection
from ..errors import ConnectTimeout
from ..runtime.blocking import interruptible, run_blocking
from ..runtime.single_thread import IN_BROWSER
from .details import STILL_BUILDING

if TYPE_CHECKING:
    from .flow import Flow

__all__ = ["DETAILS", "Waiting"]

DETAILS = 10.0  # seconds that whoever asks for the connection waits for what the engine says of it
_POLL = 0.2  # seconds: an awaited or waited bare event cannot be interrupted in ipykernel
_OVERDUE = 2.0  # seconds after which who waits is told what may be missing


class Waiting:
    """Who waits for `flow`: `timeout` in seconds ends the attempt, `overdue` is called once, `after` some seconds."""

    def __init__(
        self, flow: Flow, timeout: float | None, overdue: Callable[[], None], after: float = _OVERDUE
    ) -> None:
        flow.check_may_be_waited_for()
        self._flow = flow
        self._timeout = timeout
        self._begun = time.monotonic()
        self._remind = _once_after(after, overdue, self._may_be_missed)

    def block(self) -> Connection:
        """Block until the end. Raises what the attempt failed with."""
        try:
            return self._blocked()
        except KeyboardInterrupt:
            if not self._flow.attempt.over:
                print("No longer waiting. The sign-in goes on: call wait() again to wait for it.")
            raise

    def _blocked(self) -> Connection:
        if IN_BROWSER:
            return run_blocking(self.come)
        flow = self._flow
        with interruptible():
            while not flow.attempt.ended.wait(_POLL):
                self._look()
            connection = flow.described(max(0.0, min(DETAILS, self._left())))
            while (building := flow.building) is not None:
                with contextlib.suppress(NotYet, CancelledError):
                    building.result(_POLL)
                self._give_up_building()
                connection = flow.described(0)
        return self._result(connection)

    async def come(self) -> Connection:
        """The same as `block`, for a running loop."""
        flow = self._flow
        while not flow.attempt.ended.is_set():
            self._look()
            await asyncio.sleep(_POLL)
        connection = await flow.details(max(0.0, min(DETAILS, self._left())))
        while flow.building is not None:
            await asyncio.sleep(_POLL)
            self._give_up_building()
            connection = flow.described(0)
        return self._result(connection)

    def _look(self) -> None:
        self._remind()
        if self._left() <= 0:
            self._flow.attempt.expire()

    def _left(self) -> float:
        """Seconds that are left; the attempt's own timeout runs once the tab is open."""
        waited = time.monotonic() - self._begun
        if self._timeout is not None:
            return self._timeout - waited
        # Before the tab is opened nothing else would ever end an unattended cell.
        allowed = self._flow.attempt.timeout
        return allowed - waited if self._flow.status == "idle" else allowed

    def _give_up_building(self) -> None:
        if self._left() <= 0 and (building := self._flow.building) is not None:
            self._flow.attempt.retract(ConnectTimeout(STILL_BUILDING))
            building.cancel()

    def _result(self, connection: Connection | None) -> Connection:
        if self._flow.failure is not None:
            raise self._flow.failure.with_traceback(None)
        if connection is None:
            raise RuntimeError("an attempt that ended without a failure is connected")
        return connection

    def _may_be_missed(self) -> bool:
        """Whether somebody has to sign in, as far as is known: not while a connection to reuse is being looked for."""
        return self._flow.prepared or not self._flow.request.reuse


def _once_after(
    seconds: float,
    function: Callable[[], None],
    ready: Callable[[], bool] = lambda: True,
    now: Callable[[], float] = time.monotonic,
) -> Callable[[], None]:
    """What calls `function` at its first call that comes `seconds` from now or later: ten times that until `ready`."""
    begun: float | None = now()

    def call() -> None:
        nonlocal begun
        if begun is not None and now() - begun >= seconds * (1 if ready() else 10):
            begun = None
            function()

    return call
