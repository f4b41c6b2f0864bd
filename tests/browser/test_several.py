"""Several apps in one card, `connect("github", "stripe", ...)`, in real JupyterLab, while the cell blocks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ic_widget.sandbox import Sandbox
from tests.browser.accessibility import violations
from tests.browser.conftest import RESULTS, OpenNotebook
from tests.browser.driver import Card, allow, deny, setup

CALL = "engine, 'github', 'slack', 'stripe', 'hacker-news'"
KEYS = "print([each.integration_key for each in found])"


def cell(box: Sandbox, tenant: str, call: str) -> str:
    """Source of a cell that connects all of them, and says in which order they came."""
    return f"{setup(box, tenant)}w.close()\nimport ic_widget\nfound = {call}\n{KEYS}"


def test_any_order_while_the_cell_blocks(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """Each row says how its app stands; what is missing is signed in to in any order; all come back in theirs."""
    ready = box.connect("slack", tenant=tenant)
    box.connect("hacker-news", tenant=tenant)
    again = box.engine(tenant).connections(integration="hacker-news")[0]
    box.put_in_state(again.id, "CLIENT_ACTION_REQUIRED")
    notebook = next_notebook([cell(box, tenant, f"ic_widget.connect({CALL})")])
    notebook.start(0)
    card = Card(notebook.cell(0))
    card.states(
        GitHub="not connected yet",
        Slack="connected",
        Stripe="not connected yet",
        Hacker_News="needs signing in again",
    )
    expect(card.place.get_by_role("status").first).to_have_text(
        "1 of 4 connected. Missing: GitHub, Stripe, Hacker News."
    )
    assert ["GitHub"] == card.open()
    # By the keyboard alone, in a kernel that is busy.
    card.summary("Stripe").focus()
    notebook.page.keyboard.press("Enter")
    card.widget("Stripe").fill(Secret_key="sk_1")
    card.widget("Stripe").connect()
    card.states(Stripe="connected")
    assert "[" not in notebook.output(0)
    assert ["GitHub"] == card.open()
    expect(card.summary("Stripe")).to_be_focused()

    allow(card.widget("GitHub").connect())
    card.states(GitHub="connected")
    assert ["Hacker News"] == card.open()
    assert [] == violations(notebook.page, ".icw-several")
    card.widget("Hacker News").connect()
    assert "['github', 'slack', 'stripe', 'hacker-news']" == notebook.finish(0).strip().splitlines()[-1]
    expect(card.place.get_by_role("status").first).to_have_text("All 4 are connected.")
    assert [ready.id, again.id] == notebook.value("[found[1].id, found[3].id]")


def test_typing_goes_on(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """Who types into one row keeps the focus and the text there when another is connected meanwhile."""
    notebook = next_notebook(
        [cell(box, tenant, "await ic_widget.aconnect(engine, 'github', 'stripe', 'notion')")]
    )
    notebook.start(0)
    card = Card(notebook.cell(0))
    tab = card.widget("GitHub").connect()
    card.states(GitHub="signing in")
    card.summary("Stripe").click()
    field = card.row("Stripe").get_by_role("textbox", name=re.compile("Secret key"))
    field.press_sequentially("sk_")
    allow(tab)
    card.states(GitHub="connected")
    assert ["Stripe"] == card.open()
    expect(field).to_be_focused()
    notebook.page.keyboard.type("1")
    expect(field).to_have_value("sk_1")
    notebook.page.keyboard.press("Enter")
    card.states(Stripe="connected")
    assert ["Notion"] == card.open()
    allow(card.widget("Notion").connect())
    assert "['github', 'stripe', 'notion']" in notebook.finish(0)


def test_one_fails(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """One that is denied leaves the others usable and can be tried again; in the end it is said what is missing."""
    notebook = next_notebook([cell(box, tenant, "ic_widget.connect(engine, 'github', 'notion')")])
    notebook.start(0)
    card = Card(notebook.cell(0))
    deny(card.widget("GitHub").connect())
    card.states(GitHub="did not work", Notion="not connected yet")
    card.widget("GitHub").connect().close()
    card.states(GitHub="signing in")
    card.widget("GitHub").button("Cancel").click()
    card.states(GitHub="cancelled")
    card.summary("Notion").click()
    allow(card.widget("Notion").connect())
    output = notebook.finish(0)
    assert "ConnectCancelled: GitHub is not connected: " in output
    assert (
        "Connected: Notion. Run this again to connect what is missing; what is connected is taken" in output
    )


def test_interrupt(open_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """Interrupt says what is missing, and the card can still be used."""
    notebook = open_notebook([cell(box, tenant, "ic_widget.connect(engine, 'github', 'notion')"), ""])
    notebook.start(0)
    card = Card(notebook.cell(0))
    card.states(GitHub="not connected yet")
    notebook.interrupt()
    assert "No longer waiting. Not connected yet: GitHub, Notion. Run this again" in notebook.finish(0)
    allow(card.widget("GitHub").connect())
    card.states(GitHub="connected")


@pytest.mark.looks
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_looks(open_notebook: OpenNotebook, box: Sandbox, tenant: str, theme: str) -> None:
    """Nothing that axe knows is wrong with the card, with a row folded, one unfolded and one failed."""
    box.connect("slack", tenant=tenant)
    notebook = open_notebook([cell(box, tenant, f"ic_widget.connect({CALL})")])
    if theme == "dark":
        notebook.dark()
    notebook.start(0)
    card = Card(notebook.cell(0))
    deny(card.widget("GitHub").connect())
    card.states(GitHub="did not work", Slack="connected")
    card.summary("GitHub").click()
    card.summary("Stripe").click()
    card.widget("Stripe").button("Connect Stripe").wait_for()
    assert [] == violations(notebook.page, ".icw-several")
    RESULTS.mkdir(exist_ok=True)
    card.place.screenshot(path=Path(RESULTS / f"several-{theme}.png"))
    notebook.interrupt()
    notebook.finish(0)
