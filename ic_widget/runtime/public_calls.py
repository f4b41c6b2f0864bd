"""What every public call has in common: helpful keyword errors, and tracebacks that show no secret."""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from ..errors import ConnectError

__all__ = ["bare", "discreet", "named_keywords", "takes"]

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")


def discreet(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate `function`, which handles secrets, so that the errors we raise on purpose show none of them.

    IPython's verbose mode, rich and error trackers print local variables. The sentence of such an error says all
    there is to know; any other exception is a fault of ours and keeps its frames.
    """

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except ConnectError as error:
            failure = bare(error)
        del args, kwargs
        try:
            raise failure
        finally:
            del failure

    return guarded


def bare(error: ConnectError) -> ConnectError:
    """`error` without the frames it came through, and without what was being handled when it was raised."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def takes(
    request: Callable[P, R],
) -> Callable[[Callable[[S, R], None]], Callable[Concatenate[S, P], None]]:
    """Decorate an ``__init__(self, request)`` so that it takes the keywords of the dataclass `request` instead.

    An unknown keyword is a TypeError that names the nearest real one. What was given may be secret, so no error of
    ours shows it: see `discreet`.
    """
    parameters = inspect.signature(request).parameters

    def decorate(function: Callable[[S, R], None]) -> Callable[Concatenate[S, P], None]:
        called = function.__qualname__.removesuffix(".__init__")

        @functools.wraps(function)
        def checked(self: S, /, *args: P.args, **kwargs: P.kwargs) -> None:
            unknown = next((name for name in kwargs if name not in parameters), None)
            if unknown is None:
                try:
                    return function(self, request(*args, **kwargs))
                except ConnectError as error:
                    failure: Exception = bare(error)
            else:
                failure = TypeError(
                    f"{called}() has no keyword {unknown}=. {_advice(unknown, [*parameters])}"
                )
            del args, kwargs
            try:
                raise failure
            finally:
                del failure

        own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        checked.__signature__ = inspect.Signature([own, *parameters.values()])  # type: ignore[attr-defined]
        return checked

    return decorate


def named_keywords(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate `function` so that an unknown keyword is a TypeError naming the nearest real one.

    For an ``__init__`` the message names the class. What was given may be secret, so no error of ours shows it:
    see `discreet`.
    """
    keywords = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self" and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    ]
    called = function.__qualname__.removesuffix(".__init__")

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        unknown = next((name for name in kwargs if name not in keywords), None)
        if unknown is None:
            try:
                return function(*args, **kwargs)
            except ConnectError as error:
                failure: Exception = bare(error)
        else:
            failure = TypeError(f"{called}() has no keyword {unknown}=. {_advice(unknown, keywords)}")
        del args, kwargs
        try:
            raise failure
        finally:
            del failure

    return checked


def _advice(unknown: str, keywords: list[str]) -> str:
    nearest = difflib.get_close_matches(unknown, keywords, n=1)
    return f"Did you mean {nearest[0]}=?" if nearest else f"It takes {', '.join(keywords)}."
