"""What every public call has in common: its arguments are checked, and its exceptions show none of them."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import aclosing
from pathlib import Path
from types import FunctionType, TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from ..errors import ConfigurationError, ConnectError
from .kinds import annotations_of, wrong_kind
from .nearest import nearest

__all__ = ["is_public", "public", "public_call", "repr_at_every_moment", "takes"]

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")

_OURS = Path(__file__).parent.parent
_HINTS = {
    "connection": "Give one, such as w.connection or engine.connection(id).",
    "engine": 'An app is named as integration="github"; a token goes into Engine(token=...), an address into api_uri=.',
    "integration": 'Give one key, such as "github"; several to choose from are integrations=[...].',
    "integrations": 'Give keys, such as ["github", "slack"], or a function.',
    "timeout": "Give seconds, such as 600.",
    "port": "Give it without quotes, such as 8123.",
}
_PROTOCOLS = ("__init__", "__call__", "__iter__", "__aiter__", "__enter__", "__exit__")
"""What Python calls for a user: ``with``, ``for``, and a call of the object itself."""
_DISPLAYED = ("_repr_html_", "_repr_mimebundle_")
"""What IPython calls for a cell's last line, and of whose exceptions it prints the traceback."""
_log = logging.getLogger("ic_widget")


def public(cls: type[S]) -> type[S]:
    """Decorate a class so that what users call of it, its properties included, are public calls: see `is_public`."""
    for name, found in list(vars(cls).items()):
        if not is_public(name):
            continue
        if isinstance(found, FunctionType):
            setattr(cls, name, public_call(found))
        elif isinstance(found, classmethod | staticmethod):
            setattr(cls, name, type(found)(public_call(found.__func__)))
        elif type(found) is property and isinstance(found.fget, FunctionType):
            setattr(cls, name, found.getter(public_call(found.fget)))
    return repr_at_every_moment(cls)


def is_public(name: str) -> bool:
    """Whether users call a class's attribute of that name, by it or by what Python and IPython make of it."""
    return not name.startswith("_") or name in _PROTOCOLS or name in _DISPLAYED


def repr_at_every_moment(cls: type[S]) -> type[S]:
    """Decorate a class so that its repr also works on a half-made object, as error reporters ask for it."""
    whole = cls.__repr__

    @functools.wraps(whole)
    def shown(self: Any) -> str:
        try:
            return whole(self)
        except AttributeError:
            return f"<{type(self).__name__}>"

    cls.__repr__ = shown  # type: ignore[method-assign]
    return cls


