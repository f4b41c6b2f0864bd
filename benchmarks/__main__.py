"""``python -m benchmarks [--quick] [PART ...]``: the table; a run of all parts writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from importlib import metadata

import psutil

from benchmarks import answers, bundle, choosing, far, imports, keystrokes, sessions, widgets
from benchmarks.limits import within
from benchmarks.processes import ROOT
from benchmarks.report import Section, table

PARTS: dict[str, tuple[Callable[[], Section], Callable[[], Section]]] = {
    "imports": (imports.measure, lambda: imports.measure(5)),
    "answers": (answers.measure, lambda: answers.measure(5)),
    "choosing": (choosing.measure, lambda: choosing.measure(1, (1_000, 50_000))),
    "widgets": (widgets.measure, lambda: widgets.measure(3, 1)),
    "sessions": (sessions.measure, lambda: sessions.measure(6, 4, 10, 2)),
    "typing": (keystrokes.measure, lambda: keystrokes.measure(2, 5)),
    "far": (far.measure, lambda: far.measure(2, 2)),
    "bundle": (bundle.measure, bundle.measure),
}
"""By name: the measurement, and a quick one."""
WITHIN = 1800
"""Seconds a part may take."""
PACKAGES = ("anywidget", "ipykernel", "ipywidgets", "jupyterlab", "tornado", "traitlets")
PAGE = ROOT / "docs" / "benchmarks.md"
INTRODUCTION = """\
# Benchmarks

Made by `make bench` in one run on one machine. Measured on {when}.

Absolute times depend on the machine and on what else it does. What is compared is measured in turns (A B C A B C ...);
shown are the median and the tenth to ninetieth percentile of the samples. The ratio is to the row marked as floor. A
limit is on the median, or where it ends in x on the ratio: `make bench` fails where one is missed.

- {system}, {cores} cores, {memory:.0f} GiB; load over the last 1, 5 and 15 minutes before the run: {load}
- Python {python}; {packages}

"""


def main() -> int:
    """Run the parts asked for; 1 if a limit is missed or a part failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer samples")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - PARTS.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    introduction = _introduction(arguments.quick)
    sections: list[Section] = []
    failed: list[str] = []
    for name in arguments.parts or PARTS:
        begun = time.monotonic()
        print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
        try:
            with within(WITHIN, f"the part {name}"):
                sections.append(PARTS[name][arguments.quick]())
        except Exception as error:  # noqa: BLE001  a part that fails must not take the others with it
            failed.append(f"{name} failed: {type(error).__name__}: {error}".partition("\n")[0])
        print(f"{time.monotonic() - begun:.0f} s", file=sys.stderr)
    print(table(sections))
    missed = [f"limit missed: {section.title}: {name}" for section in sections for name in section.missed()]
    print(*failed, *missed, sep="\n", file=sys.stderr)
    if not arguments.parts and not failed:
        how = [f"**{section.title}.** {section.how}\n" for section in sections]
        PAGE.write_text("\n".join([introduction + table(sections), "\n## How it was measured\n", *how]))
        print(f"Written to {PAGE.relative_to(ROOT)}", file=sys.stderr)
    return 1 if failed or missed else 0


def _introduction(quick: bool) -> str:
    return INTRODUCTION.format(
        when=time.strftime("%-d %B %Y") + (", quickly (fewer samples)" if quick else ""),
        system=f"{platform.system()} {platform.release()} on {platform.machine()}",
        cores=os.cpu_count(),
        memory=psutil.virtual_memory().total / 2**30,
        load=", ".join(f"{each:.1f}" for each in psutil.getloadavg()),
        python=platform.python_version(),
        packages=", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES),
    )


if __name__ == "__main__":
    sys.exit(main())
