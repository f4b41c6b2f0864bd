"""marimo: the widget inside `mo.ui.anywidget`."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from ic_widget.sandbox import Sandbox
from tests.browser.driver import Driver, allow
from tests.browser.lab import free_port

APP = """
import marimo
app = marimo.App()

@app.cell
def _():
    import json, pathlib
    import marimo as mo
    from ic_widget import ConnectWidget, Engine
    engine = Engine(workspace_key={key!r}, workspace_secret={secret!r}, tenant_key="marimo", api_uri={url!r})
    w = ConnectWidget(engine)
    def tell(connection):
        print("told", connection.integration_key)
        pathlib.Path({out!r}).write_text(json.dumps([w.redirect, connection.id, connection.integration_key]))
    w.on_connect(tell)
    return (w, mo)

@app.cell
def _(mo, w):
    mo.ui.anywidget(w)
    return ()
"""


@pytest.fixture
def marimo(tmp_path: Path, box: Sandbox) -> Iterator[str]:
    """Address of a marimo app that shows the widget; it writes what came of it to out.json."""
    app, log = tmp_path / "app.py", tmp_path / "marimo.log"
    keys = {"key": box.workspace_key, "secret": box.workspace_secret, "url": box.url}
    app.write_text(APP.format(**keys, out=str(tmp_path / "out.json")))
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "marimo",
        "-q",
        "run",
        str(app),
        "--headless",
        "--no-token",
        f"--port={port}",
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--host=127.0.0.1"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},  # what a handler prints is in the log at once
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + 60
        while not _answers(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_marimo(marimo: str, box: Sandbox, tmp_path: Path, page: Page) -> None:
    """Choosing, signing in and the answer work in a marimo app, by loopback; its terminal has what a handler prints."""
    page.goto(marimo)
    widget = Driver(page.locator("body"))
    widget.choose("GitHub")
    allow(widget.connect())
    widget.shows("GitHub is connected")
    (connection,) = box.engine("marimo").connections()
    widget.shows(connection.id)
    out = tmp_path / "out.json"
    while not out.exists() or not out.read_text():
        page.wait_for_timeout(50)
    assert ["loopback", connection.id, "github"] == json.loads(out.read_text())
    while "told github" not in (tmp_path / "marimo.log").read_text():
        page.wait_for_timeout(50)
