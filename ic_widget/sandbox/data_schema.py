"""Checks a value against the engine's Data Schema, a dialect of JSON Schema.

Only what the sandbox's own catalogue and catalogue files need; ``allowCustom`` (an enum that takes other
text too) and ``referenceRecords`` (choices with ``id`` and ``name``) are the dialect's own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

__all__ = ["Problem", "Schema", "asks_secret", "problems", "secret"]

Schema = dict[str, Any]


class Problem(NamedTuple):
    """What is wrong, and where: `path` is dotted, empty for the value itself."""

    path: str
    message: str


def problems(value: Any, schema: Schema, path: str = "") -> Iterator[Problem]:
    """Everything in `value` that `schema` does not allow, in the schema's own order."""
    if schema.get("anyOf"):
        found = [list(problems(value, branch, path)) for branch in schema["anyOf"]]
        if all(found):
            yield from min(found, key=len)
            return
    expected = _types(schema)
    if expected and not any(_is(value, each) for each in expected):
        yield Problem(path, f"must be {' or '.join(expected)}")
        return
    yield from _scalar(value, schema, path)
    if isinstance(value, dict):
        yield from _object(value, schema, path)
    if isinstance(value, list):
        if len(value) > schema.get("maxItems", math.inf):
            yield Problem(path, f"must have at most {schema['maxItems']} items")
        for index, each in enumerate(value):
            yield from problems(each, schema.get("items") or {}, _join(path, str(index)))


def _types(schema: Schema) -> list[str]:
    declared = schema.get("type", "object" if "properties" in schema else [])
    return [declared] if isinstance(declared, str) else list(declared)


def _is(value: Any, kind: str) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    checks = {
        "string": isinstance(value, str),
        "number": number,
        "integer": number and float(value).is_integer(),
        "boolean": isinstance(value, bool),
        "object": isinstance(value, dict),
        "array": isinstance(value, list),
        "null": value is None,
    }
    return checks.get(kind, True)


def _object(value: dict[str, Any], schema: Schema, path: str) -> Iterator[Problem]:
    for name in schema.get("required", []):
        if value.get(name) in (None, ""):
            yield Problem(_join(path, name), "is required")
    known = schema.get("properties") or {}
    for name, below in known.items():
        if value.get(name) is not None:
            yield from problems(value[name], below, _join(path, name))
    extra = schema.get("additionalProperties", True)
    for name in (each for each in value if each not in known):
        if extra is False:
            yield Problem(_join(path, name), "is not known")
        elif isinstance(extra, dict):
            yield from problems(value[name], extra, _join(path, name))


def _scalar(value: Any, schema: Schema, path: str) -> Iterator[Problem]:
    choices = list(schema.get("enum") or [each["id"] for each in schema.get("referenceRecords") or []])
    if choices and not schema.get("allowCustom") and value not in choices:
        yield Problem(path, f"must be one of {', '.join(map(str, choices))}")
    if isinstance(value, str):
        if value and len(value) < schema.get("minLength", 0):
            yield Problem(path, f"must have at least {schema['minLength']} characters")
        if len(value) > schema.get("maxLength", math.inf):
            yield Problem(path, f"must have at most {schema['maxLength']} characters")
        if value and "pattern" in schema and not re.search(schema["pattern"], value):
            yield Problem(path, f"must match {schema['pattern']}")
        if schema.get("format") == "regex" and not _compiles(value):
            yield Problem(path, "must be a regular expression")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if value < schema.get("minimum", -math.inf):
            yield Problem(path, f"must be at least {schema['minimum']}")
        if value > schema.get("maximum", math.inf):
            yield Problem(path, f"must be at most {schema['maximum']}")


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def secret(schema: Schema) -> bool:
    """Whether `schema` says that its value is a secret."""
    return bool(schema.get("isSensitive") or schema.get("writeOnly") or schema.get("format") == "password")


def asks_secret(schema: Schema) -> bool:
    """Whether `schema` has a secret anywhere in it."""
    below = [*(schema.get("properties") or {}).values(), *(schema.get("anyOf") or [])]
    return secret(schema) or any(asks_secret(each) for each in below)
