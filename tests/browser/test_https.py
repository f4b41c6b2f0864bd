"""A page with TLS, and a kernel's server without."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from ic_widget.sandbox import Sandbox
from tests.browser.driver import Driver, allow, setup
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.profile import profile


def test_https(browser: Browser, box: Sandbox, tmp_path: Path) -> None:
    """Chromium lets such a page call 127.0.0.1, and `auto` takes that way."""
    with (
        Lab(tmp_path, tls=True) as lab,
        profile(browser, ignore_https_errors=True) as context,
    ):
        notebook = Notebook(lab, context.new_page(), [setup(box, "https", "integration='github'") + "w"])
        notebook.run(0)
        widget = Driver(notebook.cell(0))
        allow(widget.connect())
        widget.shows("GitHub is connected")
        assert notebook.page.url.startswith("https:")
        assert ["connected", "loopback"] == notebook.value("[w.status, w.redirect]")
        notebook.close()
