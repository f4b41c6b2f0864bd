"""Every state of the explorer, and how a person gets there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from playwright.sync_api import Page

from ic_widget.sandbox import Sandbox
from tests.browser.explore_driver import ExploreDriver, cell
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.unit.page.explore_page import hubspot


class ExploreState(NamedTuple):
    """A name, what a picture of it shows, and how to get there from the one before."""

    name: str
    shows: str
    drive: Callable[[ExploreDriver], object]


def _request(x: ExploreDriver) -> None:
    x.field("Path").wait_for()
    x.widget.get_by_role("option", name="List contacts").wait_for(state="attached")


def _missing(x: ExploreDriver) -> None:
    x.run()
    x.shows("Check this field")


def _table(x: ExploreDriver) -> None:
    x.choose("List contacts")
    x.field("Limit").fill("4")
    x.run()
    x.ends("Succeeded")
    x.widget.get_by_role("row").first.wait_for()


def _tree(x: ExploreDriver) -> None:
    x.button("Tree").click()
    x.widget.get_by_role("treeitem").nth(2).click()


def _secret(x: ExploreDriver) -> None:
    x.choose("Request to the app\u2019s API")
    x.field("Method").select_option("POST")
    x.field("Path").fill("/records")
    x.add("Headers", "Accept-Language", "en")
    x.body("JSON", '{"name": "Ada", "password": "..."}')
    x.run()
    x.ends("Succeeded: 201")
    x.shows("Show secrets")


def _failed(x: ExploreDriver) -> None:
    x.choose("Fail")
    x.run()
    x.ends("Failed: 422")
    x.widget.get_by_text("Details").click()


def _running(x: ExploreDriver) -> None:
    x.choose("Take a while")
    x.field("Seconds").fill("30")
    x.run()
    x.shows("Running for")


def _cancelled(x: ExploreDriver) -> None:
    if not x.button("Cancel").count():  # a slow machine took longer to look at it than it ran
        x.run()
    x.button("Cancel").click()
    x.ends("Cancelled")
    x.widget.get_by_text("History").click()


EXPLORE_STATES = [
    ExploreState("explore-request", "A request, not filled in yet", _request),
    ExploreState("explore-missing", "What is missing, beside the field and the button", _missing),
    ExploreState("explore-table", "An action, and its answer as a table", _table),
    ExploreState("explore-tree", "The same answer as a tree", _tree),
    ExploreState("explore-secret", "A secret in what came back and in what was sent", _secret),
    ExploreState("explore-failed", "The app refused it, with the causes", _failed),
    ExploreState("explore-running", "A call that takes long", _running),
    ExploreState("explore-cancelled", "Cancelled, and the history of the calls", _cancelled),
]


@contextlib.contextmanager
def explored(lab: Lab, page: Page) -> Iterator[Iterator[tuple[ExploreState, ExploreDriver]]]:
    """A notebook in `page` whose explorer goes from one state to the next."""
    with Sandbox() as box:
        notebook = Notebook(lab, page, [cell(box, "states", hubspot(box.engine("states")))])
        notebook.run(0)
        x = ExploreDriver(notebook.cell(0))

        def states() -> Iterator[tuple[ExploreState, ExploreDriver]]:
            for state in EXPLORE_STATES:
                state.drive(x)
                yield state, x

        try:
            yield states()
        finally:
            notebook.close()
