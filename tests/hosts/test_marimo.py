"""marimo: the widget inside `mo.ui.anywidget`."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, expect

from ic_widget.sandbox import Sandbox
from tests.browser.driver import Driver, allow
from tests.browser.lab import free_port
from tests.browser.picture import page_picture
from tests.server_program import running

APP = """
import marimo
app = marimo.App()

@app.cell
def _():
    import json, pathlib
    import marimo as mo
    from ic_widget import ConnectWidget, Engine
    engine = Engine(workspace_key={key!r}, workspace_secret={secret!r}, tenant_key={tenant!r}, api_uri={url!r})
    w = ConnectWidget(engine)
    return (json, mo, pathlib, w)

@app.cell
def _(mo, w):
    mo.ui.anywidget(w)
    return ()

@app.cell
def _(json, pathlib, w):
    def tell(connection):
        print("told", connection.integration_key)
        pathlib.Path({out!r}).write_text(json.dumps([w.redirect, connection.id, connection.integration_key]))
        raise ValueError("of the function")
    w.on_connect(tell)
    return ()
"""


@contextlib.contextmanager
def serving(folder: Path, box: Sandbox, mode: str) -> Iterator[str]:
    """Address of a marimo notebook that shows the widget; it writes what came of it to out.json."""
    app, log = folder / "app.py", folder / "marimo.log"
    keys = {"key": box.workspace_key, "secret": box.workspace_secret, "url": box.url}
    app.write_text(APP.format(**keys, tenant=f"marimo-{mode}", out=str(folder / "out.json")))
    port = free_port()
    command = [sys.executable, "-m", "marimo", "-q", mode, str(app), "--headless", "--no-token"]
    with running(
        [*command, f"--port={port}", "--host=127.0.0.1"],
        answers=lambda: _answers(port),
        log=log,
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},  # what a handler prints is in the log at once
    ):
        yield f"http://127.0.0.1:{port}"


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def connected(page: Page, box: Sandbox, mode: str, out: Path) -> None:
    """Choosing, signing in and the answer, by loopback."""
    widget = Driver(page.locator("body"))
    widget.choose("GitHub")
    allow(widget.connect())
    widget.shows("GitHub is connected")
    (connection,) = box.engine(f"marimo-{mode}").connections()
    widget.shows(connection.id)
    while not out.exists() or not out.read_text():
        page.wait_for_timeout(50)
    assert ["loopback", connection.id, "github"] == json.loads(out.read_text())


def test_app(box: Sandbox, tmp_path: Path, page: Page) -> None:
    """It works in a marimo app, whose terminal has what a handler prints and raises."""
    with serving(tmp_path, box, "run") as address:
        page.goto(address)
        connected(page, box, "run", tmp_path / "out.json")
        while "ValueError: of the function" not in (log := (tmp_path / "marimo.log").read_text()):
            page.wait_for_timeout(50)
    assert "told github" in log


def test_notebook(box: Sandbox, tmp_path: Path, page: Page) -> None:
    """In an open notebook, what a handler prints and raises is read under the cell that gave it."""
    with serving(tmp_path, box, "edit") as address:
        page.goto(address)
        cells = page.locator(".marimo-cell")
        cells.nth(2).locator(".cm-content").wait_for()
        page.keyboard.press("Control+Shift+R")  # a notebook that was opened does not run by itself
        connected(page, box, "edit", tmp_path / "out.json")
        under = cells.nth(2).locator(".console-output-area")
        expect(under).to_contain_text("told github")
        expect(under).to_contain_text(
            "The function given to on_connect failed. The connection is not affected."
        )
        expect(under).to_contain_text("ValueError: of the function")
        page_picture("marimo", page, top=85)  # without the path of its file
