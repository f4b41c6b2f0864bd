"""What a token says about itself."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from ic_widget import Engine
from ic_widget.transport.claims import Subject, subject_of, token_expires, token_subject
from ic_widget.transport.credentials import credentials
from ic_widget.transport.secret import Secret


@pytest.mark.parametrize(
    ("claims", "subject"),
    [
        ({"workspaceKey": "acme", "tenantKey": "t1", "name": "Ada", "exp": 1}, Subject("acme", "Ada")),
        ({"workspaceKey": "acme", "tenantKey": "t1"}, Subject("acme", "t1")),
        ({"iss": "acme", "id": "t1"}, Subject("acme", "t1")),
        ({"workspaceKey": "acme"}, Subject("acme", None)),
        ({"workspaceKey": "a\nb\u202e", "name": ["no text"], "tenantKey": " "}, Subject("a b", None)),
        ({}, Subject()),
    ],
)
def test_subject(claims: dict[str, Any], subject: Subject) -> None:
    """Workspace and tenant are read from today's claims and older ones, as text that can be shown."""
    assert subject == subject_of(claims)


@pytest.mark.parametrize("token", ["pat-x", "a.b.c", "a.WzFd.c", "e30"])
def test_a_token_that_does_not_say(token: str) -> None:
    """An opaque or odd token says of nobody that it speaks for them."""
    assert Subject() == token_subject(Secret(token))


def test_the_last_token_is_looked_at() -> None:
    """A function that gives tokens is not called to know whom they speak for."""
    fetched = credentials(lambda: pytest.fail("nobody asked for a token"), environ={})
    minted = credentials(workspace_key="acme", workspace_secret="planted", tenant_key="t1", environ={})

    assert None is fetched.known
    assert Subject("acme", "t1") == token_subject(minted.known)


def test_shown_with_the_engine() -> None:
    """The engine's repr says whom it speaks for, and holds no secret."""
    engine = Engine(
        workspace_key="acme", workspace_secret="planted", tenant_key="t1", api_uri="https://e.example"
    )

    assert "Engine(api_uri='https://e.example', workspace='acme', tenant='t1')" == repr(engine)
    assert "Workspace acme, tenant t1, e.example" == engine.client.place


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (jwt.encode({"exp": 1.7e9}, None, "none"), 1.7e9),
        (jwt.encode({"exp": 12.5}, None, "none"), 12.5),
        (jwt.encode({}, None, "none"), None),
        (jwt.encode({"exp": True}, None, "none"), None),
        (jwt.encode({"exp": "soon"}, None, "none"), None),
        (jwt.encode({"exp": 10**400}, None, "none"), None),
        ("pat-a.b.c", None),
        ("pat-1", None),
        ("a.b", None),
        ("a.$.c", None),
    ],
)
def test_the_expiry_is_read_where_there_is_one(token: str, expected: float | None) -> None:
    """Without verification; what cannot be read is None."""
    assert expected == token_expires(Secret(token))
