"""How soon the catalogue can be seen and a keystroke in it shows, and what it sends, by the number of apps."""

from __future__ import annotations

import itertools

from benchmarks.catalogue import integrations, write
from benchmarks.inside import CLOSE, SETUP
from benchmarks.jupyter import Jupyter, Watched, jupyter
from benchmarks.processes import sandbox
from benchmarks.report import Row, Section

__all__ = ["measure"]

SIZES = (1_000, 10_000, 50_000)
TYPED = "northwind"
NAMES = """
from benchmarks.catalogue import integrations
names = sorted(item["name"] for item in integrations(APPS))
"""
CELLS = {
    "ipywidgets.Combobox": "ipywidgets.Combobox(options=names)",
    "ConnectWidget": "ConnectWidget(engine)",
}
DRAWN = {"ipywidgets.Combobox": ".widget-text input", "ConnectWidget": "[role=option]"}
FIELDS = {"ipywidgets.Combobox": ".widget-text input", "ConnectWidget": "input[role=combobox]"}
UNITS = {"first paint": "ms", "keystroke": "ms", "bytes to the page": "KiB"}
LIMITS = {"first paint": 400, "keystroke": 50, "bytes to the page": 150}
HOW = (
    "In real JupyterLab and Chromium, in turns (n={rounds}). First paint: from the start of the cell to the end"
    " of the first frame in which there is something to choose from; a ConnectWidget reads it from a sandbox in"
    " another process while Combobox has all names in the kernel already. Bytes to the page: all that its"
    " websocket receives for the cell while nobody touches the list, until it has received nothing for 2 s."
    " Keystroke: each letter of `northwind`, typed 150 ms apart, from the key event's time stamp to the end of the"
    " frame that shows its effect; a frame is 16.7 ms, so that less than about 20 cannot be told apart. Of a"
    " Combobox the browser draws the suggestions (a `datalist`) in a window of its own, which is not counted; it"
    " has no logos and forgives no slip."
)
Figures = dict[tuple[str, int, str], list[float]]


def measure(rounds: int = 3, sizes: tuple[int, ...] = SIZES) -> Section:
    """The table's part about choosing."""
    section = Section("Choosing an app", HOW.format(rounds=rounds))
    figures: Figures = {}
    with jupyter() as lab:
        for size in sizes:
            first = f"APPS = {size}\n{SETUP}{NAMES}"
            with (
                write(integrations(size)) as path,
                sandbox(path) as env,
                lab.notebook([first, *CELLS.values(), CLOSE], env) as notebook,
            ):
                for turn in range(-1, rounds):
                    for index, kind in enumerate(CELLS, 1):
                        _once(lab, notebook, index, kind, size, figures if turn >= 0 else {})
    for figure, size, kind in itertools.product(UNITS, sizes, CELLS):
        what = f"{figure}, {size:,} apps: "
        row = Row(what + kind, figures[figure, size, kind], UNITS[figure], floor=what + next(iter(CELLS)))
        row.at_most = LIMITS[figure] if kind == "ConnectWidget" else None
        section.rows.append(row)
    return section


def _once(lab: Jupyter, notebook: Watched, index: int, kind: str, size: int, figures: Figures) -> None:
    notebook.run(len(CELLS) + 1)
    lab.clear()
    before = lab.received()
    found = {"first paint": [lab.drawn(index, DRAWN[kind])]}
    found["bytes to the page"] = [(lab.received() - before) / 1024]
    notebook.wait_for_kernel()
    found["keystroke"] = lab.typed(notebook, index, FIELDS[kind], TYPED)
    for figure, samples in found.items():
        figures.setdefault((figure, size, kind), []).extend(samples)
