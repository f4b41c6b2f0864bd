"""One daemon thread with one event loop, for everything of this package that must not wait for a cell."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping, Set
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from ..errors import ConfigurationError, ConnectError
from .faults import contained, owned, report
from .place import Place
from .single_thread import IN_BROWSER, SingleThread

__all__ = ["Background", "background", "in_thread", "require_loop", "require_sockets", "start_thread"]

_T = TypeVar("_T")
_log = logging.getLogger("ic_widget")
_HALTED = 30.0  # seconds; importing the HTTP client takes over ten on a heavily loaded machine
_WINDING_DOWN = (
    5.0  # seconds; what is cut off in the midst of its clean-up leaves a connection that nobody closes
)


class Background:
    """A loop on a daemon thread: starts with the first `hold`, stops `linger` seconds after the last release.

    It is never the kernel's own loop: measured in a busy kernel, an answer takes 3 ms here and as long as the
    cell there. A forked child forgets it and starts its own when it needs one.
    """

    def __init__(self, linger: float = 3.0) -> None:
        self._linger = linger
        self._lock = threading.RLock()
        self._held = 0
        self._turn = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._running: dict[Future[Any], Coroutine[Any, Any, Any]] = {}
        self._forgotten: list[Any] = []
        self._forking = threading.local()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(before=self._halt, after_in_parent=self._go_on, after_in_child=self._forget)
        atexit.register(self.close)

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The running loop, None while there is none."""
        return self._loop

    def is_current(self) -> bool:
        """Whether the caller runs on this very thread, where waiting would wait for itself."""
        return threading.current_thread() is self._thread

    def hold(self) -> asyncio.AbstractEventLoop:
        """Keep the loop running until `release`; returns it, started if need be."""
        self._let_wind_down()
        with self._lock:
            loop = self._loop if self._loop is not None else self._start()
            self._held += 1
            self._turn += 1
            return loop

    def _hold_for(self, work: Coroutine[Any, Any, object]) -> asyncio.AbstractEventLoop:
        try:
            return self.hold()
        except BaseException:
            work.close()  # or else Python warns of it
            raise

    def release(self) -> None:
        """Give back one `hold`."""
        with self._lock:
            self._held = max(0, self._held - 1)
            if self._held == 0 and self._loop is not None:
                stop = (self._linger, self._stop_if_idle, self._turn)
                self._loop.call_soon_threadsafe(self._loop.call_later, *stop)

    def submit(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        """Run `work` on the loop, held until it is done, for a caller who asks the future for its result."""
        loop = self._hold_for(work)
        future = self._run(contained(work), loop)
        future.add_done_callback(lambda _: self.release())
        return future

    def start(
        self, work: Coroutine[Any, Any, object], failed: Callable[[ConnectError], object] = lambda _: None
    ) -> Future[None]:
        """Run `work` on the loop, held until it is done, where nobody asks for the result.

        `failed` is told why it did not end well; an exception that nobody raised on purpose is logged as well.
        """
        loop = self._hold_for(work)
        future = self._run(owned(work, failed), loop)
        future.add_done_callback(lambda _: self.release())
        return future

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Run `work` as `start` does while somebody else holds the loop; cancelled when the loop stops."""
        with self._lock:
            if self._loop is None:
                raise RuntimeError("hold the loop first")
            self._run(owned(work, lambda _: None), self._loop)

    def call(self, function: Callable[..., object], *args: object) -> None:
        """Run `function` soon on the loop; at once and in place when already there."""
        with self._lock:
            loop = self._loop
            if loop is not None and not self.is_current():
                with contextlib.suppress(
                    RuntimeError
                ):  # the loop was closed in between: nothing left to tell
                    loop.call_soon_threadsafe(function, *args)
                return
        function(*args)

    def close(self, within: float = 2.0) -> None:
        """Stop now, whoever holds it; idempotent. Returns `within` that many seconds."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop, self._held = None, 0
        if loop is None or thread is None:
            return
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(loop.stop)
        if thread is not threading.current_thread():
            thread.join(within)

    def _run(self, work: Coroutine[Any, Any, _T], loop: asyncio.AbstractEventLoop) -> Future[_T]:
        running, future = self._running, asyncio.run_coroutine_threadsafe(work, loop)
        # A loop holds its tasks weakly; without this one that waits for nothing else may be collected.
        running[future] = work
        future.add_done_callback(lambda _: running.pop(future, None))
        return future

    def _let_wind_down(self) -> None:
        # A pinned port is free again only when the last loop has wound down, which may need the lock.
        with self._lock:
            last = self._thread if self._loop is None else None
        if last is not None and last is not threading.current_thread():
            last.join(2 * _WINDING_DOWN)

    def _start(self) -> asyncio.AbstractEventLoop:
        # Where no thread can start, this fails in words, before asyncio makes a loop that could not be closed.
        start_thread(lambda: None, name="ic_widget-probe")
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(_log_quietly)
        try:
            running: dict[Future[Any], Coroutine[Any, Any, Any]] = {}
            self._thread = start_thread(self._serve, loop, running, name="ic_widget")
        except ConfigurationError:
            loop.close()
            raise
        self._loop, self._running = loop, running
        return loop

    def _serve(
        self, loop: asyncio.AbstractEventLoop, running: Mapping[Future[Any], Coroutine[Any, Any, Any]]
    ) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        except BaseException as error:  # noqa: BLE001  SystemExit of a callback ends the loop, not the process
            report(error)
        finally:
            # A loop that has ended, however it ended, is replaced at the next use.
            with self._lock:
                if self._loop is loop:
                    self._loop = None
            with contextlib.suppress(Exception):
                loop.run_until_complete(_wind_down(set(running.values())))
            loop.close()

    def _stop_if_idle(self, turn: int) -> None:
        with self._lock:
            # Held once more since, the loop lives on until that hold's own release has lingered.
            if turn != self._turn or self._held or self._loop is None or not self.is_current():
                return
            self._loop.stop()
            self._loop = None

    def _halt(self) -> None:
        # Between two turns of the loop, waited for with a limit: the child of a fork in the midst of an import would
        # wait for ever for the lock of that module.
        loop, halted, resumed = self._loop, threading.Event(), threading.Event()
        self._forking.resumed = resumed  # each thread's own: two may fork at once

        # One callback: between two of them the loop could begin such an import.
        def pause() -> None:
            halted.set()
            resumed.wait(_HALTED)

        if loop is not None and not self.is_current():
            with contextlib.suppress(RuntimeError):  # the loop was closed in between
                loop.call_soon_threadsafe(pause)
                halted.wait(_HALTED)

    def _go_on(self) -> None:
        self._forking.resumed.set()

    def _forget(self) -> None:
        # Closing the inherited loop here would change the parent's epoll set; keeping it alive also keeps
        # asyncio from complaining about a loop that was never closed.
        self._forgotten.append((self._loop, self._running))
        self._lock = threading.RLock()
        self._held, self._loop, self._thread, self._running = 0, None, None, {}


async def _wind_down(own: Set[Coroutine[Any, Any, Any]]) -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    # Submitted work ends before the tasks it started, since it cleans up after them.
    first = {task for task in tasks if task.get_coro() in own}
    for some in (first, tasks - first):
        for task in some:
            task.cancel()
        if some:
            await asyncio.wait(some, timeout=_WINDING_DOWN)
    loop = asyncio.get_running_loop()
    await loop.shutdown_asyncgens()
    # A connection that was made in the moment in which its task was cancelled belongs to nobody.
    for transport in list(getattr(loop, "_transports", {}).values()):
        transport.abort()
    await asyncio.sleep(0)  # that is when they let go of their sockets


def _log_quietly(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    # asyncio's own handler prints into the user's cell, with arguments that may hold secrets.
    _log.debug("background loop: %s", type(context.get("exception")).__name__)


_NONE = (
    "This Python cannot start threads or open sockets: there is no way for the engine's answer to come in. Use a kernel"
    " of a Jupyter server instead."
)


def require_loop(platform: str = sys.platform) -> None:
    """Raise ConfigurationError where nothing can ever run beside a cell (PEP 11)."""
    if platform == "wasi":
        raise ConfigurationError(_NONE)


def require_sockets(what: str, instead: str) -> None:
    """Raise ConfigurationError where no port can ever be opened; it says `what` needs one, and what to do `instead`."""
    if IN_BROWSER:
        raise ConfigurationError(
            f"{what} needs a socket, which a Python inside the browser, as in JupyterLite, cannot open. {instead} Or"
            " use a kernel of a Jupyter server."
        )


def start_thread(target: Callable[..., object], *args: object, name: str) -> threading.Thread:
    """A daemon thread, running. Raises ConfigurationError where none can be started."""
    thread = threading.Thread(target=target, args=args, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        raise ConfigurationError(_NONE) from None
    return thread


async def in_thread(function: Callable[[], _T], place: Place) -> _T:
    """Run a user's `function` on a daemon thread of its own, at `place`; raises what it raises.

    One that blocks then holds back neither the loop nor, as an executor's threads would, the end of the process.
    Where there are no threads, it does hold back the loop, unless it suspends itself.
    """
    if IN_BROWSER:
        return place.context.copy().run(function)
    future: Future[_T] = Future()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:  # noqa: BLE001  handed to whoever awaits it
            future.set_exception(error)

    start_thread(place.run, run, name="ic_widget function")
    return await asyncio.wrap_future(future)


def _made() -> Background:
    return cast("Background", SingleThread()) if IN_BROWSER else Background()


background = _made()
