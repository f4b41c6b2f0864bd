"""What a page is shown of a long answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ic_widget.page.excerpt import LONGEST_TEXT, MOST_ENTRIES, MOST_LETTERS, excerpt


@pytest.mark.parametrize("value", [None, True, 7, 1.5, "text", [], {}, {"a": [1, {"b": None}]}])
def test_what_is_short_stays_whole(value: Any) -> None:
    """A short answer is shown as it is, and nothing is said to be cut."""
    assert (value, {}) == excerpt(value)


def test_long_lists_and_texts_are_cut_and_counted() -> None:
    """What is too long is cut where it stands, and how long it is is said by its JSON Pointer."""
    shown, cuts = excerpt(
        {"a/b": list(range(900)), "text": "x" * 9000, "more": dict.fromkeys(map(str, range(300)), 1)}
    )
    assert [MOST_ENTRIES, LONGEST_TEXT, MOST_ENTRIES] == [len(each) for each in shown.values()]
    assert {"/a~1b": 900, "/text": 9000, "/more": 300} == cuts


def test_the_whole_is_never_too_long_for_a_message() -> None:
    """Many long texts together are cut as well, and so is what is nested too deep."""
    shown, cuts = excerpt([["x" * 5000] * 100] * 100)
    assert MOST_LETTERS * 1.1 > len(json.dumps(shown))
    assert cuts[""] == 100
    deep: Any = []
    for _ in range(3000):
        deep = [deep]
    assert 1 == len(excerpt(deep)[1])


def test_what_is_no_number_in_json_is_text() -> None:
    """Infinity and NaN, which Python reads, reach the page as words."""
    assert ["inf", "nan"] == excerpt([float("inf"), float("nan")])[0]
