"""What the kernel reads out of a Data Schema."""

from __future__ import annotations

from typing import Any

import pytest

from ic_widget.engine.data_schema import auth_options, field_title, missing_required, with_defaults


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


def test_missing_required_fields_are_named_with_dots_in_the_schemas_order() -> None:
    """An object left out is missing by what it asks for; fields with a default and implied ones never are."""
    assert missing_required(NESTED, {}) == ["subdomain", "account.id", "account.secret"]


def test_an_empty_text_counts_as_missing_and_false_and_zero_do_not() -> None:
    """Only None and the empty text are no value."""
    schema = {"required": ["a", "b", "c", "d"], "properties": {name: {} for name in "abcd"}}
    assert missing_required(schema, {"a": "", "b": 0, "c": False, "d": None}) == ["a", "d"]


def test_nothing_is_missing_when_all_is_there() -> None:
    """Complete values give an empty list."""
    assert missing_required(NESTED, {"subdomain": "acme", "account": {"id": "1", "secret": "s"}}) == []


def test_an_optional_object_counts_only_once_it_is_begun() -> None:
    """The required fields of an optional object are asked for only if the object is given."""
    schema = {"properties": {"proxy": {"required": ["host"], "properties": {"host": {}}}}}
    assert missing_required(schema, {}) == []
    assert missing_required(schema, {"proxy": {}}) == ["proxy.host"]


def test_the_nearest_branch_counts() -> None:
    """Of anyOf and oneOf the branch that lacks least is the one that is asked for."""
    branches = [{"required": ["key", "secret"]}, {"required": ["token"]}]
    assert missing_required({"anyOf": branches}, {"key": "k", "secret": "s"}) == []
    assert missing_required({"oneOf": branches}, {"key": "k"}) == ["secret"]


def test_every_part_of_all_of_counts_once() -> None:
    """Fields that several parts of allOf require are named once."""
    assert missing_required({"allOf": [{"required": ["a"]}, {"required": ["a", "b"]}]}, {}) == ["a", "b"]


@pytest.mark.parametrize(
    "schema", [None, {}, {"required": 7}, {"properties": []}, {"properties": {"a": True}}]
)
def test_a_schema_that_asks_nothing_or_makes_no_sense_misses_nothing(schema: Any) -> None:
    """A schema without readable requirements never stands in the way."""
    assert missing_required(schema, {}) == []


def test_a_very_deep_schema_ends() -> None:
    """Nesting beyond any form is cut off instead of recursing without end."""
    schema: dict[str, Any] = {}
    schema.update({"required": ["again"], "properties": {"again": schema}})
    assert len(missing_required(schema, {})) == 1
    assert with_defaults(schema, {}) == {}


def test_defaults_fill_what_is_left_out_and_nothing_else() -> None:
    """Values given stay, objects get the defaults of their fields, and fields without default stay out."""
    schema = {
        "properties": {
            "region": {"default": "eu"},
            "zone": {"default": 1},
            "retry": {"properties": {"times": {"default": 3}, "wait": {}}},
            "empty": {"properties": {"a": {}}},
        }
    }
    values = {"zone": 2, "other": "x"}
    assert with_defaults(schema, values) == {"zone": 2, "other": "x", "region": "eu", "retry": {"times": 3}}
    assert values == {"zone": 2, "other": "x"}


def test_a_fields_title_is_found_through_nested_objects() -> None:
    """The dotted name leads to the title; without one the name itself is the title."""
    assert field_title(NESTED, "subdomain") == "Your subdomain"
    assert field_title(NESTED, "account.secret") == "account.secret"
    assert field_title(None, "a.b") == "a.b"
