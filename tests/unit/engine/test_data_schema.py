"""What the kernel reads out of a Data Schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ic_widget.engine.data_schema import auth_options, field_title, read

READINGS = json.loads((Path(__file__).parents[2] / "protocol" / "data-schema.json").read_text("utf-8"))[
    "readings"
]


def test_a_current_auth_option_keeps_its_schema_and_help() -> None:
    """A current option is passed on with its inputSchema and helpUri."""
    schema = {"type": "object", "properties": {"apiKey": {"type": "string"}}}
    raw = {
        "key": "api-key",
        "type": "client-credentials",
        "title": "API key",
        "description": "From your settings",
        "inputSchema": schema,
        "helpUri": "https://example.com/help",
    }
    expected = [raw]
    assert auth_options([raw]) == expected


def test_a_legacy_auth_option_is_brought_into_the_current_shape() -> None:
    """What older engines put under `ui` is found there, and missing texts are empty."""
    schema = {"properties": {"subdomain": {"type": "string"}}}
    raw = {"key": "oauth", "type": "oauth2", "ui": {"schema": schema, "helpUri": "http://example.com/"}}
    expected = [
        {
            "key": "oauth",
            "type": "oauth2",
            "title": "oauth",
            "description": "",
            "inputSchema": schema,
            "helpUri": "http://example.com/",
        }
    ]
    assert auth_options([raw]) == expected


def test_an_option_that_asks_nothing_has_no_schema() -> None:
    """Without a schema of either kind inputSchema is None."""
    assert [option["inputSchema"] for option in auth_options([{"key": "a"}, {"key": "b", "ui": None}])] == [
        None,
        None,
    ]


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "/help", 7, None, "file:///etc/passwd"])
def test_a_help_address_that_is_not_of_the_web_is_dropped(uri: object) -> None:
    """Only http and https addresses are passed on."""
    assert auth_options([{"key": "a", "helpUri": uri}])[0]["helpUri"] is None


@pytest.mark.parametrize(
    ("answer", "count"), [(None, 0), ("x", 0), ([None, 3, {}], 1), ({"items": [{}]}, 1), ({}, 0)]
)
def test_auth_options_survives_any_answer(answer: object, count: int) -> None:
    """Whatever is no list of objects is left out."""
    assert len(auth_options(answer)) == count


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


def test_a_fields_title_is_found_through_nested_objects() -> None:
    """The dotted name leads to the title; without one the name itself is the title."""
    assert field_title(NESTED, "subdomain") == "Your subdomain"
    assert field_title(NESTED, "account.secret") == "account.secret"
    assert field_title(None, "a.b") == "a.b"
