"""jsonschema's validators for the engine's Data Schema and for plain JSON Schema.

Imported with the first value that is checked: beside JupyterLab jsonschema loads a grammar, which takes seconds.
A Data Schema is a dialect: null and empty text count as not given where the schema does not name them, what the engine
gives itself (``isImplied``, ``readOnly``) is not required, ``allowCustom`` lets an enum take other text, and
``referenceRecords`` are choices with ``id`` and ``name``. jsonschema does the rest, with the keywords of the dialect
alone, so that nothing in an app's form can make it fetch an address.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError, validators
from jsonschema.protocols import Validator

__all__ = ["DataSchema", "JsonSchema"]

Schema = dict[str, Any]
Keyword = Callable[[Any, Any, Any, Schema], Iterator[ValidationError]]

PLAIN: dict[str, Keyword] = dict(Draft202012Validator.VALIDATORS)


def _required(_: Any, names: Any, value: Any, schema: Schema) -> Iterator[ValidationError]:
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        for name in names:
            field = properties.get(name, {})
            given = name in value and (value[name] not in (None, "") or _is_named(value[name], field))
            if not (given or field.get("isImplied") or field.get("readOnly")):
                yield ValidationError("is required", path=[name])


def _is_named(value: Any, schema: Schema) -> bool:
    """Whether `schema` says of null or of an empty text that it is a value."""
    return _takes_null(schema) if value is None else value in [*_listed(schema, "enum"), schema.get("const")]


def _takes_null(schema: Schema) -> bool:
    branches = [each for keyword in ("anyOf", "oneOf") for each in _listed(schema, keyword)]
    types = schema.get("type")
    return (
        schema.get("nullable") is True
        or "null" in (types if isinstance(types, list) else [types])
        or None in [*_listed(schema, "enum"), schema.get("const", "")]
        or any(isinstance(each, dict) and each.get("type") == "null" for each in branches)
    )


def _listed(schema: Schema, keyword: str) -> list[Any]:
    found = schema.get(keyword)
    return found if isinstance(found, list) else []


def _unless_null(keyword: Keyword) -> Keyword:
    def check(validator: Any, wanted: Any, value: Any, schema: Schema) -> Iterator[ValidationError]:
        if value is not None or not _takes_null(schema):
            yield from keyword(validator, wanted, value, schema)

    return check


def _additional(validator: Any, wanted: Any, value: Any, schema: Schema) -> Iterator[ValidationError]:
    extra = set(value) - set(schema.get("properties", {})) if isinstance(value, dict) else ()
    for name in sorted(extra):
        if wanted is False:
            yield ValidationError("is not known", path=[name])
        elif wanted is not True:
            yield from validator.descend(value[name], wanted, path=name)


def _type(validator: Any, wanted: Any, value: Any, schema: Schema) -> Iterator[ValidationError]:
    """A type that nobody knows forbids nothing."""
    known = wanted if isinstance(wanted, list) else [wanted]
    if known and all(each in TYPES for each in known):
        yield from PLAIN["type"](validator, wanted, value, schema)


def _properties(validator: Any, wanted: Any, value: Any, schema: Schema) -> Iterator[ValidationError]:
    if isinstance(value, dict):
        given = {name: below for name, below in value.items() if below is not None}
        yield from PLAIN["properties"](validator, wanted, given, schema)
    elif not schema.get("type"):
        yield ValidationError("must be object")


def _any_of(validator: Any, branches: Any, value: Any, _: Schema) -> Iterator[ValidationError]:
    """The errors of the branch that `value` comes closest to."""
    found = [list(validator.descend(value, each)) for each in branches]
    if found and all(found):
        yield from min(found, key=len)


def _enum(_: Any, choices: Any, value: Any, schema: Schema) -> Iterator[ValidationError]:
    if choices and value not in choices and not schema.get("allowCustom"):
        yield ValidationError(f"must be one of {', '.join(map(str, choices))}")


def _records(validator: Any, records: Any, value: Any, schema: Schema) -> Iterator[ValidationError]:
    if not schema.get("enum"):
        yield from _enum(validator, [each["id"] for each in records], value, schema)


def _unless_empty(keyword: str) -> Keyword:
    def check(validator: Any, wanted: Any, value: Any, schema: Schema) -> Iterator[ValidationError]:
        if value != "":
            yield from PLAIN[keyword](validator, wanted, value, schema)

    return check


def _pattern(validator: Any, pattern: Any, value: Any, schema: Schema) -> Iterator[ValidationError]:
    """A pattern is ECMAScript's: one that Python cannot read is left to the page, which checks it too."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return
    yield from _unless_empty("pattern")(validator, pattern, value, schema)


def _is_number(_: Any, value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")
# jsonschema-stubs lack types for `extend`, and have keywords take JSON values only.
_extend = cast("Callable[..., type[Validator]]", validators.extend)
_create = cast("Callable[..., type[Validator]]", validators.create)
JsonSchema = _extend(Draft202012Validator, {"required": _required, "additionalProperties": _additional})
DataSchema = _create(
    meta_schema={},
    validators={
        "type": _unless_null(_type),
        "properties": _unless_null(_properties),
        "required": _required,
        "additionalProperties": _additional,
        "items": PLAIN["items"],
        "maxItems": PLAIN["maxItems"],
        "anyOf": _unless_null(_any_of),
        "enum": _unless_null(_enum),
        "referenceRecords": _unless_null(_records),
        "minLength": _unless_empty("minLength"),
        "maxLength": PLAIN["maxLength"],
        "pattern": _pattern,
        "minimum": PLAIN["minimum"],
        "maximum": PLAIN["maximum"],
    },
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("number", _is_number),
)
