"""The one table: on the terminal and in docs/benchmarks.md."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.stats import Series

__all__ = ["Row", "Section", "markdown", "terminal"]

HEADER = ["", "median", "p10 to p90", "ratio", "goal"]


@dataclass
class Row:
    """One case: its figures, the row it is compared with (`floor`: the name of it), the goal for that ratio."""

    name: str
    series: Series
    unit: str
    floor: str | None = None
    goal: float | None = None

    def cells(self, rows: dict[str, Row], base: str) -> list[str]:
        """Name, median, spread, ratio, goal as text; `base` is what stands beside the row of ratio 1."""
        ratio = self.ratio(rows)
        said = "" if ratio is None else f"{ratio:.2f} x" if self.floor != self.name else base
        verdict = "met" if self.met(rows) else "MISSED"
        goal = "" if self.goal is None else f"at most {self.goal:g} x: {verdict}"
        spread = f"{_number(self.series.low)} to {_number(self.series.high)}"
        one = len(self.series.samples) == 1
        return [self.name, f"{_number(self.series.median)} {self.unit}", "" if one else spread, said, goal]

    def ratio(self, rows: dict[str, Row]) -> float | None:
        """Median over the floor's median."""
        if self.floor is None or self.floor not in rows or not rows[self.floor].series.median:
            return None
        return self.series.median / rows[self.floor].series.median

    def met(self, rows: dict[str, Row]) -> bool:
        """Whether the ratio is within the goal; True where there is none."""
        ratio = self.ratio(rows)
        return self.goal is None or ratio is None or ratio <= self.goal


@dataclass
class Section:
    """One question, how its answer was measured, and the rows of the answer; ratios are to the row `base` marks."""

    title: str
    how: str
    base: str = "floor"
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def by_name(self) -> dict[str, Row]:
        return {row.name: row for row in self.rows}

    def missed(self) -> list[Row]:
        """Rows that are not within their goal."""
        rows = self.by_name()
        return [row for row in self.rows if not row.met(rows)]


def terminal(sections: list[Section]) -> str:
    """The table in fixed width."""
    table: list[list[str]] = [HEADER]
    for section in sections:
        table.append([section.title, "", "", "", ""])
        table += [["  " + row[0], *row[1:]] for row in _cells(section)]
        table += [[f"  {note}", "", "", "", ""] for note in section.notes]
    columns = [row for row in table if any(row[1:])]
    widths = [max(len(row[n]) for row in columns) for n in range(len(HEADER))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    )


def markdown(sections: list[Section]) -> str:
    """The table, and under it how each part of it was measured."""
    lines = ["| " + " | ".join(HEADER) + " |", "|---|---:|---:|---:|---|"]
    for section in sections:
        lines.append(f"| **{section.title}** | | | | |")
        lines += ["| " + " | ".join(row) + " |" for row in _cells(section)]
        lines += [f"| *{note}* | | | | |" for note in section.notes]
    lines += ["", "## How it was measured", ""]
    for section in sections:
        lines += [f"**{section.title}.** {section.how}", ""]
    return "\n".join(lines)


def _cells(section: Section) -> list[list[str]]:
    rows = section.by_name()
    return [row.cells(rows, section.base) for row in section.rows]


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
