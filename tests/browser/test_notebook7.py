"""Notebook 7, under a base URL as a hub makes it for a user whose name has a space and an umlaut."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from ic_widget.sandbox import Sandbox
from tests.browser.driver import Driver, allow, setup
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.picture import page_picture


def test_notebook7_behind_a_prefix(page: Page, tmp_path: Path) -> None:
    """The answer comes through jupyter-server-proxy; a page of another host tries no loopback."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    base_url = "/user/j%C3%BCrgen%20m/"
    with (
        Sandbox() as box,
        Lab(tmp_path, base_url=base_url, app="JupyterNotebookApp", host="notebook.test") as server,
    ):
        box.faults.set("events-missing")
        notebook = Notebook(server, page, [setup(box, "prefix", "integration='github'") + "w"])
        notebook.run(0)
        widget = Driver(notebook.cell(0))
        tab = widget.connect()
        widget.widget.get_by_text("Details").click()
        widget.shows("through jupyter-server-proxy")
        allow(tab)
        widget.shows("GitHub is connected")
        page_picture("notebook7", page)
        assert ["connected", "proxy"] == notebook.value("[w.status, w.redirect]")
        (call,) = box.received
        assert call["redirectUri"].startswith(f"{server.url}proxy/")
        assert base_url in call["redirectUri"]
        assert [] == [url for url in asked if "127.0.0.1" in url]
        notebook.close()
