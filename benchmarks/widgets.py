"""What widgets cost: made, kept, displayed and saved, by the one, the hundred and the thousand."""

from __future__ import annotations

import functools
import itertools

from benchmarks.catalogue import write
from benchmarks.jupyter import Jupyter, jupyter, setup
from benchmarks.making import APPS, KINDS, SETUP
from benchmarks.processes import child, read, sandbox
from benchmarks.report import Row, Section
from benchmarks.stats import Series, in_turns
from tests.browser.notebook import Notebook

__all__ = ["measure"]

COUNTS = (1, 100, 1000)
SELECTORS = dict(
    zip(KINDS, (".empty-widget", ".icw-card", ".jupyter-button", ".widget-text input"), strict=True)
)
CLEAR = "ipywidgets.Widget.close_all()"
HOW = (
    "Made and kept: in new processes without a kernel, in turns (n={rounds}, of 1,000 3), after a first one that pays"
    " for imports; memory by tracemalloc, without what the operating system holds for threads and sockets (a"
    " ConnectWidget opens none before it is shown). Displayed: in real JupyterLab and Chromium, all in one `VBox` in"
    " one cell, from the start of the cell to the first frame in which all of them are drawn (n={shown} in turns,"
    " 1,000 once); a ConnectWidget gets ready to take an answer meanwhile. Saved: bytes the notebook grows by when it"
    " is saved with the state of its widgets. All with {apps} apps."
)


def measure(rounds: int = 9, shown: int = 3) -> Section:
    """The table's part about widgets."""
    section = Section("Widgets", HOW.format(rounds=rounds, shown=shown, apps=APPS))
    figures: dict[tuple[str, int, str], list[float]] = {}
    _make(figures, rounds)
    with write(APPS) as path, sandbox(path) as env, jupyter() as lab:
        for count in COUNTS:
            cells = [f"ipywidgets.VBox([KINDS[{kind!r}]() for _ in range({count})])" for kind in KINDS]
            with lab.notebook([setup(env, f"APPS = {APPS}", SETUP), *cells, CLEAR]) as notebook:
                notebook.run(0)
                for turn in range(-1 if count < 1000 else 0, shown if count < 1000 else 1):
                    for index, kind in enumerate(KINDS, 1):
                        drawn, saved = _show(lab, notebook, index, SELECTORS[kind], count)
                        if turn >= 0:
                            figures.setdefault(("displayed", count, kind), []).append(drawn)
                            figures.setdefault(("saved, each", count, kind), []).append(saved / count)
    for figure, unit in (
        ("made, each", "ms"),
        ("kept, each", "KiB"),
        ("displayed", "ms"),
        ("saved, each", "KiB"),
    ):
        for count, kind in itertools.product(COUNTS, KINDS):
            what = f"{figure}, {count:,}: "
            series = Series(tuple(figures[figure, count, kind]))
            section.rows.append(Row(what + kind, series, unit, floor=what + KINDS[0]))
    return section


def _make(figures: dict[tuple[str, int, str], list[float]], rounds: int) -> None:
    for count in COUNTS:
        sizes: dict[str, list[float]] = {}

        def once(kind: str, count: int = count, sizes: dict[str, list[float]] = sizes) -> float:
            with child("benchmarks.making", kind, str(count), env={"MEMBRANE_TOKEN": "bench"}) as process:
                spent, size = read(process)
            sizes.setdefault(kind, []).append(size)
            return float(spent)

        cases = {kind: functools.partial(once, kind) for kind in KINDS}
        spent = in_turns(cases, rounds if count < 1000 else 3, warm_up=0)
        for kind in KINDS:
            figures["made, each", count, kind] = list(spent[kind].samples)
        for kind in KINDS:
            figures["kept, each", count, kind] = sizes[kind]


def _show(lab: Jupyter, notebook: Notebook, index: int, selector: str, count: int) -> tuple[float, float]:
    """Milliseconds until drawn, KiB that the notebook grows by."""
    notebook.run(len(KINDS) + 1)
    lab.page.evaluate("() => jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    before = len(notebook.save().encode())
    drawn = lab.drawn(index, selector, count, patience=30 if count < 1000 else 180)
    notebook.wait_for_kernel()
    return drawn, (len(notebook.save().encode()) - before) / 1024
