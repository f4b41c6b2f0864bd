"""What a form would say of values that were given to it in Python."""

from __future__ import annotations

from typing import Any

import pytest

from ic_widget.form.check import form_problem

SCHEMA: dict[str, Any] = {
    "required": ["subdomain", "further"],
    "properties": {
        "subdomain": {"type": "string"},
        "port": {"type": "integer"},
        "region": {"type": "string", "enum": ["eu", "us"]},
        "size": {"type": "string", "enum": ["s", "m"], "allowCustom": True},
        "either": {"type": ["string", "null"]},
        "account": {"type": "object", "properties": {"key": {"type": "string"}}},
    },
}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"subdomain": "acme", "port": 5, "region": "eu", "size": "xl", "either": None},
        {"further": "what is required without a field of its own"},
        {"subdomain": "", "port": None},
        {"account": {"key": "x"}},
    ],
)
def test_what_the_form_takes(values: dict[str, Any]) -> None:
    """Values of the right kind for names that are asked are taken."""
    assert None is form_problem(SCHEMA, values)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"sub_domain": "s3cret"}, "does not ask for 'sub_domain'. Did you mean 'subdomain'?"),
        (
            {"zzz": "s3cret"},
            (
                "does not ask for 'zzz'."
                " It asks for 'account', 'either', 'further', 'port', 'region', 'size', 'subdomain'."
            ),
        ),
        ({"subdomain": 53}, "takes text as 'subdomain', not a number."),
        ({"port": "s3cret"}, "takes a whole number as 'port', not text."),
        ({"port": True}, "takes a whole number as 'port', not True."),
        ({"region": "s3cret"}, "takes one of 'eu', 'us' as 'region'."),
        ({"account": ["s3cret"]}, "takes a dict as 'account', not a list."),
        ({"account": {"kye": "s3cret"}}, "does not ask for 'account.kye'. Did you mean 'key'?"),
    ],
)
def test_what_it_does_not_take(values: dict[str, Any], problem: str) -> None:
    """A name that is not asked and a value of another kind are told, and what was given is not repeated."""
    assert problem == form_problem(SCHEMA, values)


@pytest.mark.parametrize(
    "schema",
    [
        None,
        {},
        {"properties": {"a": {}}, "additionalProperties": {"type": "string"}},
        {"properties": {"a": {}}, "additionalProperties": True},
        {"anyOf": [{"properties": {"b": {"type": "string"}}}, {"properties": {"a": {}}}]},
    ],
)
def test_forms_for_any_name(schema: Any) -> None:
    """Where any name will do, or the form asks for nothing, or an alternative has it, none is refused."""
    assert None is form_problem(schema, {"b": "x"})


def test_many_choices() -> None:
    """A long list of choices is cut."""
    problem = str(form_problem({"properties": {"a": {"enum": list(range(30))}}}, {"a": 99}))
    assert "9 and 20 more" in problem
