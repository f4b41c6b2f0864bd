"""The Data Schema check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ic_widget.sandbox.state.data_schema import asks_secret, problems

READINGS = json.loads((Path(__file__).parents[2] / "protocol" / "data-schema.json").read_text("utf-8"))[
    "readings"
]
COMPLETE = [example for example in READINGS if not example["missing"]]
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
        ({"a": None}, {"required": ["a"], "properties": {"a": {"type": "string", "nullable": True}}}),
        ({"a": None}, {"required": ["a"], "properties": {"a": {"const": None}}}),
        ({"a": ""}, {"required": ["a"], "properties": {"a": {"const": ""}}}),
        ([None], {"items": {"type": "string", "nullable": True}}),
        (None, {**RECORDS, "nullable": True}),
        (None, {"properties": {}, "nullable": True}),
        (None, {"anyOf": [{"enum": ["a"]}, {"type": "null"}]}),
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
        (None, {"type": "string"}, [("", "must be string")]),
        ({}, {"required": ["a"], "properties": {"a": {"type": ["string", "null"]}}}, [("a", "is required")]),
        (
            {"a": None, "b": ""},
            {"required": ["a", "b"], "properties": {"a": {"type": "string"}, "b": {"enum": ["x"]}}},
            [("a", "is required"), ("b", "is required"), ("b", "must be one of x")],
        ),
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


@pytest.mark.parametrize("example", COMPLETE, ids=lambda example: example["about"])
def test_what_the_form_sends(example: dict[str, Any]) -> None:
    """A form in which nothing is missing is taken, with the null and the empty text that its schema names."""
    found = list(problems(example["sent"], example["schema"] or {}))
    assert example.get("refused", False) == bool(found), found


def test_secrets_are_found_at_any_depth() -> None:
    """A secret in a nested object or in an alternative counts."""
    deep = {"properties": {"a": {"anyOf": [{"properties": {"b": {"isSensitive": True}}}]}}}
    assert asks_secret(deep)
    assert asks_secret({"properties": {"p": {"format": "password"}}})
    assert not asks_secret({"properties": {"a": {"type": "string"}}})
