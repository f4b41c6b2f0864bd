"""What is finished late, what is there already, and what stays until another connection comes."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from ic_widget.sandbox import Sandbox
from tests.browser.conftest import OpenNotebook
from tests.browser.driver import Driver, allow, setup


def at_consent(widget: Driver) -> Page:
    """The tab of an attempt, left at the page that asks for consent."""
    tab = widget.connect()
    tab.get_by_role("button", name="Sign in").click()
    tab.get_by_role("button", name="Allow").wait_for()
    return tab


def test_finished_after_cancel(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """A sign-in finished after Cancel is told in the tab and offered in the widget; taken, it is the result."""
    notebook = next_notebook([setup(box, tenant, "integration='github'") + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    tab = at_consent(widget)
    widget.button("Cancel").click()
    widget.shows("Stopped waiting. If you finish in the other tab, it still counts.")
    tab.get_by_role("button", name="Allow").click()
    expect(tab.get_by_role("heading")).to_have_text("Connected after all")
    expect(tab.locator("body")).to_contain_text("GitHub was connected, but your notebook had stopped waiting")
    widget.shows("GitHub was connected after all")
    (connection,) = box.engine(tenant).connections()
    assert ["cancelled", None, connection.id] == notebook.value("[w.status, w.connection_id, w.late.id]")
    widget.button("Use it").click()
    widget.shows("GitHub is connected")
    assert ["connected", connection.id, None] == notebook.value("[w.status, w.connection_id, w.late]")
    assert connection.id == notebook.value("w.wait().id")


def test_second_tab(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """Of two tabs of one attempt the second replaces the first's connection: the widget holds the living one."""
    notebook = next_notebook([setup(box, tenant, "integration='github'") + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    first = at_consent(widget)
    with first.context.expect_page() as opened:
        widget.button("Open the tab again").click()
    second = opened.value
    first.get_by_role("button", name="Allow").click()
    widget.shows("GitHub is connected")
    before = notebook.value("w.connection_id")
    allow(second)
    expect(second.get_by_role("heading")).to_have_text("Connected once more")
    (connection,) = box.engine(tenant).connections()
    assert before != connection.id
    widget.shows(connection.id)
    assert [connection.id, True] == notebook.value("[w.connection_id, w.connection.connected]")


def test_another_and_back(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """The last result stays until a new one comes; a second connection is added where the person chooses that."""
    notebook = next_notebook([setup(box, tenant, "integration='github'") + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    allow(widget.connect())
    widget.shows("GitHub is connected")
    first = notebook.value("w.connection_id")
    widget.button("Connect again").click()
    widget.shows("This replaces your connection “GitHub”")
    assert [first, "connected"] == notebook.value("[w.connection_id, w.status]")
    widget.button("Back to the connection").click()
    widget.shows("GitHub is connected")
    widget.button("Connect again").click()
    widget.widget.get_by_role("radio", name="Add a second one").check()
    allow(widget.connect())
    widget.shows("GitHub is connected")
    second = notebook.value("w.connection_id")
    assert {first, second} == {each.id for each in box.engine(tenant).connections()}


def test_dead_connection(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """The list says that a connection needs signing in again; choosing it does that, and its id stays."""
    notebook = next_notebook([setup(box, tenant) + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.choose("GitHub")
    allow(widget.connect())
    widget.shows("GitHub is connected")
    there = notebook.value("w.connection_id")
    box.put_in_state(there, "CLIENT_ACTION_REQUIRED")
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.widget.get_by_role("combobox").fill("GitHub")
    row = widget.widget.get_by_role("option", name="GitHub").first
    expect(row).to_contain_text("Needs signing in again")
    row.click()
    widget.shows("This signs in again to your connection “GitHub”, which keeps its ID.")
    allow(widget.connect())
    widget.shows("GitHub is connected")
    assert [there, True] == notebook.value("[w.connection_id, w.connection.connected]")


def test_nothing_is_asked_twice(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """With reuse=True a notebook that is run again asks nothing, and says so."""
    cell = setup(box, tenant, "integration='hacker-news', reuse=True") + "display(w)\nprint(w.wait().id)"
    notebook = next_notebook([cell])
    notebook.start(0)
    widget = Driver(notebook.cell(0))
    widget.connect()
    widget.shows("Hacker News is connected")
    (connection,) = box.engine(tenant).connections()
    assert connection.id in notebook.run(0)
    Driver(notebook.cell(0)).shows("It was ready: nobody had to sign in.")
