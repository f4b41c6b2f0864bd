"""Waiting for the end of an attempt; tests/unit/test_flow.py has what its callers see."""

from __future__ import annotations

from ic_widget.returning.waiting import _once_after


def test_who_is_told_what_may_be_missing() -> None:
    """Once, after the time; ten times as late while it is being looked for a connection that needs nobody."""
    clock, ready = [0.0], [False]
    told: list[float] = []
    call = _once_after(3, lambda: told.append(clock[0]), lambda: ready[0], lambda: clock[0])
    for clock[0], ready[0] in ((2.0, True), (4.0, False), (29.0, False), (29.5, True), (99.0, True)):
        call()

    assert [29.5] == told