def public_call(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate `function`, async or a generator perhaps, so that it refuses in words what cannot be meant.

    An unknown keyword is a TypeError that names the nearest real one, a value of another kind than the annotation's
    a ConfigurationError. Whatever it raises comes without the frames of this package: IPython's verbose mode, rich
    and error trackers print local variables, and those hold what was given. Where a fault of ours was raised is
    added as a note, by file and line.
    """
    kinds: tuple[tuple[Callable[[Any], bool], Callable[[_Call, Any], Any]], ...] = (
        (inspect.iscoroutinefunction, _guarded_coroutine),
        (inspect.isasyncgenfunction, _guarded_async_generator),
        (inspect.isgeneratorfunction, _guarded_generator),
    )
    guarded = next((guard for is_kind, guard in kinds if is_kind(function)), _guarded)
    return functools.wraps(function)(guarded(_Call(function), function))


# In each of these, what a traceback shows of the last frame is deleted, and the exception popped from where it was
# kept: a variable would make frame and exception keep each other.


def _guarded(call: _Call, function: Callable[..., Any]) -> Callable[..., Any]:
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            call.check(args, kwargs)
            return function(*args, **kwargs)
        except BaseException as error:  # noqa: BLE001  raised again below
            failed = [_bare(error)]
        del args, kwargs
        raise failed.pop()

    return called


def _guarded_coroutine(call: _Call, function: Callable[..., Any]) -> Callable[..., Any]:
    async def awaited(*args: Any, **kwargs: Any) -> Any:
        try:
            call.check(args, kwargs)
            return await function(*args, **kwargs)
        except BaseException as error:  # noqa: BLE001  raised again below
            failed = [_bare(error)]
        del args, kwargs
        raise failed.pop()

    return awaited


def _guarded_generator(call: _Call, function: Callable[..., Any]) -> Callable[..., Any]:
    def iterated(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        try:
            call.check(args, kwargs)
            return (yield from function(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001  raised again below
            failed = [_bare(error)]
        del args, kwargs
        raise failed.pop()

    return iterated


def _guarded_async_generator(call: _Call, function: Callable[..., Any]) -> Callable[..., Any]:
    async def looped(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        try:
            call.check(args, kwargs)
            async with aclosing(function(*args, **kwargs)) as items:
                async for item in items:
                    yield item
            return
        except BaseException as error:  # noqa: BLE001  raised again below
            failed = [_bare(error)]
        del args, kwargs
        raise failed.pop()

    return looped


def takes(
    request: Callable[P, R],
) -> Callable[[Callable[[S, R], None]], Callable[Concatenate[S, P], None]]:
    """Decorate an ``__init__(self, request)`` so that it takes the keywords of the dataclass `request` instead."""
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    signature = inspect.Signature([own, *inspect.signature(request).parameters.values()])

    def decorate(function: Callable[[S, R], None]) -> Callable[Concatenate[S, P], None]:
        @functools.wraps(function)
        def taking(self: S, /, *args: P.args, **kwargs: P.kwargs) -> None:
            function(self, request(*args, **kwargs))

        taking.__signature__ = signature  # type: ignore[attr-defined]
        taking.__annotations__ = annotations_of(request)
        return taking

    return decorate


class _Call:
    """The arguments that one public call takes."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._name = function.__qualname__.removesuffix(".__init__")

    # With the first call: reading every signature takes a tenth of the package's import.

    @functools.cached_property
    def _given(self) -> list[inspect.Parameter]:
        return list(inspect.signature(self._function).parameters.values())

    @functools.cached_property
    def _parameters(self) -> dict[str, inspect.Parameter]:
        return {one.name: one for one in self._given if one.name not in ("self", "cls")}

    @functools.cached_property
    def _by_place(self) -> list[str]:
        by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        return [one.name for one in self._parameters.values() if one.kind in by_place]

    @functools.cached_property
    def _kinds(self) -> dict[str, Any]:
        return annotations_of(self._function)

    def check(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Raise TypeError or ConfigurationError, neither of which repeats a value."""
        placed = args[len(self._given) - len(self._parameters) :]
        is_open = any(one.kind in (one.VAR_KEYWORD, one.VAR_POSITIONAL) for one in self._given)
        if not is_open and (problem := self._misfit(len(placed), kwargs)):
            raise TypeError(f"{self._name}() {problem}")
        for name, value in [*zip(self._by_place, placed, strict=False), *kwargs.items()]:
            annotation = self._kinds.get(name, object)
            if problem := wrong_kind(f"{name}=", annotation, value):
                raise ConfigurationError(f"{problem} {_HINTS.get(name, '')}".strip())

    def _misfit(self, placed: int, kwargs: dict[str, Any]) -> str | None:
        for name in kwargs:
            if name not in self._parameters:
                return f"has no keyword {name}=. {self._advice(name)}"
        if placed > len(self._by_place):
            named = [f"{name}=" for name in self._parameters if name not in self._by_place]
            alone = f"only {', '.join(self._by_place)}" if self._by_place else "nothing"
            return f"takes {alone} without a name." + (f" Write {', '.join(named)}." if named else "")
        taken = self._by_place[:placed]
        if twice := [name for name in taken if name in kwargs]:
            return f"was given {twice[0]}= twice."
        missing = [
            name
            for name, one in self._parameters.items()
            if one.default is one.empty and name not in kwargs and name not in taken
        ]
        return f"needs {' and '.join(f'{name}=' for name in missing)}." if missing else None

    def _advice(self, unknown: str) -> str:
        keywords = [name for name, one in self._parameters.items() if one.kind is not one.POSITIONAL_ONLY]
        near = nearest(unknown, keywords)
        if near:
            return f"Did you mean {near[0]}=?"
        return f"It takes {', '.join(keywords)}." if keywords else "It takes none."


def _bare(error: BaseException) -> BaseException:
    """`error` without the frames it came through, and without what was being handled when it was raised."""
    if isinstance(error, Exception) and not isinstance(error, ConnectError):
        places = ", ".join(_places(error.__traceback__))
        if places:
            getattr(error, "add_note", _log.debug)(f"Raised in ic_widget at {places}.")
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _places(traceback: TracebackType | None) -> list[str]:
    """Where an exception that this module did not raise itself went through this package, outermost first."""
    found = []
    while traceback is not None:
        path = Path(traceback.tb_frame.f_code.co_filename)
        if path.is_relative_to(_OURS) and path != Path(__file__):
            found.append(f"{path.relative_to(_OURS).as_posix()}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return found
