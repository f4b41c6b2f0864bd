"""Whole numbers on their way to the page and back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ic_widget.page.integers import restored, spelled

LONG = 9007199254740993


def test_a_number_that_a_browser_cannot_hold_is_spelled() -> None:
    """At any depth, and nothing else is changed."""
    value = {"id": LONG, "small": 2**53 - 1, "list": [-LONG, 1.5, True, None, "9007199254740993"]}
    assert {
        "id": {"$integer": "9007199254740993"},
        "small": 2**53 - 1,
        "list": [{"$integer": "-9007199254740993"}, 1.5, True, None, "9007199254740993"],
    } == spelled(value)


@pytest.mark.parametrize("value", [LONG, [-LONG], {"a": {"b": [LONG * 10**50]}}, {"a": "x", "b": 1}])
def test_what_the_page_sends_back_is_the_same_number(value: Any) -> None:
    """Digit for digit, through JSON."""
    assert value == restored(json.loads(json.dumps(spelled(value))))


@pytest.mark.parametrize(
    "value", [{"$integer": "1e5"}, {"$integer": "1", "b": 2}, {"$integer": 5}, {"$integer": "9" * 5000}]
)
def test_what_only_looks_like_digits_is_left_alone(value: Any) -> None:
    """A page may send anything."""
    assert value == restored(value)
