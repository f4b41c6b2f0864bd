"""Notebook programs of earlier years that are still in use, each as pip installs it, in Chromium."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page

from ic_widget.sandbox import Sandbox
from tests.browser.driver import Driver, allow, setup
from tests.browser.notebook import IS
from tests.browser.picture import page_picture
from tests.environments import environment
from tests.hosts.servers import serving

#: The module, its options, the path of the page and what a cell is in it.
PROGRAMS = {
    "JupyterLab 3.6": (
        "jupyterlab",
        ["--ServerApp.token=", "--LabApp.expose_app_in_browser=True"],
        "lab/tree",
        ".jp-Notebook .jp-Cell",
    ),
    "Notebook 6.5": ("notebook", ["--NotebookApp.token="], "notebooks", ".code_cell"),
    "nbclassic": ("nbclassic", ["--ServerApp.token="], "notebooks", ".code_cell"),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_older(program: str, box: Sandbox, page: Page, tmp_path: Path) -> None:
    """Choosing, signing in and `wait()` in the next cell, which is sent while the widget waits for somebody."""
    module, options, place, cell = PROGRAMS[program]
    sources = [setup(box, module) + "w", "print('came by', w.wait(60).integration_key, w.redirect)"]
    written = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    written.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(written, tmp_path / "older.ipynb")
    python = environment("older", "jupyterlab<4", "notebook<7", "nbclassic>=1", "ipykernel", "setuptools<81")
    command = [str(python), "-m", module, "--allow-root", "--no-browser", "--ip=127.0.0.1", *options]
    with serving(command, tmp_path, port_option="--port=") as port:
        page.set_default_timeout(60_000)
        page.goto(f"http://127.0.0.1:{port}/{place}/older.ipynb")

        def run(index: int) -> None:
            page.locator(cell).nth(index).locator(".CodeMirror, .cm-content").first.click()
            page.keyboard.press("Shift+Enter")

        page.locator(cell).first.wait_for()
        # A cell that is run before the kernel is there is lost.
        if module == "jupyterlab":
            # Its indicator says idle from the beginning.
            page.wait_for_function(IS, arg="idle", polling=50)
        else:
            page.locator("#kernel_indicator_icon.kernel_idle_icon").wait_for(state="attached")
        run(0)
        widget = Driver(page.locator("body"))
        widget.widget.get_by_role("option").first.wait_for()
        run(1)
        widget.choose("GitHub")
        allow(widget.connect())
        widget.shows("GitHub is connected")
        page.get_by_text("came by github loopback").last.wait_for()
        page_picture(f"older-{module}", page)
