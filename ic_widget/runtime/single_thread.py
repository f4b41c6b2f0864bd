"""Python inside the browser, as in JupyterLite: neither threads nor sockets, but an event loop that always runs.

What runs on threads elsewhere runs here on that loop. A call that blocks suspends itself (JavaScript Promise
Integration), so that the loop goes on meanwhile. Source: https://pyodide.org, "Python API", `pyodide.webloop` and
`pyodide.ffi.run_sync`.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from ..errors import ConfigurationError, ConnectError
from .faults import contained, owned

__all__ = ["IN_BROWSER", "SingleThread", "Turns", "may_suspend", "suspended"]

IN_BROWSER = sys.platform == "emscripten"  # PEP 776

_T = TypeVar("_T")
_CANNOT_WAIT = (
    "This browser cannot hold a cell while it waits: it has no JavaScript Promise Integration, or the call comes from"
    " a handler that may not wait. Use what is awaited instead: await w.connected(), await aconnect(...), or"
    " connection.aio; or a newer Chrome, Edge or Firefox."
)


class SingleThread:
    """What `Background` is elsewhere, on the loop that runs anyway: nothing to start, to hold or to stop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[Future[Any]] = set()

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The running loop, None before it was used."""
        return self._loop

    def is_current(self) -> bool:
        """Always: there is no other thread."""
        return True

    def hold(self) -> asyncio.AbstractEventLoop:
        """The running loop."""
        # Not asked for once more: a call that suspends itself may come on a thread state that does not know the loop.
        self._loop = self._loop or asyncio.get_running_loop()
        return self._loop

    def release(self) -> None:
        """Nothing: the loop is not ours."""

    def submit(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        """Run `work`, for a caller who asks the future for its result once it is done."""
        return self._run(contained(work))

    def start(
        self, work: Coroutine[Any, Any, object], failed: Callable[[ConnectError], object] = lambda _: None
    ) -> Future[None]:
        """Run `work` where nobody asks for the result; `failed` is told why it did not end well."""
        return self._run(owned(work, failed))

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Run `work` as `start` does."""
        self.start(work)

    def call(self, function: Callable[..., object], *args: object) -> None:
        """Run `function` at once."""
        function(*args)

    def close(self) -> None:
        """Cancel all that runs."""
        for task in tuple(self._tasks):
            task.cancel()

    def _run(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        future = asyncio.run_coroutine_threadsafe(work, self.hold())
        # A loop holds its tasks weakly; without this one that waits for nothing else may be collected.
        self._tasks.add(future)
        future.add_done_callback(self._tasks.discard)
        return future


class Turns:
    """Runs functions on the running loop, one after the other and each in a turn of its own.

    One that suspends itself is waited for by those after it.
    """

    def __init__(self) -> None:
        self._due: deque[Callable[[], object]] = deque()
        self._busy = False

    def call(self, function: Callable[[], object]) -> None:
        """Run `function`, which raises nothing, after all that came before it."""
        self._due.append(function)
        if not self._busy:
            self._busy = True
            asyncio.get_running_loop().call_soon(self._run)

    def _run(self) -> None:
        self._due.popleft()()
        self._busy = bool(self._due)
        if self._busy:
            asyncio.get_running_loop().call_soon(self._run)


def may_suspend() -> bool:
    """Whether the caller can be held while the loop goes on."""
    from pyodide.ffi import can_run_sync

    return bool(can_run_sync())


def suspended(work: Coroutine[Any, Any, _T]) -> _T:
    """The result of `work`, for which the caller is held. Raises ConfigurationError where that cannot be."""
    from pyodide.ffi import run_sync

    if not may_suspend():
        work.close()
        raise ConfigurationError(_CANNOT_WAIT)
    result: _T = run_sync(work)
    return result
