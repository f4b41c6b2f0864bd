"""ConnectFlow: what start() checks, and how waiting ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from ic_widget import (
    ConfigurationError,
    ConnectError,
    ConnectFlow,
    Connection,
    ConnectionRejected,
    ConnectTimeout,
    Engine,
    EngineError,
)
from ic_widget.runtime.background import background
from ic_widget.sandbox import Sandbox
from tests.unit.visitor import hand_off, submit


@pytest.fixture
def flow(engine: Engine) -> Iterator[ConnectFlow]:
    """An attempt to connect an app that asks nothing."""
    flow = ConnectFlow(engine, integration="hacker-news")
    yield flow
    flow.cancel()


def finish(flow: ConnectFlow) -> None:
    """Open the hand-off page and let it post, as a browser does."""
    submit(*hand_off(flow.url))


def test_the_whole_way(flow: ConnectFlow) -> None:
    """start(), url in a browser, wait(): the connection."""
    flow.start()
    assert "waiting" == flow.status
    finish(flow)
    connection = flow.wait(10)
    assert [connection.id, "hacker-news"] == [flow.connection_id, connection.integration_key]
    assert ["connected", None, None] == [flow.status, flow.error, flow.error_data]


def test_parameters_reach_the_engine(box: Sandbox, engine: Engine) -> None:
    """Everything that was given is in the payload, under the engine's names."""
    given: dict[str, Any] = {"custom_state": {"a": 1}, "allow_multiple": True, "name": "Mine"}
    with ConnectFlow(engine, integration="stripe", parameters={"apiKey": "sk_1"}, **given) as flow:
        finish(flow)
        flow.wait(10)
    payload = {key: value for key, value in box.received[-1].items() if key not in ("token", "requestId")}
    assert {
        "integrationKey": "stripe",
        "connectionParameters": {"apiKey": "sk_1"},
        "authOptionKey": engine.auth_options("stripe")[0]["key"],
        "customState": {"a": 1},
        "allowMultipleConnections": True,
        "name": "Mine",
        "redirectUri": flow.redirect_uri,
    } == payload


def test_reconnect(engine: Engine) -> None:
    """reconnect= signs the same connection in again."""
    with ConnectFlow(engine, integration="stripe", parameters={"apiKey": "sk_1"}) as flow:
        finish(flow)
        first = flow.wait(10)
    with ConnectFlow(engine, integration="stripe", parameters={"apiKey": "sk_2"}, reconnect=first) as again:
        finish(again)
        assert first.id == again.wait(10).id


def test_rejected(engine: Engine) -> None:
    """A refused key is a ConnectionRejected with the engine's words and what caused them."""
    with ConnectFlow(engine, integration="stripe", parameters={"apiKey": "wrong"}) as flow:
        finish(flow)
        with pytest.raises(ConnectionRejected) as caught:
            flow.wait(10)
    assert flow.error == str(caught.value)
    assert caught.value.causes
    assert "connection" == (flow.error_data or {})["type"]


@pytest.mark.parametrize(
    ("keywords", "error", "sentence"),
    [
        ({}, ConfigurationError, "Say what to connect"),
        ({"integration": "nope"}, EngineError, 'no integration "nope"'),
        ({"integration": "workday"}, ConfigurationError, "no way to sign in"),
        ({"integration": "stripe"}, ConfigurationError, "'apiKey'"),
        ({"integration": "stripe", "auth_option": "magic"}, ConfigurationError, "no auth option 'magic'"),
    ],
)
def test_refused_before_the_start(
    engine: Engine, keywords: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    """What cannot work is said by start(), with nothing begun."""
    flow = ConnectFlow(engine, **keywords)
    with pytest.raises(error, match=sentence):
        flow.start()
    assert ["idle", None] == [flow.status, flow._flow.receiver]


def test_started_twice(flow: ConnectFlow) -> None:
    """One flow is one attempt."""
    flow.start()
    with pytest.raises(ConnectError, match="make a new ConnectFlow"):
        flow.start()


def test_wait_before_start(flow: ConnectFlow) -> None:
    """wait() and url before start() say what to call first."""
    with pytest.raises(ConnectError, match="call start"):
        flow.wait()
    with pytest.raises(ConnectError, match="call start"):
        _ = flow.url


def test_timeout(engine: Engine) -> None:
    """The flow's own timeout ends it for good."""
    with ConnectFlow(engine, integration="hacker-news", timeout=0.1) as flow:
        with pytest.raises(ConnectTimeout):
            flow.wait()
        assert "expired" == flow.status
        with pytest.raises(ConnectError, match="has ended"):
            _ = flow.url


def test_connected_lets_others_run(flow: ConnectFlow) -> None:
    """`await flow.connected()` returns the connection and does not hold up the loop."""

    async def main() -> Connection:
        flow.start()
        await asyncio.get_running_loop().run_in_executor(None, finish, flow)
        return await flow.connected(10)

    connection = asyncio.run(main())
    assert connection.id == flow.connection_id


def test_waiting_where_the_answer_comes_in(flow: ConnectFlow) -> None:
    """wait() on the thread that takes the answers would never end: it says so."""

    async def wait() -> None:
        flow.wait()

    flow.start()
    with pytest.raises(ConnectError, match="wait for itself"):
        background.submit(wait()).result(10)


def test_handlers(engine: Engine) -> None:
    """on_connect and on_error are called once, also when added after the end; one that fails harms none."""
    with ConnectFlow(engine, integration="hacker-news") as flow:
        calls: list[Connection] = []
        told = [threading.Event(), threading.Event()]
        flow.on_error(lambda error: pytest.fail(str(error)))
        flow.on_connect(lambda connection: (calls.append(connection), told[0].set()))
        finish(flow)
        connection = flow.wait(10)
        assert told[0].wait(10)
        flow.on_connect(lambda connection: (calls.append(connection), told[1].set()))
        assert told[1].wait(10)
    assert [connection, connection] == calls


def test_repr_says_no_secret(engine: Engine) -> None:
    """The repr shows status and integration only."""
    flow = ConnectFlow(engine, integration="stripe", parameters={"apiKey": "planted"})
    assert "<ConnectFlow idle, integration='stripe'>" == repr(flow)
    assert "planted" not in repr(flow._flow.request) + repr(flow._flow.attempt) + repr(flow.engine)


def test_engine_unreachable() -> None:
    """A dead engine is an EngineError that names it; the next start() may work."""
    with Sandbox() as gone:
        engine = gone.engine()
    flow = ConnectFlow(engine, integration="github")
    with pytest.raises(EngineError, match="Could not connect to 127"):
        flow.start()
    assert "idle" == flow.status


def test_started_again_after_a_refusal(box: Sandbox, engine: Engine) -> None:
    """A start that the event stream refused leaves nothing behind: the next one asks again, and works."""
    box.faults.set("events-missing")
    flow = ConnectFlow(engine, integration="hacker-news", redirect="events")
    with pytest.raises(EngineError, match="no event stream"):
        flow.start()
    assert ("idle", None) == (flow.status, flow._flow.receiver)
    box.faults.clear()
    flow.start()
    finish(flow)
    assert flow.wait(10).id == flow.connection_id
