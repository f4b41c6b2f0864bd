"""What a key costs in long lists and deep groups, compared with a short form."""

from __future__ import annotations

from benchmarks.catalogue import write
from benchmarks.inside import SETUP
from benchmarks.jupyter import jupyter
from benchmarks.processes import sandbox
from benchmarks.report import Row, Section
from ic_widget.form.data_schema import LEVELS
from tests.browser.apps import app, fields

__all__ = ["measure"]

TEXT = {"type": "string"}
TEN = {f"field{number}": TEXT for number in range(10)}
LIST = {"type": "array", "items": fields(name=TEXT, value=TEXT)}


def _nested(levels: int) -> dict[str, object]:
    # Required, for what is optional is folded beside what is required.
    five = {f"field{number}": TEXT for number in range(5)}
    return fields(*five, "inner", **five, inner=_nested(levels - 1)) if levels > 1 else fields(*five, **five)


DEEPEST = LEVELS - 1  # a field in the last group is on the last level that is read
FIELD = "input[type=text]"
FORMS: dict[str, tuple[dict[str, object], int, int]] = {
    "a form of 10 fields": (fields(**TEN), 0, 10),
    "a list of 200": (fields(**TEN, rows=LIST), 200, 410),
    "a list of 800": (fields(**TEN, rows=LIST), 800, 1610),
    f"{DEEPEST} groups in each other": (_nested(DEEPEST), 0, 5 * DEEPEST),
}
"""By name: the schema, as many entries of its list, and as many fields as are drawn."""
FLOOR = "in the first field of a form of 10 fields"
HOW = (
    "In real JupyterLab and Chromium, {keys} keys in turns of {turn} in each text field, each key from its time stamp"
    " until what it did is drawn: in a form of 10 text fields, in such a form before and within a list of 200 and of"
    f" 800 objects of two fields, and in the outermost and the innermost of {DEEPEST} groups in each other, of 5 fields"
    " each."
)


def measure(turns: int = 4, turn: int = 10) -> Section:
    """The table's part about typing."""
    apps = [app(f"form{number}", schema) for number, (schema, _, _) in enumerate(FORMS.values())]
    cells = []
    for number, (_, entries, _) in enumerate(FORMS.values()):
        rows = [{"name": f"n{entry}", "value": "v"} for entry in range(entries)]
        given = {"rows": rows} if rows else {}
        cells.append(f"ConnectWidget(engine, integration='form{number}', parameters={given!r})")
    samples: dict[str, list[float]] = {}
    with (
        write(apps) as path,
        sandbox(path) as env,
        jupyter() as lab,
        lab.notebook([SETUP, *cells], env) as notebook,
    ):
        for index, (_, _, count) in enumerate(FORMS.values(), 1):
            lab.drawn(index, FIELD, count)
        for _ in range(turns):
            for index, (form, (_, entries, count)) in enumerate(FORMS.items(), 1):
                last = {"middle": 10 + entries} if entries else {"last field": count - 1}
                for place, which in {"first field": 0, **last}.items():
                    spent = lab.typed(notebook, index, FIELD, "x" * turn, which)
                    samples.setdefault(f"in the {place} of {form}", []).extend(spent)
    section = Section("Typing", HOW.format(keys=turns * turn, turn=turn))
    for name, spent in samples.items():
        section.rows.append(Row(name, spent, "ms", floor=FLOOR, ratio_at_most=None if name == FLOOR else 2))
    return section
