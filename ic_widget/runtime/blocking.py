"""Calls that block: interruptible, also where an event loop runs around them, as in a notebook's async cell."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, wait
from contextvars import ContextVar
from typing import Any, TypeVar

from ..errors import ConnectError
from .background import background, start_thread
from .single_thread import IN_BROWSER, suspended

__all__ = ["interruptible", "on_background", "run_blocking"]

T = TypeVar("T")

_apart: ContextVar[bool] = ContextVar("ic_widget_apart", default=False)


def run_blocking(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run `work` to its end on the background loop, where connections are kept from call to call.

    On the background thread itself, which would wait for itself, it runs on a loop and a thread of its own. An
    interrupt (Ctrl-C, a notebook's Interrupt) cancels the work and comes out within 0.2 s.

    Where there are no threads, the caller is suspended meanwhile; ConfigurationError where it cannot be.
    """
    if IN_BROWSER:
        return suspended(work())
    running: list[asyncio.Task[Any]] = []
    given_up = threading.Event()

    async def cancellable() -> T:
        task = asyncio.current_task()
        if task is not None:
            running.append(task)
        if given_up.is_set():
            raise asyncio.CancelledError
        return await work()

    try:
        future = (
            _submitted_apart(cancellable()) if background.is_current() else background.submit(cancellable())
        )
        # A wait without a timeout cannot be interrupted on Windows.
        with interruptible():
            while not wait([future], timeout=0.2).done:
                pass
    except BaseException:
        # An interrupt may come before there is a future to cancel.
        given_up.set()
        for task in running:
            task.get_loop().call_soon_threadsafe(task.cancel)
        raise
    error = future.exception()
    if error is not None:
        # The other thread's frames hold what was sent and received; the sentence says what matters.
        raise error.with_traceback(None) if isinstance(error, ConnectError) else error
    return future.result()


async def on_background(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which runs on the background loop whatever loop the caller runs on."""
    if _apart.get() or background.is_current():
        return await work
    return await asyncio.wrap_future(background.submit(work))


def _submitted_apart(work: Coroutine[Any, Any, T]) -> Future[T]:
    future: Future[T] = Future()

    async def apart() -> T:
        _apart.set(True)
        return await work

    def run() -> None:
        try:
            future.set_result(asyncio.run(apart()))
        except BaseException as error:  # noqa: BLE001  handed to the caller's thread
            future.set_exception(error)

    start_thread(run, name="ic_widget-call")
    return future


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Within it an interrupt raises KeyboardInterrupt, also inside a running event loop.

    There ipykernel (async cells) and asyncio.run handle it by asking the loop to cancel the task, which is never
    heard while the task itself blocks.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is None or not _blocks_the_main_loop():
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _blocks_the_main_loop() -> bool:
    if threading.current_thread() is not threading.main_thread():
        return False
    with contextlib.suppress(RuntimeError):
        return asyncio.get_running_loop() is not None
    return False
