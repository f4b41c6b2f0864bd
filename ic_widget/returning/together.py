"""Waiting for several attempts at once: in whichever order they end, and to the end of the last one."""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ..connection.connection import Connection
from ..errors import ConnectError
from ..runtime.blocking import interruptible, run_blocking
from ..runtime.single_thread import IN_BROWSER

if TYPE_CHECKING:
    from .attempt import State
    from .flow import Flow

__all__ = ["Together"]

_POLL = 0.2  # seconds: an awaited or waited bare event cannot be interrupted in ipykernel
_OVERDUE = 2.0  # seconds after which who waits is told for what


class Together:
    """Who waits for all of `flows`, by the apps' names: a function each, as a try that failed is followed by another.

    One that fails stops none of the others, and may be tried again as long as another goes on. `advice` is what to do
    about those that are missing in the end. `overdue` is called once, after two seconds.
    """

    def __init__(
        self, flows: Mapping[str, Callable[[], Flow]], advice: str, overdue: Callable[[], None] = lambda: None
    ) -> None:
        for flow in flows.values():
            flow().check_may_be_waited_for()
        self._flows = flows
        self._advice = advice
        self._overdue: Callable[[], None] | None = overdue
        self._begun = self._moved = time.monotonic()
        self._standing: list[State] = []

    def block(self) -> list[Connection]:
        """Block until all have ended. Raises, as the first that failed did, what is missing and why."""
        if IN_BROWSER:
            return run_blocking(self.come)
        with interruptible():
            while not self._over():
                self._look()
                time.sleep(_POLL)
            return self._outcome([_waited(flow()) for flow in self._flows.values()])

    async def come(self) -> list[Connection]:
        """The same as `block`, for a running loop."""
        while not self._over():
            self._look()
            await asyncio.sleep(_POLL)
        return self._outcome([await _awaited(flow()) for flow in self._flows.values()])

    def _over(self) -> bool:
        return all(flow().attempt.over for flow in self._flows.values())

    def _look(self) -> None:
        now, flows = time.monotonic(), [flow() for flow in self._flows.values()]
        if self._overdue is not None and now - self._begun >= _OVERDUE:
            overdue, self._overdue = self._overdue, None
            overdue()
        standing = [flow.attempt.state for flow in flows]
        if standing != self._standing:
            self._standing, self._moved = standing, now
        if any(flow.status == "waiting" for flow in flows):
            # Whoever is busy with one of them has time for the others afterwards.
            self._moved = now
        for flow in flows:
            if flow.status == "idle" and now - self._moved >= flow.attempt.timeout:
                flow.attempt.expire()

    def _outcome(self, ends: list[Connection | ConnectError]) -> list[Connection]:
        failed = {
            app: end for app, end in zip(self._flows, ends, strict=True) if isinstance(end, ConnectError)
        }
        if not failed:
            return [end for end in ends if isinstance(end, Connection)]
        missing = " ".join(f"{app} is not connected: {_sentence(end.message)}" for app, end in failed.items())
        there = [app for app in self._flows if app not in failed]
        connected = f" Connected: {', '.join(there)}." if there else ""
        error = copy.copy(next(iter(failed.values())))
        error.message = f"{missing}{connected} {self._advice}"
        error.args = (error.message,)
        raise error.with_traceback(None)


def _sentence(text: str) -> str:
    """`text`, which may be the engine's, as one that another can follow."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _waited(flow: Flow) -> Connection | ConnectError:
    try:
        return flow.wait(None)
    except ConnectError as error:
        return error


async def _awaited(flow: Flow) -> Connection | ConnectError:
    try:
        return await flow.connected(None)
    except ConnectError as error:
        return error
