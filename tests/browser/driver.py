"""The widget as a person drives it: by what is read on the page, never by its inner structure."""

from __future__ import annotations

import contextlib
import re

from playwright.sync_api import Error, Locator, Page, expect

from ic_widget.sandbox import Sandbox
from tests.browser.profile import PATIENCE


def setup(box: Sandbox, tenant: str, keywords: str = "") -> str:
    """Source of a cell that makes `w` for `tenant` of the sandbox, with further `keywords`."""
    return (
        "import os, time\n"
        "from IPython.display import display\n"
        "from ic_widget import *\n"
        f"engine = Engine(workspace_key={box.workspace_key!r}, workspace_secret={box.workspace_secret!r},\n"
        f"                tenant_key={tenant!r}, api_uri={box.url!r})\n"
        f"w = ConnectWidget(engine, {keywords})\n"
    )


class Driver:
    """One view of the widget, inside `place` (the outputs of a cell)."""

    def __init__(self, place: Locator) -> None:
        self.widget = place.get_by_role("group", name="Connect an app")
        self.page: Page = place.page

    def choose(self, app: str) -> None:
        """Type the name of an app and take the first hit with the keyboard."""
        box = self.widget.get_by_role("combobox")
        box.click()
        box.fill(app)
        self.widget.get_by_role("option").first.filter(has_text=app).wait_for()
        box.press("Enter")
        self.shows(app)

    def fill(self, **fields: str) -> None:
        """Fill fields by their labels; ``_`` in a keyword stands for a space."""
        for name, value in fields.items():
            label = re.compile(rf"^{name.replace('_', ' ')}\b", re.IGNORECASE)
            self.widget.get_by_role("textbox", name=label).fill(value)

    def connect(self) -> Page:
        """Click the connect button; returns the tab that opens."""
        with self.page.context.expect_page() as tab:
            self.submit()
        with contextlib.suppress(Error):  # a page that took the answer closes itself
            tab.value.wait_for_load_state()
        return tab.value

    def submit(self) -> None:
        """Click the connect button, once it can be clicked."""
        come_back(self.page)
        self.widget.get_by_role("button", name=re.compile("^(Connect|Try again)")).click()

    def retry(self) -> None:
        """Click the way on that an error offers."""
        self.widget.get_by_role("button", name=re.compile("^(Try again|Retry)$")).first.click()

    def button(self, name: str) -> Locator:
        """A button by its whole name."""
        come_back(self.page)
        return self.widget.get_by_role("button", name=name, exact=True)

    def shows(self, text: str, *, timeout: float = PATIENCE) -> None:
        """Wait until the widget shows this text."""
        come_back(self.page)
        self.widget.get_by_text(text).first.wait_for(timeout=timeout)


class Card:
    """The card of several apps, inside `place` (the outputs of a cell), and the widget of each row."""

    def __init__(self, place: Locator) -> None:
        self.place = place.get_by_role("group", name=re.compile(r"Connect \d apps"))

    def row(self, app: str) -> Locator:
        """The row of an app."""
        return self.summary(app).locator("xpath=..")

    def summary(self, app: str) -> Locator:
        """What folds the row of an app."""
        return self.place.locator("summary", has_text=app)

    def widget(self, app: str) -> Driver:
        """The widget in the row of an app."""
        return Driver(self.row(app))

    def states(self, **states: str) -> None:
        """Wait until the rows say just this of the apps."""
        come_back(self.place.page)
        for app, text in states.items():
            state = self.summary(app.replace("_", " ")).locator(".icw-several-state")
            expect(state).to_have_text(text, timeout=PATIENCE)

    def open(self) -> list[str]:
        """The apps whose rows are unfolded."""
        return [
            text.split("\n")[0]
            for text in self.place.locator("details[open] > summary .icw-label").all_inner_texts()
        ]


def come_back(page: Page) -> None:
    """Have this page in front again, as a person does: behind another tab a page draws once a second."""
    page.bring_to_front()


def allow(tab: Page) -> None:
    """Sign in at the sandbox's provider and allow access."""
    tab.get_by_role("button", name="Sign in").click()
    tab.get_by_role("button", name="Allow").click()


def deny(tab: Page) -> None:
    """Sign in at the sandbox's provider and deny access."""
    tab.get_by_role("button", name="Sign in").click()
    tab.get_by_role("button", name="Deny").click()
