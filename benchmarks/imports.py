"""How long an import takes in a whole new process."""

from __future__ import annotations

import functools
import resource
import subprocess
import sys

from benchmarks.report import Row, Section, in_turns

__all__ = ["measure"]

BARE = "import asyncio"
"""What every kernel has loaded already is loaded first in each process."""
FLOOR = "import anywidget"
CASES = {FLOOR: None, "import ic_widget; ic_widget.ConnectWidget": 1.15, "import ic_widget": 0.2}
"""The code, and how many times the floor it may cost."""
HOW = (
    "Whole new processes in turns (n={rounds}); processor time, user and system, which other work on the machine"
    " disturbs less than the wall clock; the files are in the system's cache. The time of an interpreter"
    " that has imported asyncio, as every kernel has ({bare:.0f} ms), is taken off each, which makes the ratios"
    " stricter. Counted are the package and the widget's class; what only a widget at work needs is imported with"
    " the first one. A kernel has IPython, traitlets and tornado loaded, too, so that an import there costs less."
)


def measure(rounds: int = 21) -> Section:
    """The table's part about imports, in milliseconds."""
    whole = in_turns({code: functools.partial(_once, code) for code in ("", *CASES)}, rounds)
    bare = whole.pop("")
    section = Section("Import, cold", HOW.format(rounds=rounds, bare=sorted(bare)[rounds // 2]))
    for code, spent in whole.items():
        samples = [each - less for each, less in zip(spent, bare, strict=True)]
        section.rows.append(Row(code, samples, "ms", floor=FLOOR, ratio_at_most=CASES[code]))
    return section


def _once(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", f"{BARE}\n{code}"], stdin=subprocess.DEVNULL, check=True, timeout=60
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000
