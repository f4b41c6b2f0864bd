"""Interrupting code that blocks while an event loop runs around it, as in a notebook's async cell."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Iterator

__all__ = ["interruptible"]


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
