"""A connection says whether it works, and nothing that is secret."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import asdict, fields, replace
from typing import Any

import pytest

from ic_widget.connection.connection import Connection
from ic_widget.engine.engine import Engine
from ic_widget.errors import ConfigurationError


@pytest.mark.parametrize(
    ("said", "connected", "needs_reconnect", "condition"),
    [
        ({"state": "READY"}, True, False, "connected"),
        ({"state": "READY", "connected": True}, True, False, "connected"),
        ({"state": "READY", "disconnected": True}, False, True, "needs signing in again"),
        ({"state": "READY", "connected": False}, False, True, "needs signing in again"),
        ({"state": "CLIENT_ACTION_REQUIRED"}, False, True, "needs signing in again"),
        ({"state": "READY", "disconnected": True, "archivedAt": "2026-01-01"}, False, False, "archived"),
        ({"state": "BUILDING"}, False, False, "being set up"),
        ({"state": "SETUP_FAILED"}, False, False, "setup failed"),
        ({"state": "DISCONNECTING"}, False, False, "disconnecting"),
        ({"state": "CONFIGURATION_ERROR"}, False, False, "configuration error"),
    ],
)
def test_condition(said: dict[str, Any], connected: bool, needs_reconnect: bool, condition: str) -> None:
    """Each state the engine knows is told in words, and only a connection that works is connected."""
    connection = Connection.from_engine({"id": "c1", **said})

    assert (connected, needs_reconnect) == (connection.connected, connection.needs_reconnect)
    assert f"<Connection {condition}: id='c1'>" == repr(connection)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"connected": True, "error": {"message": "old"}}, None),
        ({"errors": [{"message": "The token was revoked."}]}, "The token was revoked."),
        ({"requestError": {"message": "401"}}, "401"),
        ({"error": "Gone."}, "Gone."),
        ({"clientAction": {"type": "connect", "description": "Choose a site."}}, "Choose a site."),
        ({"errors": "no list"}, None),
    ],
)
def test_error(said: dict[str, Any], error: str | None) -> None:
    """What is wrong is said in the engine's words, and only where something is wrong."""
    connection = Connection.from_engine({"id": "c1", "connected": False, **said})

    assert error == connection.error


def test_repr_shows_no_credentials() -> None:
    """What the engine says beyond id, name and app may hold credentials and is not shown."""
    raw = {"id": "c1", "name": "Work", "integration": {"key": "github"}, "user": {"credentials": "planted"}}

    assert "<Connection connected: id='c1', name='Work', app='github'>" == repr(Connection.from_engine(raw))
    assert "<Connection state unknown: id='c1'>" == repr(Connection("c1"))


RAW = {
    "id": "c1",
    "name": "Work",
    "accessToken": "planted",
    "refreshToken": "planted",
    "credentials": {"apiKey": "planted"},
    "parameters": {"apiKey": "planted"},
    "input": {"subdomain": "planted"},
    "connectorParameters": {"clientSecret": "planted"},
    "user": {
        "internalId": "demo",
        "credentials": {"token": "planted"},
        "accounts": [{"accessToken": "planted"}],
    },
    "meta": {"team": "data"},
    "canRefreshCredentials": True,
    "nextCredentialsRefreshAt": "2026-11-26T10:00:00Z",
}


def test_credentials_are_dropped_on_arrival() -> None:
    """`raw`, and with it whatever shows, copies or saves a connection, holds no credential; all else is there."""
    connection = Connection.from_engine(RAW)
    pickled = pickle.dumps(connection)
    dumps = [
        asdict(connection),
        vars(connection),
        copy.deepcopy(connection).raw,
        json.dumps(connection.raw),
        pickled,
    ]

    assert [] == [dump for dump in dumps if "planted" in str(dump)]
    assert {"internalId": "demo", "credentials": "<secret>", "accounts": [{"accessToken": "<secret>"}]} == (
        connection.raw["user"]
    )
    kept = ("id", "name", "meta", "canRefreshCredentials", "nextCredentialsRefreshAt")
    assert {name: RAW[name] for name in kept} == {name: connection.raw[name] for name in kept}
    assert RAW.keys() == connection.raw.keys()


def test_a_token_that_the_engine_repeats_is_not_kept() -> None:
    """A token in a connection's error is in no part of it."""
    engine = Engine("pat-planted-token-90ff", api_uri="http://127.0.0.1:9")
    engine.token()
    raw = {"id": "c1", "connected": False, "error": {"message": "Refused: pat-planted-token-90ff"}}
    connection = Connection.from_engine(raw, engine.client)

    assert ("Refused: <secret>", "Refused: <secret>") == (
        connection.error,
        connection.raw["error"]["message"],
    )


def test_the_engine_stays_inside(engine: Engine) -> None:
    """What shows, compares, copies or saves a connection never comes to its engine, nor to a token."""
    connection = Connection("c1", client=engine.client)
    copied = pickle.loads(pickle.dumps(connection))  # noqa: S301  made in the line itself

    assert connection == copied == copy.deepcopy(connection)
    assert "client" not in asdict(connection)
    assert ["id", "name", "integration_key", "integration_id", "state", "raw"] == [
        each.name for each in fields(connection)
    ]
    assert engine.client is replace(connection, name="Other").aio.client
    with pytest.raises(ConfigurationError, match=r"engine\.connection\('c1'\)"):
        copied.get("/me")
