"""A tab that the user closes before they are done, in real JupyterLab."""

from __future__ import annotations

from playwright.sync_api import expect

from ic_widget.sandbox import Sandbox
from tests.browser.conftest import OpenNotebook
from tests.browser.driver import Driver, allow, setup


def test_closed_and_opened_again(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """A closed tab ends nothing: the widget waits on, offers to open it again, and the second one counts."""
    notebook = next_notebook([setup(box, tenant, "integration='github'") + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.connect().close()
    widget.shows("Finish connecting GitHub")
    assert "waiting" == notebook.value("w.status")

    with notebook.page.context.expect_page() as tab:
        widget.button("Open the tab again").click()
    allow(tab.value)
    widget.shows("GitHub is connected")
    assert "connected" == notebook.value("w.status")


def test_closed_for_good(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """A closed tab that nobody opens again ends as expired, and the next try opens another one."""
    notebook = next_notebook([setup(box, tenant, "integration='github', timeout=3") + "w", "w.wait()"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.connect().close()
    assert "ConnectTimeout" in notebook.run(1)

    expect(widget.connect().get_by_role("button", name="Sign in")).to_be_visible()
