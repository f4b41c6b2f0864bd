"""What an import costs in a new process."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.report import Row, Section

__all__ = ["measure"]

STEPS = ("import asyncio", "import ic_widget", "import anywidget", "ic_widget.ConnectWidget")
"""One after the other, in one process: the first is what every kernel has loaded already."""
MEASURED = f"""
import json, time
def spent(code):
    begun = time.process_time()
    exec(code, globals())
    return (time.process_time() - begun) * 1000
print(json.dumps([spent(code) for code in {STEPS!r}]))
"""
HOW = (
    "In {rounds} whole new processes, each step after the last one, so that a slow moment of the machine hits all of"
    " them: asyncio, which every kernel has loaded and which is not counted; ic_widget, which imports next to"
    " nothing; anywidget; what ConnectWidget needs besides. Processor time, user and system, which other work on the"
    " machine disturbs less than the wall clock; the files are in the system's cache. Counted are the package and the"
    " widget's class; what only a widget at work needs is imported with the first one. A kernel has IPython,"
    " traitlets and tornado loaded, too, so that an import there costs less."
)


def measure(rounds: int = 41) -> Section:
    """The table's part about imports, in milliseconds."""
    _once()  # compiles what is not compiled yet
    taken = [_once() for _ in range(rounds)]
    floor = "import anywidget"
    section = Section("Import, cold", HOW.format(rounds=rounds))
    section.rows += [
        Row(floor, [anywidget for _, anywidget, _ in taken], "ms", floor=floor),
        Row("import ic_widget; ic_widget.ConnectWidget", [*map(sum, taken)], "ms", None, floor, 1.2),
        Row("import ic_widget", [package for package, _, _ in taken], "ms", None, floor, 0.2),
    ]
    return section


def _once() -> list[float]:
    """Milliseconds of each step after the first."""
    told = subprocess.run(
        [sys.executable, "-c", MEASURED],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    return [float(each) for each in json.loads(told.stdout)[1:]]
