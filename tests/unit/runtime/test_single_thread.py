"""What stands in for threads where there are none: on the loop of asyncio here, on the browser's in JupyterLite."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable

import pytest

from ic_widget.errors import ConnectError
from ic_widget.runtime.background import background
from ic_widget.runtime.single_thread import IN_BROWSER, SingleThread, Turns


async def here() -> threading.Thread:
    """The thread it runs on."""
    return threading.current_thread()


async def fail(error: BaseException) -> None:
    """Fail with it."""
    raise error


def test_only_in_the_browser() -> None:
    """A Python with threads uses them."""
    assert not IN_BROWSER
    assert not isinstance(background, SingleThread)


def test_work_runs_on_the_running_loop() -> None:
    """What is submitted runs on the caller's own thread and loop, once the caller lets the loop go on."""

    async def main() -> tuple[bool, object]:
        single = SingleThread()
        future = single.submit(here())
        done_at_once = future.done()
        assert single.hold() is asyncio.get_running_loop() is single.loop
        return done_at_once, await asyncio.wrap_future(future)

    assert (False, threading.current_thread()) == asyncio.run(main())


def test_it_is_always_current() -> None:
    """There is no other thread to be on, so that what is called runs in place."""
    single, called = SingleThread(), list[int]()
    single.call(called.append, 1)
    assert single.is_current()
    assert [1] == called


@pytest.mark.parametrize("error", [ValueError("secret"), SystemExit(3)])
def test_failed_work_is_told(error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    """Its owner hears of whatever started work fails with, and the log does without what was in its text."""

    async def main() -> list[ConnectError]:
        told: list[ConnectError] = []
        await asyncio.wrap_future(SingleThread().start(fail(error), told.append))
        return told

    with caplog.at_level(logging.DEBUG):
        (told,) = asyncio.run(main())
    assert type(error).__name__ in told.message
    assert "secret" not in caplog.text


def test_close_cancels_what_runs() -> None:
    """Closed, it cancels what was started and spawned, and the loop goes on."""

    async def main() -> list[str]:
        single, ended, begun, over = SingleThread(), list[str](), asyncio.Event(), asyncio.Event()

        async def wait(name: str) -> None:
            try:
                begun.set()
                await asyncio.Event().wait()
            finally:
                ended.append(name)
                if len(ended) == 2:
                    over.set()

        single.start(wait("started"))
        single.spawn(wait("spawned"))
        await begun.wait()
        await asyncio.sleep(0)
        single.close()
        await over.wait()
        return sorted(ended)

    assert ["spawned", "started"] == asyncio.run(main())


def test_turns_are_taken_one_after_the_other() -> None:
    """Functions run in their order and never in place; one that is given by another comes last."""

    async def main() -> list[str]:
        turns, said, over = Turns(), list[str](), asyncio.Event()

        def say(text: str) -> Callable[[], None]:
            return lambda: said.append(text)

        def first() -> None:
            turns.call(say("given by the first"))
            turns.call(over.set)
            said.append("first")

        turns.call(first)
        turns.call(say("second"))
        said.append("not in place")
        await over.wait()
        return said

    assert ["not in place", "first", "second", "given by the first"] == asyncio.run(main())
