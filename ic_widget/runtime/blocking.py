"""Calls that block: interruptible, also where an event loop runs around them, as in a notebook's async cell."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from ..errors import ConnectError
from .background import start_thread

__all__ = ["interruptible", "run_blocking"]

T = TypeVar("T")


def run_blocking(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run `work` to its end on a loop and a thread of its own: the caller's thread may have a running loop.

    An interrupt (Ctrl-C, a notebook's Interrupt) cancels the work and comes out within 0.2 s.
    """
    results: list[T] = []
    failures: list[BaseException] = []
    running: list[Callable[[], object]] = []
    done = threading.Event()

    async def cancellable() -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        if task is not None:
            running.append(lambda: loop.call_soon_threadsafe(task.cancel))
        results.append(await work())

    def run() -> None:
        try:
            asyncio.run(cancellable())
        except BaseException as error:  # noqa: BLE001  handed to the caller's thread
            failures.append(error)
        finally:
            done.set()

    try:
        start_thread(run, name="ic_widget-call")
        # A wait without a timeout cannot be interrupted on Windows.
        with interruptible():
            while not done.wait(0.2):
                pass
    except BaseException:
        for cancel in running:
            cancel()
        raise
    if failures:
        # The thread's own frames hold what was sent and received; the sentence says what matters.
        error = failures[0]
        raise error.with_traceback(None) if isinstance(error, ConnectError) else error
    return results[0]


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
