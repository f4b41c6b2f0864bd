"""Pages of hosts other than Jupyter, as they look: high contrast, forced colours, light and dark."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from playwright.sync_api import Page

from ic_widget import ConnectWidget, Engine
from tests.browser.driver import Driver
from tests.browser.pictured_apps import GIVEN
from tests.browser.stand_in import StandIn
from tests.browser.states import PEM


class Look(NamedTuple):
    """How a page looks: its kind, its body's attributes, and what the system prefers."""

    kind: str
    body: str
    scheme: str
    forced: bool = False


def _vscode(kind: str, text: str, ground: str, border: str, active: str) -> str:
    # extensions/theme-defaults/themes/hc_black.json and hc_light.json; the light one has both classes:
    # src/vs/workbench/contrib/webview/browser/pre/index.html.
    classes = kind if kind == "vscode-high-contrast" else f"{kind} vscode-high-contrast"
    return (
        f'class="{classes}" data-vscode-theme-kind="{kind}" style="color: {text}; background: {ground};'
        f" --vscode-foreground: {text}; --vscode-editor-background: {ground};"
        f' --vscode-contrastBorder: {border}; --vscode-contrastActiveBorder: {active}"'
    )


#: The system prefers the opposite of VS Code's theme: it must not decide.
LOOKS = {
    "high-contrast-dark": Look(
        "vscode", _vscode("vscode-high-contrast", "#fff", "#000", "#6fc3df", "#f38518"), "light"
    ),
    "high-contrast-light": Look(
        "vscode", _vscode("vscode-high-contrast-light", "#292929", "#fff", "#0f4a85", "#006bbd"), "dark"
    ),
    "forced-dark": Look("colab", "", "dark", forced=True),
    "forced-light": Look("colab", "", "light", forced=True),
}


Drive = Callable[[StandIn, Driver], object]


def _ready(there: StandIn, driver: Driver) -> None:
    there.until(driver.widget.locator(".icw-primary:enabled").count)


def _choose(there: StandIn, driver: Driver) -> None:
    there.until(driver.widget.get_by_role("option").count)
    for _ in range(3):
        driver.widget.get_by_role("combobox").press("ArrowDown")


def _search(there: StandIn, driver: Driver) -> None:
    there.until(driver.widget.get_by_role("option").count)
    driver.widget.get_by_role("combobox").fill("enterprise")
    # Once the engine has searched its whole catalogue too.
    there.until(driver.widget.get_by_text("2 matches", exact=True).count)


def _wrong(there: StandIn, driver: Driver) -> None:
    _ready(there, driver)
    driver.widget.locator(".icw-primary").click()
    there.until(driver.widget.get_by_text("Check th").count)


def _secrets(there: StandIn, driver: Driver) -> None:
    _ready(there, driver)
    driver.fill(Account_name="acme", API_key="sk_live_51Hx", Private_key=PEM)
    driver.button("Show API key").click()


def _connect(there: StandIn, driver: Driver) -> None:
    """Open the sign-in tab, by the way that the host leaves."""
    _ready(there, driver)
    if there.kind == "vscode":
        driver.widget.get_by_role("button", name="Get a link").click()
        link = driver.widget.get_by_role("link", name="Open the page")
        there.until(link.count)
        link.click()
        url = there.until(lambda: there.opened and there.opened[0])
        there.page.context.new_page().goto(url)
    else:
        driver.connect()
    there.page.bring_to_front()


def _waiting(there: StandIn, driver: Driver) -> None:
    _connect(there, driver)
    there.until(driver.widget.get_by_text("Finish connecting").count)


def _key(value: str, shown: str) -> Drive:
    def drive(there: StandIn, driver: Driver) -> None:
        _ready(there, driver)
        driver.fill(Secret_key=value)
        _connect(there, driver)
        there.until(driver.widget.get_by_text(shown).count)

    return drive


class Pose(NamedTuple):
    """What is shown in each look: its title, how to get there, the app, and the widget's keywords.

    `height` is that of its frame in pixels, which nothing of it may exceed.
    """

    title: str
    drive: Drive
    integration: str | None = None
    keywords: dict[str, Any] = {}  # noqa: RUF012  never changed
    height: int = 500


POSES = {
    "choosing": Pose("Choosing", _choose),
    "long-names": Pose("Names that differ at their end", _search),
    "errors": Pose("What is wrong", _wrong, "stripe"),
    "groups": Pose("Groups and lists", _wrong, "groups", {"parameters": GIVEN}, 1060),
    "choices": Pose("A choice among many", _wrong, "choices"),
    "secrets": Pose("A key that is shown, one that is not", _secrets, "fields", {}, 1000),
    "forty": Pose("Forty fields, in sections", _ready, "forty", {}, 1000),
    "waiting": Pose("The sign-in goes on in another tab", _waiting, "github"),
    "connected": Pose("Connected", _key("sk_1", "Stripe is connected"), "stripe"),
    "refused": Pose("The app refused the key", _key("wrong-key", "Stripe was not connected"), "stripe"),
}


@contextlib.contextmanager
def seen(look: str, page: Page, engine: Engine, pose: Pose) -> Iterator[tuple[StandIn, Driver]]:
    """A widget on a page of that look, in that pose."""
    kind, body, scheme, forced = LOOKS[look]
    page.emulate_media(color_scheme=scheme, forced_colors="active" if forced else "none")  # type: ignore[arg-type]
    widget = ConnectWidget(engine, integration=pose.integration, **pose.keywords)
    try:
        there = StandIn(kind, page, widget, body, pose.height)
        driver = Driver(there.frame.locator("body"))
        pose.drive(there, driver)
        # Or the page would call the kernel busy while it is looked at.
        there.until(lambda: not there.unanswered)
        yield there, driver
    finally:
        widget.close()
