"""Errors that leave our frames behind: some front ends show a traceback together with its local variables."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from .errors import ConnectError

__all__ = ["bare", "discreet"]

P = ParamSpec("P")
R = TypeVar("R")


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
