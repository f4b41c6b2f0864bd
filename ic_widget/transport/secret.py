"""Texts that must not be shown by mistake: where they are kept, and how one is handed out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, SupportsIndex

__all__ = ["SHOWN", "Secret", "TokenText", "revealed"]

SHOWN = "<secret>"
_NO_PICKLE = (
    "Tokens and secrets cannot be pickled, so that they never reach a file. Create a new Engine instead."
)


class Secret:
    """A text that only `reveal` gives out: not print, a slice, an f-string, JSON, a copy or a list of variables.

    It equals another one, and the text itself.
    """

    __slots__ = ("reveal",)

    reveal: Callable[[], str]
    """Gives out the text."""

    def __init__(self, text: str) -> None:
        # In a closure, because a debugger and rich's inspect show what is in an attribute.
        self.reveal = lambda: text

    def __repr__(self) -> str:
        return SHOWN

    def __eq__(self, other: object) -> bool:
        return self.reveal() == (other.reveal() if isinstance(other, Secret) else other)

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __bool__(self) -> bool:
        return bool(self.reveal())

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(_NO_PICKLE)


class TokenText(str):
    """A token that was asked for: whoever puts it into a header gets it, whoever looks at it does not.

    f-strings, ``+`` and ``encode`` give the text; ``repr``, ``str``, ``print``, ``%s`` and slices do not.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return SHOWN

    def __str__(self) -> str:
        return SHOWN

    def __format__(self, spec: str) -> str:
        return format("".join(self), spec)

    def __getitem__(self, key: SupportsIndex | slice[Any, Any, Any]) -> TokenText:
        return TokenText(super().__getitem__(key))

    def __copy__(self) -> TokenText:
        return self

    def __deepcopy__(self, memo: object) -> TokenText:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(_NO_PICKLE)


def revealed(value: object) -> str:
    """The text of a Secret: ``json.dumps(payload, default=revealed)``."""
    if not isinstance(value, Secret):
        raise TypeError(f"a {type(value).__name__} is not JSON")
    return value.reveal()
