"""Choosing one app among thousands, in real JupyterLab."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Route, expect

from ic_widget.sandbox import Sandbox
from tests.browser.apps import app
from tests.browser.driver import Driver, setup
from tests.browser.keyboard import enter_notebook, reach
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.profile import profile

CRM: dict[str, Any] = {"categories": ["CRM"]}
NAMED = [
    app("cafe", name="Café Zürich", **CRM),
    app("sheets", name="Google Sheets", categories=["Tables"]),
    app("mercury", name="Mercury", **CRM),
    app("a1", name="A Mercury", **CRM),
    app("a2", name="Aa Mercury", categories=["Tables"]),
    app("off", name="Aab Switched Off", isDeactivated=True),
    app("unset", name="Aac Unset", hasMissingParameters=True),
    {"key": "closed", "name": "Aad Closed", "authOptions": []},
    app("archived", name="Aae Archived", archivedAt="2024-01-01T00:00:00Z"),
    app("nothing", name="Aba No Logo"),
    app("broken", name="Abb Broken Logo", logoUri="data:image/png;base64,AAAA"),
    app("missing", name="Abc Missing Logo", logoUri="https://logos.test/missing.png"),
    app("slow", name="Abd Slow Logo", logoUri="https://logos.test/slow.png"),
    app("good", name="Abe Good Logo", logoUri="https://logos.test/good.svg"),
]
GOOD = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><rect width='8' height='8'/></svg>"
FLAKY = """
import pathlib
def flaky(item):
    if item["name"] == "Acme 1500" and not pathlib.Path("mended").exists():
        raise RuntimeError
    return True
"""
CELLS = {
    "all": "",
    "flaky": "integrations=flaky",
    "keys": "integrations=['sheets', 'archived', 'closed']",
    "crm": "integrations=lambda app: 'CRM' in app.get('categories', [])",
}
WINDOWED = """(mode) => {
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.notebookConfig = {...notebook.notebookConfig, windowingMode: mode};
}"""
LAST_CELL = """() => {
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.length - 1;
}"""
# JupyterLab may still be laying out the cells that were added, so it is told until the list is gone.
SCROLLED_OUT = """(list) => {
  jupyterapp.shell.currentWidget.node.querySelector(".jp-WindowedPanel-outer").scrollTop = 1e6;
  return !list.checkVisibility();
}"""
SCROLL_BACK = """(list) => {
  const notebook = jupyterapp.shell.currentWidget.content;
  return notebook.scrollToItem(notebook.widgets.findIndex((cell) => cell.node.contains(list)), "start");
}"""
BELOW = "jupyterapp.shell.currentWidget.content.model.sharedModel.addCell({cell_type: 'code'})"
TO_THE_END = """([list, count]) => {
  list.scrollTop = list.scrollHeight;
  return [...list.parentElement.querySelectorAll('.icw-count')].some((line) => line.textContent === count);
}"""
SCROLLED_UNTIL = """([list, words]) => {
  list.scrollTop = list.scrollHeight;
  return list.closest('.icw').innerText.includes(words);
}"""
Show = Callable[[str], Driver]


def many(size: int) -> list[dict[str, Any]]:
    """A catalogue of that many apps, those above among them."""
    return [*NAMED, *(app(f"acme-{n}", name=f"Acme {n:04}") for n in range(size - len(NAMED)))]


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """A sandbox with 10,000 apps, one of them archived, and a connection to Café Zürich."""
    with Sandbox(many(10_001)) as box:
        query = {"token": box.token("catalogue"), "integrationKey": "cafe", "input": json.dumps({})}
        urlopen(f"{box.url}/connect?{urlencode(query)}").close()  # noqa: S310  the sandbox's own address
        yield box


def logos(route: Route) -> None:
    """One logo that comes, one that does not exist, one that never comes."""
    if "good" in route.request.url:
        route.fulfill(body=GOOD, content_type="image/svg+xml")
    elif "missing" in route.request.url:
        route.fulfill(status=404)


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser profile for all tests of this file."""
    with profile(browser) as context:
        context.route("https://logos.test/**", logos)
        yield context


@pytest.fixture(scope="module")
def show(lab: Lab, box: Sandbox, context: BrowserContext) -> Iterator[Show]:
    """`show("all")` runs that cell of `CELLS` and is its widget; "empty" and "huge" have their own sandboxes."""
    cells = {name: FLAKY + setup(box, "catalogue", keywords) + "w" for name, keywords in CELLS.items()}
    with Sandbox([]) as empty, Sandbox(many(50_001)) as huge:
        cells.update({"empty": setup(empty, "nobody") + "w", "huge": setup(huge, "somebody") + "w"})
        notebook = Notebook(lab, context.new_page(), list(cells.values()))

        def run(name: str) -> Driver:
            index = list(cells).index(name)
            notebook.run(index)
            return Driver(notebook.cell(index))

        yield run
        notebook.close()


