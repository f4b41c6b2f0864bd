"""Trying a connection out, in real JupyterLab against the sandbox."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from ic_widget.sandbox import Sandbox
from tests.browser.conftest import OpenNotebook
from tests.browser.driver import Driver, setup
from tests.browser.explore_driver import ExploreDriver, cell
from tests.browser.keyboard import enter_notebook, press, reach, type_into
from tests.browser.lab import EVERY_KERNEL
from tests.unit.page.explore_page import hubspot


def test_from_sign_in_to_a_table(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """Try it, run an action, a request, one that fails, one that is cancelled; each is whole in Python."""
    notebook = next_notebook([setup(box, tenant, "integration='hubspot', auth_option='private-app'") + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.fill(Access_token="pat-typed")
    widget.connect()
    widget.shows("HubSpot is connected")
    widget.button("Try it").click()
    x = ExploreDriver(notebook.cell(0))
    expect(x.widget.get_by_role("heading", level=3)).to_be_focused()
    x.choose("List contacts")
    x.field("Limit").fill("3")
    x.run()
    x.ends("Succeeded")
    expect(x.widget.get_by_role("row")).to_have_count(1 + 3)
    x.shows("In Python: w.explorer.output")
    assert [3, ["c1", "c2", "c3"]] == notebook.value(
        "[len(w.explorer.output['items']), list(w.explorer.dataframe()['id'])]"
    )
    x.choose("Request to the app\u2019s API")
    x.field("Path").fill("/records/c2")
    x.run()
    x.ends("Succeeded: 200")
    assert ["c2", 200] == notebook.value("[w.explorer.output['id'], w.explorer.response.status]")
    x.choose("Fail")
    x.run()
    x.ends("Failed: 422")
    x.shows("This path always answers 422")
    assert [None, "ActionError"] == notebook.value("[w.explorer.output, type(w.explorer.error).__name__]")
    x.choose("Take a while")
    x.field("Seconds").fill("30")
    x.run()
    x.shows("Running for")
    x.button("Cancel").click()
    x.ends("Cancelled")
    expect(x.button("Run")).to_be_focused()
    assert "Cancelled here" in notebook.value("str(w.explorer.error)")
    x.widget.get_by_text("History (4)").click()
    x.widget.get_by_role("button", name="list-contacts").click()
    x.ends("Succeeded")
    expect(x.field("Limit")).to_have_value("3")
    expect(x.widget.get_by_role("row")).to_have_count(1 + 3)
    saved = notebook.save()
    assert "Ada Lovelace" not in saved
    assert "records/c2" not in saved


def test_the_code_does_the_same(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """The Python code that is offered brings what the widget brought."""
    notebook = next_notebook([cell(box, tenant, hubspot(box.engine(tenant)))])
    notebook.run(0)
    x = ExploreDriver(notebook.cell(0))
    x.field("Path").fill("/records")
    x.add("Query", "limit", "2")
    x.run()
    x.ends("Succeeded: 200")
    code = x.widget.locator("pre").inner_text()
    assert 'connection.get("/records", params={"limit": "2"})' == code
    assert notebook.value(f"({code}).json() == x.output")
    x.field("Method").select_option("POST")
    x.field("Path").fill("/echo")
    x.add("Headers", "Content-Type", "text/csv")
    x.body("Text", "a;b\n1;2")
    x.run()
    x.ends("Succeeded: 200")
    code = x.widget.locator("pre").inner_text()
    assert ["a;b\n1;2"] * 2 == notebook.value(f"[({code}).text, x.output]")
    x.choose("Create contact")
    x.field("Name").fill('Zoë "Z" O\'Neil')
    x.run()
    x.ends("Succeeded")
    code = x.widget.locator("pre").inner_text()
    assert ['Zoë "Z" O\'Neil'] * 2 == notebook.value(f"[({code}).output['name'], x.output['name']]")


@pytest.mark.parametrize("kernel", EVERY_KERNEL)
def test_busy_kernel(open_notebook: OpenNotebook, box: Sandbox, tenant: str, kernel: str) -> None:
    """While the cell that shows it runs, and while another one does, calls are made and their results shown."""
    stop = "import pathlib\nwhile not pathlib.Path(f'stop-{x._uid}').exists(): time.sleep(0.1)\nprint(x.output['id'])"
    source = cell(box, tenant, hubspot(box.engine(tenant))).removesuffix("\nx")
    notebook = open_notebook([source + "\ndisplay(x)\nprint(x._uid)\n" + stop], kernel=kernel)
    notebook.start(0)
    x = ExploreDriver(notebook.cell(0))
    x.field("Path").fill("/records/c1")
    x.run()
    x.ends("Succeeded: 200")
    # Whichever of the two the kernel has first: Run waits for what hides it.
    x.choose("Take a while")
    x.field("Seconds").fill("30")
    x.run()
    x.button("Cancel").click()
    x.ends("Cancelled")
    x.choose("Get contact")
    x.field("Id").fill("c2")
    x.run()
    x.ends("Succeeded")
    x.shows("Grace Hopper")
    assert 1 == len(notebook.output(0).split())
    (notebook.lab.folder / f"stop-{notebook.output(0).split()[0]}").touch()
    assert "c2" == notebook.finish(0).split()[1]


def test_keyboard_alone(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """Everything is reached by Tab and arrows: the choice, the form, the tree, the history."""
    notebook = next_notebook([cell(box, tenant, hubspot(box.engine(tenant)))])
    notebook.run(0)
    x = ExploreDriver(notebook.cell(0))
    x.field("Path").wait_for()
    enter_notebook(x.widget)
    type_into(x.field("Path"), "/records")
    press(x.button("Run"), "Enter")
    x.ends("Succeeded: 200")
    press(x.button("Tree"), "Enter")
    rows = x.widget.get_by_role("treeitem")
    reach(rows.first).press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    rows.nth(1).press("ArrowDown")
    rows.nth(2).press("ArrowRight")
    expect(rows.nth(2)).to_have_attribute("aria-expanded", "true")
    rows.nth(2).press("ArrowDown")
    expect(rows.nth(3)).to_contain_text('id: "c1"')
    x.page.keyboard.press("Tab")
    expect(rows.nth(3)).not_to_be_focused()
    press(x.widget.get_by_text("History (1)"), "Enter")
    press(x.widget.get_by_role("button", name=re.compile("^GET .records")), "Enter")
    x.ends("Succeeded: 200")


def test_reloaded_page(open_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """A page that is reloaded gets the history and the last result from the kernel, and none from the file."""
    notebook = open_notebook([cell(box, tenant, hubspot(box.engine(tenant)))])
    notebook.run(0)
    x = ExploreDriver(notebook.cell(0))
    x.field("Path").fill("/records/c1")
    x.run()
    x.ends("Succeeded: 200")
    assert "Ada Lovelace" not in notebook.save()
    notebook.reload()
    x = ExploreDriver(notebook.cell(0))
    x.shows("Ada Lovelace")
    x.shows("History (1)")


def test_secrets(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """What was typed as a secret is in no trait, file or code, and what comes back as one is hidden at first."""
    notebook = next_notebook([cell(box, tenant, hubspot(box.engine(tenant)))])
    notebook.run(0)
    x = ExploreDriver(notebook.cell(0))
    x.field("Method").select_option("POST")
    x.field("Path").fill("/records")
    x.body("JSON", '{"name": "Ada", "password": "planted-secret"}')
    x.run()
    x.ends("Succeeded: 201")
    assert 'getpass("password")' in x.widget.locator("pre").inner_text()
    expect(x.widget.get_by_role("tree")).not_to_contain_text("planted-secret")
    assert "planted-secret" == notebook.value("x.output['password']")
    x.button("Show secrets").click()
    expect(x.widget.get_by_role("tree")).to_contain_text("planted-secret")
    assert "planted-secret" not in notebook.save()
    assert not notebook.value(
        "'planted-secret' in str({k: v for k, v in x.get_state().items() if k != '_esm'})"
    )
