"""The notebooks do what their text says, and their outputs are what a run gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.environments import ROOT
from tests.packaging.notebooks import FOLDER, NAMES, executed, kept, shown


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_gallery_shows_what_is_there(path: Path) -> None:
    """Each notebook is a page of the documentation, cell for cell, as `make gallery` has run it without an error."""
    page = json.loads((ROOT / "docs/gallery" / path.name).read_text("utf-8"))["cells"]
    there = json.loads(path.read_text("utf-8"))["cells"]
    assert ["".join(cell["source"]) for cell in there] == ["".join(cell["source"]) for cell in page]
    code = [cell for cell in page if cell["cell_type"] == "code"]
    assert [] == [out for cell in code for out in cell["outputs"] if out["output_type"] == "error"]
    assert all(cell["execution_count"] for cell in code)


def test_the_moving_picture_is_small() -> None:
    """A README with it opens at once, on a slow line too."""
    assert (ROOT / "docs/screenshots/sign-in.gif").stat().st_size < 1_000_000


@pytest.mark.program
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
def test_outputs_are_those_of_a_run(name: str) -> None:
    """Every cell runs in a real kernel, and gives what the notebook in the repository shows."""
    assert shown(kept(name)) == shown(executed(name))
