"""Opened and closed, again and again, and many at once: nothing is left over, nobody is mixed up."""

from __future__ import annotations

import asyncio
import gc
import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ic_widget import ConnectFlow, Engine
from ic_widget.returning import receiver
from ic_widget.returning.attempt import Attempt
from ic_widget.returning.endpoints import CallbackEndpoint
from ic_widget.returning.server import CallbackServer
from ic_widget.runtime.background import Background, background
from ic_widget.sandbox import Sandbox
from tests.unit.visitor import submit
from tests.unit.wire import request

pytestmark = pytest.mark.alone

CYCLES, MANY = 500, 1000
OPEN_FILES = Path("/dev/fd")


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """An engine without an event stream, which would be a thousand connections of the test's own making."""
    with Sandbox() as box:
        box.faults.set("events-missing")
        yield box


@pytest.fixture
def engine(box: Sandbox) -> Engine:
    """An engine without an event stream."""
    return box.engine()


def size() -> tuple[int, int, int]:
    """Memory blocks, open files and threads of this process."""
    gc.collect()
    files = len(list(OPEN_FILES.iterdir())) if OPEN_FILES.exists() else 0
    return sys.getallocatedblocks(), files, threading.active_count()


def growth(cycle: Callable[[], None]) -> tuple[float, int, int]:
    """What a cycle leaves behind at the least: memory blocks per cycle, open files and threads per fifth of them.

    A leak shows in every fifth; what another thread does meanwhile, or what is only kept for now, does not.
    """
    sizes = []
    for _ in range(5):
        for _ in range(CYCLES // 5):
            cycle()
        sizes.append(size())
    steps = list(itertools.pairwise(sizes))
    blocks = min(after[0] - before[0] for before, after in steps) / (CYCLES // 5)
    return (
        blocks,
        min(after[1] - before[1] for before, after in steps),
        min(after[2] - before[2] for before, after in steps),
    )


def test_servers() -> None:
    """500 times from the first flow to the last: thread, loop, server and socket are gone each time."""
    thread = Background(linger=0)
    server = CallbackServer(0, thread)

    def cycle() -> None:
        attempt = Attempt(60)
        port = server.open(attempt.nonce, CallbackEndpoint(attempt, set()))
        assert 200 == request(port, f"/{attempt.nonce}?connectionId=c1").status
        server.retire(attempt.nonce)
        while thread.loop is not None:
            time.sleep(0.0005)

    blocks, files, threads = growth(cycle)

    assert files <= 0
    assert threads <= 0
    assert blocks < 5


def test_flows(engine: Engine) -> None:
    """500 flows whose tabs were opened, and which were cancelled, leave nothing behind but the last 64 addresses."""

    async def tasks() -> int:
        return len(asyncio.all_tasks())

    async def settled() -> None:
        # The addresses that still take a late answer and the server, when every stream was given up.
        while await tasks() > others + receiver._MOST_STILL_COMING + 1:  # noqa: ASYNC110  there is no event for it
            await asyncio.sleep(0.001)

    def cycle() -> None:
        flow = ConnectFlow(engine, integration="stripe", parameters={"apiKey": "sk"})
        flow._flow.open()
        flow._flow.receiver.listen()
        flow._flow.attempt.launch()
        flow.cancel()
        # Or its thread would linger: the faster the machine becomes meanwhile, the more of them there are.
        flow._flow.handlers.observers.finish()
        background.submit(settled()).result(20)

    background.hold()
    others = background.submit(tasks()).result(20)
    try:
        # So many ended attempts the server remembers, to tell latecomers that they are over.
        for _ in range(1000 + receiver._MOST_STILL_COMING):
            cycle()
        blocks, files, threads = growth(cycle)
    finally:
        background.release()

    assert files <= 0
    assert threads <= 0
    assert blocks < 5


def connections(engine: Engine, count: int) -> list[str]:
    """Ids of as many connections of the engine's."""
    payload = {"integrationKey": "stripe", "allowMultipleConnections": True}
    payload[engine.parameters_key] = {"apiKey": "sk"}
    for _ in range(count):
        assert 200 == submit(engine.connect_url, {"token": engine.token(), **payload})[0]
    return [connection.id for connection in engine.connections(integration="stripe")]


def test_many_pending(engine: Engine) -> None:
    """1,000 flows pending at once on one port: each gets its own answer, and the last as fast as the first."""
    made = connections(engine, MANY // 2)
    flows = [ConnectFlow(engine, integration="stripe", parameters={"apiKey": "sk"}) for _ in range(MANY)]
    for flow in flows:
        flow._flow.open()
    try:
        [port] = {flow._flow.receiver.port for flow in flows}
        order = sorted(range(MANY), key=lambda number: flows[number]._flow.attempt.nonce)
        expected = dict(zip(order, made, strict=False))
        for number, own in expected.items():
            assert 200 == request(port, f"/{flows[number]._flow.attempt.nonce}?connectionId={own}").status

        assert expected == {
            number: flow.connection_id for number, flow in enumerate(flows) if flow.connection_id is not None
        }
        assert MANY // 2 == sum(flow.status == "idle" for flow in flows)
    finally:
        for flow in flows:
            flow.cancel()
