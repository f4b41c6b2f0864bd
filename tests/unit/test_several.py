"""The card of several apps without a page."""

from __future__ import annotations

import threading

import pytest

from ic_widget import ConnectWidget, Engine
from ic_widget.runtime.blocking import run_blocking
from ic_widget.sandbox import Sandbox
from ic_widget.several import SeveralWidget


@pytest.fixture
def tenant(request: pytest.FixtureRequest) -> str:
    """Name of a tenant that no other test has."""
    return str(request.node.name)


def standing(card: SeveralWidget) -> dict[str, tuple[str, str]]:
    """What the rows say."""
    return {row["app"]: (row["state"], row["text"]) for row in card._rows}


def test_rows(box: Sandbox, tenant: str) -> None:
    """Each row says whether its app is connected, as what, needs signing in again, or is not connected yet."""
    ready = box.connect("slack", name="Work", tenant=tenant)
    box.put_in_state(box.connect("hacker-news", tenant=tenant).id, "CLIENT_ACTION_REQUIRED")
    engine = box.engine(tenant)
    apps = {"GitHub": "github", "Slack": "slack", "Hacker News": "hacker-news"}
    widgets = {name: ConnectWidget(engine, integration=app, reuse=True) for name, app in apps.items()}
    for widget in widgets.values():
        run_blocking(widget._session.flow.prepare)
    widgets["Slack"]._send_to_page(
        {"kind": "connection", "id": ready.id, "name": "Work", "integration": "slack", "app": "Slack",
         "problem": None, "place": ""}
    )  # fmt: skip
    card = SeveralWidget(widgets)

    assert {
        "GitHub": ("missing", "not connected yet"),
        "Slack": ("connected", "connected as Work"),
        "Hacker News": ("missing", "needs signing in again"),
    } == standing(card)
    assert (
        "<3 apps: GitHub not connected yet, Slack connected as Work, Hacker News needs signing in again>"
        == repr(card)
    )
    assert [widget.model_id for widget in widgets.values()] == [row["model"] for row in card._rows]

    card.close()
    assert all(widget.comm is None for widget in widgets.values())


def test_changes(box: Sandbox, tenant: str) -> None:
    """A row follows its widget, whichever way the attempt goes."""
    engine = box.engine(tenant)
    widgets = {app: ConnectWidget(engine, integration=app) for app in ("github", "notion")}
    card = SeveralWidget(widgets)
    ended = threading.Event()
    card.observe(
        lambda change: ended.set() if all(row["state"] != "missing" for row in change.new) else None, "_rows"
    )
    widgets["github"].cancel()
    widgets["notion"]._session.flow.attempt.expire()

    assert ended.wait(20)
    assert {"github": ("cancelled", "cancelled"), "notion": ("expired", "not finished in time")} == standing(
        card
    )
    card.close()


def test_closed(engine: Engine) -> None:
    """The thread of a closed card does not linger: a cell that is run again and again leaves none behind."""
    card = SeveralWidget({"github": ConnectWidget(engine, integration="github")})
    card._observers._linger = 600
    ran: list[threading.Thread] = []
    told = threading.Event()

    def look() -> None:
        ran.append(threading.current_thread())
        told.set()

    card._observers.call("the thread", look)
    assert told.wait(10)
    card.close()
    ran[0].join(10)

    assert not ran[0].is_alive()


def test_names(engine: Engine) -> None:
    """The widget of a row calls its app as the card does, whether or not the app can be connected."""
    widget = ConnectWidget(engine, integration="workday")
    card = SeveralWidget({"Workday": widget})

    assert "Workday" == widget.preset
    assert "integration='workday'" in repr(widget)
    card.close()
