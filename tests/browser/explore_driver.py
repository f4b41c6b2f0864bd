"""The explorer as a person drives it: by what is read on the page."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from ic_widget import Connection
from ic_widget.sandbox import Sandbox
from tests.browser.driver import setup


def cell(box: Sandbox, tenant: str, connection: Connection) -> str:
    """Source of a cell that makes and shows `x` for the connection."""
    head = setup(box, tenant).rpartition("w = ")[0]
    return f"{head}connection = engine.connection({connection.id!r})\nx = ExploreWidget(connection)\nx"


class ExploreDriver:
    """One view of an explorer, inside `place` (the outputs of a cell)."""

    def __init__(self, place: Locator) -> None:
        self.widget = place.get_by_role("group", name=re.compile("^Try "))
        self.page = place.page

    def choose(self, name: str) -> None:
        """Pick what to run."""
        self.widget.get_by_label("What to run").select_option(label=name)

    def field(self, label: str) -> Locator:
        """The field of that label."""
        return self.widget.get_by_label(re.compile(rf"^{re.escape(label)}\b")).first

    def body(self, kind: str, text: str) -> None:
        """Choose the kind of body, JSON or Text, and type it."""
        self.widget.get_by_label(re.compile("^Body")).select_option(label=kind)
        self.field(f"{kind} body").fill(text)

    def add(self, group: str, name: str, value: str) -> None:
        """Add a value to a group of values with names of their own."""
        place = self.widget.get_by_role("group", name=re.compile(rf"^{group}\b"))
        place.get_by_role("button", name="Add a value").click()
        place.get_by_label(re.compile("^Name")).last.fill(name)
        # A secret's field has a button "Show Value" besides.
        place.get_by_label(re.compile("^Value")).last.fill(value)

    def button(self, name: str) -> Locator:
        """A button by its whole name."""
        return self.widget.get_by_role("button", name=name, exact=True)

    def run(self) -> None:
        """Press Run."""
        self.button("Run").click()

    def ends(self, said: str) -> None:
        """Wait for a result that begins so."""
        heading = self.widget.get_by_role("heading", level=4)
        expect(heading).to_have_text(re.compile(f"^{re.escape(said)}"), timeout=20_000)

    def shows(self, text: str, *, timeout: float = 10_000) -> None:
        """Wait until this text is seen."""
        self.widget.get_by_text(text).first.wait_for(timeout=timeout)
