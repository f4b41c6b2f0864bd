"""A notebook open in JupyterLab: write cells, run them, read what they show."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.lab import CURRENT, Lab

_numbers = count()

# A page that has JupyterLab already opens one more notebook in a third of the time of a new page.
OPEN = """async (path) => {
  const widget = await jupyterapp.commands.execute('docmanager:open', {path});
  await widget.context.ready;
  jupyterapp.shell.activateById(widget.id);
}"""
CLOSE = """async (path) => {
  const open = window.jupyterapp ? [...jupyterapp.shell.widgets('main')] : [];
  const widget = open.find((one) => one.context?.path.endsWith(path));
  await widget?.sessionContext?.shutdown();
  widget?.dispose();
}"""
# The new cells come first: JupyterLab gives a notebook without cells one of its own.
RENEW = """(cells) => {
  const model = jupyterapp.shell.currentWidget.content.model.sharedModel;
  const before = model.cells.length;
  model.transact(() => {
    model.insertCells(0, cells);
    model.deleteCellRange(cells.length, cells.length + before);
  });
  window.icRuns = {};
}"""
FORGET = "__import__('ipywidgets').Widget.close_all(); get_ipython().reset()"
# A page that was loaded opens the notebook of its address last, even if that was closed meanwhile.
IS = """(status) => {
  if (document.querySelector('.jp-FileBrowser.jp-mod-restoring')) return false;
  const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
  return kernel?.connectionStatus === 'connected' && kernel.status === status;
}"""
START = """(index) => {
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  (window.icRuns ??= {})[index] = jupyterapp.commands.execute('notebook:run-cell');
}"""
CELLS = "() => jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells"
KERNEL = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status"
EVALUATE = """async (expression) => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute(
    {code: '', silent: true, store_history: false, user_expressions: {value: expression}});
  return (await future.done).content.user_expressions.value;
}"""


class Notebook:
    """One notebook in one page. Cells are named by their index; `page` is Playwright's.

    `loaded`: the page has JupyterLab already.
    """

    def __init__(
        self, lab: Lab, page: Page, cells: Sequence[str], *, kernel: str = CURRENT, loaded: bool = False
    ) -> None:
        self.lab = lab
        self.page = page
        self.path = new_notebook(lab, cells, kernel)
        if loaded:
            self.page.evaluate(OPEN, self.path.name)
        else:
            self.page.goto(lab.address(self.path.name))
        self.wait_for_kernel()

    def wait_for_kernel(self, status: str = "idle") -> None:
        """Wait until a kernel is connected and has that status."""
        # Not by animation frames, Playwright's default: a loaded machine may draw none for a long time.
        self.page.wait_for_function(IS, arg=status, polling=50, timeout=60_000)

    def run(self, index: int) -> str:
        """Run a cell to its end; return the text it printed, showed or raised."""
        self.start(index)
        return self.finish(index)

    def start(self, index: int) -> None:
        """Run a cell without waiting for it."""
        self.page.evaluate(START, index)

    def finish(self, index: int) -> str:
        """Wait for the end of a started cell; return its text as `run` does."""
        self.page.evaluate("(index) => window.icRuns[index]", index)
        return self.output(index)

    def output(self, index: int) -> str:
        """The text a cell has printed, shown or raised so far; widgets leave no text."""
        return "".join(text_of(output) for output in self.page.evaluate(CELLS)[index]["outputs"])

    def cell(self, index: int) -> Locator:
        """The outputs of a cell on the page, where its widgets are."""
        shown = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell")
        return shown.nth(index).locator(".jp-OutputArea-output")

    def value(self, expression: str) -> Any:
        """What a Python expression of strings, numbers, lists and the like is in the idle kernel."""
        answer = self.page.evaluate(EVALUATE, f"__import__('json').dumps({expression})")
        if answer["status"] != "ok":
            raise RuntimeError(f"{answer['ename']}: {answer['evalue']}")
        # text/plain is the repr of the JSON text: a Python string literal.
        return json.loads(ast.literal_eval(answer["data"]["text/plain"]))

    def execute(self, code: str) -> None:
        """Run code in the idle kernel without a cell."""
        self.value(f"exec({code!r}, globals())")

    @property
    def kernel_status(self) -> str:
        """`idle`, `busy`, `restarting`, `dead`, ... as JupyterLab sees it."""
        return str(self.page.evaluate(KERNEL))

    def interrupt(self) -> None:
        """Interrupt the kernel, as the stop button does."""
        self.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")

    def restart(self) -> None:
        """Restart the kernel, as the button does, without its question."""
        self.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
        self.wait_for_kernel()

    def shut_down(self) -> None:
        """Shut the kernel down and leave the notebook open."""
        self.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def save(self) -> str:
        """Save the notebook and return the text of its file."""
        self.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
        return self.path.read_text()

    def reload(self) -> None:
        """Reload the page, as a person does with F5, and wait until the notebook is back."""
        self.page.reload()
        self.wait_for_kernel()

    def dark(self) -> None:
        """Switch JupyterLab to its dark theme."""
        theme = {"theme": "JupyterLab Dark"}
        self.page.evaluate("(theme) => jupyterapp.commands.execute('apputils:change-theme', theme)", theme)

    def renew(self, cells: Sequence[str]) -> None:
        """Have these cells instead, in the same kernel, which is idle and forgets its names and widgets."""
        self.page.evaluate(OPEN, self.path.name)
        self.execute(FORGET)
        self.page.evaluate(RENEW, _cells(cells))

    def close(self) -> None:
        """Shut the kernel down and close the notebook without saving it; the page stays."""
        self.page.evaluate(CLOSE, self.path.name)


def new_notebook(lab: Lab, cells: Sequence[str], kernel: str = CURRENT) -> Path:
    """A file with these cells in the folder of `lab`."""
    path = lab.folder / f"notebook-{next(_numbers)}.ipynb"
    path.write_text(json.dumps(as_notebook(cells, lab.kernel_name(kernel))))
    return path


def as_notebook(cells: Sequence[str], kernel: str) -> dict[str, Any]:
    """What a notebook with these cells, for that kernel, is in its file."""
    return {
        "cells": _cells(cells),
        "metadata": {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cells(cells: Sequence[str]) -> list[dict[str, Any]]:
    return [_cell(f"cell-{next(_numbers)}", source) for source in cells]


def _cell(name: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def text_of(output: dict[str, Any]) -> str:
    """The text of one output; a widget leaves none."""
    if output["output_type"] == "stream":
        return "".join(output["text"])
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}\n"
    data = output["data"]
    return "" if "application/vnd.jupyter.widget-view+json" in data else "".join(data.get("text/plain", ""))
