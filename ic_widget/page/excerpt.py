"""An answer as far as a page can show it: what is too long is cut there, and stays whole in Python."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["excerpt"]

MOST_ENTRIES = 200
"""Of a list or an object."""
LONGEST_TEXT = 5_000
DEEPEST = 30
MOST_VALUES = 20_000
MOST_LETTERS = 400_000


def excerpt(value: Any) -> tuple[Any, dict[str, int]]:
    """`value` with what is too long cut off, and how long that is whole, by JSON Pointer (RFC 6901)."""
    cutting = _Cutting()
    return cutting.cut(value, "", DEEPEST), cutting.cuts


class _Cutting:
    def __init__(self) -> None:
        self.cuts: dict[str, int] = {}
        self._values = MOST_VALUES
        self._letters = MOST_LETTERS

    def cut(self, value: Any, at: str, depth: int) -> Any:
        self._values -= 1
        if isinstance(value, str):
            return self._text(value, at)
        if isinstance(value, dict):
            return dict(self._entries([(str(name), each) for name, each in value.items()], at, depth))
        if isinstance(value, list | tuple):
            return [each for _, each in self._entries(list(enumerate(value)), at, depth)]
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)  # JSON has no number for it
        return value

    def _text(self, value: str, at: str) -> str:
        kept = value[: max(0, min(LONGEST_TEXT, self._letters))]
        self._letters -= len(kept)
        if len(kept) < len(value):
            self.cuts[at] = len(value)
        return kept

    def _entries(self, entries: list[tuple[Any, Any]], at: str, depth: int) -> list[tuple[Any, Any]]:
        kept: list[tuple[Any, Any]] = []
        for name, each in entries[: MOST_ENTRIES if depth else 0]:
            if self._values <= 0 or self._letters <= 0:
                break
            self._letters -= len(name) if isinstance(name, str) else 0
            kept.append((name, self.cut(each, f"{at}/{_step(name)}", depth - 1)))
        if len(kept) < len(entries):
            self.cuts[at] = len(entries)
        return kept


def _step(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
