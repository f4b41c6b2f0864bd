"""A kernel that goes away before anything was clicked."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ic_widget.sandbox import Sandbox
from tests.browser.driver import Driver, allow, setup
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook


@pytest.mark.parametrize(
    "keywords", ["integration='github'", "integration='stripe', parameters={'apiKey': 'sk'}"]
)
def test_restarted_before_the_click(
    keywords: str, lab: Lab, box: Sandbox, page: Page, tmp_path: Path
) -> None:
    """The form of a restarted kernel says what to do and opens no tab; after the cell has run again it does."""
    app = "GitHub" if "github" in keywords else "Stripe"
    notebook = Notebook(lab, page, [setup(box, f"restarted-{app}", keywords) + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    expect(widget.button(f"Connect {app}")).to_be_enabled()
    notebook.restart()
    widget.shows("The kernel was restarted or stopped", timeout=30_000)
    expect(widget.button(f"Connect {app}")).to_have_count(0)
    page.screenshot(path=tmp_path / "restarted.png")
    notebook.run(0)
    tab = widget.connect()
    if app == "GitHub":
        allow(tab)
    widget.shows(f"{app} is connected")
    notebook.close()
