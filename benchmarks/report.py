"""Samples, limits and the one table of them, for the terminal and docs/benchmarks.md."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["Row", "Section", "in_turns", "table"]

HEADER = ["", "median", "p10 to p90", "ratio", "limit"]


@dataclass
class Row:
    """One case and its samples; `at_most` limits their median, `ratio_at_most` its ratio to the row `floor`."""

    name: str
    samples: Sequence[float]
    unit: str
    at_most: float | None = None
    floor: str | None = None
    ratio_at_most: float | None = None


@dataclass
class Section:
    """One question, how its answer was measured, and the rows of the answer."""

    title: str
    how: str
    rows: list[Row] = field(default_factory=list)

    def missed(self) -> list[str]:
        """Names of the rows that are not within their limits."""
        return [row.name for row in self.rows if not self._met(row)]

    def cells(self) -> list[list[str]]:
        """The columns of HEADER for each row."""
        return [self._cells(row) for row in self.rows]

    def _ratio(self, row: Row) -> float | None:
        floor = next((each for each in self.rows if each.name == row.floor), row)
        least = statistics.median(floor.samples)
        return None if floor is row or not least else statistics.median(row.samples) / least

    def _met(self, row: Row) -> bool:
        ratio = self._ratio(row)
        if row.ratio_at_most is not None and ratio is not None and ratio > row.ratio_at_most:
            return False
        return row.at_most is None or statistics.median(row.samples) <= row.at_most

    def _cells(self, row: Row) -> list[str]:
        ratio = self._ratio(row)
        ordered = sorted(row.samples)
        low, high = ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 10]
        limits = [] if row.at_most is None else [f"{_number(row.at_most)} {row.unit}".strip()]
        limits += [] if row.ratio_at_most is None else [f"{row.ratio_at_most:g} x"]
        return [
            row.name,
            f"{_number(statistics.median(ordered))} {row.unit}".strip(),
            f"{_number(low)} to {_number(high)}" if len(ordered) > 1 else "",
            "floor" if row.floor == row.name else "" if ratio is None else f"{ratio:.2f} x",
            f"{', '.join(limits)}: {'met' if self._met(row) else 'MISSED'}" if limits else "",
        ]


def in_turns(
    cases: Mapping[str, Callable[[], float]], rounds: int, warm_up: int = 1
) -> dict[str, list[float]]:
    """Measure A B C A B C ...: a slow moment of the machine then hits all of them, and their ratio stays."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(-warm_up, rounds):
        for name, measure in cases.items():
            sample = measure()
            if turn >= 0:
                taken[name].append(sample)
    return taken


def table(sections: Sequence[Section]) -> str:
    """All rows as a table in Markdown that can be read as it is."""
    rows = [HEADER, ["---", "---:", "---:", "---:", "---"]]
    for section in sections:
        rows += [[f"**{section.title}**", "", "", "", ""], *section.cells()]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEADER))]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return "\n".join(f"| {' | '.join(row)} |" for row in padded)


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
