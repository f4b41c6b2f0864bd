"""Where a function runs that was given at some place, in hosts of either kind."""

from __future__ import annotations

import contextvars
import sys
import threading
from types import ModuleType

import pytest

from ic_widget.runtime.place import Place

WHERE = contextvars.ContextVar("WHERE", default="nowhere")


def visit(place: Place) -> tuple[str, threading.Thread]:
    """The context and the thread of what runs there."""
    found: list[tuple[str, threading.Thread]] = []
    place.run(lambda: found.append((WHERE.get(), threading.current_thread())))
    return found[0]


def test_context() -> None:
    """What runs there has the context in which the place was made, on the thread of the caller, again and again."""
    WHERE.set("there")
    place = Place()
    WHERE.set("here")

    assert [("there", threading.current_thread())] * 2 == [visit(place), visit(place)]
    WHERE.set("nowhere")


def test_within_itself() -> None:
    """A function may run another at its own place."""
    place, done = Place(), []
    place.run(lambda: place.run(lambda: done.append("inner")))

    assert ["inner"] == done


def test_host_that_tells_visitors_by_their_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run has a thread that was made there: the first by the visitor, each other one by the one before."""
    makers: dict[threading.Thread, threading.Thread] = {}

    class Inheriting(threading.Thread):
        """As Solara makes them all: it keeps whose it is when it is made."""

        def __init__(self, **options: object) -> None:
            super().__init__(**options)  # type: ignore[arg-type]
            makers[self] = threading.current_thread()

    monkeypatch.setattr(threading, "Thread", Inheriting)
    monkeypatch.setitem(sys.modules, "solara.server.patch", ModuleType("solara.server.patch"))
    place = Place()
    ran: list[threading.Thread] = []
    other = Inheriting(target=lambda: ran.extend(visit(place)[1] for _ in range(3)))
    other.start()
    other.join(10)

    assert [threading.main_thread(), ran[0], ran[1]] == [makers[thread] for thread in ran]
    assert [True] * 3 == [thread.daemon for thread in ran]
    assert 3 == len(set(ran))
