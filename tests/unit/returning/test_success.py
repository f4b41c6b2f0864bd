"""What makes an answer a success."""

from __future__ import annotations

from typing import Any

import pytest

from ic_widget.connection.connection import Connection
from ic_widget.returning.success import error_behind, unconfirmed, why_no_success

ALIVE = {"id": "c1", "integrationKey": "github", "integrationId": "i1", "state": "READY", "connected": True}


@pytest.mark.parametrize(
    ("said", "asked", "sentence"),
    [
        ({}, {"integration": "github"}, None),
        ({}, {"integration": "i1"}, None),
        ({}, {"integration": None}, None),
        ({}, {"integration": "github", "reconnect": "c1"}, None),
        ({"integrationKey": None, "integrationId": None}, {"integration": "github"}, None),
        ({"state": "BUILDING", "connected": False}, {"integration": "github"}, None),
        ({"state": "BUILDING", "connected": None}, {"integration": "github"}, None),
        ({}, {"integration": "hubspot"}, "a connection to 'github', not to 'hubspot'"),
        ({}, {"integration": "github", "reconnect": "c2"}, "another connection than the one"),
        ({"archivedAt": "2026-01-01T00:00:00Z"}, {"integration": "github"}, "has been archived"),
        (
            {"connected": False, "errors": [{"message": "The token was revoked"}]},
            {"integration": "github"},
            "does not work: The token was revoked. Sign in again",
        ),
        (
            {"state": "CLIENT_ACTION_REQUIRED", "clientAction": {"description": "Choose a site."}},
            {"integration": "github"},
            "does not work: Choose a site.",
        ),
        (
            {
                "state": "CLIENT_ACTION_REQUIRED",
                "errors": [{"message": "No site."}],
                "clientAction": {"description": "Choose a site.", "uiUrl": "https://x.example/1"},
            },
            {"integration": "github"},
            "does not work: No site. Choose a site. Do it at https://x.example/1",
        ),
        ({"state": "SETUP_FAILED"}, {"integration": "github"}, "the engine says SETUP_FAILED"),
        ({"updatedAt": "2026-01-01T00:00:00.000Z"}, {"integration": "github", "since": 1767225600.0}, None),
        (
            {"updatedAt": "2025-12-31T23:00:00Z"},
            {"integration": "github", "since": 1767225600.0},
            "was there before",
        ),
        ({"createdAt": "no date"}, {"integration": "github", "since": 1767225600.0}, None),
    ],
)
def test_reason(said: dict[str, Any], asked: dict[str, Any], sentence: str | None) -> None:
    """A success is a living connection of the app asked for, made by this attempt; else a sentence says what it is."""
    found = why_no_success(Connection.from_engine({**ALIVE, **said}), **{"reconnect": None, **asked})

    assert (sentence is None) == (found is None), found
    assert sentence is None or sentence in str(found)


def test_not_confirmed() -> None:
    """Where the engine said nothing of a connection its id alone is known, and that is said."""
    assert None is unconfirmed(Connection.from_engine(ALIVE))
    assert "is not confirmed" in str(unconfirmed(Connection("c1")))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            {"errors": [{"type": "connection", "message": "Revoked", "data": {"status": 401}}]},
            {"type": "connection", "message": "Revoked", "data": {"status": 401, "connectionId": "c1"}},
        ),
        (
            {"errors": [{"message": "Revoked", "data": "not an object"}]},
            {"message": "Revoked", "data": {"connectionId": "c1"}},
        ),
        (
            {"clientAction": {"description": "Choose a site."}},
            {"data": {"connectionId": "c1", "clientAction": {"description": "Choose a site."}}},
        ),
    ],
)
def test_error_behind(said: dict[str, Any], expected: dict[str, Any]) -> None:
    """The engine's own error, with the connection it is about and what that asks for, beside what it said itself."""
    connection = Connection.from_engine({**ALIVE, "state": "CONFIGURATION_ERROR", "connected": False, **said})
    found = error_behind(connection)

    assert expected == {name: found[name] for name in expected}
    assert ("clientAction" in said) == ("clientAction" in found["data"])
    assert found["message"]


@pytest.mark.parametrize("description", ["The token was revoked", 5])
def test_what_is_asked_for_is_said_once(description: object) -> None:
    """What the engine asks for is not repeated where its error says the same, nor said where it is no text."""
    action = {"clientAction": {"description": description}, "errors": [{"message": "The token was revoked"}]}
    broken = {"state": "CLIENT_ACTION_REQUIRED", "connected": False, **action}
    found = why_no_success(Connection.from_engine({**ALIVE, **broken}), integration="github", reconnect=None)

    assert "The connection was made, but does not work: The token was revoked." == found
