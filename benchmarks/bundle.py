"""What the front end weighs: its text travels with every widget and is saved with it."""

from __future__ import annotations

import re
import subprocess

from benchmarks.processes import ROOT
from benchmarks.report import Row, Section

__all__ = ["measure"]

HOW = (
    "The whole widget (catalogue, search, forms, validation, waiting, results) as one ES module, as `js/size.mjs`"
    " counts it; gzip at level 9. The state of an anywidget includes the text of its module: a saved notebook"
    " weighs that much for each widget in it."
)


def measure() -> Section:
    """The table's part about bytes; the limits are the budget that the build holds."""
    command = ["node", "js/size.mjs"]
    said = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=60).stdout
    section = Section("Front-end bundle", HOW)
    for unit, size, budget in re.findall(r"widget\.js (\w+): (\d+) of (\d+) bytes", said):
        section.rows.append(Row(unit, [int(size) / 1024], "KiB", at_most=int(budget) / 1024))
    if not section.rows:
        raise RuntimeError(f"js/size.mjs said nothing of a size, but {said!r}")
    return section
