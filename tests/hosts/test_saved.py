"""Notebooks that were saved with the widget in them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from playwright.sync_api import Page, expect

from ic_widget.sandbox import Sandbox
from tests.browser.driver import Driver, allow, setup
from tests.browser.lab import Lab, isolated
from tests.browser.notebook import Notebook

EARLIER = "From an earlier session: run the cell to connect."
STATE = "application/vnd.jupyter.widget-state+json"


def saved_size(notebook: str) -> int:
    """Bytes that the state of a notebook's one ConnectWidget takes in its file."""
    models = json.loads(notebook)["metadata"]["widgets"][STATE]["state"].values()
    (model,) = (model for model in models if model["model_name"] == "AnyModel")
    return len(json.dumps(model))


def test_jupyterlab(lab: Lab, box: Sandbox, page: Page, tmp_path: Path) -> None:
    """Saved, and opened again with a new kernel, it is one line with what was connected; the cell works again."""
    notebook = Notebook(lab, page, [setup(box, "saved", "integration='github'") + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    allow(widget.connect())
    widget.shows("GitHub is connected")
    connection = notebook.value("w.connection_id")
    assert saved_size(notebook.save()) < 5000
    notebook.reload()
    Driver(notebook.cell(0)).shows("GitHub is connected")
    assert saved_size(notebook.save()) < 5000
    notebook.shut_down()
    notebook.reload()
    line = notebook.cell(0).get_by_text(EARLIER)
    expect(line).to_be_visible()
    assert f"{EARLIER} It was connected: GitHub, {connection}" == line.inner_text()
    assert 0 == notebook.cell(0).locator("button, [class*=spinner]").count()
    for theme in ("light", "dark"):
        if theme == "dark":
            notebook.dark()
        notebook.cell(0).screenshot(path=tmp_path / f"saved-{theme}.png")
    notebook.run(0)
    Driver(notebook.cell(0)).button("Connect GitHub").wait_for()
    notebook.close()


def test_nbclient(lab: Lab, box: Sandbox, page: Page, tmp_path: Path) -> None:
    """Run by nbclient, it is saved without its module too, and a person who opens the notebook sees the line."""
    cell = nbformat.v4.new_code_cell(setup(box, "unattended", "integration='github'") + "w")
    written = nbformat.v4.new_notebook(cells=[cell])
    NotebookClient(written, timeout=60).execute()
    text = nbformat.writes(written)
    assert saved_size(text) < 5000
    notebook = Notebook(lab, page, ["0"])
    notebook.path.write_text(text)
    # JupyterLab shows no widget of a notebook that came from elsewhere before it is trusted.
    trust = [sys.executable, "-m", "jupyter", "trust", str(notebook.path)]
    subprocess.run(trust, env=isolated(lab.folder.parent), check=True, stdin=subprocess.DEVNULL)
    notebook.reload()
    expect(notebook.cell(0).get_by_text(EARLIER)).to_be_visible()
    notebook.close()


def test_a_host_that_runs_no_widget(box: Sandbox) -> None:
    """Saved without widget state, a page made of the notebook says what stood there and when, and no more."""
    widget = setup(box, "code-host", "integration='github'") + "w"
    card = "from ic_widget.several import SeveralWidget\nother = ConnectWidget(engine, integration='slack')\n"
    cells = [widget, card + "SeveralWidget({'GitHub': w, 'Slack': other})"]
    written = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(written, timeout=60).execute()
    del written.metadata["widgets"]
    page, _ = HTMLExporter().from_notebook_node(written)
    assert re.search(
        r"&lt;ConnectWidget idle, .*&gt;, as shown at \d\d:\d\d; run the cell to see its state", page
    )
    assert "&lt;2 apps: GitHub not connected yet, Slack not connected yet&gt;, as shown at" in page
    assert "widget-view+json" not in page


def test_unattended_cell_in_an_open_notebook(lab: Lab, box: Sandbox, page: Page, tmp_path: Path) -> None:
    """A cell that a program runs in a kernel whose page is open gets its module as soon as the page asks."""
    run = """(code) => {
      const panel = jupyterapp.shell.currentWidget;
      const cell = panel.content.widgets[0];
      cell.model.trusted = true;
      const request = {code, store_history: true, allow_stdin: false};
      cell.outputArea.future = panel.sessionContext.session.kernel.requestExecute(request);
    }"""
    notebook = Notebook(lab, page, ["0"])
    page.evaluate(run, setup(box, "agent", "integration='github'") + "w")
    Driver(notebook.cell(0)).button("Connect GitHub").wait_for()
    expect(notebook.cell(0).get_by_text(EARLIER)).to_have_count(0)
    notebook.close()
