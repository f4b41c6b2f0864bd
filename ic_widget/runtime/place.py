"""Where a user gave a function: that is where it runs, whichever of our threads calls it."""

from __future__ import annotations

import contextvars
import queue
import sys
import threading
import traceback
from collections.abc import Callable

__all__ = ["Place", "notebooks_print"]

_Due = list[Callable[[], object]]


class Place:
    """The cell, and the visitor, for whom a function was given; make it where that happens.

    Most hosts find them in the `contextvars` context. Solara and marimo find them by the thread, which has those of
    the one that made it: there each run has a thread that was made in this place beforehand. `context` is that of the
    place, for what is not called on a thread of its own.
    """

    def __init__(self) -> None:
        self.context = contextvars.copy_context()
        self._threads: queue.SimpleQueue[tuple[threading.Thread, _Due]] = queue.SimpleQueue()
        self._told_by_thread = self._prepare()

    def run(self, function: Callable[[], object]) -> None:
        """Run `function` there and wait for its end; it must not raise."""
        if not self._told_by_thread:
            # A context that is entered already, by a function that has not returned, cannot be entered again.
            self.context.copy().run(function)
            return
        thread, due = self._threads.get()
        due.append(function)
        thread.start()
        thread.join()

    def _prepare(self) -> bool:
        """Make the thread of the next run, where one is needed."""
        if (kind := _kind_of_thread()) is None:
            return False
        due: _Due = []
        self._threads.put(
            (kind(target=self._serve, args=(due,), name="ic_widget function", daemon=True), due)
        )
        return True

    def _serve(self, due: _Due) -> None:
        # A thread starts once, and the next one of this place can only be made there.
        self._prepare()
        self.context.copy().run(due.pop())


def notebooks_print(error: BaseException) -> Callable[[str], object] | None:
    """The `print` of the notebook whose function raised `error`, where nothing else finds its cell, as in marimo."""
    if _is_marimo():
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "print" in frame.f_globals:
                own: Callable[[str], object] = frame.f_globals["print"]
                return own
    return None


def _is_marimo() -> bool:
    """Whether this runs in an open notebook of marimo; its apps print into their terminal, whichever the thread."""
    # Not imported for this: whoever runs there has it already.
    marimo = sys.modules.get("marimo")
    return marimo is not None and bool(marimo.running_in_notebook()) and marimo.app_meta().mode == "edit"


def _kind_of_thread() -> type[threading.Thread] | None:
    """What a thread has to be here in order to belong where it was made; None where that is not told by the thread."""
    if _is_marimo():
        # https://docs.marimo.io/api/miscellaneous/, mo.Thread
        kind: type[threading.Thread] = sys.modules["marimo"].Thread
        return kind
    # solara/server/patch.py gives every thread the visitor of the one that made it.
    return threading.Thread if "solara.server.patch" in sys.modules else None
