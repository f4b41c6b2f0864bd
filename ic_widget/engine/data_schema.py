"""What the kernel has to know about the engine's Data Schema: what is asked, and what is missing.

The form itself, with its validation, is the page's business; a Data Schema is like JSON Schema, with keywords
of its own (the engine's documentation, "Data Schema").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["auth_options", "field_title", "missing_required", "with_defaults"]

Schema = Mapping[str, Any]

DEPTH = 16
"""Levels of nesting that are looked into: enough for any form."""


def auth_options(answer: object) -> list[dict[str, Any]]:
    """The auth options in the engine's answer, each with the same keys whatever the engine's age.

    Keys: ``key``, ``type``, ``title`` and ``description`` (text, maybe empty), ``inputSchema`` (dict, or None
    where nothing is asked) and ``helpUri`` (an http or https address, or None). Entries that are not objects
    are left out.
    """
    entries = answer.get("items") if isinstance(answer, Mapping) else answer
    return (
        [_auth_option(entry) for entry in entries if isinstance(entry, Mapping)]
        if isinstance(entries, list)
        else []
    )


def _auth_option(entry: Schema) -> dict[str, Any]:
    nested = entry.get("ui")
    legacy: Schema = nested if isinstance(nested, Mapping) else {}
    schemas = [
        found for found in (entry.get("inputSchema"), legacy.get("schema")) if isinstance(found, Mapping)
    ]
    helps = [found for found in (entry.get("helpUri"), legacy.get("helpUri")) if _is_web_address(found)]
    key = _text(entry.get("key"))
    return {
        "key": key,
        "type": _text(entry.get("type")),
        "title": _text(entry.get("title")) or _text(entry.get("name")) or key,
        "description": _text(entry.get("description")),
        "inputSchema": next((dict(found) for found in schemas if isinstance(found, Mapping)), None),
        "helpUri": next((found for found in helps if _is_web_address(found)), None),
    }


def with_defaults(schema: Schema | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` plus the schema's defaults for what they leave out, in nested objects too."""
    return _filled(schema or {}, values, DEPTH)


def _filled(schema: Schema, values: Mapping[str, Any], depth: int) -> dict[str, Any]:
    filled = dict(values)
    if depth:
        for name, field in _properties(schema).items():
            if name not in filled and "default" in field:
                filled[name] = field["default"]
            elif _properties(field) and isinstance(filled.get(name, {}), Mapping):
                inner = _filled(field, filled.get(name, {}), depth - 1)
                if inner or name in filled:
                    filled[name] = inner
    return filled


def missing_required(schema: Schema | None, values: Mapping[str, Any]) -> list[str]:
    """Dotted names of the required fields that `values` leave out or empty, in the schema's order.

    A field with a default, an implied one and a read-only one are never missing. Of ``anyOf`` and ``oneOf``
    branches the one that comes nearest to `values` counts.
    """
    return _missing(schema or {}, values, "", DEPTH)


def _missing(schema: Schema, values: Mapping[str, Any], prefix: str, depth: int) -> list[str]:
    if not depth:
        return []
    required = [name for name in _list(schema.get("required")) if isinstance(name, str)]
    properties = _properties(schema)
    missing: list[str] = []
    for name in [*properties, *(name for name in required if name not in properties)]:
        field = properties.get(name, {})
        value = values.get(name)
        wanted = name in required and (value is None or value == "") and not _is_given(field)
        inner: list[str] = []
        if wanted or isinstance(value, Mapping):
            inner = _missing(
                field, value if isinstance(value, Mapping) else {}, f"{prefix}{name}.", depth - 1
            )
        # An object left out altogether is missing by the names of what it asks for, if it asks for anything.
        missing += inner or ([prefix + name] if wanted else [])
    for keyword in ("anyOf", "oneOf"):
        branches = [branch for branch in _list(schema.get(keyword)) if isinstance(branch, Mapping)]
        if branches:
            lacking = [_missing(branch, values, prefix, depth - 1) for branch in branches]
            nearest = min(lacking, key=len)
            missing += nearest
    for part in _list(schema.get("allOf")):
        if isinstance(part, Mapping):
            missing += _missing(part, values, prefix, depth - 1)
    return list(dict.fromkeys(missing))


def _is_given(field: Schema) -> bool:
    return "default" in field or bool(field.get("isImplied")) or bool(field.get("readOnly"))


def field_title(schema: Schema | None, name: str) -> str:
    """What the form calls the field with the dotted `name`: its title, else the name itself."""
    field: Schema = schema or {}
    for part in name.split("."):
        field = _properties(field).get(part, {})
    return _text(field.get("title")) or name


def _properties(schema: Schema) -> dict[str, Schema]:
    found = schema.get("properties")
    if not isinstance(found, Mapping):
        return {}
    return {name: field if isinstance(field, Mapping) else {} for name, field in found.items()}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _is_web_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))
