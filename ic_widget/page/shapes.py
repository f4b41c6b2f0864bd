"""What a page sends is taken if it has the shape of a message, every key of its type and none too long."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any, Literal

__all__ = ["Shapes", "parse", "shapes"]

LONGEST = {
    "id": 64,
    "origin": 2048,
    "base_url": 2048,
    "text": 16384,
    "search": 256,
    "detail": 200,
    "data": 400_000,
}

Shapes = Mapping[str, Mapping[str, Any]]
"""By its kind, what each message holds: the type of each key."""


def shapes(union: Any) -> Shapes:
    """The shapes of the messages that `union` names: each a TypedDict whose `kind` is a Literal."""
    hints = [typing.get_type_hints(shape) for shape in typing.get_args(union)]
    return {typing.get_args(each["kind"])[0]: each for each in hints}


def parse(content: object, known: Shapes) -> dict[str, Any] | None:
    """The page's message if it has one of the `known` shapes, with every key of the right type, else None."""
    if not isinstance(content, Mapping):
        return None
    kind = content.get("kind")
    shape = known.get(kind) if isinstance(kind, str) else None
    if shape is None:
        return None
    message = {key: content.get(key) for key in shape}
    if not all(_fits(message[key], allowed) for key, allowed in shape.items()):
        return None
    if any(len(value) > LONGEST.get(key, 4096) for key, value in message.items() if isinstance(value, str)):
        return None
    return message


def _fits(value: object, allowed: Any) -> bool:
    if typing.get_origin(allowed) is Literal:
        return isinstance(value, str) and value in typing.get_args(allowed)
    if typing.get_origin(allowed) is dict:
        return isinstance(value, dict)
    return isinstance(value, allowed)
