"""The time limit."""

from __future__ import annotations

import asyncio

import pytest

from ic_widget.within import within


async def given(future: asyncio.Future[int]) -> int:
    """What the test puts into `future`."""
    return await future


def test_a_result_in_time_is_given() -> None:
    """Work that ends in time gives its result, without any limit too."""

    async def run() -> list[int]:
        return [await within(limit, asyncio.sleep(0, 7)) for limit in (30, None)]

    assert asyncio.run(run()) == [7, 7]


def test_work_that_takes_too_long_is_cancelled() -> None:
    """The limit is a TimeoutError, and nothing runs on."""

    async def run() -> bool:
        never: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        with pytest.raises(asyncio.TimeoutError):
            await within(0.01, given(never))
        return never.cancelled()

    assert asyncio.run(run())


def test_an_error_of_the_work_comes_out() -> None:
    """What the work raises is raised."""

    async def broken() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        asyncio.run(within(30, broken()))


@pytest.mark.parametrize("ends", ["result", "error"])
def test_a_cancellation_together_with_the_end_is_not_lost(ends: str) -> None:
    """A caller that is cancelled just when the work ends is cancelled, and nothing is logged."""

    async def run(complaints: list[object]) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: complaints.append(context))
        future: asyncio.Future[int] = loop.create_future()
        waiting = asyncio.ensure_future(within(30, given(future)))
        for _ in range(3):
            await asyncio.sleep(0)
        if ends == "result":
            future.set_result(7)
        else:
            future.set_exception(KeyError("x"))
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    complaints: list[object] = []
    asyncio.run(run(complaints))
    assert complaints == []
