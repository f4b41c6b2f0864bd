"""What an untouched form would send."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ic_widget.form.values import read

READINGS = json.loads((Path(__file__).parents[2] / "protocol" / "data-schema.json").read_text("utf-8"))[
    "readings"
]

NESTED: dict[str, Any] = {
    "type": "object",
    "required": ["subdomain", "account", "region", "plan"],
    "properties": {
        "subdomain": {"type": "string", "title": "Your subdomain"},
        "account": {
            "type": "object",
            "required": ["id", "secret"],
            "properties": {
                "id": {"type": "string"},
                "secret": {"type": "string"},
                "note": {"type": "string"},
            },
        },
        "region": {"type": "string", "default": "eu"},
        "plan": {"type": "string", "isImplied": True},
        "comment": {"type": "string"},
    },
}


@pytest.mark.parametrize("example", READINGS, ids=lambda example: example["about"])
def test_a_schema_is_read_as_the_page_reads_it(example: dict[str, Any]) -> None:
    """What is missing and what is sent are the same in Python and in the form."""
    reading = read(example["schema"], example["values"])
    assert example["missing"] == reading.missing
    if "sent" in example:
        assert example["sent"] == reading.values


def test_missing_fields_are_named_with_dots_in_the_schemas_order() -> None:
    """An object left out is missing by what it asks for; fields with a default and implied ones never are."""
    assert ["subdomain", "account.id", "account.secret"] == read(NESTED, {}).missing


def test_what_was_given_is_never_dropped() -> None:
    """Values that no field asks for go along, inside groups too, and the caller's own are not changed."""
    values = {"subdomain": "a", "more": [1], "account": {"id": "1", "secret": "s", "more": None}}
    assert {**values, "region": "eu"} == read(NESTED, values).values
    assert {"more", "subdomain", "account"} == set(values)


@pytest.mark.parametrize(
    "schema",
    [
        None,
        {},
        {"required": 7},
        {"properties": []},
        {"properties": {"a": True}},
        {"anyOf": 1, "allOf": 2, "enum": 3},
    ],
)
def test_a_schema_that_asks_nothing_or_makes_no_sense_misses_nothing(schema: Any) -> None:
    """A schema without readable requirements never stands in the way."""
    assert ({}, []) == (read(schema, {}).values, read(schema, {}).missing)


def test_a_very_deep_schema_ends() -> None:
    """Nesting beyond any form is cut off instead of recursing without end."""
    schema: dict[str, Any] = {}
    schema.update({"required": ["again"], "properties": {"again": schema}})
    assert [] == read(schema, {}).missing
