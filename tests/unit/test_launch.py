"""What an attempt asks the engine for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ic_widget.errors import ConfigurationError
from ic_widget.launch import choose_option

EXAMPLES = json.loads((Path(__file__).parents[1] / "protocol" / "data-schema.json").read_text("utf-8"))[
    "options"
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["about"])
def test_the_option_is_one_that_asks_for_what_was_given(example: dict[str, Any]) -> None:
    """A forgotten parameter is named; it never changes the way to sign in."""
    options = [{"key": key, "inputSchema": schema} for key, schema in example["options"].items()]
    if not example["missing"]:
        option, parameters = choose_option("app", options, None, example["values"])
        assert (example["chosen"], example["values"]) == (option["key"], parameters)
        return
    with pytest.raises(ConfigurationError) as raised:
        choose_option("app", options, None, example["values"])
    for name in example["missing"]:
        assert f"'app' also asks for '{name}'" in str(raised.value)
    with pytest.raises(ConfigurationError):
        choose_option("app", options, example["chosen"], example["values"])


def test_parameters_are_sent_as_the_untouched_form_would_send_them() -> None:
    """Defaults and constants go along, as they do from the widget."""
    schema = {"properties": {"region": {"type": "string", "default": "eu"}, "version": {"const": 2}}}
    _, parameters = choose_option("app", [{"key": "a", "inputSchema": schema}], None, {"org": "x"})
    assert {"region": "eu", "version": 2, "org": "x"} == parameters


def test_an_option_that_is_not_there_is_refused_with_those_that_are() -> None:
    """The sentence names what there is."""
    options = [{"key": "a", "inputSchema": None}, {"key": "b", "inputSchema": None}]
    with pytest.raises(ConfigurationError, match=r"no auth option 'c'\. It has 'a', 'b'"):
        choose_option("app", options, "c", {})
