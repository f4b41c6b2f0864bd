"""The table tells which limits are met."""

from __future__ import annotations

import pytest

from benchmarks.report import Row, Section, in_turns, table


@pytest.mark.parametrize(
    ("row", "missed"),
    [
        (Row("a", [9, 1, 2], "ms"), False),
        (Row("a", [9, 1, 2], "ms", at_most=2), False),
        (Row("a", [9, 1, 2.1], "ms", at_most=2), True),
        (Row("a", [9, 1, 2], "ms", floor="floor", ratio_at_most=2), False),
        (Row("a", [9, 1, 2.1], "ms", floor="floor", ratio_at_most=2), True),
        (Row("a", [9, 1, 2], "ms", at_most=1, floor="floor", ratio_at_most=2), True),
    ],
)
def test_limit(row: Row, missed: bool) -> None:
    """A limit is on the median or on its ratio to the floor's, and one that is missed is told."""
    section = Section("part", "how", [Row("floor", [1], "ms", floor="floor"), row])
    assert (["a"] if missed else []) == section.missed()
    assert missed is ("MISSED" in table([section]))


def test_in_turns() -> None:
    """Cases are measured in turns, so that a slow moment hits all of them; what warms up does not count."""
    taken: list[str] = []
    cases = {name: lambda name=name: taken.append(name) or len(taken) for name in "ab"}
    assert {"a": [3, 5], "b": [4, 6]} == in_turns(cases, 2)
    assert list("ababab") == taken