def rows(driver: Driver) -> Locator:
    """The rows of the list that are in the page."""
    return driver.widget.get_by_role("option")


def search(driver: Driver) -> Locator:
    """The combobox."""
    return driver.widget.get_by_role("combobox")


def chip(driver: Driver, name: str) -> Locator:
    """The category called `name`."""
    return driver.widget.get_by_role("radio", name=name, exact=True)


def whole(driver: Driver, count: str = "10,000 apps") -> None:
    """Scroll to the end until all of the list has come, and back."""
    expect(rows(driver).first).to_be_visible()
    listbox = driver.widget.get_by_role("listbox").element_handle()
    driver.page.wait_for_function(TO_THE_END, arg=[listbox, count], timeout=90_000, polling=50)
    driver.widget.get_by_role("listbox").evaluate("(list) => { list.scrollTop = 0; }")


def active(driver: Driver) -> Locator:
    """The row that the combobox says is active; it must be in the page."""
    row = driver.widget.locator(f"[id='{search(driver).get_attribute('aria-activedescendant')}']")
    expect(row).to_have_count(1)
    return row


def test_ten_thousand(show: Show) -> None:
    """Of 10,000 apps a few rows are in the page, and the keyboard alone gets to any of them."""
    driver = show("all")
    whole(driver)
    assert rows(driver).count() < 30
    enter_notebook(driver.widget)
    keyboard = reach(search(driver))
    for key in ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "PageDown", "PageDown"]:
        keyboard.press(key)
    expect(active(driver)).to_have_attribute("aria-posinset", "14")
    expect(active(driver)).to_have_attribute("aria-setsize", "10000")
    expect(active(driver)).to_be_in_viewport()
    listbox = driver.widget.get_by_role("listbox")
    listbox.evaluate("(list) => { list.scrollTop = list.scrollHeight; }")
    expect(rows(driver).filter(has_text="Mercury")).to_be_visible()
    assert rows(driver).count() < 30
    expect(active(driver)).to_have_attribute("aria-posinset", "14")
    keyboard.type("acme 7777")
    expect(rows(driver)).to_have_count(1)
    expect(driver.widget.get_by_role("status").filter(has_text="1 match")).to_have_attribute("role", "status")
    keyboard.press("Enter")
    expect(driver.button("Connect Acme 7777")).to_be_enabled()
    driver.button("Change app").press("Enter")
    expect(search(driver)).to_be_focused()
    expect(search(driver)).to_have_value("")


def test_search(show: Show) -> None:
    """Accents, the order of words and slips are forgiven, and the best match comes first."""
    driver = show("all")
    whole(driver)
    for typed, first in [
        ("cafe zurich", "Café Zürich"),
        ("sheets google", "Google Sheets"),
        ("goggle shets", "Google Sheets"),
        ("merc", "Mercury"),
    ]:
        search(driver).fill(typed)
        expect(rows(driver).first.get_by_text(first, exact=True)).to_be_visible()


def test_rows(show: Show) -> None:
    """Rows show logo or initials, what is connected, and why an app cannot be; chips narrow the list."""
    driver = show("all")
    whole(driver)
    for name, reason in [
        ("Aab Switched Off", "Deactivated in this workspace"),
        ("Aac Unset", "Not configured yet"),
    ]:
        row = rows(driver).filter(has_text=name)
        expect(row).to_contain_text(reason)
        expect(row).to_have_attribute("aria-disabled", "true")
        row.click(force=True)
        expect(search(driver)).to_be_visible()
    rows(driver).filter(has_text="Aad Closed").click()
    driver.shows("Aad Closed offers no way to sign in")  # the engine's list does not say so
    driver.button("Change app").click()
    search(driver).fill("logo")
    for name, initials in [("No", "AN"), ("Broken", "AB"), ("Missing", "AM"), ("Slow", "AS"), ("Good", None)]:
        row = rows(driver).filter(has_text=f"{name} Logo")
        if initials:
            expect(row.get_by_text(initials, exact=True)).to_be_visible()
            expect(row.locator("img:not(.icw-unseen)")).to_have_count(0)
        else:
            expect(row.locator("img:not(.icw-unseen)")).to_be_visible()
    search(driver).press("Escape")
    chip(driver, "CRM").click()
    expect(rows(driver)).to_have_count(3)
    expect(rows(driver).filter(has_text="Café Zürich")).to_contain_text("Connected")
    driver.shows("3 matches")
    chip(driver, "All").click()
    driver.shows("10,000 apps")


