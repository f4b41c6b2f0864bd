"""A real JupyterLab in a real Chromium, for what can only be measured there."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.processes import ROOT
from tests.browser import chromium
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook

__all__ = ["Jupyter", "jupyter", "setup"]

# From the start of a cell to the first frame in which `count` elements are drawn; in milliseconds.
DRAWN = """async ({index, selector, count, patience}) => {
  const cell = document.querySelectorAll('.jp-Notebook .jp-Cell')[index];
  const drawn = () => [...cell.querySelectorAll(selector)].filter((each) => each.getClientRects().length).length;
  const begun = performance.now();
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  jupyterapp.commands.execute('notebook:run-cell');
  const frame = () => new Promise(requestAnimationFrame);
  while (cell.querySelectorAll(selector).length < count || drawn() < count) {
    if (performance.now() - begun > patience) throw new Error(`${drawn()} of ${count} ${selector}`);
    await frame();
  }
  await frame();
  return performance.now() - begun;
}"""


class Jupyter:
    """JupyterLab and the browser that shows it."""

    def __init__(self, lab: Lab, page: Page) -> None:
        self.lab = lab
        self.page = page

    @contextlib.contextmanager
    def notebook(self, cells: Sequence[str]) -> Iterator[Notebook]:
        """A new notebook with a new kernel."""
        notebook = Notebook(self.lab, self.page, cells)
        try:
            yield notebook
        finally:
            notebook.close()
            notebook.path.unlink(missing_ok=True)

    def drawn(self, index: int, selector: str, count: int = 1, patience: float = 60.0) -> float:
        """Run a cell; milliseconds until `count` elements that `selector` names are drawn."""
        arguments: dict[str, Any] = {"index": index, "selector": selector, "count": count}
        return float(self.page.evaluate(DRAWN, {**arguments, "patience": patience * 1000}))


@contextlib.contextmanager
def jupyter() -> Iterator[Jupyter]:
    """Start both; raises RuntimeError with a sentence where there is no Chromium."""
    path = chromium.find()
    if path is None:
        raise RuntimeError(chromium.ADVICE)
    with tempfile.TemporaryDirectory() as folder, Lab(Path(folder)) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(chromium.FLAGS), ignore_default_args=["--disable-popup-blocking"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.set_default_timeout(60_000)
        yield Jupyter(lab, page)
        browser.close()


def setup(env: Mapping[str, str], *lines: str) -> str:
    """Source of a first cell: this checkout on the path, the sandbox in the environment, then `lines`."""
    return "\n".join(
        [
            "import os, sys",
            f"sys.path.insert(0, {str(ROOT)!r})",
            f"os.environ.update({dict(env)!r})",
            *lines,
        ]
    )
