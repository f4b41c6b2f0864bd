"""A real JupyterLab in a real Chromium, for what can only be measured there."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.limits import within
from benchmarks.processes import ROOT
from tests.browser import chromium
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook

__all__ = ["Jupyter", "Watched", "jupyter"]

# From the start of a cell to the first frame in which `count` elements are drawn; in milliseconds.
DRAWN = """async ([index, selector, count]) => {
  const cell = document.querySelectorAll('.jp-Notebook .jp-Cell')[index];
  const drawn = () => [...cell.querySelectorAll(selector)].filter((each) => each.getClientRects().length).length;
  const frame = () => new Promise(requestAnimationFrame);
  const begun = performance.now();
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  jupyterapp.commands.execute('notebook:run-cell');
  while (cell.querySelectorAll(selector).length < count || drawn() < count) await frame();
  await frame();
  return performance.now() - begun;
}"""
# From the key event's own time to the end of the frame that shows what it did, in milliseconds.
LISTEN = """([index, selector, which]) => {
  window.icKeys = [];
  window.icBefore?.abort();
  window.icBefore = new AbortController();
  document.querySelectorAll('.jp-Notebook .jp-Cell')[index].querySelectorAll(selector)[which].addEventListener(
    'keydown', (event) => requestAnimationFrame(() => {
      const {port1, port2} = new MessageChannel();
      port1.onmessage = () => window.icKeys.push(performance.now() - event.timeStamp);
      port2.postMessage(0);
    }), {capture: true, signal: window.icBefore.signal});
}"""
COUNT_BYTES = """window.icBytes = 0;
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener('message', ({data}) => { window.icBytes += data.byteLength ?? data.size ?? data.length; });
  }
};"""
CLEAR = "() => jupyterapp.commands.execute('notebook:clear-all-cell-outputs')"


class Watched(Notebook):
    """A notebook whose every wait has a limit."""

    def wait_for_kernel(self, status: str = "idle") -> None:
        with within(50, f"the kernel to be {status}"):  # before Playwright's own limit, which names nothing
            super().wait_for_kernel(status)

    def finish(self, index: int) -> str:
        with within(120, f"the end of cell {index}"):
            return super().finish(index)

    def value(self, expression: str) -> Any:
        with within(60, f"the kernel's value of {expression[:60]}"):
            return super().value(expression)

    def save(self) -> str:
        with within(60, "the notebook to be saved"):
            return super().save()


class Jupyter:
    """JupyterLab and the browser that shows it."""

    def __init__(self, lab: Lab, page: Page) -> None:
        self.lab = lab
        self.page = page
        self._devtools = page.context.new_cdp_session(page)

    @contextlib.contextmanager
    def notebook(self, cells: Sequence[str], env: Mapping[str, str]) -> Iterator[Watched]:
        """A new notebook in a new kernel that has `env`; its first cell is run already."""
        with within(120, "a new notebook and its kernel"):
            notebook = Watched(self.lab, self.page, cells)
        notebook.execute(_setup(env))
        notebook.run(0)
        yield notebook
        # Not after a failure, which a second one would hide; the kernel ends with JupyterLab.
        with within(30, "the kernel to be shut down"):
            notebook.close()
        notebook.path.unlink(missing_ok=True)

    def drawn(self, index: int, selector: str, count: int = 1) -> float:
        """Run a cell; milliseconds until `count` elements that `selector` names are drawn."""
        with within(60, f"{count} {selector} to be drawn by cell {index}"):
            return float(self.page.evaluate(DRAWN, [index, selector, count]))

    def clear(self) -> None:
        """Clear the outputs of all cells."""
        with within(30, "the outputs to be cleared"):
            self.page.evaluate(CLEAR)

    def typed(self, notebook: Notebook, index: int, selector: str, text: str, which: int = 0) -> list[float]:
        """Type into a field of a cell's output, a key each 150 ms; milliseconds of each until it is drawn."""
        with within(30 + len(text), f"{len(text)} keystrokes to be drawn"):
            self.page.evaluate(LISTEN, [index, selector, which])
            self.page.wait_for_timeout(300)  # until JupyterLab has done with the cell: it moves the focus
            notebook.cell(index).locator(selector).nth(which).press_sequentially(text, delay=150)
            self.page.wait_for_function("(count) => window.icKeys.length >= count", arg=len(text), polling=50)
            return list(self.page.evaluate("() => window.icKeys"))

    def received(self) -> int:
        """Bytes that the page received from its kernels, once it has received none for 2 s."""
        before = -1
        with within(120, "the page to receive nothing for 2 s"):
            while (now := int(self.page.evaluate("() => window.icBytes"))) != before:
                before = now
                self.page.wait_for_timeout(2000)
        return before

    def heap(self) -> float:
        """KiB of the page's JavaScript heap after three forced collections."""
        with within(60, "the page's memory to be collected"):
            for _ in range(3):
                self._devtools.send("HeapProfiler.collectGarbage")
            return float(self._devtools.send("Runtime.getHeapUsage")["usedSize"]) / 1024


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
        page.add_init_script(COUNT_BYTES)
        yield Jupyter(lab, page)
        browser.close()


def _setup(env: Mapping[str, str]) -> str:
    """What a kernel needs first: this checkout on its path, the sandbox in its environment."""
    return f"import os, sys; sys.path.insert(0, {str(ROOT)!r}); os.environ.update({dict(env)!r})"
