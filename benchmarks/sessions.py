"""What a long session costs: growth for each re-run, reopening and closed widget; typing beside a long list."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from benchmarks.catalogue import write
from benchmarks.inside import KINDS, SETUP
from benchmarks.jupyter import Jupyter, Watched, jupyter
from benchmarks.limits import within
from benchmarks.processes import sandbox
from benchmarks.report import Row, Section
from ic_widget.form.data_schema import LEVELS
from tests.browser.apps import app, fields

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
REOPEN = """async (path) => {
  await jupyterapp.commands.execute('docmanager:save');
  jupyterapp.shell.currentWidget.close();
  const opened = await jupyterapp.commands.execute('docmanager:open', {path});
  await opened.context.ready;
  await opened.sessionContext.ready;
}"""
SHOWN = "(selector) => document.querySelector(`.jp-Notebook ${selector}`)?.getClientRects().length"
TEXT = {"type": "string"}
TEN = {f"field{number}": TEXT for number in range(10)}
LIST = {"type": "array", "items": fields(name=TEXT, value=TEXT)}


def _nested(levels: int) -> dict[str, object]:
    five = {f"field{number}": TEXT for number in range(5)}
    return fields("inner", **five, inner=_nested(levels - 1)) if levels > 1 else fields(**five)


DEEPEST = LEVELS - 1  # a field in the last group is on the last level that is read
FIELD = "input[type=text]"
FORMS: dict[str, tuple[dict[str, object], int, int]] = {
    "a form of 10 fields": (fields(**TEN), 0, 10),
    "a list of 200": (fields(**TEN, rows=LIST), 200, 410),
    "a list of 800": (fields(**TEN, rows=LIST), 800, 1610),
    f"{DEEPEST} groups in each other": (_nested(DEEPEST), 0, 5 * DEEPEST),
}
"""By name: the schema, as many entries of its list, and as many fields as are drawn."""
HOW = (
    "In real JupyterLab and Chromium. Re-run: {runs} times the same cell that makes and shows a widget."
    " Reopening: then {opens} times that notebook is closed and opened again while its kernel goes on, with what"
    " the re-runs left behind. Closed: {closed} times a cell that closes the widget and makes the next. Each in"
    " {batches} batches, of which the growth for one cycle is taken, 4 s after the last; memory of the page is its"
    " JavaScript heap after three forced collections. The empty anywidget shows what JupyterLab and anywidget keep"
    " by themselves. Typing: {keys} keys in a text field, each until it is drawn: in a form of 10 text fields, in"
    " such a form before and within a list of 200 and of 800 objects of two fields, and in the outermost and the"
    f" innermost of {DEEPEST} groups in each other, of 5 fields each."
)


def measure(runs: int = 50, opens: int = 50, closed: int = 200, keys: int = 40, batches: int = 5) -> Section:
    """The table's part about long sessions."""
    section = Section(
        "Long sessions", HOW.format(runs=runs, opens=opens, closed=closed, keys=keys, batches=batches)
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
    _type(section, keys)
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
        self._lab.page.wait_for_timeout(4000)  # what lingers for some seconds may do so
        return {**self._notebook.value("figures()"), MEMORY: self._lab.heap()}


def _type(section: Section, keys: int) -> None:
    apps = [app(f"form{number}", schema) for number, (schema, _, _) in enumerate(FORMS.values())]
    cells = []
    for number, (_, entries, _) in enumerate(FORMS.values()):
        rows = [{"name": f"n{entry}", "value": "v"} for entry in range(entries)]
        given = {"rows": rows} if rows else {}
        cells.append(f"ConnectWidget(engine, integration='form{number}', parameters={given!r})")
    floor = "typing: in the first field of a form of 10 fields"
    with (
        write(apps) as path,
        sandbox(path) as env,
        jupyter() as lab,
        lab.notebook([SETUP, *cells], env) as notebook,
    ):
        for index, (form, (_, entries, count)) in enumerate(FORMS.items(), 1):
            lab.drawn(index, FIELD, count)
            places = {
                "first field": 0,
                **({"middle": 10 + entries} if entries else {"last field": count - 1}),
            }
            for place, which in places.items():
                name = f"typing: in the {place} of {form}"
                samples = lab.typed(notebook, index, FIELD, "x" * keys, which)
                section.rows.append(
                    Row(name, samples, "ms", floor=floor, ratio_at_most=None if name == floor else 2)
                )
