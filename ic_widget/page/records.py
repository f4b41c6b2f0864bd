"""Where an answer holds a list of objects: what a table shows. Twin of js/src/explore/records.ts."""

from __future__ import annotations

from typing import Any

__all__ = ["records_in"]

DEEPEST = 2
"""As deep as is looked: ``{"data": {"items": [...]}}``."""


def records_in(output: Any) -> list[dict[str, Any]] | None:
    """The nearest list of objects, the longest of several at one depth; None if there is none."""
    level = [output]
    for _ in range(DEEPEST + 1):
        found: list[list[dict[str, Any]]] = [value for value in level if _are_records(value)]
        if found:
            return max(found, key=len)
        level = [each for value in level if isinstance(value, dict) for each in value.values()]
    return None


def _are_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)
