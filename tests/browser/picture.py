"""Pictures for the documentation: where they are, how they get small, and those that tests of other hosts take."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.environments import ROOT

FOLDER = ROOT / "docs" / "screenshots"


def shrink(path: Path) -> None:
    """Write a picture with the 256 colours it has the most of: a third of the size, and no eye sees it."""
    with Image.open(path) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def host_picture(name: str, save: Callable[[Path], object]) -> None:
    """Have `save` write what a host or a browser shows just now, where that is asked for: `make host-pictures`."""
    if "PICTURES" in os.environ:
        path = FOLDER / f"host-{name}.png"
        save(path)
        shrink(path)
