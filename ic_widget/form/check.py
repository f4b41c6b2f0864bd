"""What a form would say of values that were given to it in Python: unknown names, and values of another kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..runtime.kinds import a_kind
from ..runtime.nearest import nearest
from .data_schema import (
    LEVELS,
    Schema,
    asked_names,
    branches_of,
    has_type,
    list_of,
    properties_of,
    settled,
    types_of,
)

__all__ = ["form_problem"]

_WORDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "True or False",
    "array": "a list",
    "object": "a dict",
}


def form_problem(schema: Schema | None, values: Mapping[str, Any]) -> str | None:
    """What is wrong with `values` for a form of `schema`, in words that follow its name; None if nothing is.

    Values are never repeated: they may be secret. Empty ones are another matter (`form_values`), and so is what
    only the app can judge.
    """
    known = settled(schema or {})
    return next(_problems(known, values, "", LEVELS), None)


def _problems(schema: Schema, values: Mapping[str, Any], path: str, depth: int) -> Iterator[str]:
    asked = asked_names(schema)
    if asked and schema.get("additionalProperties") is not True:
        asked = asked | {name for name in list_of(schema.get("required")) if isinstance(name, str)}
        for name in values:
            if name not in asked:
                near = nearest(name, sorted(asked))
                advice = f"Did you mean {near[0]!r}?" if near else f"It asks for {_listed(sorted(asked))}."
                yield f"does not ask for {path + name!r}. {advice}"
    if branches_of(schema):
        return  # which alternative is meant is decided by what fits
    for name, field in properties_of(schema).items():
        value = values.get(name)
        if value is not None and value != "":
            yield from _problems_of_one(settled(field), value, path + name, depth)


def _problems_of_one(field: Schema, value: Any, path: str, depth: int) -> Iterator[str]:
    choices = list_of(field.get("enum"))
    if not has_type(field.get("type"), value):
        wanted = " or ".join(_WORDS[one] for one in types_of(field.get("type")) if one in _WORDS)
        yield f"takes {wanted} as {path!r}, not {a_kind(value)}."
    elif choices and not field.get("allowCustom") and not branches_of(field) and value not in choices:
        yield f"takes one of {_listed(choices)} as {path!r}."
    elif isinstance(value, Mapping) and depth:
        yield from _problems(field, value, f"{path}.", depth - 1)


def _listed(choices: list[Any]) -> str:
    shown = ", ".join(repr(one) for one in choices[:10])
    return shown + (f" and {len(choices) - 10} more" if len(choices) > 10 else "")
