"""The demo as a new user meets it: one command, the quickstart notebook, Shift+Enter."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import Card, Driver, allow
from tests.browser.lab import isolated


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """Address that `ic-widget demo` prints, in an empty folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ic_widget.cli", "demo", "--no-browser"],
        cwd=tmp_path,
        env={**isolated(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
    process.terminate()
    process.communicate(timeout=120)


def test_quickstart(demo: str, page: Page) -> None:
    """Every cell of the quickstart notebook does what its text says."""
    page.goto(demo)
    cells = page.locator(".jp-Notebook .jp-Cell")
    # Not the notebook's own mark, which says idle before there is a kernel.
    expect(page.get_by_role("button", name="(ipykernel) | Idle")).to_be_visible(timeout=60_000)
    code = page.locator(".jp-Notebook .jp-CodeCell")
    cells.first.click()
    for _ in range(2):
        page.keyboard.press("Shift+Enter")
    github = code.nth(0)
    tab = Driver(github).connect()
    cells.last.click()
    allow(tab)
    shown = github.locator(".jp-OutputArea-executeResult")
    expect(shown).to_contain_text("GitHub")

    code.nth(1).click()
    for _ in range(3):
        page.keyboard.press("Shift+Enter")
    expect(_result(code.nth(1))).to_have_text(re.compile(r"'\w+'"))
    expect(shown).to_contain_text(_result(code.nth(1)).inner_text().strip("'"))
    card = Card(code.nth(2))
    card.states(GitHub="connected", Stripe="not connected yet", Slack="not connected yet")
    card.widget("Stripe").fill(Secret_key="sk_1")
    card.widget("Stripe").connect()
    card.states(Stripe="connected")
    allow(card.widget("Slack").connect())
    expect(_result(code.nth(2))).to_have_text("['GitHub', 'Stripe', 'Slack']")

    code.nth(3).click()
    page.keyboard.press("Shift+Enter")
    widget = Driver(code.nth(3))
    widget.choose("Zendesk")
    widget.fill(subdomain="acme")
    tab = widget.connect()
    code.nth(4).click()
    for _ in range(3):
        page.keyboard.press("Shift+Enter")
    allow(tab)
    expect(code.nth(4).locator(".jp-OutputArea-executeResult")).to_contain_text("Zendesk")
    expect(code.nth(5).locator(".jp-OutputArea-executeResult")).to_contain_text("Stripe")


def _result(cell: Locator) -> Locator:
    return cell.locator(".jp-OutputArea-executeResult .jp-RenderedText")
