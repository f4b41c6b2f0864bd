"""Every public call is guarded, so that a traceback shows none of our frames: found by a walk, not by a list."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import re
import sys
import typing
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import ic_widget
from ic_widget import sandbox
from ic_widget.connection.operations import AsyncConnection
from ic_widget.connection.pages import Pages
from ic_widget.runtime import public_calls
from tests.security.own_classes import own_classes

GUARDS = ("called", "awaited", "looped", "iterated")


def _exported() -> list[Any]:
    return [getattr(module, name) for module in (ic_widget, sandbox) for name in module.__all__]


def _by_name() -> dict[str, list[type[Any]]]:
    """Every class of the package that a public annotation may name; of the sandbox's, what it exports."""
    found: dict[str, list[type[Any]]] = {}
    for kind in own_classes():
        found.setdefault(kind.__name__, []).append(kind)
    return found


def _functions(kind: type[Any]) -> Iterator[tuple[str, FunctionType]]:
    """What users call of a class, with the part of it that this package wrote."""
    for base in kind.__mro__:
        if base.__module__.split(".")[0] == "ic_widget":
            for name, found in vars(base).items():
                if public_calls.is_public(name):
                    inner = getattr(found, "fget", None) or getattr(found, "func", None)
                    function = inner or getattr(found, "__func__", found)
                    if isinstance(function, FunctionType):
                        yield f"{base.__module__}.{base.__qualname__}.{name}", function


def _is_ours(thing: Any) -> bool:
    # An exception is no call: it shows what it is made of, and is raised for that.
    return (
        inspect.isclass(thing)
        and thing.__module__.startswith("ic_widget.")
        and not issubclass(thing, BaseException)
    )


def _walk() -> tuple[set[type[Any]], dict[str, FunctionType]]:
    """Every public class, and every function that users call: the exports, and whatever calling those hands out."""
    by_name, things = _by_name(), _exported()
    classes: set[type[Any]] = set()
    functions: dict[str, FunctionType] = {}

    def named(annotation: object, module: str) -> list[Any]:
        names = re.findall(r"\w+", str(annotation))
        there = vars(sys.modules[module])
        return [
            each for name in names for each in ([there[name]] if name in there else by_name.get(name, []))
        ]

    while things:
        thing = things.pop()
        called = {}
        if isinstance(thing, FunctionType):
            called = {f"{thing.__module__}.{thing.__qualname__}": thing}
        elif _is_ours(thing) and thing not in classes:
            classes.add(thing)
            called = dict(_functions(thing))
            if dataclasses.is_dataclass(thing):
                for field in dataclasses.fields(thing):
                    things += named(field.type, thing.__module__)
        functions |= called
        for function in called.values():
            things += named(function.__annotations__.get("return"), function.__module__)
    return classes, functions


def _is_guarded(function: FunctionType) -> bool:
    # By its own code: a mark on it would be copied by whatever wraps it.
    code = function.__code__
    return code.co_filename == public_calls.__file__ and code.co_name in GUARDS


def test_every_public_call_is_guarded() -> None:
    """Each function, method and property that users call comes through `public_call`, a new one included."""
    _, functions = _walk()
    assert [] == sorted(name for name, function in functions.items() if not _is_guarded(function))


def test_the_walk_finds_what_is_handed_out() -> None:
    """The walk comes to classes that no `__all__` names, and to what they inherit from this package."""
    classes, functions = _walk()
    assert {AsyncConnection, Pages, sandbox.Sandbox, sandbox.Faults, ic_widget.ExploreWidget} <= classes
    wanted = ("Pages.__aiter__", "RunLog.__call__", "BaseWidget.get_state", "one_line.aconnect")
    assert [] == [name for name in wanted if not any(found.endswith(name) for found in functions)]
    assert 100 < len(functions)


def test_the_walk_sees_what_is_not_guarded() -> None:
    """A method that nobody decorated is none of the guarded, nor is one that only wraps a guarded one."""

    class Forgotten:
        def method(self) -> None: ...

    wrapped = typing.cast(FunctionType, functools.wraps(sandbox.sign_in)(Forgotten.method))
    assert [False, False, True] == [
        _is_guarded(each)
        for each in (typing.cast(FunctionType, Forgotten.method), wrapped, sandbox.sign_in)  # type: ignore[list-item]
    ]
