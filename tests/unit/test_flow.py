"""ConnectFlow: what start() checks, and how waiting ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
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
from tests.unit.visitor import hand_off, impatient, place, submit


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
    """Everything that was given is in the payload, under the engine's names, numbers digit for digit."""
    given: dict[str, Any] = {"custom_state": {"a": 2**53 + 1}, "allow_multiple": True, "name": "Mine"}
    with ConnectFlow(engine, integration="stripe", parameters={"apiKey": "sk_1"}, **given) as flow:
        finish(flow)
        flow.wait(10)
    payload = {key: value for key, value in box.received[-1].items() if key not in ("token", "requestId")}
    assert {
        "integrationKey": "stripe",
        "connectionParameters": {"apiKey": "sk_1"},
        "authOptionKey": engine.auth_options("stripe")[0]["key"],
        "customState": {"a": 2**53 + 1},
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


def connect(engine: Engine, integration: str = "stripe", **keywords: Any) -> Connection:
    """A new connection."""
    with ConnectFlow(engine, integration=integration, **keywords) as flow:
        finish(flow)
        return flow.wait(10)


@pytest.fixture
def new_tenant(box: Sandbox, request: pytest.FixtureRequest) -> Engine:
    """An engine for a tenant that has nothing yet."""
    return box.engine(tenant=request.node.name)


@pytest.mark.parametrize("named", [lambda c: c, lambda c: c.id, lambda c: c.name])
def test_reconnect_knows_the_app(
    box: Sandbox, new_tenant: Engine, named: Callable[[Connection], Any]
) -> None:
    """Of the connection given, or its id or name, start() takes the app and the auth option; nobody names them."""
    first = connect(new_tenant, name="Work", parameters={"apiKey": "sk_1"})
    with ConnectFlow(new_tenant, parameters={"apiKey": "sk_2"}, reconnect=named(first)) as flow:
        about = f"integration='stripe', reconnect='Work'{place(new_tenant)}"
        assert f"<ConnectFlow waiting, {about}>" == repr(flow)
        finish(flow)
        assert first.id == flow.wait(10).id

    sent = {key: box.received[-1][key] for key in ("connectionId", "integrationKey", "authOptionKey")}
    option = new_tenant.auth_options("stripe")[0]["key"]
    assert {"connectionId": first.id, "integrationKey": "stripe", "authOptionKey": option} == sent


def test_reconnect_of_another_app(new_tenant: Engine) -> None:
    """A connection to another app than integration= is refused, and so is one that was archived."""
    first = connect(new_tenant, "hacker-news", name="News")
    flow = ConnectFlow(new_tenant, integration="stripe", reconnect=first)
    with pytest.raises(
        ConfigurationError, match="The connection 'News' is to 'hacker-news', but integration= says"
    ):
        flow.start()
    connect(new_tenant, "hacker-news")
    with pytest.raises(ConfigurationError, match=r"The connection 'News' \(hacker-news\) has been archived"):
        ConnectFlow(new_tenant, reconnect=first).start()


def test_reuse(new_tenant: Engine) -> None:
    """reuse=True makes a connection the first time and takes it the second time, without asking anyone."""
    first = connect(new_tenant, "hacker-news", reuse=True)
    with ConnectFlow(new_tenant, integration="hacker-news", reuse=True) as flow:
        assert first == flow.wait(10)
    assert ("connected", True) == (flow.status, flow.reused)
    assert None is flow._flow.receiver


def test_reuse_of_a_dead_one(box: Sandbox, new_tenant: Engine) -> None:
    """What does not work is not taken, but signed in again: others use its id."""
    first = connect(new_tenant, "hacker-news")
    box.put_in_state(first.id, "CLIENT_ACTION_REQUIRED")

    assert first.id == connect(new_tenant, "hacker-news", reuse=True).id
    assert (first.id, None) == (box.received[-1]["connectionId"], box.received[-1].get("connectionKey"))


def test_reuse_where_several_are_ready(new_tenant: Engine) -> None:
    """Of several it takes the one of that name, and else none: the wrong account would be taken silently."""
    connect(new_tenant, "hacker-news", name="Work")
    private = connect(new_tenant, "hacker-news", name="Private", allow_multiple=True)
    with pytest.raises(ConfigurationError, match="You have 2 connections to 'hacker-news'"):
        ConnectFlow(new_tenant, integration="hacker-news", reuse=True).start()
    assert (
        private
        == ConnectFlow(new_tenant, integration="hacker-news", name="Private", reuse=True).start().connection
    )


def test_key(box: Sandbox, new_tenant: Engine) -> None:
    """connection_key= is given to the new connection; the next time that one is taken, or signed in again."""
    first = connect(new_tenant, "hacker-news", connection_key="reports")
    assert "reports" == first.raw["key"]
    assert first == ConnectFlow(new_tenant, connection_key="reports", reuse=True).start().connection
    assert first.id == connect(new_tenant, "hacker-news", connection_key="reports").id
    with pytest.raises(ConfigurationError, match="is to 'hacker-news', but integration= says 'stripe'"):
        ConnectFlow(new_tenant, integration="stripe", connection_key="reports").start()


def test_being_set_up(box: Sandbox, new_tenant: Engine) -> None:
    """A connection that is being set up is waited for, and on_connect is called when it works."""
    first = connect(new_tenant, "hacker-news")
    box.put_in_state(first.id, "BUILDING")
    flow = ConnectFlow(new_tenant, integration="hacker-news", reuse=True).start()
    assert "BUILDING" == flow.connection.state
    told, seen = threading.Event(), list[Connection]()
    flow.on_connect(lambda connection: (seen.append(connection), told.set()))
    assert not told.is_set()
    threading.Timer(0.1, box.put_in_state, (first.id, "READY")).start()

    assert "READY" == flow.wait(20).state
    assert told.wait(10)
    assert ["READY"] == [connection.state for connection in seen]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_set_up_without_end(box: Sandbox, new_tenant: Engine, asynchronous: bool) -> None:
    """One that is still being set up when the time is over is no success, and the sentence says so."""
    first = connect(new_tenant, "hacker-news")
    box.put_in_state(first.id, "BUILDING")
    flow = ConnectFlow(new_tenant, integration="hacker-news", reuse=True).start()
    with pytest.raises(ConnectTimeout, match="is still setting the connection up"):
        _ = asyncio.run(flow.connected(0.5)) if asynchronous else flow.wait(0.5)
    assert ("expired", None) == (flow.status, flow.connection_id)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("SETUP_FAILED", "Setting up the connection failed. Sign in again to mend it."),
        ("CLIENT_ACTION_REQUIRED", "Connect again: the app no longer accepts the credentials."),
    ],
)
def test_set_up_that_fails(box: Sandbox, new_tenant: Engine, state: str, sentence: str) -> None:
    """A connection that ends in an error is no success: wait() raises with the engine's error and what it asks for."""
    first = connect(new_tenant, "hacker-news")
    box.put_in_state(first.id, "BUILDING")
    flow = ConnectFlow(new_tenant, integration="hacker-news", reuse=True).start()
    threading.Timer(0.1, box.put_in_state, (first.id, state)).start()
    with pytest.raises(ConnectionRejected) as caught:
        flow.wait(20)

    assert sentence in str(caught.value)
    data = flow.error_data or {}
    assert first.id == data["data"]["connectionId"]
    assert (state == "CLIENT_ACTION_REQUIRED") == ("clientAction" in data["data"])


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
        ({"integration": "x-twitter"}, ConfigurationError, "is deactivated in this workspace"),
        ({"integration": "google-plus"}, ConfigurationError, "has been archived in this workspace"),
        ({"integration": "salesforce-marketing-cloud"}, ConfigurationError, "is not configured yet"),
        ({"reconnect": "Nobody's"}, ConfigurationError, 'There is no connection "Nobody\'s"; you have'),
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
    """The repr shows status, integration, workspace and tenant only."""
    flow = ConnectFlow(engine, integration="stripe", parameters={"apiKey": "planted"})
    assert f"<ConnectFlow idle, integration='stripe'{place(engine)}>" == repr(flow)
    assert "planted" not in repr(flow._flow.request) + repr(flow._flow.attempt) + repr(flow.engine)


def test_engine_unreachable() -> None:
    """A dead engine is an EngineError that names it; the next start() may work."""
    with Sandbox() as gone:
        engine = impatient(gone)
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
