"""What a Data Schema says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ic_widget.form.data_schema import LEVELS, PARTS, field_title, why_unreadable

NESTED = json.loads((Path(__file__).parents[2] / "protocol" / "data-schema.json").read_text("utf-8"))[
    "nested"
]
SCHEMA: dict[str, Any] = {
    "properties": {
        "subdomain": {"type": "string", "title": "Your subdomain"},
        "account": {"properties": {"secret": {"type": "string"}}},
    }
}


def test_a_fields_title_is_found_through_nested_objects() -> None:
    """The dotted name leads to the title; without one the name itself is the title."""
    assert field_title(SCHEMA, "subdomain") == "Your subdomain"
    assert field_title(SCHEMA, "account.secret") == "account.secret"
    assert field_title(None, "a.b") == "a.b"


def nested(levels: int, inner: Any = None) -> dict[str, Any]:
    """A schema of so many levels."""
    schema: dict[str, Any] = inner or {"type": "string"}
    for _ in range(levels - 1):
        schema = {"properties": {"a": schema}}
    return schema


def of_levels(by: str, levels: int) -> dict[str, Any]:
    """A text behind so many levels, the group at the top among them, each of the keyword `by`."""
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels - 2):
        known: dict[str, dict[str, Any]] = {
            "properties": {"properties": {"a": schema}, "required": ["a"]},
            "anyOf": {"anyOf": [schema, {"type": "integer"}]},
        }
        schema = known.get(by, {by: schema})
    return {"properties": {"a": schema}, "required": ["a"]}


@pytest.mark.parametrize("case", NESTED, ids=lambda case: case["about"])
def test_how_deep(case: dict[str, Any]) -> None:
    """Python lets through what the page can read, to the very level, and nothing more."""
    assert case["readable"] == (why_unreadable(of_levels(case["by"], case["levels"])) is None)


@pytest.mark.parametrize(
    "schema",
    [
        None,
        {},
        nested(LEVELS),
        nested(LEVELS - 1, {"items": {"type": "string"}}),
        {"properties": {str(n): {} for n in range(PARTS)}},
        {"properties": {"a": {"$ref": "#/$defs/b"}}, "$defs": {"b": {"type": "string"}}},
        {"properties": {"a": {"$ref": "#/nowhere"}, "b": {"$ref": "https://x.example"}, "c": {"$ref": 5}}},
        {"properties": 5, "items": 5, "anyOf": {}, "allOf": [5]},
    ],
)
def test_what_can_be_read(schema: Any) -> None:
    """A schema of sixteen levels and two thousand parts is read."""
    assert None is why_unreadable(schema)


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        (nested(LEVELS + 1), "levels deep"),
        (nested(900), "levels deep"),
        (nested(LEVELS, {"items": {}}), "levels deep"),
        (nested(LEVELS, {"additionalProperties": {}}), "levels deep"),
        (nested(LEVELS, {"anyOf": [{}]}), "levels deep"),
        ({"properties": {"a": {"$ref": "#"}}}, "levels deep, or refers to itself"),
        ({"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}}, "or refers to itself"),
        ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"items": {"$ref": "#/$defs/a~1b"}}}}, "refers to itself"),
        ({"properties": {str(n): {} for n in range(PARTS + 1)}}, "more than 2000"),
    ],
)
def test_what_cannot_be_read(schema: Any, problem: str) -> None:
    """A schema that is too deep, too large or endless is told from the others in no time."""
    assert problem in str(why_unreadable(schema))
