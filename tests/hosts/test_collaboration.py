"""Two people in one notebook, by jupyter-collaboration, each in a browser of their own."""

from __future__ import annotations

from pathlib import Path

import nbformat
from playwright.sync_api import Browser, Page

from ic_widget.sandbox import Sandbox
from tests.browser.driver import Driver, allow, setup
from tests.browser.notebook import EVALUATE, IS, START
from tests.browser.picture import page_picture
from tests.browser.profile import profile
from tests.environments import environment
from tests.hosts.servers import serving

NAMED = "named = ConnectWidget(engine, integration='hubspot')\nnamed"
# Resolves once the kernel names that way back.
WAY = f"""async (way) => {{
  const value = async () => (await ({EVALUATE})('named.redirect')).data['text/plain'];
  while (await value() !== way) await new Promise((resolve) => setTimeout(resolve, 100));
}}"""


def shown(page: Page, cell: int) -> Driver:
    """The widget below that cell."""
    return Driver(page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-OutputArea-output"))


def opened(page: Page, address: str) -> Driver:
    """The notebook in that page, with its kernel."""
    page.set_default_timeout(60_000)
    page.goto(address)
    page.wait_for_function(IS, arg="idle", polling=50)
    return shown(page, 0)


def joined(page: Page, address: str) -> Driver:
    """The notebook in that page, with the widget that somebody else has run."""
    lost = page.get_by_text("Error displaying widget: model not found")
    driver = opened(page, address)
    driver.widget.or_(lost).first.wait_for()
    # JupyterLab may look for the widget before the kernel has told of it: about once in ten times, and for good.
    for _ in range(3):
        if not lost.count():
            break
        driver = opened(page, address)
        driver.widget.or_(lost).first.wait_for()
    return driver


def test_two_people(box: Sandbox, browser: Browser, tmp_path: Path) -> None:
    """What one runs the other sees and signs in to, and then the other way round; each comes back by their own way."""
    path = tmp_path / "shared.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in (setup(box, "collaboration") + "w", NAMED)]
    written = nbformat.v4.new_notebook(cells=cells)
    written.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(written, path)
    python = environment(
        "collaboration", "jupyterlab>=4.4", "jupyter-collaboration>=4", "jupyter-server-proxy>=4.1"
    )
    command = [str(python), "-m", "jupyterlab", "--allow-root", "--no-browser", "--ip=127.0.0.1"]
    command += ["--IdentityProvider.token=", "--ServerApp.allow_remote_access=True"]
    command += ["--LabApp.expose_app_in_browser=True"]
    with (
        serving(command, tmp_path, port_option="--port=") as port,
        profile(browser) as here,
        profile(browser) as elsewhere,
    ):
        first = opened(here.new_page(), f"http://127.0.0.1:{port}/lab/tree/shared.ipynb")
        first.page.evaluate(START, 0)
        first.widget.get_by_role("option").first.wait_for()
        # Chromium takes this name for another machine's.
        elsewhere_address = f"http://lab.test:{port}/lab/tree/shared.ipynb"
        second = joined(elsewhere.new_page(), elsewhere_address)

        def connects(person: Driver, app: str) -> str:
            """Where the tab of that person was told to go in the end."""
            person.choose(app)
            allow(person.connect())
            key = app.lower()
            for each in (first, second):
                each.shows(f"{app} is connected")
                (made,) = (c for c in box.engine("collaboration").connections() if c.integration_key == key)
                each.shows(made.id)
            return str(box.received[-1]["redirectUri"])

        assert connects(second, "GitHub").startswith(f"http://lab.test:{port}/proxy/")
        page_picture("collaboration", second.page)
        first.button("Connect another").click()
        assert connects(first, "Slack").startswith("http://127.0.0.1:")
        # Both pages have tried their ways by now; one's are not the other's.
        second.button("Connect another").click()
        assert connects(second, "Notion").startswith(f"http://lab.test:{port}/proxy/")

        # The app is named, so that nobody chooses: whoever has the focus in the form is the one who signs in.
        first.page.evaluate(START, 1)
        shown(first.page, 1).button("Connect HubSpot").wait_for()
        # JupyterLab shows no output of another person's cell but its text, until the page is loaded again.
        second = joined(second.page, elsewhere_address)
        for person, way in (first, "loopback"), (second, "proxy"), (first, "loopback"):
            named = shown(person.page, 1)
            named.button("Connect HubSpot").focus()
            person.page.evaluate(WAY, repr(way))
            named.button("Connect HubSpot").blur()
        allow(named.connect())
        for each in (first, second):
            shown(each.page, 1).shows("HubSpot is connected")
        assert str(box.received[-1]["redirectUri"]).startswith("http://127.0.0.1:")
