"""What widgets cost: made, kept, displayed and saved, one and a hundred of them."""

from __future__ import annotations

import itertools

from benchmarks.inside import CLOSE, KINDS, SETUP
from benchmarks.jupyter import Jupyter, Watched, jupyter
from benchmarks.processes import Child, sandbox
from benchmarks.report import Row, Section

__all__ = ["measure"]

# Not 1,000: closing as many at once sends more messages than may wait in line at the kernel's IOPub socket (ZeroMQ's
# high-water mark, 1,000). The rest is dropped, also that the cell has ended, and JupyterLab waits for it for ever.
COUNTS = (1, 100)
UNITS = {"made, each": "ms", "kept, each": "KiB", "displayed": "ms", "saved, each": "KiB"}
LIMITS = {("displayed", 1): 400, ("displayed", 100): 5_000}
HOW = (
    "Made and kept: in new processes without a kernel, in turns (n={rounds}), after a first one that pays for"
    " imports; memory by tracemalloc, without what the operating system holds for threads and sockets (a"
    " ConnectWidget opens none before it is shown). Displayed: in real JupyterLab and Chromium, all in one `VBox`"
    " in one cell, from the start of the cell to the first frame in which all of them are drawn (n={shown} in"
    " turns). Saved: what the notebook grows by when it is saved with the state of its widgets, which includes the"
    " text of an anywidget's module. All with the sandbox's own apps."
)
Figures = dict[tuple[str, int, str], list[float]]


def measure(rounds: int = 9, shown: int = 5) -> Section:
    """The table's part about widgets."""
    figures: Figures = {case: [] for case in itertools.product(UNITS, COUNTS, KINDS)}
    for _, count, kind in itertools.product(range(rounds), COUNTS, KINDS):
        with Child("benchmarks.inside", kind, str(count), env={"MEMBRANE_TOKEN": "bench"}) as process:
            spent, size = process.read(f"{count} of {kind} to be made")
        figures["made, each", count, kind].append(spent)
        figures["kept, each", count, kind].append(size)
    with sandbox() as env, jupyter() as lab:
        for count in COUNTS:
            cells = [f"ipywidgets.VBox([KINDS[{kind!r}]() for _ in range({count})])" for kind in KINDS]
            with lab.notebook([SETUP, *cells, CLOSE], env) as notebook:
                for turn, (index, kind) in itertools.product(range(-1, shown), enumerate(KINDS, 1)):
                    drawn, saved = _show(lab, notebook, index, kind, count)
                    if turn >= 0:
                        figures["displayed", count, kind].append(drawn)
                        figures["saved, each", count, kind].append(saved / count)
    section = Section("Widgets", HOW.format(rounds=rounds, shown=shown))
    for (figure, count, kind), samples in figures.items():
        what = f"{figure}, {count}: "
        row = Row(what + kind, samples, UNITS[figure], floor=what + next(iter(KINDS)))
        row.at_most = LIMITS.get((figure, count)) if kind == "ConnectWidget" else None
        section.rows.append(row)
    return section


def _show(lab: Jupyter, notebook: Watched, index: int, kind: str, count: int) -> tuple[float, float]:
    """Milliseconds until drawn, KiB that the notebook grows by."""
    notebook.run(len(KINDS) + 1)
    lab.clear()
    before = len(notebook.save().encode())
    drawn = lab.drawn(index, KINDS[kind], count)
    notebook.wait_for_kernel()
    return drawn, (len(notebook.save().encode()) - before) / 1024
