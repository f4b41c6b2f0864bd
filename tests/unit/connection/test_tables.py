"""Connections as people see them."""

from __future__ import annotations

import pytest

from ic_widget.connection.connection import Connection
from ic_widget.connection.tables import Connections, row
from ic_widget.engine.engine import Engine
from ic_widget.sandbox import Sandbox
from tests.unit.connection.conftest import PLANTED
from tests.unit.sandbox.conftest import Client

RAW = {
    "id": "c1",
    "name": "Work <b>",
    "key": "main",
    "integration": {"key": "github"},
    "state": "READY",
    "createdAt": "2026-01-01T00:00:00.000Z",
    "user": {"credentials": {"token": "planted"}},
}


def test_a_row() -> None:
    """State, app, name, key, age, id, and nothing to do for one that works."""
    cells = row(Connection.from_engine(RAW), now=lambda: 1767225600 + 7200)

    assert ["connected", "github", "Work <b>", "main", "2 h", "c1", ""] == list(cells)


@pytest.mark.parametrize(
    ("said", "to_do"),
    [
        (
            {"connected": False, "error": {"message": "Gone"}},
            "Gone. Sign in to it again: connection.reconnect().",
        ),
        ({"archivedAt": "2026-01-02"}, "It is archived: connection.restore() brings it back."),
        ({"state": "BUILDING"}, "It is still being set up: try again in a while."),
        (
            {"state": "SETUP_FAILED"},
            "See its .error, and ask whoever runs the workspace to set the integration right.",
        ),
        ({"createdAt": 5}, ""),
    ],
)
def test_what_to_do_about_a_broken_one(said: dict[str, object], to_do: str) -> None:
    """What is wrong with it, and what to do."""
    assert to_do == row(Connection.from_engine({**RAW, **said}))[-1]


def test_the_table() -> None:
    """Escaped, without columns that are empty, and never with what else the engine said."""
    html = Connections([Connection.from_engine(RAW)])._repr_html_()

    assert "<td>Work &lt;b&gt;</td>" in html
    assert "What to do" not in html
    assert "planted" not in html
    assert html == Connection.from_engine(RAW)._repr_html_()
    assert "<p>No connections.</p>" == Connections()._repr_html_()


def test_lines_in_a_terminal(engine: Engine, box: Sandbox, hubspot: Connection) -> None:
    """The list's repr has a line for each, below what the columns are."""
    Client(box).connected("hacker-news")
    box.revoke("hubspot")
    hubspot.test()
    shown = repr(engine.connections())
    lines = shown.splitlines()

    assert ["State", "App", "Name", "Age", "Id", "What", "to", "do"] == lines[0].split()
    assert any(line.startswith("connected               hacker-news") for line in lines)
    assert any(line.startswith("needs signing in again  hubspot") for line in lines)
    assert PLANTED not in shown + engine.connections()._repr_html_()
    assert "<no connections>" == repr(Connections())


def test_a_secret_that_the_engine_repeats(engine: Engine, box: Sandbox) -> None:
    """What the engine says of an error shows no token and no workspace secret."""
    raw = {"id": "c1", "connected": False, "error": {"message": f"bad {box.workspace_secret}"}}
    table = Connection.from_engine(raw, engine.client)._repr_html_()

    assert box.workspace_secret not in table
    assert "&lt;secret&gt;" in table


def test_where_they_are(engine: Engine, hubspot: Connection) -> None:
    """A table says in which workspace its connections are, and a connection's repr which tenant's it is."""
    assert f"<caption>{engine.client.place}</caption>" in hubspot._repr_html_()
    assert f"tenant={engine.client.subject.tenant!r}>" in repr(hubspot)
