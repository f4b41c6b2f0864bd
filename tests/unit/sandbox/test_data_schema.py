"""The Data Schema check."""

from __future__ import annotations

from typing import Any

import pytest

from ic_widget.sandbox.state.data_schema import asks_secret, problems

RECORDS = {"referenceRecords": [{"id": 1, "name": "One"}, {"id": 2, "name": "Two"}]}


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ("x", {}),
        (None, {"type": ["string", "null"]}),
        (2, {"type": "integer"}),
        (2.0, {"type": "integer"}),
        ("b", {"enum": ["a"], "allowCustom": True}),
        (2, RECORDS),
        ({"a": None}, {"properties": {"a": {"type": "string"}}}),
        ({"b": 1}, {"properties": {}}),
        ("", {"type": "string", "minLength": 3}),
        ({"x": "y"}, {"type": "object", "additionalProperties": {"type": "string"}}),
        (["a", "b"], {"type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 2}),
        ({"t": 1}, {"anyOf": [{"required": ["s"]}, {"required": ["t"]}], "type": "object"}),
        ("anything", {"type": "unheard-of"}),
    ],
)
def test_fits(value: Any, schema: dict[str, Any]) -> None:
    """A value that fits has no problem."""
    assert list(problems(value, schema)) == []


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        (1, {"type": "string"}, [("", "must be string")]),
        (True, {"type": "number"}, [("", "must be number")]),
        (1.5, {"type": "integer"}, [("", "must be integer")]),
        (float("nan"), {"type": "number"}, [("", "must be number")]),
        (1, {"type": ["string", "null"]}, [("", "must be string or null")]),
        ("b", {"enum": ["a", "c"]}, [("", "must be one of a, c")]),
        (3, RECORDS, [("", "must be one of 1, 2")]),
        ("ab", {"minLength": 3}, [("", "must have at least 3 characters")]),
        ("abcd", {"maxLength": 3}, [("", "must have at most 3 characters")]),
        ("x", {"pattern": "^[0-9]"}, [("", "must match ^[0-9]")]),
        (0, {"minimum": 1}, [("", "must be at least 1")]),
        (9, {"maximum": 1}, [("", "must be at most 1")]),
        ([1, 2], {"maxItems": 1}, [("", "must have at most 1 items")]),
        ([1, "x"], {"items": {"type": "integer"}}, [("1", "must be integer")]),
        ({}, {"required": ["b", "a"]}, [("b", "is required"), ("a", "is required")]),
        ({"a": {"b": 1}}, {"properties": {"a": {"required": ["c"]}}}, [("a.c", "is required")]),
        ({"x": 1}, {"properties": {}, "additionalProperties": False}, [("x", "is not known")]),
        ({"x": 1}, {"additionalProperties": {"type": "string"}}, [("x", "must be string")]),
        (1, {"anyOf": [{"type": "string"}, {"type": "null"}]}, [("", "must be string")]),
    ],
)
def test_does_not_fit(value: Any, schema: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """Each problem has its place and its words."""
    assert list(problems(value, schema)) == expected


def test_secrets_are_found_at_any_depth() -> None:
    """A secret in a nested object or in an alternative counts."""
    deep = {"properties": {"a": {"anyOf": [{"properties": {"b": {"isSensitive": True}}}]}}}
    assert asks_secret(deep)
    assert asks_secret({"properties": {"p": {"format": "password"}}})
    assert not asks_secret({"properties": {"a": {"type": "string"}}})
