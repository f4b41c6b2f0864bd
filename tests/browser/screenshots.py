"""Takes the pictures in docs/screenshots again: `make screenshots`, or `python -m tests.browser.screenshots`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, ViewportSize

from ic_widget import ConnectWidget
from ic_widget.sandbox import Sandbox
from ic_widget.sandbox.state.catalogue import builtin
from tests.browser import chromium
from tests.browser.boxed import BOXES, HIDDEN, WIDGETS
from tests.browser.driver import Card, Driver, deny, setup
from tests.browser.explore_states import EXPLORE_STATES, ExploreState, explored
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.picture import FOLDER, shrink
from tests.browser.pictured_apps import APPS, GIVEN
from tests.browser.sight import LOOKS, POSES, seen
from tests.browser.stand_in import StandIn
from tests.browser.states import LAST, STATES, State, gallery, use_theme

HERO = """from ic_widget import ConnectWidget

w = ConnectWidget.demo(integration="stripe")
display(w)
connection = w.wait()
connection.id"""
THEMES = ("Light", "Dark")
#: Colours of a page without Jupyter, which the widget follows.
PAGES = {"Light": "color: #222; background: #fff", "Dark": "color: #eee; background: #1c1c1c"}
MARGIN = 8
#: What is shown in a window of 320 CSS pixels, which is what 400 % leave of one of 1280.
NARROW: dict[str, tuple[str | None, dict[str, Any]]] = {
    "choosing": (None, {}),
    "groups": ("groups", {"parameters": GIVEN}),
    "options": ("hubspot", {}),
}
LOOK_NAMES = {
    "high-contrast-dark": "VS Code, Dark High Contrast",
    "high-contrast-light": "VS Code, Light High Contrast",
    "forced-dark": "Forced colours, dark",
    "forced-light": "Forced colours, light",
}
SEVERAL = """w.close()
import ic_widget
ic_widget.connect(engine, "github", "slack", "stripe", "hacker-news")"""
SEVERAL_TITLE = "## Several apps in one card"
BOXES_TITLE = "## In the boxes of ipywidgets, and with a layout"
EXPLORER_TITLE = "## Trying a connection out"
CONTRAST_TITLE = "## High contrast and forced colours"
NARROW_TITLE = "## A window of 320 pixels, or 400 % in one of 1280"
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
    shrink(path)


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


def several(lab: Lab, page: Page) -> None:
    """The card of several apps, in both themes: one connected, one denied, one whose form is open."""
    with Sandbox() as box:
        box.connect("slack", tenant="several")
        again = box.connect("hacker-news", tenant="several")
        box.put_in_state(again.id, "CLIENT_ACTION_REQUIRED")
        notebook = Notebook(lab, page, [setup(box, "several") + SEVERAL])
        notebook.start(0)
        card = Card(notebook.cell(0))
        deny(card.widget("GitHub").connect())
        card.states(GitHub="did not work", Slack="connected")
        card.summary("GitHub").click()
        card.summary("Stripe").click()
        card.widget("Stripe").button("Connect Stripe").wait_for()
        page.mouse.move(0, 0)
        page.add_style_tag(
            content=".jp-RenderedText { display: none }"
        )  # what the cell prints while it waits
        for theme in THEMES:
            use_theme(page, theme)
            shoot(card.place, "several", theme)
        notebook.interrupt()
        notebook.finish(0)
        notebook.close()


def boxes(lab: Lab, page: Page) -> None:
    """The widget in each kind of box, in both themes."""
    with Sandbox() as box:
        notebook = Notebook(lab, page, [setup(box, "boxes") + WIDGETS, *BOXES.values()])
        notebook.run(0)
        places = {}
        for index, name in enumerate(BOXES, 1):
            if name == HIDDEN:
                continue
            notebook.run(index)
            places[name] = notebook.cell(index)
            places[name].get_by_role("button", name="Connect Stripe").first.wait_for()
            places[name].get_by_text("Loading apps").first.wait_for(state="hidden")
        for theme in THEMES:
            use_theme(page, theme)
            for name, place in places.items():
                shoot(place, boxed(name), theme)
        notebook.close()


def boxed(name: str) -> str:
    """The name of the pictures of a box."""
    return f"box-{name.lower().replace(' ', '-')}"


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
    """Each pose in high contrast and with forced colours."""
    with Sandbox([*builtin(), *APPS]) as box:
        for look, (name, pose) in product(LOOKS, POSES.items()):
            viewport: ViewportSize = {"width": 740, "height": pose.height + 40}
            context = browser.new_context(viewport=viewport, device_scale_factor=2)
            with seen(look, context.new_page(), box.engine(f"{look}-{name}"), pose) as (_, driver):
                path = FOLDER / f"{name}-{look}.png"
                driver.widget.screenshot(path=path, animations="disabled")
                shrink(path)
            context.close()


def narrow(browser: Browser) -> None:
    """A small window, light and dark."""
    with Sandbox([*builtin(), *APPS]) as box:
        for theme, (state, (integration, keywords)) in product(THEMES, NARROW.items()):
            context = browser.new_context(viewport={"width": 320, "height": 256}, device_scale_factor=2)
            page = context.new_page()
            widget = ConnectWidget(box.engine(state), integration=integration, **keywords)
            there = StandIn("page", page, widget, f'style="{PAGES[theme]}; margin: 0"')
            there.until(page.locator(".icw-primary:enabled, .icw-app").count)
            path = FOLDER / f"narrow-{state}-{theme.lower()}.png"
            page.screenshot(path=path, full_page=True, animations="disabled")
            shrink(path)
            widget.close()
            context.close()


def table() -> str:
    """Markdown that shows all of them."""

    def row(shows: str, name: str) -> str:
        pictures = (
            f"![{shows}, {theme.lower()}]({FOLDER.name}/{name}-{theme.lower()}.png)" for theme in THEMES
        )
        return f"| {shows} | {' | '.join(pictures)} |"

    def rows(states: Sequence[State | ExploreState]) -> list[str]:
        return [row(state.shows, state.name) for state in states]

    looks = [
        f"| {pose.title} | "
        + " | ".join(
            f"![{pose.title}, {shown}]({FOLDER.name}/{name}-{look}.png)" for look, shown in LOOK_NAMES.items()
        )
        + " |"
        for name, pose in POSES.items()
    ]
    contrast = [
        "|" + " | ".join(["", *LOOK_NAMES.values()]) + " |",
        "|---" * (len(LOOK_NAMES) + 1) + "|",
        *looks,
        "",
    ]
    small = [
        f"| {theme} | "
        + " | ".join(
            f"![{name}, {theme.lower()}]({FOLDER.name}/narrow-{name}-{theme.lower()}.png)" for name in NARROW
        )
        + " |"
        for theme in THEMES
    ]
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
            SEVERAL_TITLE,
            "",
            "| | Light | Dark |",
            "|---|---|---|",
            row("One denied, one connected, one open, one to sign in to again", "several"),
            "",
            BOXES_TITLE,
            "",
            "| | Light | Dark |",
            "|---|---|---|",
            *(row(shows, boxed(shows)) for shows in BOXES if shows != HIDDEN),
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
            NARROW_TITLE,
            "",
            "| | " + " | ".join(NARROW) + " |",
            "|---" * (len(NARROW) + 1) + "|",
            *small,
            "",
        ]
    )


def main(*names: str) -> None:
    """Take them all, or those that the functions with these names take."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    notebooks = (hero, 800), (states, 1000), (several, 1000), (boxes, 1200), (explorer, 1000)
    with tempfile.TemporaryDirectory() as folder, chromium.launched() as browser:
        with Lab(Path(folder) / "lab") as lab:
            for take, width in notebooks:
                if names and take.__name__ not in names:
                    continue
                context = browser.new_context(
                    viewport={"width": width, "height": 1500}, device_scale_factor=2, timezone_id="UTC"
                )
                take(lab, context.new_page())
                context.close()
        for take_page in (contrast, narrow):
            if not names or take_page.__name__ in names:
                take_page(browser)
    (FOLDER.parent / "screenshots.md").write_text(table(), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
