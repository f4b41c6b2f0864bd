"""What the engine answered a moment ago: asked for once, however many want it, and before anybody does."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from ..runtime.faults import contained

__all__ = ["Kept"]

_T = TypeVar("_T")
_log = logging.getLogger("ic_widget")


@dataclass
class _Entry:
    task: asyncio.Task[Any]
    done_at: float | None = None


class Kept:
    """Answers by name, each kept for `seconds`; one that failed is not kept, so that the next who asks asks again.

    All methods run on an event loop. What another loop has begun and not finished counts as not begun: after a
    fork it never will be.
    """

    def __init__(self, seconds: float = 30.0, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._now = now
        self._entries: dict[Hashable, _Entry] = {}

    async def get(self, name: Hashable, fetch: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """The answer kept or on its way, else that of `fetch`. Raises what `fetch` raises."""
        task: asyncio.Task[_T] = self._entry(name, fetch).task
        # Who stops waiting does not stop it for the others.
        return task.result() if task.done() else await asyncio.shield(task)

    async def take(self, name: Hashable, fetch: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """The same, kept no longer: for what has to be as it is now each further time."""
        task: asyncio.Task[_T] = self._entry(name, fetch).task
        self._entries.pop(name, None)
        return task.result() if task.done() else await asyncio.shield(task)

    async def ahead(self, name: Hashable, fetch: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Fetch it before anybody asks. Raises nothing: who asks while it is on its way is told, or asks again."""
        try:
            await self.get(name, fetch)
        except Exception as error:  # noqa: BLE001  whoever asks later meets it again, and says it
            _log.debug("fetching ahead failed: %s", type(error).__name__)

    def forget(self) -> None:
        """Ask for everything once more."""
        self._entries.clear()

    def _entry(self, name: Hashable, fetch: Callable[[], Coroutine[Any, Any, Any]]) -> _Entry:
        self._drop_old()
        entry = self._entries.get(name)
        loop = asyncio.get_running_loop()
        if entry is None or (entry.done_at is None and entry.task.get_loop() is not loop):
            entry = self._entries[name] = _Entry(loop.create_task(contained(fetch())))
            entry.task.add_done_callback(lambda _: self._done(name, entry))
        return entry

    def _done(self, name: Hashable, entry: _Entry) -> None:
        entry.done_at = self._now()
        entry.task.get_loop().call_later(self._seconds, self._drop_old)
        if (entry.task.cancelled() or entry.task.exception()) and self._entries.get(name) is entry:
            del self._entries[name]

    def _drop_old(self) -> None:
        for name, entry in list(self._entries.items()):
            if entry.done_at is not None and self._now() - entry.done_at >= self._seconds:
                del self._entries[name]
