"""What the kernel has to know about the engine's Data Schema: what is asked, what is missing, what is sent.

The form itself, with its validation, is the page's business (``js/src/form/data-schema.ts`` and its neighbours;
``tests/protocol/data-schema.json`` holds one set of examples that both read alike). A Data Schema is like
JSON Schema, with keywords of its own (the engine's documentation, "Data Schema").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from .foreign_text import seen

__all__ = ["Reading", "asked_names", "auth_options", "field_title", "read"]

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
        "title": seen(_text(entry.get("title")) or _text(entry.get("name")) or key),
        "description": seen(_text(entry.get("description"))),
        "inputSchema": next((dict(found) for found in schemas if isinstance(found, Mapping)), None),
        "helpUri": next((found for found in helps if _is_web_address(found)), None),
    }


@dataclass(frozen=True)
class Reading:
    """What an untouched form for a schema would do with values given to it.

    `values` is what it would send: the values given, and the defaults, constants, unticked boxes and nulls
    that it shows or that go without saying. `missing` has the dotted names of the required fields that are
    left empty, in the schema's order.
    """

    values: dict[str, Any]
    missing: list[str]


def read(schema: Schema | None, values: Mapping[str, Any]) -> Reading:
    """`values` as the form for `schema` would take them.

    An optional group that nobody gave is left out where something would be missing in it. Of ``anyOf`` and
    ``oneOf`` the alternative that `values` fit counts, else the one that comes nearest, else the first.
    """
    known = _settled(schema or {})
    found = _read(known, values, "", True, DEPTH) if _is_asked(known) else _Found(dict(values))
    return Reading(
        {**values, **(found.value if isinstance(found.value, Mapping) else {})}, list(found.missing)
    )


def asked_names(schema: Schema | None) -> frozenset[str] | None:
    """Names of the fields that a form for `schema` has, in any alternative; None where any name will do."""
    known = _settled(schema or {})
    parts = [known, *_branches(known)]
    if any(isinstance(part.get("additionalProperties"), Mapping) for part in parts):
        return None
    return frozenset(name for part in parts for name in _properties(part))


_NOTHING: Any = object()
"""No value, where None would be one."""


@dataclass(frozen=True)
class _Found:
    value: Any = _NOTHING
    missing: Sequence[str] = ()
    shown: bool = False
    """Whether the form shows any of the value; constants go without being shown."""


def _is_asked(schema: Schema) -> bool:
    return bool(_properties(schema) or _branches(schema)) or isinstance(
        schema.get("additionalProperties"), Mapping
    )


def _read(schema: Schema, given: Any, path: str, required: bool, depth: int) -> _Found:
    if not depth:
        return _Found()
    found = _entered(schema, given, path, required, depth)
    if (
        _is_nullable(schema)
        and (found.value is _NOTHING or given is None)
        and found.value in (_NOTHING, None)
    ):
        return _Found(None if required else _NOTHING)
    return found


def _entered(schema: Schema, given: Any, path: str, required: bool, depth: int) -> _Found:
    value = _known(schema.get("default")) if given is None else given
    if "const" in schema:
        return _Found(schema["const"] if given is None else given)
    branches = _branches(schema)
    if branches and not all("const" in branch for branch in branches):
        branch = branches[_nearest(branches, value, depth)]
        return _optional(
            _read(branch, value, path, True, depth - 1), branch, given, required or _is_leaf(branch)
        )
    if _is_group(schema):
        return _optional(
            _group(schema, value, path, depth), schema, given, required and not _is_nullable(schema)
        )
    if isinstance(value, list):
        return _list(schema, value, path, depth)
    if value is None or (value == "" and "" not in _listed(schema.get("enum"))):
        if schema.get("type") == "boolean" and required:
            return _Found(False, shown=True)
        return _Found(missing=[path] if required and not _is_nullable(schema) else ())
    return _Found(value, shown=True)


def _optional(found: _Found, schema: Schema, given: Any, required: bool) -> _Found:
    """A group that nobody has to give: left out where it would be incomplete or shows nothing."""
    if required or isinstance(given, Mapping):
        return found
    return _Found() if found.missing or not found.shown else found


def _group(schema: Schema, value: Any, path: str, depth: int) -> _Found:
    given: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    required = [name for name in _listed(schema.get("required")) if isinstance(name, str)]
    properties = _properties(schema)
    values: dict[str, Any] = dict(given)
    missing: list[str] = []
    shown = False
    extras = schema.get("additionalProperties")
    # What no field is there for cannot be filled in: the engine may know it anyway.
    offered = isinstance(extras, Mapping) or (not properties and extras is not False)
    for name in [*properties, *(name for name in required if offered and name not in properties)]:
        field = _settled(properties.get(name, {}))
        asked = name in required and not (field.get("isImplied") or field.get("readOnly"))
        found = _read(field, given.get(name), f"{path}.{name}" if path else name, asked, depth - 1)
        missing += found.missing
        shown = shown or found.shown
        if found.value is not _NOTHING:
            values[name] = found.value
    return _Found(values, missing, shown or bool(given))


def _list(schema: Schema, value: list[Any], path: str, depth: int) -> _Found:
    item = schema.get("items")
    known = _settled(item if isinstance(item, Mapping) else {})
    entries = [_read(known, each, f"{path}.{at}", True, depth - 1) for at, each in enumerate(value)]
    values = [
        each if found.value is _NOTHING else found.value for each, found in zip(value, entries, strict=True)
    ]
    return _Found(values, [name for found in entries for name in found.missing], bool(value))


def _nearest(branches: list[Schema], value: Any, depth: int) -> int:
    """The alternative that `value` fits, else the one it lacks least for, else the first."""
    if value is None:
        return 0
    lacking = [_unfit(branch, value, depth) for branch in branches]
    least = 0 if value == {} else min(lacking)
    return lacking.index(least) if least in lacking else 0


def _unfit(schema: Schema, value: Any, depth: int) -> int:
    """In how many places `value` is not what `schema` describes."""
    choices = _listed(schema.get("enum"))
    wrong = [
        "const" in schema and schema["const"] != value,
        choices and not schema.get("allowCustom") and value not in choices,
        not _has_type(schema.get("type"), value),
    ]
    count = sum(1 for each in wrong if each)
    if isinstance(value, Mapping) and depth:
        properties = _properties(schema)
        required = (name for name in _listed(schema.get("required")) if isinstance(name, str))
        for name in required:
            field = properties.get(name, {})
            count += name not in value and not (field.get("isImplied") or field.get("readOnly"))
        count += sum(
            _unfit(_settled(field), value[name], depth - 1)
            for name, field in properties.items()
            if name in value
        )
    return count


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


def _has_type(types: Any, value: Any) -> bool:
    checks = [_TYPES[each] for each in _types(types) if each in _TYPES]
    return not checks or any(check(value) for check in checks)


def _types(types: Any) -> list[str]:
    return [each for each in (types if isinstance(types, list) else [types]) if isinstance(each, str)]


def _is_group(schema: Schema) -> bool:
    types = [each for each in _types(schema.get("type")) if each != "null"]
    if types:
        return types == ["object"]
    return bool(_properties(schema)) or isinstance(schema.get("additionalProperties"), Mapping)


def _is_leaf(schema: Schema) -> bool:
    return not _is_group(schema) and not _branches(schema)


def _is_nullable(schema: Schema) -> bool:
    listed = [each for keyword in ("type", "enum", "anyOf", "oneOf") for each in _listed(schema.get(keyword))]
    return (
        schema.get("nullable") is True
        or schema.get("type") == "null"
        or any(
            each in (None, "null") or (isinstance(each, Mapping) and each.get("type") == "null")
            for each in listed
        )
    )


def _branches(schema: Schema) -> list[Schema]:
    """The alternatives of anyOf, oneOf or a list of types, each with what the schema says besides."""
    base = {
        keyword: value
        for keyword, value in schema.items()
        if keyword not in ("anyOf", "oneOf", "default", "title", "description")
    }
    for keyword in ("anyOf", "oneOf"):
        listed = [each for each in _listed(schema.get(keyword)) if isinstance(each, Mapping)]
        if listed:
            return [_settled(_merged(base, each)) for each in listed if each.get("type") != "null"]
    types = [each for each in _types(schema.get("type")) if each != "null"]
    return [{**base, "type": each} for each in types] if len(types) > 1 else []


def _settled(schema: Schema) -> Schema:
    """A schema with the parts of its allOf put together."""
    parts = [part for part in _listed(schema.get("allOf")) if isinstance(part, Mapping)]
    rest = {keyword: value for keyword, value in schema.items() if keyword != "allOf"}
    return reduce(_merged, parts, rest) if parts else schema


def _merged(base: Schema, part: Schema) -> Schema:
    merged = {**base, **part}
    if isinstance(base.get("properties"), Mapping) and isinstance(part.get("properties"), Mapping):
        merged["properties"] = {**base["properties"], **part["properties"]}
    if isinstance(base.get("required"), list) and isinstance(part.get("required"), list):
        merged["required"] = list(dict.fromkeys([*base["required"], *part["required"]]))
    return merged


def _known(value: Any) -> Any:
    """A default, unless it is a formula, which only the page can resolve."""
    if isinstance(value, Mapping) and len(value) == 1:
        operator = str(next(iter(value)))
        return (value[operator] if operator == "$literal" else None) if operator.startswith("$") else value
    return value


def field_title(schema: Schema | None, name: str) -> str:
    """What the form calls the field with the dotted `name`: its title, else the name itself."""
    field: Schema = schema or {}
    for part in name.split("."):
        field = _properties(field).get(part, {})
    return seen(_text(field.get("title")) or name)


def _properties(schema: Schema) -> dict[str, Schema]:
    found = schema.get("properties")
    if not isinstance(found, Mapping):
        return {}
    return {name: field if isinstance(field, Mapping) else {} for name, field in found.items()}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _is_web_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))
