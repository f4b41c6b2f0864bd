"""The user's own functions: each called once, none in the way of another."""

from __future__ import annotations

import logging
import queue
import threading
from dataclasses import dataclass
from typing import Any

import pytest

from ic_widget.engine.connection import Connection
from ic_widget.errors import ConnectCancelled, ConnectError
from ic_widget.runtime.handlers import Handlers

CONNECTION = Connection(id="c1")
FAILURE = ConnectCancelled("Cancelled.")


@dataclass
class Outcome:
    """How an attempt ended."""

    connection: Connection | None = None
    failure: ConnectError | None = None


@pytest.fixture
def told() -> queue.Queue[Any]:
    """What the functions were told."""
    return queue.Queue()


def settled(told: queue.Queue[Any]) -> list[Any]:
    """Everything that was told, once the threads have ended."""
    for thread in threading.enumerate():
        if thread.name == "ic_widget handlers":
            thread.join(10)
    return list(told.queue)


def test_success(told: queue.Queue[Any]) -> None:
    """A success is told to the on_connect functions, in order, and to no on_error function."""
    handlers, outcome = Handlers(), Outcome(CONNECTION)
    handlers.add_connect(lambda connection: told.put((1, connection)), outcome)
    handlers.add_connect(lambda connection: told.put((2, connection)), outcome)
    handlers.add_error(told.put, outcome)
    handlers.call(outcome)

    assert [(1, CONNECTION), (2, CONNECTION)] == settled(told)


def test_failure(told: queue.Queue[Any]) -> None:
    """A failure is told to the on_error functions alone."""
    handlers, outcome = Handlers(), Outcome(failure=FAILURE)
    handlers.add_connect(told.put, outcome)
    handlers.add_error(told.put, outcome)
    handlers.call(outcome)

    assert [FAILURE] == settled(told)


def test_added_late(told: queue.Queue[Any]) -> None:
    """A function that is added after the end is told at once, and alone."""
    handlers, outcome = Handlers(), Outcome(CONNECTION)
    handlers.add_connect(lambda _: told.put("early"), outcome)
    handlers.call(outcome)
    settled(told)
    handlers.add_connect(lambda _: told.put("late"), outcome)

    assert ["early", "late"] == settled(told)


def test_added_for_the_next_attempt(told: queue.Queue[Any]) -> None:
    """A function is not told of an attempt that ended before the one it was added for."""
    handlers = Handlers()
    handlers.call(Outcome(failure=FAILURE))
    handlers.add_error(told.put, Outcome())

    assert [] == settled(told)


def test_every_attempt_is_told(told: queue.Queue[Any]) -> None:
    """The same function serves one attempt after the other."""
    handlers = Handlers()
    handlers.add_error(told.put, Outcome())
    for _ in range(3):
        handlers.call(Outcome(failure=FAILURE))

    assert [FAILURE] * 3 == settled(told)


def test_one_that_fails(told: queue.Queue[Any], caplog: pytest.LogCaptureFixture) -> None:
    """A function that fails is logged with its traceback and stops none of the others."""
    handlers, outcome = Handlers(), Outcome(CONNECTION)

    def broken(_: Connection) -> None:
        raise ZeroDivisionError

    handlers.add_connect(broken, outcome)
    handlers.add_connect(told.put, outcome)
    handlers.call(outcome)

    assert [CONNECTION] == settled(told)
    [record] = caplog.records
    assert (logging.ERROR, "ic_widget") == (record.levelno, record.name)
    assert "ZeroDivisionError" in caplog.text
    assert "The connection is not affected" in caplog.text


def test_a_slow_one(told: queue.Queue[Any]) -> None:
    """A function that does not return delays neither the caller nor the functions of another attempt."""
    slow, quick, release = Handlers(), Handlers(), threading.Event()
    slow.add_connect(lambda _: release.wait(20), Outcome())
    quick.add_connect(told.put, Outcome())
    slow.call(Outcome(CONNECTION))
    quick.call(Outcome(CONNECTION))

    assert CONNECTION == told.get(timeout=10)
    release.set()
    settled(told)


def test_own_thread(told: queue.Queue[Any]) -> None:
    """Functions run neither on the caller's thread nor on one that keeps Python from ending."""
    handlers, outcome = Handlers(), Outcome(CONNECTION)
    handlers.add_connect(lambda _: told.put(threading.current_thread()), outcome)
    handlers.call(outcome)
    thread = told.get(timeout=10)

    assert thread is not threading.current_thread()
    assert thread.daemon


def test_nobody_to_tell() -> None:
    """Without functions no thread is started and no connection is fetched."""

    class Unasked(Outcome):
        """Must not be asked for its connection."""

        @property
        def connection(self) -> Connection | None:  # type: ignore[override]
            """Fail."""
            raise AssertionError

        @connection.setter
        def connection(self, value: object) -> None:
            """Take what the dataclass sets."""

    before = threading.active_count()
    Handlers().call(Unasked())

    assert before == threading.active_count()
