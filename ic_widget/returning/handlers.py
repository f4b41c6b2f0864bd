"""The functions given to on_connect and on_error."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..connection.connection import Connection
from ..runtime.observers import Observers
from ..runtime.place import Place

if TYPE_CHECKING:
    from .flow import Flow

__all__ = ["Handlers"]

_TELLING = "telling the functions"

_Entry = tuple[bool, Callable[[Any], object], Place]


class Handlers:
    """The functions given to on_connect and on_error, each called once for every flow that ends its way.

    They run on the thread of `observers`, where they were given.
    """

    def __init__(self, observers: Observers) -> None:
        self.observers = observers
        self._functions: list[_Entry] = []
        self._told: Flow | None = None

    def add(self, function: Callable[[Any], object], flow: Flow, *, on_connect: bool) -> None:
        """Add a function; called at once where `flow` was told already."""
        entry = (on_connect, function, Place())
        # On the observers' thread, so that a flow that ends meanwhile tells each function once.
        self.observers.call("adding a function", lambda: self._add(entry, flow))

    def tell(self, flow: Flow) -> None:
        """Tell all of them how `flow` ended."""
        self.observers.call(_TELLING, lambda: self._tell(flow))

    def _add(self, entry: _Entry, flow: Flow) -> None:
        self._functions.append(entry)
        if self._told is flow:
            self._call([entry], flow)

    def _tell(self, flow: Flow) -> None:
        self._told = flow
        self._call(self._functions, flow)

    def _call(self, entries: list[_Entry], flow: Flow) -> None:
        if not entries:
            return
        connection = flow.connection
        if flow.failure is None and (building := flow.building) is not None:
            # Told once it works, or does not; what others observe is not delayed meanwhile.
            building.add_done_callback(
                lambda _: self.observers.call(_TELLING, lambda: self._call(entries, flow))
            )
            return
        outcome = flow.failure or connection
        for on_connect, function, place in entries:
            if outcome is not None and on_connect == isinstance(outcome, Connection):
                what = f"The function given to {'on_connect' if on_connect else 'on_error'}"
                self.observers.call(what, functools.partial(function, outcome), place)
