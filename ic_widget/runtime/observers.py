"""The thread on which a widget's or a flow's user functions run, so that none of them delays an answer."""

from __future__ import annotations

import functools
import logging
import queue
import threading
import traceback
from collections.abc import Callable

from .background import start_thread
from .place import Place, notebooks_print
from .single_thread import IN_BROWSER, Turns

__all__ = ["Observers"]

_log = logging.getLogger("ic_widget")


class Observers:
    """Runs functions one after the other on one daemon thread, which ends `linger` seconds after the last one.

    Each runs at the place that was given with it or, without one, where the Observers were made: what a function
    prints then appears where it was given, and hosts with a session per visitor find theirs.
    One that raises, whatever it raises, is logged and stops none of the others. Where there are no threads, they run on
    the event loop.
    """

    def __init__(self, linger: float = 3.0) -> None:
        self._place = Place()
        self._linger = linger
        self._lock = threading.Lock()
        self._due: queue.SimpleQueue[tuple[Place, str, Callable[[], object]]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._turns = Turns() if IN_BROWSER else None

    def call(self, what: str, function: Callable[[], object], place: Place | None = None) -> None:
        """Run `function` after all that came before it, from any thread; `what` names it in the log."""
        if self._turns is not None:
            self._turns.call(lambda: (place or self._place).run(functools.partial(_call, what, function)))
            return
        with self._lock:
            self._due.put((place or self._place, what, function))
            # After a fork the thread no longer exists.
            if self._thread is None or not self._thread.is_alive():
                self._thread = start_thread(self._run, name="ic_widget observers")

    def finish(self) -> None:
        """Let the thread end with the last function, and that of any that comes later: many may be closed at once."""
        with self._lock:
            self._linger = 0
            if self._thread is not None:
                self._due.put((self._place, "", int))  # it may be waiting already

    def _run(self) -> None:
        while (due := self._take()) is not None:
            place, what, function = due
            place.run(functools.partial(_call, what, function))
            del due, place, function

    def _take(self) -> tuple[Place, str, Callable[[], object]] | None:
        try:
            return self._due.get(timeout=self._linger)
        except queue.Empty:
            with self._lock:
                if self._due.empty():
                    self._thread = None
                    return None
            return self._due.get()


def _call(what: str, function: Callable[[], object]) -> None:
    try:
        function()
    except BaseException as error:  # noqa: BLE001  a user's function may raise anything, SystemExit included
        said = f"{what} failed. The connection is not affected."
        _log.exception(said)
        if (shown := notebooks_print(error)) is not None:
            shown(f"{said}\n{traceback.format_exc()}")
