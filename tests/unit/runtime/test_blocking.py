"""Blocking calls: on the background loop, interruptible, and never waiting for themselves."""

from __future__ import annotations

import asyncio
import signal
import threading

import pytest

from ic_widget.errors import ConnectTimeout
from ic_widget.runtime.background import background
from ic_widget.runtime.blocking import on_background, run_blocking


async def here() -> threading.Thread:
    """The thread it runs on."""
    return threading.current_thread()


def test_the_work_is_done_on_the_background_loop() -> None:
    """Two calls share the loop, and so what is kept open on it."""
    loops = [run_blocking(running_loop) for _ in range(2)]
    assert loops[0] is loops[1]
    assert background.loop is loops[0]


async def running_loop() -> asyncio.AbstractEventLoop:
    """The loop it runs on."""
    return asyncio.get_running_loop()


def test_a_loop_of_another_awaits_the_background_loop() -> None:
    """Awaited in a kernel's loop, the work is done on the background thread all the same."""
    assert "ic_widget" == asyncio.run(on_background(here())).name


def test_on_the_background_thread_a_call_does_not_wait_for_itself() -> None:
    """A blocking call in a function that runs there ends, on a thread of its own, work that would come back too."""

    async def outer() -> str:
        return run_blocking(lambda: on_background(here())).name

    assert "ic_widget-call" == background.submit(outer()).result(20)


def test_an_error_that_is_a_timeout_comes_out() -> None:
    """An error that is a TimeoutError as well is not taken for the wait's own."""

    async def late() -> None:
        raise ConnectTimeout("Too late.")

    with pytest.raises(ConnectTimeout, match="Too late"):
        run_blocking(late)


def test_an_interrupt_cancels_the_call() -> None:
    """Ctrl-C comes out as KeyboardInterrupt, and what was going on is cancelled."""
    cancelled = threading.Event()

    async def endless() -> None:
        signal.raise_signal(signal.SIGINT)
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(KeyboardInterrupt):
        run_blocking(endless)
    assert cancelled.wait(30)


def test_cancelling_who_awaits_cancels_the_work() -> None:
    """Work on the background loop does not outlive the task of another loop that asked for it."""
    begun, cancelled = threading.Event(), threading.Event()

    async def endless() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async def run() -> None:
        asking = asyncio.ensure_future(on_background(endless()))
        await asyncio.to_thread(begun.wait, 30)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    asyncio.run(run())
    assert cancelled.wait(30)
