"""A mistyped keyword gets an answer that helps: the nearest real one."""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

__all__ = ["named_keywords"]

P = ParamSpec("P")
R = TypeVar("R")


def named_keywords(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate `function` so that an unknown keyword is a TypeError naming the nearest real one.

    For an ``__init__`` the message names the class.
    """
    keywords = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self" and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    ]
    called = function.__qualname__.removesuffix(".__init__")

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        for name in kwargs:
            if name not in keywords:
                nearest = difflib.get_close_matches(name, keywords, n=1)
                advice = f"Did you mean {nearest[0]}=?" if nearest else f"It takes {', '.join(keywords)}."
                raise TypeError(f"{called}() has no keyword {name}=. {advice}")
        return function(*args, **kwargs)

    return checked
