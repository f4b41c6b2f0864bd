"""Whole numbers beyond 2^53, which a browser's JSON cannot hold, travel between kernel and page as their digits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["restored", "spelled"]

_DIGITS = "$integer"
_LARGEST = 2**53 - 1
"""ECMAScript's Number.MAX_SAFE_INTEGER."""

_WRITTEN = re.compile(r"-?[0-9]{1,4000}")
"""Python itself refuses to read more digits than about that."""


def spelled(value: Any) -> Any:
    """`value` with ``{"$integer": "<digits>"}`` for every whole number that the page could not hold."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST:
        return {_DIGITS: str(value)}
    if isinstance(value, Mapping):
        return {name: spelled(each) for name, each in value.items()}
    return [spelled(each) for each in value] if isinstance(value, list | tuple) else value


def restored(value: Any) -> Any:
    """The opposite of `spelled`."""
    if isinstance(value, Mapping):
        digits = value.get(_DIGITS)
        if len(value) == 1 and isinstance(digits, str) and _WRITTEN.fullmatch(digits):
            return int(digits)
        return {name: restored(each) for name, each in value.items()}
    return [restored(each) for each in value] if isinstance(value, list) else value
