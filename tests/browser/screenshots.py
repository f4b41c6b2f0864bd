"""Takes the pictures in docs/screenshots again: `make screenshots`, or `python -m tests.browser.screenshots`."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from ic_widget.sandbox import Sandbox
from tests.browser import chromium
from tests.browser.driver import Driver
from tests.browser.explore_states import EXPLORE_STATES, ExploreState, explored
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.sight import LOOKS, seen
from tests.browser.states import LAST, STATES, State, gallery, use_theme
from tests.environments import ROOT

FOLDER = ROOT / "docs" / "screenshots"
HERO = """from ic_widget import ConnectWidget

w = ConnectWidget.demo(integration="stripe")
display(w)
connection = w.wait()
connection.id"""
THEMES = ("Light", "Dark")
MARGIN = 8
CONTRAST = {"choosing": None, "errors": "stripe"}
LOOK_NAMES = {
    "high-contrast-dark": "VS Code, Dark High Contrast",
    "high-contrast-light": "VS Code, Light High Contrast",
    "forced-dark": "Forced colours, dark",
    "forced-light": "Forced colours, light",
}
EXPLORER_TITLE = "## Trying a connection out"
CONTRAST_TITLE = "## High contrast and forced colours"
TITLE = "# What the widget looks like"
ABOUT = "Every state in JupyterLab's light and dark themes, as `make screenshots` takes them."


def shoot(place: Locator, name: str, theme: str) -> None:
    """Save a picture of `place` with some of what is around it."""
    place.evaluate("(place) => place.scrollIntoView({block: 'center'})")
    box = place.bounding_box()
    assert box is not None
    clip = {
        "x": box["x"] - MARGIN,
        "y": box["y"] - MARGIN,
        "width": box["width"] + 2 * MARGIN,
        "height": box["height"] + 2 * MARGIN,
    }
    path = FOLDER / f"{name}-{theme.lower()}.png"
    place.page.screenshot(path=path, clip=clip, animations="disabled", caret="hide")  # type: ignore[arg-type]


def states(lab: Lab, page: Page) -> None:
    """Each state of the widget, in both themes."""
    with gallery(lab, page) as shown:
        for state, driver in shown.show():
            page.mouse.move(0, 0)
            if state.fleeting:
                for theme in THEMES:
                    use_theme(page, theme)
                    shoot(driver.widget, state.name, theme)
        for theme in THEMES:
            use_theme(page, theme)
            for state, driver in shown.widgets():
                if not state.fleeting:
                    shoot(driver.widget, state.name, theme)


def explorer(lab: Lab, page: Page) -> None:
    """Each state of the explorer, in both themes."""
    with explored(lab, page) as shown:
        for state, x in shown:
            page.mouse.move(0, 0)
            for theme in THEMES:
                use_theme(page, theme)
                shoot(x.widget, state.name, theme)


def hero(lab: Lab, page: Page) -> None:
    """The notebook of the README: code, the widget, and what came of it."""
    notebook = Notebook(lab, page, [HERO, ""])
    page.evaluate("() => jupyterapp.commands.execute('application:toggle-left-area')")
    page.add_style_tag(
        content=".jp-Notebook-footer, .jp-Cell:not(:first-of-type) { display: none !important; }"
    )
    notebook.start(0)
    widget = Driver(notebook.cell(0))
    widget.fill(Secret_key="sk_test_demo")
    widget.connect()
    widget.shows("Stripe is connected")
    notebook.finish(0)
    page.evaluate("() => { jupyterapp.shell.currentWidget.content.activeCellIndex = 1; }")
    page.mouse.move(0, 0)
    cell = page.locator(".jp-Notebook .jp-Cell").first
    for theme in THEMES:
        use_theme(page, theme)
        shoot(cell, "hero", theme)
    notebook.close()


def contrast(browser: Browser) -> None:
    """Choosing, and what is wrong, in high contrast and with forced colours."""
    with Sandbox() as box:
        for look in LOOKS:
            for state, integration in CONTRAST.items():
                context = browser.new_context(viewport={"width": 740, "height": 540}, device_scale_factor=2)
                with seen(look, context.new_page(), box.engine(look), integration) as (_, driver):
                    driver.widget.screenshot(path=FOLDER / f"{state}-{look}.png", animations="disabled")
                context.close()


def table() -> str:
    """Markdown that shows all of them."""

    def picture(state: State | ExploreState, theme: str) -> str:
        theme = theme.lower()
        return f"![{state.shows}, {theme}]({FOLDER.name}/{state.name}-{theme}.png)"

    def rows(states: Sequence[State | ExploreState]) -> list[str]:
        return [
            f"| {state.shows} | {' | '.join(picture(state, theme) for theme in THEMES)} |" for state in states
        ]

    looks = [
        f"| {LOOK_NAMES[look]} | "
        + " | ".join(
            f"![{LOOK_NAMES[look]}, {state}]({FOLDER.name}/{state}-{look}.png)" for state in CONTRAST
        )
        + " |"
        for look in LOOKS
    ]
    contrast = ["| | Choosing | What is wrong |", "|---|---|---|", *looks, ""]
    return "\n".join(
        [
            TITLE,
            "",
            ABOUT,
            "",
            "| | Light | Dark |",
            "|---|---|---|",
            *rows([*STATES, LAST]),
            "",
            EXPLORER_TITLE,
            "",
            "| | Light | Dark |",
            "|---|---|---|",
            *rows(EXPLORE_STATES),
            "",
            CONTRAST_TITLE,
            "",
            *contrast,
        ]
    )


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium.launched() as browser:
        with Lab(Path(folder) / "lab") as lab:
            for take, width in (hero, 800), (states, 1000), (explorer, 1000):
                context = browser.new_context(
                    viewport={"width": width, "height": 1500}, device_scale_factor=2, timezone_id="UTC"
                )
                take(lab, context.new_page())
                context.close()
        contrast(browser)
    (FOLDER.parent / "screenshots.md").write_text(table(), encoding="utf-8")


if __name__ == "__main__":
    main()
