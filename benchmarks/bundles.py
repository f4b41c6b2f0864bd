"""What the front end weighs, and how fast its search is, beside what others would have used; both in Node.js."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

from benchmarks.catalogue import write
from benchmarks.processes import ROOT
from benchmarks.report import Row, Section
from benchmarks.stats import Series

__all__ = ["measure", "measure_search"]

JS = ROOT / "benchmarks" / "js"
OURS = "ic_widget, everything"
SIZES = [50, 1_000, 10_000, 50_000]
HOW = (
    "One entry each, bundled by esbuild with the same options (ES module, ES2022, minified, production), gzip at"
    " level 9; versions as in `benchmarks/js/package.json`. Ours is the whole widget: catalogue, search, forms,"
    " validation, waiting, results. Membrane's `DataInput` and rjsf are a form with React and nothing else; Nango's"
    " front end opens a tab and waits for a message from it, and brings no form or catalogue."
)
SEARCH_HOW = (
    "In Node.js, in turns: the 28 keystrokes of two searches, one misspelt, over made-up names, keys and categories."
    " Fuse.js and match-sorter as they come, with the same three keys. They rank and forgive differently: this"
    " compares cost, not what is found."
)


def measure() -> Section:
    """The table's part about bytes."""
    section = Section("Front-end bundle", HOW, base="1")
    if (problem := _prepare()) is not None:
        section.notes.append(problem)
        return section
    sizes = _node("sizes.mjs")
    for unit in ("raw", "gzip"):
        for name, size in sizes.items():
            series = Series((size[unit] / 1000,))
            section.rows.append(Row(f"{unit}: {name}", series, "kB", floor=f"{unit}: {OURS}"))
    return section


def measure_search() -> Section:
    """The table's part about the search alone."""
    section = Section("Search alone, one keystroke", SEARCH_HOW, base="1")
    if (problem := _prepare()) is not None:
        section.notes.append(problem)
        return section
    with write(max(SIZES)) as path:
        found = _node("search.mjs", str(path), *map(str, SIZES))
    for size in SIZES:
        for name, times in found[str(size)].items():
            label = f"{size:,} apps: {name}"
            floor = f"{size:,} apps: ic_widget"
            section.rows.append(Row(label, Series(tuple(times["key"])), "µs", floor=floor))
    return section


def _prepare() -> str | None:
    """Install what is compared; a sentence if that cannot be had."""
    npm = shutil.which("npm")
    if npm is None:
        return "skipped: this needs Node.js 20 or newer with npm"
    stamp, lock = JS / "node_modules" / ".stamp", JS / "package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        installed = subprocess.run(
            [npm, "ci"], cwd=JS, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if installed.returncode:
            return "skipped: the packages to compare with could not be installed (is a registry in reach?)"
        stamp.touch()
    return None


def _node(script: str, *arguments: str) -> Any:
    command = ["node", script, *arguments]
    return json.loads(subprocess.run(command, cwd=JS, check=True, stdout=subprocess.PIPE, text=True).stdout)
