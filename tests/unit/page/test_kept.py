"""What is asked of the engine once, and before anybody needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from ic_widget.errors import EngineError
from ic_widget.page.kept import Kept


class Asked:
    """Something to ask for: counts how often, and gives that number once `let_go` is set."""

    def __init__(self, fails: bool = False) -> None:
        self.count = 0
        self.fails = fails
        self.let_go = asyncio.Event()

    async def __call__(self) -> int:
        self.count += 1
        await self.let_go.wait()
        if self.fails:
            raise EngineError("down")
        return self.count


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test on a loop of its own."""
    asyncio.run(work())


def test_who_asks_meanwhile_shares_the_answer() -> None:
    """However many ask, before, while and after it is on its way: the engine is asked once."""

    async def work() -> None:
        kept, asked = Kept(), Asked()
        ahead = asyncio.create_task(kept.ahead("a", asked))
        waiting = [asyncio.create_task(kept.get("a", asked)) for _ in range(3)]
        await asyncio.sleep(0)
        asked.let_go.set()
        assert [1, 1, 1] == await asyncio.gather(*waiting)
        await ahead
        assert 1 == await kept.get("a", asked)
        assert 2 == await kept.get("b", asked)

    run(work)


def test_who_stops_waiting_stops_nobody_else() -> None:
    """One that is cancelled leaves the answer on its way for the others."""

    async def work() -> None:
        kept, asked = Kept(), Asked()
        first, second = (asyncio.create_task(kept.get("a", asked)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait([first])
        asked.let_go.set()
        assert 1 == await second

    run(work)


def test_an_answer_is_kept_for_its_time() -> None:
    """When its time is over it is asked for once more."""

    async def work() -> None:
        now = [0.0]
        kept, asked = Kept(30.0, now=lambda: now[0]), Asked()
        asked.let_go.set()
        found = []
        for now[0] in (0.0, 29.0, 30.0):
            found.append(await kept.get("a", asked))
        assert [1, 1, 2] == found

    run(work)


def test_what_is_taken_is_fresh_the_next_time() -> None:
    """What was fetched ahead is given once, and so is what was forgotten."""

    async def work() -> None:
        kept, asked = Kept(), Asked()
        asked.let_go.set()
        await kept.ahead("a", asked)
        assert [1, 2] == [await kept.take("a", asked), await kept.take("a", asked)]
        assert 3 == await kept.get("a", asked)
        kept.forget()
        assert 4 == await kept.get("a", asked)

    run(work)


def test_a_failure_is_not_kept() -> None:
    """Fetching ahead says nothing of a failure; who asks later asks the engine, and is told what it says then."""

    async def work() -> None:
        kept, asked = Kept(), Asked(fails=True)
        asked.let_go.set()
        await kept.ahead("a", asked)
        with pytest.raises(EngineError, match="down"):
            await kept.get("a", asked)
        asked.fails = False
        assert 3 == await kept.get("a", asked)

    run(work)


def test_a_function_that_ends_the_process_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """SystemExit in what is fetched ahead does not end the loop that everything runs on."""

    async def leave() -> None:
        raise SystemExit

    async def work() -> None:
        await Kept().ahead("a", leave)

    run(work)
    assert "SystemExit" in caplog.text


def test_what_another_loop_has_not_finished_is_begun_again() -> None:
    """A loop that was left behind, as by a fork, owes nobody an answer; what it had finished counts."""
    kept, left = Kept(), asyncio.new_event_loop()

    async def begin() -> None:
        asked = Asked()
        task = asyncio.create_task(kept.get("pending", asked))
        asked.let_go.set()
        await kept.get("done", asked)
        await task
        kept._entries["pending"] = kept._entry("other", Asked())
        await asyncio.sleep(0)

    async def ask() -> None:
        asked = Asked()
        asked.let_go.set()
        assert [1, 1] == [await kept.get("pending", asked), await kept.get("done", asked)]

    left.run_until_complete(begin())
    run(ask)
    for task in asyncio.all_tasks(left):
        task.cancel()
        left.run_until_complete(asyncio.wait([task]))
    left.close()
