"""The engine's Data Schema: which keywords say what, read once and for all.

A Data Schema is like JSON Schema, with keywords of its own (the engine's documentation, "Data Schema"). What a
form does with values is in `form_values`; the form itself is the page's business (``js/src/form``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from ..foreign_text import seen

__all__ = [
    "LEVELS",
    "Schema",
    "asked_names",
    "branches_of",
    "field_title",
    "has_type",
    "is_asked",
    "is_group",
    "is_leaf",
    "is_nullable",
    "list_of",
    "properties_of",
    "settled",
    "text",
    "types_of",
    "why_unreadable",
]

Schema = Mapping[str, Any]

LEVELS = 16
"""Levels of nesting that Python and the page read alike (``tests/protocol/data-schema.json``); no form has more."""
PARTS = 2000
"""Fields, alternatives and list entries that a schema may have: as many as a person could still scroll through."""


def why_unreadable(schema: Schema | None) -> str | None:
    """Why no form is made of `schema`, in words that follow "it"; None for one that can be read.

    References within the schema are followed, so that one to itself is endless.
    """
    root: Schema = schema or {}
    level, parts = [root], 0
    for _ in range(LEVELS):
        level = [part for each in level for part in _parts(each, root)]
        parts += len(level)
        if parts > PARTS:
            return f"asks for more than {PARTS} things, or refers to itself"
    return f"is nested more than {LEVELS} levels deep, or refers to itself" if level else None


def _parts(schema: Schema, root: Schema) -> list[Schema]:
    found = [schema.get(keyword) for keyword in ("items", "additionalProperties")]
    found += properties_of(schema).values()
    for keyword in ("anyOf", "oneOf", "allOf"):
        found += list_of(schema.get(keyword))
    found.append(_referred(schema.get("$ref"), root))
    return [part for part in found if isinstance(part, Mapping)]


def _referred(reference: object, root: Any) -> object:
    """What a reference within the schema points at (RFC 6901)."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    for step in filter(None, reference[1:].split("/")):
        name = step.replace("~1", "/").replace("~0", "~")
        root = root.get(name) if isinstance(root, Mapping) else None
    return root


def asked_names(schema: Schema | None) -> frozenset[str] | None:
    """Names of the fields that a form for `schema` has, in any alternative; None where any name will do."""
    known = settled(schema or {})
    parts = [known, *branches_of(known)]
    if any(isinstance(part.get("additionalProperties"), Mapping) for part in parts):
        return None
    return frozenset(name for part in parts for name in properties_of(part))


def field_title(schema: Schema | None, name: str) -> str:
    """What the form calls the field with the dotted `name`: its title, else the name itself."""
    field: Schema = schema or {}
    for part in name.split("."):
        field = properties_of(field).get(part, {})
    return seen(text(field.get("title")) or name)


def is_asked(schema: Schema) -> bool:
    """Whether a form for `schema` has any field."""
    return bool(properties_of(schema) or branches_of(schema)) or isinstance(
        schema.get("additionalProperties"), Mapping
    )


def types_of(types: Any) -> list[str]:
    """The names in the keyword ``type``, which may be one name or a list."""
    return [each for each in (types if isinstance(types, list) else [types]) if isinstance(each, str)]


def is_group(schema: Schema) -> bool:
    """Whether `schema` is of an object, by its type or by what it describes."""
    types = [each for each in types_of(schema.get("type")) if each != "null"]
    if types:
        return types == ["object"]
    return bool(properties_of(schema)) or isinstance(schema.get("additionalProperties"), Mapping)


def is_leaf(schema: Schema) -> bool:
    """Whether `schema` is of one value: neither a group nor alternatives."""
    return not is_group(schema) and not branches_of(schema)


def is_nullable(schema: Schema) -> bool:
    """Whether null is a value, in any of the ways to say so."""
    listed = [each for keyword in ("type", "enum", "anyOf", "oneOf") for each in list_of(schema.get(keyword))]
    return (
        schema.get("nullable") is True
        or schema.get("type") == "null"
        or any(
            each in (None, "null") or (isinstance(each, Mapping) and each.get("type") == "null")
            for each in listed
        )
    )


def branches_of(schema: Schema) -> list[Schema]:
    """The alternatives of anyOf, oneOf or a list of types, each with what the schema says besides."""
    base = {
        keyword: value
        for keyword, value in schema.items()
        if keyword not in ("anyOf", "oneOf", "default", "title", "description")
    }
    for keyword in ("anyOf", "oneOf"):
        listed = [each for each in list_of(schema.get(keyword)) if isinstance(each, Mapping)]
        if listed:
            return [settled(_merged(base, each)) for each in listed if each.get("type") != "null"]
    types = [each for each in types_of(schema.get("type")) if each != "null"]
    return [{**base, "type": each} for each in types] if len(types) > 1 else []


def settled(schema: Schema) -> Schema:
    """A schema with the parts of its allOf put together."""
    parts = [part for part in list_of(schema.get("allOf")) if isinstance(part, Mapping)]
    rest = {keyword: value for keyword, value in schema.items() if keyword != "allOf"}
    return reduce(_merged, parts, rest) if parts else schema


def _merged(base: Schema, part: Schema) -> Schema:
    merged = {**base, **part}
    if isinstance(base.get("properties"), Mapping) and isinstance(part.get("properties"), Mapping):
        merged["properties"] = {**base["properties"], **part["properties"]}
    if isinstance(base.get("required"), list) and isinstance(part.get("required"), list):
        merged["required"] = list(dict.fromkeys([*base["required"], *part["required"]]))
    return merged


_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        isinstance(value, int | float) and value == value // 1 and not isinstance(value, bool)
    ),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, Mapping),
}


def has_type(types: Any, value: Any) -> bool:
    """Whether `value` is of one of `types`; unknown types admit any."""
    checks = [_TYPES[each] for each in types_of(types) if each in _TYPES]
    return not checks or any(check(value) for check in checks)


def properties_of(schema: Schema) -> dict[str, Schema]:
    """The fields of a group, each as a schema."""
    found = schema.get("properties")
    if not isinstance(found, Mapping):
        return {}
    return {name: field if isinstance(field, Mapping) else {} for name, field in found.items()}


def list_of(value: object) -> list[Any]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """`value` if it is text, else an empty one."""
    return value if isinstance(value, str) else ""
