"""Whether a value is of the kind that a public call's annotation names, and the sentence for one that is not."""

from __future__ import annotations

import builtins
import collections.abc
import inspect
import numbers
import os
import sys
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["a_kind", "annotations_of", "wrong_kind"]

_WORDS: dict[Any, str] = {
    str: "text",
    bytes: "bytes",
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    type(None): "None",
    collections.abc.Mapping: "a dict",
    dict: "a dict",
    list: "a list",
    collections.abc.Iterable: "a list",
    collections.abc.Callable: "a function",
    os.PathLike: "a path",
}
_NUMBERS = {int: numbers.Integral, float: numbers.Real}


def annotations_of(thing: Callable[..., Any]) -> dict[str, Any]:
    """The annotations of a function or a class; what names something imported for type checking only is Any."""
    sources = reversed(thing.__mro__[:-1]) if isinstance(thing, type) else [thing]
    found: dict[str, Any] = {}
    for source in sources:
        names = _Names({**vars(builtins), **vars(sys.modules[source.__module__])})
        found |= inspect.get_annotations(source, locals=names, eval_str=True)
    return found


class _Names(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        return Any


def wrong_kind(name: str, annotation: Any, value: object) -> str | None:
    """What is wrong with `value` as `name`, without repeating it; None if nothing is."""
    kinds = _alternatives(annotation)
    if any(_is(kind, value) for kind in kinds):
        return None
    named = [kind for kind in kinds if kind is not type(None)] or kinds
    words = list(dict.fromkeys(_WORDS.get(kind) or _article(kind.__name__) for kind in named))
    expected = " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    got = a_kind(value)
    return f"{name} must be {expected}, not {'a fraction' if got == 'a number' and int in kinds else got}."


def a_kind(value: object) -> str:
    """What kind of thing `value` is, as a person says it, without saying what it holds."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, numbers.Number):
        return "a number"
    for kind in (str, Mapping, list):
        if isinstance(value, kind):
            return _WORDS[collections.abc.Mapping if kind is Mapping else kind]
    if inspect.isroutine(value):
        return "a function"
    return f"the class {value.__name__}" if isinstance(value, type) else _article(type(value).__name__)


def _alternatives(annotation: Any) -> list[Any]:
    """The classes that an annotation admits; `object` among them where it cannot be told."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        return [kind for part in typing.get_args(annotation) for kind in _alternatives(part)]
    if origin is typing.Literal:
        return list({type(value) for value in typing.get_args(annotation)})
    kind = type(None) if annotation is None else origin or annotation
    is_class = isinstance(kind, type) and kind is not Any and not typing.is_typeddict(kind)
    return [kind if is_class else object]


def _is(kind: Any, value: object) -> bool:
    if kind in _NUMBERS:
        return isinstance(value, _NUMBERS[kind]) and not isinstance(value, bool)
    return callable(value) if kind is collections.abc.Callable else isinstance(value, kind)


def _article(name: str) -> str:
    spelled_out = name[:2].isupper()
    return f"an {name}" if name[:1] in ("AEFHILMNORSX" if spelled_out else "AEIOaeio") else f"a {name}"
