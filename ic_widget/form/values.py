"""What an untouched form would send for values given to it, and which required fields it would miss.

The form itself, with its validation, is the page's business (``js/src/form/data-schema.ts`` and its neighbours);
``tests/protocol/data-schema.json`` holds one set of examples that both read alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .data_schema import (
    LEVELS,
    Schema,
    branches_of,
    has_type,
    is_asked,
    is_group,
    is_leaf,
    is_nullable,
    list_of,
    properties_of,
    settled,
)

__all__ = ["Reading", "read"]

DEPTH = 2 * LEVELS
"""Steps into a schema: a level that names several types takes two."""


class Reading(NamedTuple):
    """What an untouched form for a schema would do with values given to it.

    `values` is what it would send: the values given, and the defaults, constants, unticked boxes and nulls
    that it shows or that go without saying. Values that no field asks for go along, in groups too; of
    alternatives the fields of one are sent. `missing` has the dotted names of the required fields that are left
    empty, in the schema's order.
    """

    values: dict[str, Any]
    missing: list[str]


def read(schema: Schema | None, values: Mapping[str, Any]) -> Reading:
    """`values` as the form for `schema` would take them.

    An optional group that nobody gave is left out where something would be missing in it. Of ``anyOf`` and
    ``oneOf`` the alternative that `values` fit counts, else the one that comes nearest, else the first.
    """
    known = settled(schema or {})
    found = _read(known, values, "", True, DEPTH) if is_asked(known) else _Found(values)
    return Reading(dict(found.value if isinstance(found.value, Mapping) else values), list(found.missing))


_NOTHING: Any = object()
"""No value, where None would be one."""


class _Found(NamedTuple):
    value: Any = _NOTHING
    missing: Sequence[str] = ()
    shown: bool = False
    """Whether the form shows any of the value; constants go without being shown."""


def _read(schema: Schema, given: Any, path: str, required: bool, depth: int) -> _Found:
    if not depth:
        return _Found()
    found = _entered(schema, given, path, required, depth)
    if is_nullable(schema) and (found.value is _NOTHING or given is None) and found.value in (_NOTHING, None):
        return _Found(None if required else _NOTHING)
    return found


def _entered(schema: Schema, given: Any, path: str, required: bool, depth: int) -> _Found:
    value = _known(schema.get("default")) if given is None else given
    if "const" in schema:
        return _Found(schema["const"] if given is None else given)
    branches = branches_of(schema)
    if branches and not all("const" in branch for branch in branches):
        branch = branches[_nearest(branches, value, depth)]
        own = _without_others(branches, branch, value)
        return _optional(
            _read(branch, own, path, True, depth - 1), branch, given, required or is_leaf(branch)
        )
    if is_group(schema):
        return _optional(
            _group(schema, value, path, depth), schema, given, required and not is_nullable(schema)
        )
    if isinstance(value, list):
        return _list(schema, value, path, depth)
    if value is None or (value == "" and "" not in list_of(schema.get("enum"))):
        if schema.get("type") == "boolean" and required:
            return _Found(False, shown=True)
        return _Found(missing=[path] if required and not is_nullable(schema) else ())
    return _Found(value, shown=True)


def _optional(found: _Found, schema: Schema, given: Any, required: bool) -> _Found:
    """A group that nobody has to give: left out where it would be incomplete or shows nothing."""
    if required or isinstance(given, Mapping):
        return found
    return _Found() if found.missing or not found.shown else found


def _group(schema: Schema, value: Any, path: str, depth: int) -> _Found:
    given: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    required = [name for name in list_of(schema.get("required")) if isinstance(name, str)]
    properties = properties_of(schema)
    values = {name: each for name, each in given.items() if name not in properties}
    missing: list[str] = []
    shown = False
    extras = schema.get("additionalProperties")
    # What no field is there for cannot be filled in: the engine may know it anyway.
    offered = isinstance(extras, Mapping) or (not properties and extras is not False)
    for name in [*properties, *(name for name in required if offered and name not in properties)]:
        field = settled(properties.get(name, {}))
        asked = name in required and not (field.get("isImplied") or field.get("readOnly"))
        found = _read(field, given.get(name), f"{path}.{name}" if path else name, asked, depth - 1)
        missing += found.missing
        shown = shown or found.shown
        if found.value is not _NOTHING:
            values[name] = found.value
    return _Found(values, missing, shown or bool(given))


def _list(schema: Schema, value: list[Any], path: str, depth: int) -> _Found:
    item = schema.get("items")
    known = settled(item if isinstance(item, Mapping) else {})
    entries = [_read(known, each, f"{path}.{at}", True, depth - 1) for at, each in enumerate(value)]
    values = [
        each if found.value is _NOTHING else found.value for each, found in zip(value, entries, strict=True)
    ]
    return _Found(values, [name for found in entries for name in found.missing], bool(value))


def _without_others(branches: list[Schema], branch: Schema, value: Any) -> Any:
    """`value` without what only another alternative asks for."""
    if not isinstance(value, Mapping):
        return value
    asked = {name for each in branches for name in properties_of(each)} - set(properties_of(branch))
    return {name: each for name, each in value.items() if name not in asked}


def _nearest(branches: list[Schema], value: Any, depth: int) -> int:
    """The alternative that `value` fits, else the one it lacks least for, else the first."""
    if value is None:
        return 0
    lacking = [_unfit(branch, value, depth) for branch in branches]
    least = 0 if value == {} else min(lacking)
    return lacking.index(least) if least in lacking else 0


def _unfit(schema: Schema, value: Any, depth: int) -> int:
    """In how many places `value` is not what `schema` describes."""
    choices = list_of(schema.get("enum"))
    wrong = [
        "const" in schema and schema["const"] != value,
        choices and not schema.get("allowCustom") and value not in choices,
        not has_type(schema.get("type"), value),
    ]
    count = sum(1 for each in wrong if each)
    if isinstance(value, Mapping) and depth:
        properties = properties_of(schema)
        required = (name for name in list_of(schema.get("required")) if isinstance(name, str))
        for name in required:
            field = properties.get(name, {})
            count += name not in value and not (field.get("isImplied") or field.get("readOnly"))
        count += sum(
            _unfit(settled(field), value[name], depth - 1)
            for name, field in properties.items()
            if name in value
        )
    return count


def _known(value: Any) -> Any:
    """A default, unless it is a formula, which only the page can resolve."""
    if isinstance(value, Mapping) and len(value) == 1:
        operator = str(next(iter(value)))
        return (value[operator] if operator == "$literal" else None) if operator.startswith("$") else value
    return value
