"""Notebooks that a person has open, however silent their page is."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from ic_widget.sandbox import Sandbox
from tests.browser.driver import setup
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook


@pytest.mark.parametrize("app", ["LabApp", "JupyterNotebookApp"])
def test_silent_page(app: str, box: Sandbox, page: Page, tmp_path: Path) -> None:
    """With Run All, and before the page has said anything, a live notebook never hears that nobody is there."""
    with Lab(tmp_path, app=app) as server:
        notebook = Notebook(server, page, [setup(box, "silent", "integration='github'") + "w.wait(5)"])
        # The kernel reads no message while the cell waits, and this is the page's only other way to it.
        page.route("**/loopback", lambda route: route.abort())
        page.route("**/proxy/**", lambda route: route.abort())
        page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
        said = notebook.output(0)
        notebook.close()
    assert "ConnectTimeout" in said
    assert "write display(w) before w.wait()" in said
    assert "No page" not in said
