"""How long an import takes in a whole new process."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.report import Row, Section
from benchmarks.stats import Series, in_turns

__all__ = ["CASES", "measure", "measured"]

FLOOR = "import anywidget"
LOADED = "import ic_widget; ic_widget.ConnectWidget"
GOAL = 1.15
BARE = "pass"
CASES = [
    FLOOR,
    LOADED,
    "import ic_widget",
    "import msal",
    "import google_auth_oauthlib.flow",
    "import huggingface_hub",
    "import huggingface_hub; huggingface_hub.HfApi",
]
HOW = (
    "Whole new processes in turns (n={rounds}); processor time, user and system, which other work on the machine"
    " disturbs less than the wall clock; the files are in the system's cache. The time of a bare interpreter"
    " ({bare:.0f} ms) is taken off each, which makes the ratios stricter. A kernel has IPython, traitlets and tornado"
    " loaded already, so that an import there costs less than here."
)


def measured(cases: list[str], rounds: int) -> dict[str, Series]:
    """Milliseconds of each import, less those of a bare interpreter in the same round."""
    whole = in_turns({code: lambda code=code: _once(code) for code in [BARE, *cases]}, rounds)
    bare = whole.pop(BARE).samples
    nets = {
        code: Series(tuple(a - b for a, b in zip(each.samples, bare, strict=True)))
        for code, each in whole.items()
    }
    return {**nets, BARE: Series(bare)}


def measure(rounds: int = 21) -> Section:
    """The table's part about imports."""
    found = measured(CASES, rounds)
    how = HOW.format(rounds=rounds, bare=found.pop(BARE).median)
    rows = [Row(code, series, "ms", floor=FLOOR) for code, series in found.items()]
    for row in rows:
        if "ic_widget" in row.name:
            row.goal = GOAL
    return Section("Import, cold", how, rows=rows)


def _once(code: str) -> float:
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{code!r} failed")
    return (usage.ru_utime + usage.ru_stime) * 1000
