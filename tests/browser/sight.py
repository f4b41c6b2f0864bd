"""Pages of hosts other than Jupyter, as they look: high contrast, forced colours, light and dark."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from playwright.sync_api import Page

from ic_widget import ConnectWidget, Engine
from tests.browser.driver import Driver
from tests.browser.stand_in import StandIn


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


@contextlib.contextmanager
def seen(
    name: str, page: Page, engine: Engine, integration: str | None = None, height: int = 500, **keywords: Any
) -> Iterator[tuple[StandIn, Driver]]:
    """A widget on a page of that look: choosing, or asking for what an app needs with nothing filled in."""
    look = LOOKS[name]
    page.emulate_media(color_scheme=look.scheme, forced_colors="active" if look.forced else "none")  # type: ignore[arg-type]
    widget = ConnectWidget(engine, integration=integration, **keywords)
    try:
        there = StandIn(look.kind, page, widget, look.body, height)
        driver = Driver(there.frame.locator("body"))
        if integration is None:
            there.until(driver.widget.get_by_role("option").count)
            for _ in range(3):
                driver.widget.get_by_role("combobox").press("ArrowDown")
        else:
            button = driver.widget.locator(".icw-primary")
            there.until(lambda: button.count() and button.is_enabled())
            button.click()
            there.until(driver.widget.get_by_text("Check th").count)
        yield there, driver
    finally:
        widget.close()
