"""A line that says how far a long list has been read."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

__all__ = ["Progress", "Shown"]

Shown = bool | Callable[[int, int], object]
"""Whether it is shown, or a function that is told the items and pages so far instead."""

LATE = 2.0
"""Seconds before which nothing is shown."""
OFTEN = 0.5


class Progress:
    """Called with the items and pages so far; after two seconds it says so, twice a second at most.

    In a notebook that is a line under the cell, in a terminal one on standard error; elsewhere nothing is shown.
    """

    def __init__(
        self,
        what: str,
        shown: Shown,
        line: Callable[[], Line | None] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what = what
        self._shown = shown
        self._make = line or _line
        self._line: Line | None = None
        self._now = now
        self._begun = now()
        self._due = self._begun + LATE
        self._latest = (0, 0)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._line is not None:
            self._line.show(f"{self._text()}.")
            self._line.end()

    def __call__(self, items: int, pages: int) -> None:
        self._latest = (items, pages)
        if callable(self._shown):
            self._shown(items, pages)
        elif self._shown and self._now() >= self._due:
            self._due = self._now() + OFTEN
            self._line = self._line or self._make()
            if self._line is not None:
                self._line.show(f"{self._text()} ...")

    def _text(self) -> str:
        items, pages = self._latest
        return f"{self._what}: {items:,} items on {pages:,} pages, {self._now() - self._begun:.0f} s"


class Line:
    """One line that is written again and again."""

    def __init__(self, write: Callable[[str], object], end: Callable[[], object] = lambda: None) -> None:
        self.show = write
        self.end = end


def _line() -> Line | None:
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None else None
    if shell is not None and getattr(shell, "kernel", None) is not None:
        handle: Any = import_module("IPython.display").DisplayHandle()
        handle.display({"text/plain": ""}, raw=True)
        return Line(lambda text: handle.update({"text/plain": text}, raw=True))
    if sys.stderr is not None and sys.stderr.isatty():
        return Line(
            lambda text: sys.stderr.write(f"\r{text}\x1b[K") and sys.stderr.flush(),
            lambda: sys.stderr.write("\n") and sys.stderr.flush(),
        )
    return None
