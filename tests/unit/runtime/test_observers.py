"""The thread on which the user's functions run: in order, in their context, whatever one of them does."""

from __future__ import annotations

import contextvars
import functools
import logging
import threading

import pytest

from ic_widget.runtime.observers import Observers
from ic_widget.runtime.place import Place

WHERE = contextvars.ContextVar("WHERE", default="nowhere")


class Run:
    """Functions to hand in, and what they did."""

    def __init__(self, observers: Observers) -> None:
        self.observers = observers
        self.done: list[object] = []

    def all(self) -> list[object]:
        """What was done, once everything handed in before has run."""
        last = threading.Event()
        self.observers.call("the last one", last.set)
        assert last.wait(10)
        return self.done


@pytest.fixture
def run() -> Run:
    """One that keeps its thread for a moment."""
    return Run(Observers(linger=0.05))


def test_order(run: Run) -> None:
    """Functions run one after the other, in the order in which they came."""
    for number in range(100):
        run.observers.call("a number", functools.partial(run.done.append, number))

    assert [*range(100)] == run.all()


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit, KeyboardInterrupt])
def test_one_that_raises(run: Run, caplog: pytest.LogCaptureFixture, error: type[BaseException]) -> None:
    """A function that raises is logged by name with its traceback, and the next one runs."""

    def fail() -> None:
        raise error

    run.observers.call("The function given to on_connect", fail)
    run.observers.call("the next", lambda: run.done.append("next"))

    assert ["next"] == run.all()
    [record] = caplog.records
    assert (logging.ERROR, "ic_widget") == (record.levelno, record.name)
    assert "The function given to on_connect failed. The connection is not affected." == record.message
    assert error.__name__ in caplog.text


def test_contexts() -> None:
    """A function runs in the context of the place it was handed in with, else in the one the observers were made in."""
    WHERE.set("where they were made")
    run = Run(Observers(linger=0.05))
    WHERE.set("where it was given")
    own = Place()
    WHERE.set("where the answer came")
    run.observers.call("made", lambda: run.done.append(WHERE.get()))
    run.observers.call("given", lambda: run.done.append(WHERE.get()), own)

    assert ["where they were made", "where it was given"] == run.all()


def test_own_thread(run: Run) -> None:
    """They run on one daemon thread that keeps no process alive and is none of the callers'."""
    for _ in range(2):
        run.observers.call("thread", lambda: run.done.append(threading.current_thread()))
    first, second = run.all()

    assert first is second
    assert first is not threading.current_thread()
    assert isinstance(first, threading.Thread)
    assert first.daemon


def test_thread_ends(run: Run) -> None:
    """With nothing to do it ends, and the next function starts another."""
    run.observers.call("thread", lambda: run.done.append(threading.current_thread()))
    [first] = run.all()
    assert isinstance(first, threading.Thread)
    first.join(10)

    assert not first.is_alive()
    run.observers.call("thread", lambda: run.done.append(threading.current_thread()))
    assert first is not run.all()[-1]


def test_a_function_may_hand_in_another(run: Run) -> None:
    """What a function hands in runs after it."""

    def outer() -> None:
        run.observers.call("inner", lambda: run.done.append("inner"))
        run.done.append("outer")

    run.observers.call("outer", outer)
    run.all()

    assert ["outer", "inner"] == run.all()


@pytest.mark.parametrize("early", [True, False])
def test_finished(early: bool) -> None:
    """Once no more is expected the thread does not linger, and what comes after all is still run."""
    others = set(threading.enumerate())
    observers = Observers(linger=600)
    run = Run(observers)
    if early:
        observers.finish()
    run.all()
    observers.finish()
    observers.call("a late one", functools.partial(run.done.append, "late"))
    assert ["late"] == run.all()
    for thread in set(threading.enumerate()) - others:
        thread.join(10)
        assert not thread.is_alive()
