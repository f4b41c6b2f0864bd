"""VS Code and Colab cannot be started here; pages that forbid what they forbid stand in for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from ic_widget import ConnectWidget, Engine
from ic_widget.sandbox import Sandbox
from ic_widget.several import SeveralWidget
from tests.browser.conftest import RESULTS
from tests.browser.driver import Card, Driver, allow
from tests.browser.stand_in import StandIn

Show = Callable[..., StandIn]


@pytest.fixture
def show(box: Sandbox, tenant: str, page: Page) -> Iterator[Show]:
    """`show("vscode", integration="stripe")` puts a widget on a page of that kind."""
    made: list[ConnectWidget] = []

    def put(kind: str, engine: Engine | None = None, **keywords: Any) -> StandIn:
        made.append(ConnectWidget(engine or box.engine(tenant), **keywords))
        return StandIn(kind, page, made[-1])

    yield put
    for widget in made:
        widget.close()


def test_vscode(show: Show, box: Sandbox, context: BrowserContext) -> None:
    """Where forms and popups are forbidden a real link opens a page that posts the typed values, once."""
    there = show("vscode", integration="stripe")
    widget = Driver(there.frame.locator("body"))
    get_link = widget.button("Get a link to connect Stripe")
    there.until(lambda: get_link.count() and get_link.is_enabled())
    there.until(widget.widget.get_by_role("textbox").count)
    widget.fill(Secret_key="sk_typed")
    get_link.click()
    link = widget.widget.get_by_role("link", name="Open the page to connect Stripe")
    there.until(link.count)
    widget.shows("in VS Code: Ports view")
    link.click()
    url = there.until(lambda: there.opened and there.opened[0])
    tab = context.new_page()
    tab.goto(url)
    there.until(lambda: "connected" == there.widget.status)
    there.until(widget.widget.get_by_role("heading", name="Stripe is connected").count)
    (call,) = (call for call in box.received if "sk_typed" in str(call))
    assert call["redirectUri"].split("/")[:3] == url.split("/")[:3]
    assert 410 == getattr(context.new_page().goto(url), "status", None)
    assert "events" == there.widget.redirect
    assert "the page is not Jupyter's" in str(there.widget.redirect_reason)
    assert [] == there.complaints


def test_vscode_without_any_way_back(show: Show, page: Page) -> None:
    """With an engine that has no event stream, paste is there from the start and the keyboard is enough for it."""
    with Sandbox() as box:
        made = box.connect("hacker-news").id
        box.faults.set("events-missing")
        there = show("vscode", integration="hacker-news", engine=box.engine())
        widget = Driver(there.frame.locator("body"))
        get_link = widget.button("Get a link to connect Hacker News")
        there.until(lambda: get_link.count() and get_link.is_enabled())
        assert "paste" == there.widget.redirect
        get_link.press("Enter")
        link = widget.widget.get_by_role("link")
        there.until(link.count)
        link.press("Enter")
        field = widget.widget.get_by_role("textbox", name="Address of the tab you ended on")
        there.until(field.count)
        flow = there.widget._session.flow
        for text, key in (("garbage", "Enter"), (f"{flow.redirect_uri}?connectionId={made}", "Tab")):
            field.focus()
            field.fill(text)
            page.keyboard.press(key)
            if key == "Enter":
                there.until(widget.widget.get_by_text('There is no connection "garbage"').count)
                assert "waiting" == there.widget.status
        page.keyboard.press("Enter")
        there.until(lambda: "connected" == there.widget.status)
        assert "paste" == flow.attempt.state.via


@pytest.mark.parametrize("kind", ["vscode", "colab"])
def test_card_of_several_apps(box: Sandbox, tenant: str, page: Page, kind: str) -> None:
    """Each row of the card shows its widget; where the host's manager does not know one, the row says what to do."""
    engine = box.engine(tenant)
    stripe, github = (ConnectWidget(engine, integration=key) for key in ("stripe", "github"))
    card = SeveralWidget({"Stripe": stripe, "GitHub": github})
    there = StandIn(kind, page, card, within=[stripe])
    shown = Card(there.frame.locator("body"))
    name = {"vscode": "Get a link to connect Stripe", "colab": "Connect Stripe"}[kind]
    there.until(shown.widget("Stripe").button(name).count)
    shown.states(Stripe="not connected yet", GitHub="not connected yet")
    assert ["Stripe"] == shown.open()
    shown.summary("GitHub").click()
    there.until(shown.row("GitHub").get_by_text("Run a cell for this app alone to connect GitHub.").count)
    page.screenshot(path=RESULTS / f"several-{kind}.png")
    assert [] == there.complaints
    card.close()


def test_colab(show: Show, box: Sandbox, page: Page) -> None:
    """In a cross-origin output frame the form opens its tab, paste is offered after 15 s, the stream answers."""
    asked: list[str] = []
    page.clock.install()
    there = show("colab", integration="github")
    there.page.on("request", lambda request: asked.append(request.url))
    widget = Driver(there.frame.locator("body"))
    connect = widget.button("Connect GitHub")
    there.until(lambda: connect.count() and connect.is_enabled())
    tab = widget.connect()
    there.until(lambda: "waiting" == there.widget.status)
    paste = widget.widget.get_by_role("textbox", name="Address of the tab you ended on")
    there.until(widget.widget.get_by_text("Finish connecting GitHub").count)
    assert 0 == paste.count()
    page.clock.fast_forward(15_000)
    there.until(paste.count)
    allow(tab)
    there.until(lambda: "connected" == there.widget.status)
    there.until(widget.widget.get_by_role("heading", name="GitHub is connected").count)
    assert ("events", "events") == (there.widget.redirect, there.widget._session.flow.attempt.state.via)
    assert "redirectUri" not in box.received[-1]
    assert [] == [url for url in asked if "127.0.0.1" in url]
    assert [] == there.complaints


def test_what_the_module_makes_is_made_once(show: Show) -> None:
    """A page that loads the module for each widget keeps one copy of what is in it."""
    there = show("colab", integration="github")
    load = "async () => (await import('/a/ConnectWidget.js')).default === (await import('/b/ConnectWidget.js')).default"
    assert there.frame.evaluate(load)
