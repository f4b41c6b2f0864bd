"""JavaScript's null on its way to a page and back."""

from __future__ import annotations

import pytest

from ic_widget.runtime.nulls import _replaced, from_page, to_page

NULL = object()
SAID = {"cursor": None, "items": [{"id": 0, "name": ""}, None, False], "pair": (1, None)}


def test_every_null_is_replaced() -> None:
    """One within lists and dicts too, and nothing else that is false."""
    there = _replaced(SAID, None, NULL)
    assert {"cursor": NULL, "items": [{"id": 0, "name": ""}, NULL, False], "pair": [1, NULL]} == there
    assert {**SAID, "pair": [1, None]} == _replaced(there, NULL, None)


@pytest.mark.parametrize("way", [to_page, from_page])
def test_elsewhere_nothing_is_touched(way: object) -> None:
    """Where Python is not inside the browser, the very same object goes through."""
    assert callable(way)
    assert SAID is way(SAID)
