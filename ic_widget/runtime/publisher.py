"""What tells the user's observers: a thread that is there already when the answer comes."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from .background import start_thread

__all__ = ["Publisher"]

_GIVE_WAY = 0.005  # seconds, after which CPython would make a thread give way (sys.getswitchinterval)


class Publisher:
    """Runs `publish` soon after each `soon()`, on a thread of its own; calls in quick succession are one run.

    The user's observers run there, so it must be neither the thread that takes the answers nor shared with other
    widgets. It is kept while `expecting()` says so: starting a thread takes longer than waking one, and who waits
    for an answer would wait for that too. Otherwise it ends `linger` seconds after the last run. `publish` must not
    raise.
    """

    def __init__(
        self, publish: Callable[[], object], expecting: Callable[[], bool], linger: float = 3.0
    ) -> None:
        self._publish = publish
        self._expecting = expecting
        self._linger = linger
        self._due: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._published = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def soon(self) -> None:
        """Publish, from any thread; returns when that is done, or after `_GIVE_WAY`."""
        with self._lock:
            self._published.clear()
            self._due.put(None)
            # In a forked child the thread has ended without a word.
            if self._thread is None or not self._thread.is_alive():
                self._thread = start_thread(self._run, name="ic_widget traits")
        # A thread that is woken gets the interpreter only while this one waits for something: what is left to do
        # here, such as closing the browser's connection, would come before what the user waits for.
        if threading.current_thread() is not self._thread:
            self._published.wait(_GIVE_WAY)

    def _run(self) -> None:
        while self._take():
            self._publish()
            self._published.set()

    def _take(self) -> bool:
        try:
            self._due.get(timeout=None if self._expecting() else self._linger)
            while not self._due.empty():
                self._due.get_nowait()
        except queue.Empty:
            with self._lock:
                if self._due.empty():
                    self._thread = None
                    return False
        return True
