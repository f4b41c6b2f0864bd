"""Runs the notebooks in JupyterLab and Chromium as a person would, and keeps what came out: `make gallery`.

Some of them only: `make gallery ARGS="film quickstart"`.

Each notebook of notebooks/ is saved in docs/gallery/ as it was after the run, with a picture in the place of each
widget: a page of documentation has no kernel. The main job, filmed on the way, is docs/screenshots/sign-in.gif.
"""

from __future__ import annotations

import base64
import io
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser import chromium
from tests.browser.driver import Card, Driver, allow
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.screenshots import HERO
from tests.environments import ROOT

FOLDER = ROOT / "docs" / "gallery"
FILM = ROOT / "docs" / "screenshots" / "sign-in.gif"
APP = "GitHub"
SIZE = {"width": 860, "height": 540}
COLOURS = 128
WIDGET = "application/vnd.jupyter.widget-view+json"
SHOWS_WIDGET = re.compile(r"ConnectWidget[.(]|ic_widget\.connect\(")
SHOWS_SEVERAL = re.compile(r'ic_widget\.connect\(engine, "\w+", "')
TYPED = "demo"
KEYS = {"Stripe": "sk_demo"}
"""Of apps that ask for nothing else: nobody has to allow anything."""


class Film:
    """Pictures of whichever tab matters, each shown for some time."""

    def __init__(self) -> None:
        self._pictures: list[Image.Image] = []
        self._milliseconds: list[int] = []

    def take(self, page: Page, seconds: float) -> None:
        """Show what `page` shows now for so many seconds."""
        picture = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
        self._pictures.append(picture.convert("RGB").quantize(COLOURS))
        self._milliseconds.append(round(seconds * 1000))

    def save(self, path: Path) -> None:
        """Write them as one GIF that begins again at its end."""
        first, *rest = self._pictures
        first.save(
            path, save_all=True, append_images=rest, duration=self._milliseconds, loop=0, optimize=True
        )


def film(lab: Lab, page: Page) -> None:
    """The main job: a cell that shows the widget and waits, the sign-in, the connection."""
    notebook = Notebook(lab, page, [HERO.replace('integration="stripe"', ""), ""])
    page.evaluate("() => jupyterapp.commands.execute('application:toggle-left-area')")
    page.add_style_tag(content=".jp-Cell:not(:first-of-type) { display: none !important; }")
    shown = Film()
    shown.take(page, 1.5)
    notebook.start(0)
    widget = Driver(notebook.cell(0))
    search = widget.widget.get_by_role("combobox")
    expect(widget.widget.get_by_role("option").first).to_be_visible()
    expect(widget.widget.get_by_text("The kernel does not answer")).to_have_count(0)
    shown.take(page, 1.5)
    for typed in ("gi", "github"):
        search.fill(typed)
        expect(widget.widget.get_by_role("option").first).to_contain_text("Git")
        shown.take(page, 0.6)
    widget.choose(APP)
    expect(widget.button(f"Connect {APP}")).to_be_enabled()
    shown.take(page, 1.5)
    tab = widget.connect()
    tab.set_viewport_size(SIZE)  # type: ignore[arg-type]
    shown.take(tab, 1.8)
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("button", name="Allow")).to_be_visible()
    shown.take(tab, 1.8)
    tab.get_by_role("button", name="Allow").click()
    page.bring_to_front()
    widget.shows(f"{APP} is connected")
    notebook.finish(0)
    shown.take(page, 4)
    shown.save(FILM)
    notebook.close()


def run(lab: Lab, page: Page, path: Path) -> dict[str, Any]:
    """The notebook at `path` after a person has run all of it and signed in wherever it asks."""
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    notebook = Notebook(lab, page, ["".join(cell["source"]) for cell in code])
    pictures = {}
    for index, cell in enumerate(code):
        notebook.start(index)
        source = "".join(cell["source"])
        if SHOWS_SEVERAL.search(source):
            card = Card(notebook.cell(index))
            sign_in_to_all(card)
            pictures[index] = picture(card.place)
        elif SHOWS_WIDGET.search(source):
            widget = Driver(notebook.cell(index))
            sign_in(widget)
            pictures[index] = picture(widget.widget)
        notebook.finish(index)
    saved = json.loads(notebook.save())["cells"]
    for index, cell in enumerate(code):
        cell["outputs"] = [still(output, pictures.get(index)) for output in saved[index]["outputs"]]
        cell["execution_count"] = index + 1
    content["metadata"].pop("widgets", None)
    notebook.close()
    return content


def sign_in_to_all(card: Card) -> None:
    """Sign in to each app of the card that is not connected."""
    states = card.place.locator(".icw-several-state")
    expect(states.first).to_be_visible()
    for number, app in enumerate(card.place.locator("summary .icw-label").all_inner_texts()):
        if "connected" != states.nth(number).inner_text():
            sign_in(card.widget(app), app)
            card.states(**{app: "connected"})


def sign_in(widget: Driver, app: str = APP) -> None:
    """Choose an app where there is a choice, fill in what is asked, and allow."""
    expect(widget.widget).to_be_visible()
    if widget.widget.get_by_role("combobox").is_visible():
        widget.choose(APP)
    button = widget.widget.get_by_role("button", name=re.compile("^Connect "))
    expect(button).to_be_enabled()
    for field in widget.widget.locator("input[aria-required=true]").all():
        if not field.input_value():
            field.fill(KEYS.get(app, TYPED))
    tab = widget.connect()
    if app in KEYS:
        return
    allow(tab)
    if app == APP:
        widget.shows("is connected")


def picture(place: Locator) -> str:
    """A picture of the widget, as a notebook keeps it."""
    return base64.b64encode(place.screenshot(animations="disabled")).decode()


def still(output: dict[str, Any], shown: str | None) -> dict[str, Any]:
    """An output as it was, or the picture of its widget."""
    if shown is None or WIDGET not in output.get("data", {}):
        return output
    return {"output_type": "display_data", "data": {"image/png": shown}, "metadata": {}}


def main(names: list[str]) -> None:
    """Film the main job and run every notebook, or those that are named."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium.launched() as browser,
        Lab(Path(folder) / "lab") as lab,
    ):
        if not names or "film" in names:
            film(lab, browser.new_context(viewport=SIZE).new_page())  # type: ignore[arg-type]
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            if names and path.stem not in names:
                continue
            context = browser.new_context(viewport={"width": 900, "height": 1400}, device_scale_factor=2)
            done = run(lab, context.new_page(), path)
            (FOLDER / path.name).write_text(json.dumps(done, indent=1, ensure_ascii=False) + "\n", "utf-8")
            context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
