"""The widget among ipywidgets' boxes, and whose the keys are, in real JupyterLab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from ic_widget.sandbox import Sandbox
from tests.browser.accessibility import OUTSIDE
from tests.browser.boxed import BOXES, HIDDEN, WIDGETS
from tests.browser.driver import Driver, setup
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.profile import profile

SIZES = """(output) => [...output.querySelectorAll('.icw-card')].map((card) => {
  const {left, top, right, bottom, width, height} = card.getBoundingClientRect();
  return {left, top, right, bottom, width, height};
})"""
DIRTY = "() => jupyterapp.shell.currentWidget.context.model.dirty"


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser profile for all tests of this file."""
    with profile(browser, viewport={"width": 1400, "height": 1000}) as context:
        yield context


@pytest.fixture(scope="module")
def notebook(lab: Lab, box: Sandbox, context: BrowserContext) -> Iterator[Notebook]:
    """A notebook with a cell for each of the boxes, all run."""
    cells = [setup(box, "boxes") + WIDGETS, *BOXES.values()]
    notebook = Notebook(lab, context.new_page(), cells)
    for index in range(len(cells)):
        notebook.run(index)
    yield notebook
    notebook.close()


def cell(notebook: Notebook, name: str) -> Locator:
    """The outputs of the cell with that box, scrolled into sight."""
    place = notebook.cell(1 + list(BOXES).index(name))
    place.scroll_into_view_if_needed()
    return place


@pytest.mark.parametrize("name", [name for name in BOXES if name != HIDDEN])
def test_boxes(notebook: Notebook, name: str) -> None:
    """In every box the widget has room for its words, keeps within it, and lies on nothing else."""
    place = cell(notebook, name)
    expect(place.get_by_role("button", name="Connect Stripe").first).to_be_enabled()
    cards = [card for card in place.evaluate(SIZES) if card["width"]]
    assert cards
    assert all(card["width"] >= 220 for card in cards), cards
    assert all(card["height"] <= 700 for card in cards), cards
    for card in cards:
        for other in cards:
            apart = card["right"] <= other["left"] or card["bottom"] <= other["top"]
            assert card is other or apart or other["right"] <= card["left"] or other["bottom"] <= card["top"]
    assert [] == [each for each in notebook.page.evaluate(OUTSIDE) if "Connect" in each]
    if name == "height":
        assert 150 == place.locator(".icw").bounding_box()["height"]  # type: ignore[index]


def test_hidden(notebook: Notebook) -> None:
    """`layout.display = "none"` hides it."""
    expect(cell(notebook, HIDDEN).get_by_text("nothing above")).to_be_visible()
    expect(cell(notebook, HIDDEN).locator(".icw")).to_be_hidden()


def test_chords_are_the_hosts(notebook: Notebook) -> None:
    """Ctrl+S saves the notebook with the focus in a field; what edits text there and plain keys stay there."""
    field = Driver(cell(notebook, "VBox")).widget.get_by_role("combobox")
    cells = notebook.page.locator(".jp-Notebook .jp-Cell").count()
    field.click()
    field.press_sequentially("abdd")
    field.press("ControlOrMeta+a")
    field.press("ControlOrMeta+c")
    field.press("x")
    expect(field).to_have_value("x")
    notebook.page.evaluate("() => { jupyterapp.shell.currentWidget.context.model.dirty = true; }")
    before = Path(notebook.path).stat().st_mtime_ns
    field.press("Control+s")
    notebook.page.wait_for_function(f"!({DIRTY})()", polling=50)
    assert before < Path(notebook.path).stat().st_mtime_ns
    assert cells == notebook.page.locator(".jp-Notebook .jp-Cell").count()


def test_escape_leaves(notebook: Notebook) -> None:
    """Escape clears the search, and with nothing to clear gives the focus back to the cell."""
    place = cell(notebook, "VBox")
    search = Driver(place).widget.get_by_role("combobox")
    search.click()
    search.fill("git")
    search.press("Escape")
    expect(search).to_have_value("")
    expect(search).to_be_focused()
    search.press("Escape")
    index = 1 + list(BOXES).index("VBox")
    expect(notebook.page.locator(".jp-Notebook .jp-Cell").nth(index)).to_be_focused()
    notebook.page.keyboard.press("ArrowDown")
    assert index + 1 == notebook.page.evaluate("() => jupyterapp.shell.currentWidget.content.activeCellIndex")
