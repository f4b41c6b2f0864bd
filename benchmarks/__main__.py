"""``python -m benchmarks [--quick] [PART ...]``: measure, print the table, write docs/benchmarks.md if all parts ran.

Parts are run one after the other; within each, what is compared is measured in turns.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from benchmarks import answers, bundles, choosing, imports, page_answers, throughput, widgets
from benchmarks.machine import facts
from benchmarks.processes import ROOT
from benchmarks.report import Section, markdown, terminal

PARTS: dict[str, tuple[Callable[[], Section], Callable[[], Section]]] = {
    "imports": (imports.measure, lambda: imports.measure(7)),
    "answers": (answers.measure, lambda: answers.measure(30)),
    "page": (page_answers.measure, lambda: page_answers.measure(6)),
    "server": (throughput.measure, lambda: throughput.measure(3, 0.5)),
    "busy": (throughput.measure_busy, lambda: throughput.measure_busy(2, 0.5)),
    "widgets": (widgets.measure, lambda: widgets.measure(3, 2)),
    "choosing": (choosing.measure, lambda: choosing.measure(1)),
    "search": (bundles.measure_search, bundles.measure_search),
    "bundle": (bundles.measure, bundles.measure),
}
"""By name: the measurement, and a quick one."""
PAGE = ROOT / "docs" / "benchmarks.md"
INTRODUCTION = """\
# Benchmarks

Made by `make bench` in one run on one machine. {when}

Absolute times depend on the machine and on what else it does; the ratios are what to look at. What is compared is
measured in turns (A B C A B C ...), and shown are the median and the tenth to ninetieth percentile of the samples.
The ratio is to the row marked as floor: the least that could do the same job.

{facts}

"""

CLOSING = """\

## What is not comparable

- **The receivers of MSAL and google-auth-oauthlib** serve one login, block the thread that called them, and check less:
  google-auth-oauthlib takes the first request of any kind for the answer, MSAL any path. They have no page in the
  notebook, no second way back and nothing pending beside the one login. They are here because they are what
  programs use today, with what they cost as they are.
- **The bare tornado handler** checks nothing: no nonce, no host, no repeated or contradictory answer. It is the floor
  for what the same library can do, not something to use.
- **ipywidgets.Combobox and Dropdown** get their choices with the cell; a ConnectWidget reads them from an engine:
  its first paint includes the token, an HTTP exchange and the choice of a way back. Neither of the two shows logos,
  categories, connections, or forgives a slip.
- **Saved notebooks**: the state of an anywidget includes the text of its module, so that a saved widget weighs what its
  front end weighs. That is why the bundle has a budget (30 KB gzip, 90 KB raw), which the tests hold.
- **Bundles** of libraries count what one entry point pulls in; a program that uses React already pays for it once.
- **The import** counts the package and the widget's class. What only a widget at work needs (asyncio, the client,
  later tornado) is imported with the first one; in a kernel most of that is loaded already.
"""


def main() -> int:
    """Run the parts asked for; 1 if a goal is missed or a part failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer samples")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - PARTS.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    sections: list[Section] = []
    failed: list[str] = []
    for name in arguments.parts or PARTS:
        begun = time.monotonic()
        print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
        try:
            sections.append(PARTS[name][arguments.quick]())
        except Exception as error:  # noqa: BLE001  a part that fails must not take the others with it
            failed.append(f"{name} failed: {type(error).__name__}: {error}".partition("\n")[0])
            sections.append(Section(name, "It could not be measured.", notes=failed[-1:]))
        print(f"{time.monotonic() - begun:.0f} s", file=sys.stderr)
    print(terminal(sections))
    if not arguments.parts:
        when = time.strftime(
            "Measured on %-d %B %Y" + (", quickly (fewer samples)." if arguments.quick else ".")
        )
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(INTRODUCTION.format(when=when, facts=facts()) + markdown(sections) + CLOSING)
        print(f"Written to {PAGE.relative_to(ROOT)}", file=sys.stderr)
    missed = [f"goal missed: {section.title}: {row.name}" for section in sections for row in section.missed()]
    print(*failed, *missed, sep="\n", file=sys.stderr)
    return 1 if failed or missed else 0


if __name__ == "__main__":
    sys.exit(main())
