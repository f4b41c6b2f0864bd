"""Every state the widget can be seen in, one cell each: for axe, and for the pictures in docs/screenshots."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from playwright.sync_api import Page, Request, Route

from ic_widget.sandbox import Sandbox
from ic_widget.sandbox.state.catalogue import builtin
from tests.browser.driver import Driver, deny, setup
from tests.browser.lab import Lab, free_port
from tests.browser.notebook import Notebook
from tests.browser.pictured_apps import APPS, GIVEN

PEM = """-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASC
-----END PRIVATE KEY-----"""
FLAKY = """
def fails(item):
    if item["name"] > "S": raise RuntimeError
    return True
"""
REUSED = "hacker-news"
#: Addresses at which the page finds the kernel.
PROBED = re.compile(r"/(loopback|proxy)$")
BUSY = "import pathlib\nwhile not pathlib.Path('enough').exists(): time.sleep(0.1)"


class State(NamedTuple):
    """A name, what a picture of it shows, the widget's keywords, and how to get there."""

    name: str
    shows: str
    keywords: str
    drive: Callable[[Driver], object]
    engine: str = "box"
    #: Whether it becomes another state by itself after a while.
    fleeting: bool = False


def _choose(driver: Driver) -> None:
    driver.widget.get_by_role("option").first.wait_for()
    search = driver.widget.get_by_role("combobox")
    for _ in range(3):
        search.press("ArrowDown")


def _type(text: str, shown: str) -> Callable[[Driver], None]:
    def drive(driver: Driver) -> None:
        driver.widget.get_by_role("option").first.wait_for()
        driver.widget.get_by_role("combobox").fill(text)
        driver.shows(shown)

    return drive


def _shows(text: str) -> Callable[[Driver], None]:
    return lambda driver: driver.shows(text, timeout=40_000)


def _connect(driver: Driver) -> None:
    driver.connect().close()


def _wrong(driver: Driver) -> None:
    driver.submit()
    driver.shows("Check these fields")


def _optional(driver: Driver) -> None:
    driver.widget.get_by_text("Optional settings").click()
    driver.shows("Begins at")


def _secrets(driver: Driver) -> None:
    driver.fill(Account_name="acme", API_key="sk_live_51Hx", Private_key=PEM)
    driver.button("Show API key").click()


def _no_choice(driver: Driver) -> None:
    field = driver.widget.get_by_label("Country")
    field.fill("Atlantis")
    field.press("Tab")
    driver.shows("Choose one of the list.")


def _late(driver: Driver) -> None:
    tab = driver.connect()
    tab.get_by_role("button", name="Sign in").click()
    tab.get_by_role("button", name="Allow").wait_for()
    driver.button("Cancel").click()
    driver.shows("Stopped waiting")
    tab.get_by_role("button", name="Allow").click()
    driver.shows("GitHub was connected after all")
    tab.close()


def _key(value: str, shown: str) -> Callable[[Driver], None]:
    def drive(driver: Driver) -> None:
        driver.fill(Secret_key=value)
        driver.connect()
        driver.shows(shown)

    return drive


def _refused(driver: Driver) -> None:
    _key("wrong-key", "Stripe was not connected")(driver)
    driver.widget.get_by_text("Details").click()


def _denied(driver: Driver) -> None:
    deny(driver.connect())
    driver.shows("Slack was not connected")


def _cancel(driver: Driver) -> None:
    _connect(driver)
    driver.button("Cancel").click()
    driver.shows("Stopped waiting")


def _expire(driver: Driver) -> None:
    _connect(driver)
    driver.shows("was not finished in time")


def _replace(driver: Driver) -> None:
    _key("sk_1", "Stripe is connected")(driver)
    driver.button("Connect again").click()
    driver.shows("This replaces")


