"""A page that comes from this machine by its name, and a kernel that does not: an ssh tunnel or a container."""

from __future__ import annotations

from ic_widget.sandbox import Sandbox
from tests.browser.conftest import OpenNotebook
from tests.browser.driver import Driver, allow, setup

VIA = "w._session.flow.attempt.state.via"


def test_loopback_leads_elsewhere(open_notebook: OpenNotebook) -> None:
    """A loopback probe that fails leads to the proxy; path and reason are in the traits and under Details."""
    with Sandbox() as box:
        box.faults.set("events-missing")
        notebook = open_notebook([setup(box, "tunnel", "integration='github'") + "w"])
        notebook.page.context.route("**/loopback", lambda route: route.abort())
        notebook.run(0)
        widget = Driver(notebook.cell(0))
        tab = widget.connect()
        widget.widget.get_by_text("Details").click()
        widget.shows("Return path: proxy. This browser reached the kernel through")
        allow(tab)
        widget.shows("GitHub is connected")
        path, reason, via = notebook.value(f"[w.redirect, w.redirect_reason, {VIA}]")
        assert ("proxy", "redirect") == (path, via)
        assert "This browser reached the kernel through jupyter-server-proxy." == reason
