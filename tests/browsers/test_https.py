"""A page with TLS, of which a browser may or may not let calls pass to the kernel without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ic_widget.sandbox import Sandbox
from tests.browser.lab import Lab
from tests.browsers.notebook import OneNotebook


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab with a certificate."""
    with Lab(tmp_path_factory.mktemp("https"), tls=True) as lab:
        yield lab


def test_https(notebook: OneNotebook, box: Sandbox) -> None:
    """`auto` takes loopback where the browser lets the page call it, and Jupyter's own way where it does not."""
    notebook.run(box, "integration='github'")
    notebook.allow(notebook.connect())
    notebook.browser.shows("GitHub is connected")
    expected = {"Firefox": "loopback", "WebKit": "proxy"}[notebook.browser.name]
    assert ["https", expected] == [
        notebook.browser.js("return location.protocol.slice(0, -1)"),
        notebook.value("w.redirect"),
    ]
