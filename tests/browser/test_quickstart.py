"""The demo as a new user meets it: one command, the quickstart notebook, Shift+Enter."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import Driver, allow
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
    widget = Driver(code.nth(0))
    widget.choose("GitHub")
    tab = widget.connect()
    code.nth(1).click()
    for _ in range(5):
        page.keyboard.press("Shift+Enter")
    allow(tab)
    shown = code.nth(1).locator(".jp-OutputArea-executeResult")
    expect(shown).to_contain_text("GitHub")
    expect(_result(code.nth(2))).to_have_text(re.compile(r"'\w+'"))
    expect(shown).to_contain_text(_result(code.nth(2)).inner_text().strip("'"))
    expect(code.nth(3).locator(".jp-OutputArea-executeResult")).to_contain_text("GitHub")
    for _ in range(2):
        page.keyboard.press("Shift+Enter")
    zendesk = Driver(code.nth(4))
    expect(zendesk.widget.get_by_role("textbox", name=re.compile("subdomain", re.IGNORECASE))).to_have_value(
        "acme"
    )
    allow(zendesk.connect())
    expect(_result(code.nth(4))).to_have_text("'Zendesk'")


def _result(cell: Locator) -> Locator:
    return cell.locator(".jp-OutputArea-executeResult .jp-RenderedText")
