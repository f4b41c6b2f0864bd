"""Pictures for the documentation: where they are, how they get small, and those that tests of other hosts take."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.environments import ROOT

MARGIN = 40  # CSS pixels
#: The code of these tests has the secret of a sandbox in it, which no picture should teach.
WITHOUT_CODE = """const style = document.createElement('style');
style.textContent = ':is(.cm-editor, .CodeMirror) * { color: transparent !important; }';
document.head.append(style);"""
FOLDER = ROOT / "docs" / "screenshots"


def shrink(path: Path) -> None:
    """Write a picture with the 256 colours it has the most of: a third of the size, and no eye sees it."""
    with Image.open(path) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def page_picture(name: str, page: Page, *, top: int = 0) -> None:
    """As `host_picture`, of a page of Playwright, whose locators find the widget in a shadow tree too."""

    def bottom() -> float:
        page.evaluate(f"() => {{ {WITHOUT_CODE} }}")
        box = page.get_by_role("group", name="Connect an app").first.bounding_box()
        assert box is not None
        return box["y"] + box["height"]

    host_picture(name, lambda path: page.screenshot(path=path), bottom, top=top)


def host_picture(
    name: str, save: Callable[[Path], object], bottom: Callable[[], float], *, top: int = 0
) -> None:
    """Where `make host-pictures` asks for it: have `save` write what a host or a browser shows just now.

    `bottom` hides what no picture should show, and says where the widget ends, in CSS pixels: the rest is cut off, and
    what is above `top`.
    """
    if "PICTURES" in os.environ:
        path, end = FOLDER / f"host-{name}.png", round(bottom()) + MARGIN
        save(path)
        with Image.open(path) as image:
            image.crop((0, top, image.width, min(image.height, end))).save(path)
        shrink(path)
