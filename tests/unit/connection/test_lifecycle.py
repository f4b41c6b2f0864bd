"""A connection tested, renewed, renamed, disconnected, archived, restored and signed in to again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tornado.httputil import HTTPServerRequest

from ic_widget.connection.connection import Connection
from ic_widget.connection.operations import AsyncConnection
from ic_widget.engine.engine import Engine
from ic_widget.errors import ConfigurationError, EngineError
from ic_widget.sandbox import Sandbox
from tests.unit.engine.test_client import client_of
from tests.unit.fake_engine import FakeEngine, Reply
from tests.unit.visitor import hand_off, submit

NOTHING = Reply({"type": "bad_request", "key": "not_found", "message": "No such path."}, 404)


def test_a_connection_that_works(hubspot: Connection) -> None:
    """Its test is true, and without an error."""
    tested = hubspot.test()

    assert (True, None) == (bool(tested), tested.error)


def test_a_connection_that_was_revoked(hubspot: Connection, box: Sandbox) -> None:
    """Its test is false, with the reason and what to do."""
    box.revoke("hubspot")
    tested = hubspot.test()

    assert not tested
    assert tested.error is not None
    assert "no longer accepts its credentials. Sign in to it again: connection.reconnect()." in tested.error
    assert hubspot.reload().needs_reconnect


def test_rename(hubspot: Connection) -> None:
    """The connection has the new name afterwards, here and at the engine; a blank one is refused."""
    renamed = hubspot.rename(" Sales ")

    assert "Sales" == renamed.name == hubspot.reload().name
    for name in ("", "  ", "x" * 1001):
        with pytest.raises(ConfigurationError, match="1 to 1000 characters"):
            hubspot.rename(name)


def test_archive_and_restore(engine: Engine, hubspot: Connection) -> None:
    """An archived connection is no longer listed; restored, it works as before."""
    assert hubspot.archive().archived
    assert hubspot.id not in [each.id for each in engine.connections()]
    assert hubspot.restore().connected
    assert hubspot.get("/me").ok


def test_disconnect_and_reconnect(hubspot: Connection) -> None:
    """A disconnected connection says how to sign in again, and the flow for that brings the same one back."""
    assert hubspot.disconnect().needs_reconnect
    with pytest.raises(EngineError, match=r"it is disconnected.* connection\.reconnect\(\)"):
        hubspot.get("/me")
    with hubspot.reconnect(flow=True, parameters={"accessToken": "another"}) as flow:
        submit(*hand_off(flow.url))
        again = flow.wait(10)

    assert hubspot.id == again.id
    assert again.get("/me").ok


def test_reconnect_by_a_widget(hubspot: Connection) -> None:
    """Where nothing else is asked for it is a widget for this connection, on the same engine."""
    widget = hubspot.reconnect(timeout=5)

    assert ("hubspot", "idle") == (widget.preset, widget.status)
    assert hubspot.aio.client is widget.engine.client


def test_refresh(hubspot: Connection) -> None:
    """Credentials that cannot be renewed are told as such by the engine."""
    with pytest.raises(EngineError, match="cannot be refreshed"):
        hubspot.refresh()


def through(engine: FakeEngine, call: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
    """What `call` gets from `engine` for the connection ``c1``."""

    async def run() -> Any:
        async with engine.serving():
            return await call(Connection("c1", client=client_of(engine.url)).aio)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [
        (AsyncConnection.refresh, "POST", "/connections/c1/refresh-credentials"),
        (AsyncConnection.disconnect, "POST", "/connections/c1/disconnect"),
        (AsyncConnection.archive, "DELETE", "/connections/c1"),
        (AsyncConnection.restore, "POST", "/connections/c1/restore"),
    ],
)
def test_an_empty_answer(call: Any, method: str, path: str) -> None:
    """Where the engine answers with nothing, the connection is asked for as it is then."""
    engine = FakeEngine([Reply(b"", 204), Reply({"id": "c1", "name": "Now"})])

    assert "Now" == through(engine, call).name
    assert (method, path) == (engine.requests[0].method, engine.requests[0].path)


def test_what_cannot_be_tested() -> None:
    """Where the engine cannot test, that is said, with what does the same."""

    def answer(request: HTTPServerRequest) -> Reply:
        return Reply({"id": "c1"}) if request.method == "GET" else NOTHING

    with pytest.raises(ConfigurationError, match=r"cannot test .* connection\.get"):
        through(FakeEngine(answer), AsyncConnection.test)


def test_what_the_engine_does_not_know() -> None:
    """A missing path and a missing connection are told apart."""

    def answer(request: HTTPServerRequest) -> Reply:
        return Reply({"id": "c1"}) if request.method == "GET" else NOTHING

    with pytest.raises(EngineError, match="no way to do that"):
        through(FakeEngine(answer), AsyncConnection.restore)
    with pytest.raises(EngineError, match='no connection "c1"'):
        through(FakeEngine(lambda _: NOTHING), AsyncConnection.restore)
