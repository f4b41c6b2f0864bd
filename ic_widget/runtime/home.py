"""Where a widget was made, and how what other threads have for its page gets there."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import importlib
import threading
from collections.abc import Callable

__all__ = ["Home"]


class Home:
    """Hosts that serve several visitors from one process find the visitor in the `contextvars` context.

    Make it where the widget is made; our own threads, which serve all widgets, have no visitor.
    """

    def __init__(self) -> None:
        self._context = contextvars.copy_context()
        self._thread = threading.get_ident()
        self._loop: asyncio.AbstractEventLoop | None = None
        with contextlib.suppress(RuntimeError):
            self._loop = asyncio.get_running_loop()

    def send(self, channel: object, send: Callable[[], object]) -> None:
        """Call `send`, which sends a message by the comm `channel`, in the context in which the widget was made."""
        if threading.get_ident() == self._thread:
            send()
        elif self._loop is not None and type(channel).__module__.startswith("shinywidgets."):
            with contextlib.suppress(RuntimeError):  # the server is ending
                self._loop.call_soon_threadsafe(self._context.copy().run, self._flush_after, send)
        else:
            self._context.copy().run(send)

    def _flush_after(self, send: Callable[[], object]) -> None:
        """Shiny holds messages back until something reactive has changed, unless it is told to send them."""
        send()
        flushed = asyncio.ensure_future(importlib.import_module("shiny.reactive").flush())
        flushed.add_done_callback(lambda done: done.cancelled() or done.exception())