STATES = [
    State("choosing", "The list of apps, one of them active", "", _choose),
    State("searching", "A search with a slip in it, and its hits", "", _type("gogle", "matches")),
    State("no-match", "A search that finds nothing", "", _type("xyzzy", "Nothing matches")),
    State("long-names", "Names that differ at their end", "", _type("enterprise", "matches")),
    State("no-apps", "A workspace without apps", "", _shows("has no apps"), "empty"),
    State("engine-down", "The engine cannot be reached", "", _shows("Could not connect"), "dead"),
    State(
        "catalogue-failed", "The catalogue could not be read", "integrations=fails", _shows("did not load")
    ),
    State("options", "An app with two ways to sign in", "integration='hubspot'", _shows("Private app")),
    State("fields", "Values of every kind", "integration='fields'", _optional),
    State(
        "groups", "Groups, lists, alternatives", f"integration='groups', parameters={GIVEN}", _shows("Login")
    ),
    State(
        "secrets",
        "A key that is shown, and one of several lines that is not",
        "integration='fields'",
        _secrets,
    ),
    State("forty", "Forty fields, in sections", "integration='forty'", _shows("Field1 to")),
    State(
        "choices",
        "A choice among many, found by typing, and what is none of them",
        "integration='choices'",
        _no_choice,
    ),
    State("errors", "What is wrong, beside the fields and the button", "integration='fields'", _wrong),
    State(
        "not-configured", "An app that cannot be connected yet", "integration='workday'", _shows("no way to")
    ),
    State("waiting", "The sign-in goes on in another tab", "integration='github'", _connect, fleeting=True),
    State("paste", "The way that needs no connection", "integration='github', redirect='paste'", _connect),
    State("connected", "Connected", "integration='stripe'", _key("sk_1", "Stripe is connected")),
    State("refused", "The app refused the key, with the causes", "integration='stripe'", _refused),
    State("denied", "Access was denied", "integration='slack'", _denied),
    State("cancelled", "Cancelled", "integration='github'", _cancel),
    State("expired", "Nobody finished in time", "integration='github', timeout=1", _expire),
    State("replaces", "A connection that will be replaced", "integration='stripe'", _replace),
    State("late", "Finished after Cancel", "integration='github'", _late),
    State(
        "reused",
        "A connection that was there already",
        f"integration={REUSED!r}, reuse=True",
        _shows("It was ready"),
    ),
    State("loading", "The catalogue is on its way", "", _shows("Loading apps"), "slow", fleeting=True),
]
#: Driven last: what comes after it would wait for the kernel.
LAST = State("busy", "The kernel is busy and cannot be reached", "", _shows("The kernel does not answer"))


def use_theme(page: Page, name: str) -> None:
    """Switch JupyterLab to its theme `Light` or `Dark` and wait until it is there; later notebooks keep it."""
    theme = {"theme": f"JupyterLab {name}"}
    page.evaluate("(theme) => jupyterapp.commands.execute('apputils:change-theme', theme)", theme)
    light = str(name == "Light").lower()
    page.locator(f"body[data-jp-theme-light={light}]").wait_for(state="attached")
    page.wait_for_load_state("networkidle")


class Gallery:
    """A notebook with a cell for each state."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self._reached: set[str] = set()
        notebook.page.on("requestfinished", self._remember)

    def show(self) -> Iterator[tuple[State, Driver]]:
        """Bring one widget after the other into its state."""
        for index, state in enumerate([*STATES, LAST]):
            driver = Driver(self.notebook.cell(index))
            if state is LAST:
                self._keep_busy(index, driver)
            else:
                self.notebook.run(index)
            state.drive(driver)
            yield state, driver

    def widgets(self) -> Iterator[tuple[State, Driver]]:
        """Those that were shown."""
        for index, state in enumerate([*STATES, LAST]):
            yield state, Driver(self.notebook.cell(index))

    def _remember(self, request: Request) -> None:
        if PROBED.search(request.url):
            self._reached.add(request.url)

    def _keep_busy(self, index: int, driver: Driver) -> None:
        # Neither the kernel's own address nor the proxy's can be reached: no way but through the busy kernel.
        # The widgets before keep theirs.
        def refuse(route: Route) -> None:
            if route.request.url in self._reached:
                route.continue_()
            else:
                route.abort()

        self.notebook.page.route(PROBED, refuse)
        self.notebook.run(index)
        driver.widget.get_by_role("option").first.wait_for()
        self.notebook.start(index + 1)
        self.notebook.wait_for_kernel("busy")
        driver.choose("GitHub")


@contextlib.contextmanager
def gallery(lab: Lab, page: Page) -> Iterator[Gallery]:
    """A notebook in `page` for the states, with the engines they need."""
    with Sandbox([*builtin(), *APPS]) as box, Sandbox([]) as empty, Sandbox() as slow:
        box.connect(REUSED, tenant="reused")
        slow.faults.set("latency", 600_000)
        boxes = {"empty": empty, "slow": slow}
        cells = []
        for state in [*STATES, LAST]:
            source = setup(boxes.get(state.engine, box), state.name, state.keywords)
            if state.engine == "dead":
                source = source.replace(box.url, f"http://127.0.0.1:{free_port()}")
            cells.append(FLAKY + source + "w")
        # Newer kernels read the page's messages while they are busy.
        notebook = Notebook(lab, page, [*cells, BUSY], kernel="6.31.0")
        try:
            yield Gallery(notebook)
        finally:
            (lab.folder / "enough").touch()
            notebook.close()
