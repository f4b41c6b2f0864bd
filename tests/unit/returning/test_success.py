"""What makes an answer a success."""

from __future__ import annotations

from typing import Any

import pytest

from ic_widget.connection.connection import Connection
from ic_widget.returning.success import why_no_success

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
