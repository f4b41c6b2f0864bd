"""What an attempt asks the engine for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ic_widget.engine.engine import Engine
from ic_widget.errors import ConfigurationError
from ic_widget.launch import ConnectRequest, check_presets, choose_option, readable, why_unusable

EXAMPLES = json.loads((Path(__file__).parents[1] / "protocol" / "data-schema.json").read_text("utf-8"))[
    "options"
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["about"])
def test_the_option_is_one_that_asks_for_what_was_given(example: dict[str, Any]) -> None:
    """A forgotten parameter is named; it never changes the way to sign in."""
    options = [{"key": key, "inputSchema": schema} for key, schema in example["options"].items()]
    if not example["missing"]:
        option, parameters = choose_option("app", options, None, example["values"])
        assert (example["picked"], example["values"]) == (option["key"], parameters)
        return
    with pytest.raises(ConfigurationError) as raised:
        choose_option("app", options, None, example["values"])
    for name in example["missing"]:
        assert f"'app' also asks for '{name}'" in str(raised.value)
    with pytest.raises(ConfigurationError):
        choose_option("app", options, example["picked"], example["values"])


def test_parameters_are_sent_as_the_untouched_form_would_send_them() -> None:
    """Defaults and constants go along, as they do from the widget."""
    properties = {"region": {"type": "string", "default": "eu"}, "version": {"const": 2}, "org": {}}
    schema = {"properties": properties}
    _, parameters = choose_option("app", [{"key": "a", "inputSchema": schema}], None, {"org": "x"})
    assert {"region": "eu", "version": 2, "org": "x"} == parameters


def test_an_option_that_is_not_there_is_refused_with_those_that_are() -> None:
    """The sentence names what there is."""
    options = [{"key": "a", "inputSchema": None}, {"key": "b", "inputSchema": None}]
    with pytest.raises(ConfigurationError, match=r"no auth option 'c'\. It has 'a', 'b'"):
        choose_option("app", options, "c", {})


@pytest.mark.parametrize(
    ("keywords", "sentence"),
    [
        ({"reconnect": 123}, "takes a Connection, or the id, the key or the name of one, not a number"),
        ({"reconnect": " "}, "reconnect= is empty"),
        ({"reconnect": "c1", "allow_multiple": True}, "leave allow_multiple= out"),
        ({"reconnect": "c1", "reuse": True}, "leave reuse= out"),
        ({"reconnect": "c1", "connection_key": "k"}, "leave connection_key= out"),
        ({"connection_key": ""}, "1 to 100 characters"),
        ({"reuse": True}, "say which with integration= or connection_key="),
    ],
)
def test_keywords_that_exclude_each_other(keywords: dict[str, Any], sentence: str) -> None:
    """What cannot be meant together is refused when it is given."""
    with pytest.raises(ConfigurationError, match=sentence):
        ConnectRequest(Engine("pat-1"), **keywords)


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        ({}, None),
        ({"isDeactivated": True}, "GitHub is deactivated"),
        ({"archivedAt": "2026-01-01T00:00:00Z"}, "GitHub has been archived"),
        ({"hasMissingParameters": True}, "GitHub is not configured yet"),
    ],
)
def test_app_that_cannot_be_connected(item: dict[str, Any], sentence: str | None) -> None:
    """An app that nobody can connect is told in a sentence, whatever would be filled in."""
    found = why_unusable({"name": "GitHub", **item})

    assert (sentence is None) == (found is None)
    assert (sentence or "") in (found or "")


def test_parameters_are_checked_as_the_form_would() -> None:
    """A misspelt parameter and one of another kind are refused, with the app's name; the value is not repeated."""
    options = [{"key": "a", "inputSchema": {"properties": {"subdomain": {"type": "string"}}}}]
    for given, sentence in (
        ({"sub_domain": "s3cret"}, r"'zendesk' does not ask for 'sub_domain'\. Did you mean 'subdomain'\?"),
        ({"subdomain": 5}, "'zendesk' takes text as 'subdomain', not a number"),
    ):
        for check in (
            lambda given=given: choose_option("zendesk", options, None, given),
            lambda given=given: check_presets("zendesk", options, given),
        ):
            with pytest.raises(ConfigurationError, match=sentence) as raised:
                check()
            assert "s3cret" not in raised.value.message
    check_presets("zendesk", options, {"subdomain": "acme"})


def test_an_option_that_cannot_be_read() -> None:
    """An option whose form is too deep is passed over; where there is no other, it is named."""
    deep: dict[str, Any] = {}
    for _ in range(20):
        deep = {"properties": {"a": deep}}
    bad, good = {"key": "bad", "inputSchema": deep}, {"key": "good", "inputSchema": None}

    assert "good" == choose_option("app", [bad, good], None, {})[0]["key"]
    assert [good] == readable("app", [bad, good])
    with pytest.raises(
        ConfigurationError, match="auth option 'bad' of app asks for cannot be read: it is nested"
    ):
        choose_option("app", [bad], None, {})