def test_failed_page(show: Show, box: Sandbox, lab: Lab) -> None:
    """A page that fails leaves what came before usable; the engine is searched for the rest; a retry gets it."""
    driver = show("flaky")
    expect(rows(driver).first).to_be_visible()
    listbox = driver.widget.get_by_role("listbox").element_handle()
    failed = "Page 3 of the catalogue did not load: The function given as integrations="
    driver.page.wait_for_function(SCROLLED_UNTIL, arg=[listbox, failed], polling=50)
    box.faults.set("latency", 60_000)
    search(driver).fill("mercury")
    expect(rows(driver)).to_have_count(2)
    search(driver).press("ArrowDown")
    expect(active(driver)).to_contain_text("Aa Mercury")
    driver.shows("Searching the whole catalogue…")
    box.faults.clear()
    expect(rows(driver)).to_have_count(3)
    expect(rows(driver).first).not_to_contain_text("A")
    expect(active(driver)).to_contain_text("Aa Mercury")
    box.faults.set("internal")
    search(driver).fill("acme 9876")
    driver.shows("The whole catalogue could not be searched")
    box.faults.clear()
    driver.button("Retry").first.click()
    expect(rows(driver)).to_have_count(1)
    search(driver).press("Escape")
    (lab.folder / "mended").touch()
    driver.button("Retry").click()
    whole(driver)


def test_loading_no_match(show: Show, box: Sandbox) -> None:
    """Loading, and a search that finds nothing, say so and offer a way on; what is chosen meanwhile stays."""
    box.faults.set("latency", 400)
    driver = show("all")
    driver.shows("Loading apps…")
    driver.shows("50 apps so far")
    rows(driver).get_by_text("A Mercury", exact=True).click()
    expect(driver.button("Connect A Mercury")).to_be_enabled()
    box.faults.clear()
    driver.button("Change app").click()
    whole(driver)
    search(driver).fill("xyzzy")
    driver.shows("Nothing matches “xyzzy”.")
    expect(search(driver)).to_have_attribute("aria-expanded", "false")
    driver.button("Show all apps").press("Enter")
    driver.shows("10,000 apps")
    expect(search(driver)).to_be_focused()


def test_stops(show: Show) -> None:
    """The chips are one stop in the order of Tab, with arrow keys within, and the list is none."""
    driver = show("all")
    whole(driver)
    keyboard = reach(search(driver))
    keyboard.press("Tab")
    expect(chip(driver, "All")).to_be_focused()
    keyboard.press("ArrowRight")
    expect(chip(driver, "CRM")).to_be_focused()
    expect(chip(driver, "CRM")).to_have_attribute("aria-checked", "true")
    expect(rows(driver)).to_have_count(3)
    keyboard.press("End")
    expect(chip(driver, "Tables")).to_be_focused()
    keyboard.press("ArrowDown")
    expect(chip(driver, "All")).to_be_focused()
    keyboard.press("Tab")
    assert not driver.widget.evaluate("(card) => card.contains(document.activeElement)")


def test_scrolled_out_and_back(show: Show) -> None:
    """The rows in sight are the right ones after the cell left a windowed notebook and came back."""
    driver = show("all")
    whole(driver)
    page = driver.page
    listbox = driver.widget.get_by_role("listbox")
    listbox.evaluate("(list) => { list.scrollTop = 4000; }")
    expect(rows(driver).get_by_text("Acme 0092", exact=True)).to_be_in_viewport()
    page.evaluate(WINDOWED, "full")
    page.evaluate(f"() => {{ for (let n = 0; n < 60; n++) {BELOW}; }}")
    page.evaluate(LAST_CELL)  # the active cell is never taken out
    handle = listbox.element_handle()
    page.wait_for_function(SCROLLED_OUT, arg=handle, polling=50)
    page.evaluate(SCROLL_BACK, handle)
    expect(rows(driver).get_by_text("Acme 0092", exact=True)).to_be_in_viewport()
    page.evaluate(WINDOWED, "none")


def test_restricted(show: Show) -> None:
    """integrations= takes keys, archived ones too, or a function."""
    keys = show("keys")
    expect(rows(keys)).to_have_count(3)
    expect(rows(keys).filter(has_text="Aae Archived")).to_contain_text("Archived")
    expect(rows(keys).filter(has_text="Aad Closed")).to_contain_text("Offers no way to sign in")
    crm = show("crm")
    crm.shows("3 apps")
    expect(rows(crm)).to_have_text(
        [re.compile("A Mercury"), re.compile("Café Zürich"), re.compile("Mercury")]
    )


def test_smallest_and_largest(show: Show) -> None:
    """An empty catalogue says what to do; one of 50,000 is searched to its end and shown in a few rows."""
    show("empty").shows("This workspace has no apps to connect yet.")
    driver = show("huge")
    driver.shows("50 apps so far")
    search(driver).fill("49000 acme")
    expect(rows(driver)).to_have_count(1)
    search(driver).press("Escape")
    whole(driver, "50,000 apps")
    search(driver).fill("acme")
    driver.shows("49,987 matches")
    assert rows(driver).count() < 30
