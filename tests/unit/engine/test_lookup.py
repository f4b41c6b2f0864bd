"""Connections that are there already, found by id, key or name."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from ic_widget.connection.connection import Connection
from ic_widget.engine.engine import Engine
from ic_widget.engine.lookup import connection_with_key, named_connection, usable_connections
from ic_widget.errors import ConfigurationError
from ic_widget.sandbox import Sandbox
from tests.unit.visitor import submit


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """A sandbox of this module's own."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def engine(box: Sandbox, request: pytest.FixtureRequest) -> Engine:
    """An engine for a tenant that has nothing yet."""
    return box.engine(tenant=request.node.name)


def made(engine: Engine, integration: str = "hacker-news", **payload: Any) -> Connection:
    """A new connection."""
    before = {each.id for each in engine.connections()}
    submit(engine.connect_url, {"token": engine.token(), "integrationKey": integration, **payload})
    return next(each for each in engine.connections() if each.id not in before)


def find(engine: Engine, named: str) -> Connection:
    """Look it up as reconnect= does."""
    return asyncio.run(named_connection(engine.client, named))


def test_by_id_key_and_name(engine: Engine) -> None:
    """A connection is found by its id, by the key it was given, and by its name."""
    work = made(engine, name="My / work", connectionKey="reports")

    assert [work] * 3 == [find(engine, named) for named in (work.id, "reports", "My / work")]


def test_unknown(engine: Engine) -> None:
    """An unknown one is refused with those that there are."""
    with pytest.raises(ConfigurationError, match="There is no connection 'Work'; you have none yet"):
        find(engine, "Work")
    made(engine, name="Private")
    with pytest.raises(
        ConfigurationError, match=r"There is no connection 'Work'; you have 'Private' \(hacker-news\)\."
    ):
        find(engine, "Work")


def test_name_that_several_have(engine: Engine) -> None:
    """A name that two connections have is refused with their ids."""
    first = made(engine, name="Work")
    second = made(engine, name="Work", allowMultipleConnections=True)
    with pytest.raises(ConfigurationError, match="2 connections have the name 'Work'") as raised:
        find(engine, "Work")

    assert [True, True] == [each.id in str(raised.value) for each in (first, second)]


def test_key_of_an_app_with_several(engine: Engine) -> None:
    """An app's key is no name where there are several connections to it."""
    made(engine, name="Work")
    made(engine, name="Private", allowMultipleConnections=True)
    with pytest.raises(ConfigurationError, match="There is no connection 'hacker-news'; you have"):
        find(engine, "hacker-news")


@pytest.mark.parametrize("by", ["id", "name"])
def test_archived(engine: Engine, by: str) -> None:
    """One that was archived is refused, by whatever it was named."""
    old = made(engine, name="Old")
    made(engine, name="New")
    with pytest.raises(ConfigurationError, match=r"The connection 'Old' \(hacker-news\) has been archived"):
        find(engine, str(getattr(old, by)))


def test_name_that_an_archived_one_had_too(engine: Engine) -> None:
    """A name is unique if one living connection has it."""
    made(engine, name="Work")
    living = made(engine, name="Work")

    assert living == find(engine, "Work")


def test_key_alone(engine: Engine) -> None:
    """A key is the one that was given to a connection: no id, and no app's key."""
    plain = made(engine)
    keyed = made(engine, connectionKey="reports", allowMultipleConnections=True)
    keys = ["reports", "nope", plain.id, "hacker-news"]

    assert [keyed, None, None, None] == [asyncio.run(connection_with_key(engine.client, key)) for key in keys]


def test_usable(box: Sandbox, engine: Engine) -> None:
    """Those that work go before those that do not; what was archived does not count."""
    made(engine)
    dead, living = made(engine), made(engine, allowMultipleConnections=True)
    box.put_in_state(dead.id, "SETUP_FAILED")

    assert [living] == asyncio.run(usable_connections(engine.client, "hacker-news"))
    box.put_in_state(living.id, "CLIENT_ACTION_REQUIRED")
    found = asyncio.run(usable_connections(engine.client, "hacker-news"))
    assert {dead.id, living.id} == {each.id for each in found}, json.dumps([each.raw for each in found])
