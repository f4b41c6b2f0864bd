"""How soon the catalogue can be seen, and how soon a keystroke in it shows, by the number of apps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.catalogue import write
from benchmarks.jupyter import Jupyter, jupyter, setup
from benchmarks.processes import sandbox
from benchmarks.report import Row, Section
from benchmarks.stats import Series
from tests.browser.notebook import Notebook

__all__ = ["measure"]

SIZES = (50, 1_000, 10_000, 50_000)
TYPED = "northwind"
SETUP = """
import ipywidgets
from ic_widget import ConnectWidget, Engine
from benchmarks.catalogue import integrations
engine = Engine()
names = sorted(item["name"] for item in integrations(APPS))
"""
CELLS = {
    "ConnectWidget": "widget = ConnectWidget(engine); widget",
    "ipywidgets.Combobox": "ipywidgets.Combobox(options=names)",
    "ipywidgets.Dropdown": "ipywidgets.Dropdown(options=names)",
}
DRAWN = {
    "ConnectWidget": "[role=option]",
    "ipywidgets.Combobox": ".widget-text input",
    "ipywidgets.Dropdown": "select",
}
FIELDS = {
    "ConnectWidget": "input[role=combobox]",
    "ipywidgets.Combobox": ".widget-text input",
    "ipywidgets.Dropdown": "select",
}
# JupyterLab takes other letters typed in a Dropdown for its own commands: "h" opens its help, "r" makes a raw cell.
KEYS = {"ipywidgets.Dropdown": "n" * len(TYPED)}
CLEAR = "ipywidgets.Widget.close_all()"
# From the key event's own time to the end of the frame that shows what it did, in milliseconds.
LISTEN = """([index, selector]) => {
  const field = document.querySelectorAll('.jp-Notebook .jp-Cell')[index].querySelector(selector);
  window.icKeys = [];
  field.addEventListener('keydown', (event) => {
    requestAnimationFrame(() => {
      const {port1, port2} = new MessageChannel();
      port1.onmessage = () => window.icKeys.push(performance.now() - event.timeStamp);
      port2.postMessage(0);
    });
  }, {capture: true});
}"""
COMPLETE = """([index, count]) => {
  const cell = document.querySelectorAll('.jp-Notebook .jp-Cell')[index];
  return cell.querySelector('[role=option]')?.getAttribute('aria-setsize') === String(count);
}"""
HOW = (
    "In real JupyterLab and Chromium, in turns (n={rounds}). First paint: from the start of the cell to the end of the"
    " first frame in which there is something to choose from; of a ConnectWidget this is the first thousand apps, read"
    " from a sandbox in another process, while Combobox and Dropdown have all names in the kernel already. All there:"
    " until the list counts every app. Keystroke: each letter of `"
    + TYPED
    + "`, typed 150 ms apart, from the key"
    " event's time stamp to the end of the frame that shows its effect; a frame is 16.7 ms, so that less than about 20"
    " cannot be told apart. Of a Combobox the browser draws the suggestions (a `datalist`) in a window of its own,"
    " which is not counted; in a Dropdown typing selects, there the"
    " letter n each time."
)


def measure(rounds: int = 3, sizes: tuple[int, ...] = SIZES) -> Section:
    """The table's part about choosing."""
    section = Section("Choosing an app", HOW.format(rounds=rounds), base="1")
    figures: dict[tuple[str, int, str], list[float]] = {}
    with jupyter() as lab:
        for size in sizes:
            with write(size) as path, sandbox(path) as env:
                _size(lab, env, size, rounds, figures)
    for figure in ("first paint", "all there", "keystroke"):
        for size in sizes:
            for kind in CELLS:
                if samples := figures.get((figure, size, kind)):
                    name = f"{figure}, {size:,} apps: "
                    section.rows.append(
                        Row(name + kind, Series(tuple(samples)), "ms", floor=name + "ConnectWidget")
                    )
    return section


def _size(
    lab: Jupyter,
    env: Mapping[str, str],
    size: int,
    rounds: int,
    figures: dict[tuple[str, int, str], list[float]],
) -> None:
    with lab.notebook([setup(env, f"APPS = {size}", SETUP), *CELLS.values(), CLEAR]) as notebook:
        notebook.run(0)
        for turn in range(-1, rounds):
            for index, kind in enumerate(CELLS, 1):
                found = _once(lab, notebook, index, kind, size)
                if turn >= 0:
                    for figure, samples in found.items():
                        figures.setdefault((figure, size, kind), []).extend(samples)


def _once(lab: Jupyter, notebook: Notebook, index: int, kind: str, size: int) -> dict[str, list[float]]:
    page = lab.page
    notebook.run(len(CELLS) + 1)
    page.evaluate("() => jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    found: dict[str, Any] = {"first paint": [lab.drawn(index, DRAWN[kind], patience=60)]}
    if kind == "ConnectWidget":
        begun = page.evaluate("() => performance.now()")
        page.wait_for_function(COMPLETE, arg=[index, size], polling=20, timeout=120_000)
        found["all there"] = [found["first paint"][0] + page.evaluate("() => performance.now()") - begun]
    notebook.wait_for_kernel()
    page.evaluate(LISTEN, [index, FIELDS[kind]])
    page.wait_for_timeout(300)  # until JupyterLab has done with the cell: it moves the focus
    notebook.cell(index).locator(FIELDS[kind]).press_sequentially(KEYS.get(kind, TYPED), delay=150)
    page.wait_for_timeout(300)
    found["keystroke"] = page.evaluate("() => window.icKeys")
    return found
