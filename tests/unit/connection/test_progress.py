"""The line that says how far a long list is."""

from __future__ import annotations

import pytest

from ic_widget.connection.progress import Line, Progress


def written(*calls: tuple[float, int]) -> list[str]:
    """What is written of a list of which `calls` tell: at which second how many items."""
    clock, lines = [0.0], []
    with Progress(
        "/x", True, lambda: Line(lines.append, lambda: lines.append("ended")), lambda: clock[0]
    ) as told:
        for seconds, items in calls:
            clock[0] = seconds
            told(items, 1)
    return lines


def test_nothing_is_written_of_a_short_read() -> None:
    """What takes less than two seconds leaves no line."""
    assert [] == written((0.5, 10), (1.9, 20))


def test_twice_a_second_at_most() -> None:
    """After two seconds there is a line, renewed twice a second at most, with the last word at the end."""
    assert [
        "/x: 1,000 items on 1 pages, 2 s ...",
        "/x: 3,000 items on 1 pages, 3 s ...",
        "/x: 3,000 items on 1 pages, 3 s.",
        "ended",
    ] == written((2.0, 1000), (2.1, 2000), (3.0, 3000))


def test_where_nobody_reads_nothing_is_written(capfd: pytest.CaptureFixture[str]) -> None:
    """Without a notebook or a terminal, and where it is not wanted, there is no line."""
    for shown in (True, False):
        clock = iter([0.0, 5.0, 6.0, 7.0, 8.0])
        with Progress("/x", shown, now=lambda: next(clock)) as told:  # noqa: B023  used within the round
            told(1, 1)
    assert ("", "") == capfd.readouterr()
