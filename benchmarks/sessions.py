"""What a long session costs: growth for each re-run, reopening and closed widget."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from benchmarks.inside import KINDS, SETUP
from benchmarks.jupyter import Jupyter, Watched, jupyter
from benchmarks.limits import within
from benchmarks.processes import sandbox
from benchmarks.report import Row, Section

__all__ = ["measure"]

FIGURES = """
import asyncio, gc, time, psutil
spent, since = 0, time.process_time()
def figures():
    global spent, since
    spent += time.process_time() - since
    gc.collect()
    kept = gc.get_objects()
    found = {
        "Python objects": len(kept),
        "asyncio tasks": sum(isinstance(each, asyncio.Task) and not each.done() for each in kept),
        "sockets of the kernel": len(psutil.Process().net_connections("inet")),
        "widgets alive": sum(isinstance(each, anywidget.AnyWidget) for each in kept),
        "processor time of the kernel": spent * 1000,
    }
    since = time.process_time()  # looking does not count
    return found
"""
MEMORY = "memory of the page"
UNITS = {MEMORY: "KiB", "processor time of the kernel": "ms"}
MAKE = "w = KINDS[{kind!r}](); display(w)"
CLOSE = "if 'w' in globals(): w.close()\n"
# What a ConnectWidget may add with each cycle.
LIMITS: dict[str, dict[str, float]] = {
    "re-run": {MEMORY: 200, "Python objects": 150, "asyncio tasks": 0.1, "sockets of the kernel": 0.1},
    "reopening": {MEMORY: 2_000, "processor time of the kernel": 150},
    "closed": {MEMORY: 200, "Python objects": 50, "asyncio tasks": 0.1, "widgets alive": 0},
}
QUIET = 10
"""Seconds: longer than a widget that nothing shows goes on (5), and than threads and servers linger (3)."""
REOPEN = """async (path) => {
  await jupyterapp.commands.execute('docmanager:save');
  jupyterapp.shell.currentWidget.close();
  const opened = await jupyterapp.commands.execute('docmanager:open', {path});
  await opened.context.ready;
  await opened.sessionContext.ready;
}"""
SHOWN = "(selector) => document.querySelector(`.jp-Notebook ${selector}`)?.getClientRects().length"
HOW = (
    "In real JupyterLab and Chromium. Re-run: {runs} times the same cell that makes and shows a widget."
    " Reopening: then {opens} times that notebook is closed and opened again while its kernel goes on, with what"
    " the re-runs left behind. Closed: {closed} times a cell that closes the widget and makes the next. Each in"
    " {batches} batches, of which the growth for one cycle is taken, {quiet} s after the last, when all that nothing"
    " shows any more rests; memory of the page is its JavaScript heap after three forced collections. The empty"
    " anywidget shows what JupyterLab and anywidget keep by themselves."
)


def measure(runs: int = 50, opens: int = 50, closed: int = 200, batches: int = 5) -> Section:
    """The table's part about long sessions."""
    section = Section(
        "Long sessions", HOW.format(runs=runs, opens=opens, closed=closed, batches=batches, quiet=QUIET)
    )
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    with sandbox() as env, jupyter() as lab:
        for kind in KINDS:
            make = MAKE.format(kind=kind)
            with lab.notebook([SETUP + FIGURES, make], env) as notebook:
                session = Session(lab, notebook, KINDS[kind], batches)
                found["re-run", kind] = session.growth(session.run, runs)
                found["reopening", kind] = session.growth(session.reopen, opens)
            with lab.notebook([SETUP + FIGURES, CLOSE + make], env) as notebook:
                session = Session(lab, notebook, KINDS[kind], batches)
                found["closed", kind] = session.growth(session.run, closed)
    for what, limits in LIMITS.items():
        for (figure, limit), kind in itertools.product(limits.items(), KINDS):
            row = Row(f"{what}: {figure}: {kind}", found[what, kind][figure], UNITS.get(figure, ""))
            row.at_most = limit if kind == "ConnectWidget" else None
            section.rows.append(row)
    return section


class Session:
    """A notebook whose cell 1 draws `selector`, and in which the same is done again and again."""

    def __init__(self, lab: Jupyter, notebook: Watched, selector: str, batches: int) -> None:
        self._lab = lab
        self._notebook = notebook
        self._selector = selector
        self._batches = batches

    def run(self) -> None:
        """Run the cell."""
        self._lab.drawn(1, self._selector)
        self._notebook.wait_for_kernel()

    def reopen(self) -> None:
        """Save and close the notebook, and open it again; its kernel goes on."""
        with within(60, "the notebook to be opened again"):
            self._lab.page.evaluate(REOPEN, self._notebook.path.name)
            self._notebook.wait_for_kernel()
            self._lab.page.wait_for_function(SHOWN, arg=self._selector, polling=50)

    def growth(self, once: Callable[[], None], cycles: int) -> dict[str, list[float]]:
        """How much each figure grows with one of `cycles`; a sample for each batch of them."""
        size = max(1, cycles // self._batches)
        once()  # the first pays for what is made once
        seen = [self._figures()]
        for _ in range(self._batches):
            for _ in range(size):
                once()
            seen.append(self._figures())
        return {
            figure: [(now[figure] - then[figure]) / size for then, now in itertools.pairwise(seen)]
            for figure in seen[0]
        }

    def _figures(self) -> dict[str, float]:
        self._lab.page.wait_for_timeout(QUIET * 1000)
        return {**self._notebook.value("figures()"), MEMORY: self._lab.heap()}
