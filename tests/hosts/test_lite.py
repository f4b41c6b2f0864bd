"""JupyterLite, whose kernel is Python inside the browser: from a site built here, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from ic_widget.sandbox import Sandbox
from tests.browser.driver import Driver, allow
from tests.browser.picture import page_picture
from tests.hosts.lite import LiteNotebook, built, served

pytestmark = pytest.mark.timeout(1200)  # the first run fetches some fifty wheels

INSTALL = "%pip install -q ic_widget"
SECRET = "made = Engine(workspace_key='k', workspace_secret='s', tenant_key='t')"
HEAR = "heard = []\nw.on_connect(lambda c: heard.append([c.id, len(engine.connections())]))\n"
CALLS = """
c = w.connection
print(c.test().ok, c.get("/nowhere").status, [each.key for each in c.actions()][0])
print(len(await c.aio.actions()) == len(c.actions()), connect(engine, "github").id == c.id)
"""
SOCKETS = """
from ic_widget import sandbox
for needs_one in (
    lambda: ConnectWidget(engine, redirect="loopback"),
    lambda: ConnectWidget(engine, port=8123),
    lambda: ConnectFlow(engine, integration="github"),
    lambda: sandbox.Sandbox,
    lambda: Engine("pat-x", verify=False),
):
    try:
        needs_one()
    except ConfigurationError as error:
        print(error)
"""


def setup(box: Sandbox, tenant: str, keywords: str = "") -> str:
    """Source of a cell that makes `w` for `tenant` of the sandbox by a token of its own, with further `keywords`."""
    return (
        "from IPython.display import display\nfrom ic_widget import *\n"
        f"engine = Engine('{box.engine(tenant).token()}', api_uri={box.url!r})\n"
        f"w = ConnectWidget(engine, {keywords})\n"
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site."""
    with served(built(tmp_path_factory.mktemp("lite"))) as address:
        yield address


def test_main_job(site: str, box: Sandbox, page: Page) -> None:
    """An app is chosen and signed in to, the answer comes by the event stream, and the connection is called."""
    cells = [
        INSTALL,
        setup(box, "lite") + HEAR + "w",
        "print(w.redirect, w.redirect_reason)\nprint(w.wait().id, (await w.connected()).name, heard)",
        CALLS,
        SOCKETS,
        setup(box, "one-cell", "integration='github'") + HEAR + "display(w)\nprint(w.wait().id, heard)",
        setup(box, "awaited", "integration='github'") + "display(w)\nprint((await w.connected()).id)",
        SECRET,
    ]
    notebook = LiteNotebook(site, page, cells)
    assert "" == notebook.run(0).strip()
    assert "" == notebook.run(1)
    widget = Driver(notebook.cell(1))
    widget.choose("GitHub")
    allow(widget.connect())
    widget.shows("GitHub is connected")
    page_picture("jupyterlite", page)
    (connection,) = box.engine("lite").connections()
    why, waited = notebook.run(2).splitlines()
    assert why.startswith("events This kernel runs inside the browser")
    assert f"{connection.id} GitHub [['{connection.id}', 1]]" == waited
    called = notebook.run(3).splitlines()
    assert ("True 404 list-issues", "True True") == (called[0], called[-1])
    said = notebook.run(4).splitlines()
    assert 5 == len(said)
    assert all("inside the browser" in sentence for sentence in said)
    for index, tenant in ((5, "one-cell"), (6, "awaited")):
        notebook.start(index)
        allow(Driver(notebook.cell(index)).connect())
        printed = notebook.finish(index)
        (connection,) = box.engine(tenant).connections()
        assert connection.id in printed
    assert "UserWarning: This Python runs inside the browser" in notebook.run(7)


def test_without_the_event_stream(site: str, page: Page) -> None:
    """Where the engine has no event stream, the id of the connection is pasted."""
    with Sandbox() as box:
        cells = [
            INSTALL,
            setup(box, "pasted", "integration='github'") + "w",
            "print(w.redirect, w.status, w.connection_id)",
        ]
        notebook = LiteNotebook(site, page, cells)
        notebook.run(0)
        box.faults.set("events-missing")
        notebook.run(1)
        widget = Driver(notebook.cell(1))
        widget.connect().close()
        made = box.connect("github", tenant="pasted").id
        field = widget.widget.get_by_role("textbox", name="Address of the tab you ended on")
        field.fill(made)
        field.press("Enter")
        widget.shows(made)
        assert f"paste connected {made}" == notebook.run(2).strip()


def test_a_stream_that_cannot_be_read(site: str, box: Sandbox, context: BrowserContext, page: Page) -> None:
    """Where the page may not read the event stream, the new connection is found among the tenant's."""
    context.route("**/sse/connection-events/**", lambda route: route.abort())
    cells = [
        INSTALL,
        setup(box, "polled", "integration='github'") + "w",
        "print(w.redirect, w.wait(60).id)",
    ]
    notebook = LiteNotebook(site, page, cells)
    notebook.run(0)
    notebook.run(1)
    widget = Driver(notebook.cell(1))
    allow(widget.connect())
    widget.shows("GitHub is connected")
    (connection,) = box.engine("polled").connections()
    assert f"events {connection.id}" == notebook.run(2).strip()
