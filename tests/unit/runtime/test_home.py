"""In which context, and on which thread, what is sent to a page is sent."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from functools import partial

from ic_widget.runtime.home import Home

visitor: contextvars.ContextVar[str] = contextvars.ContextVar("visitor", default="nobody")


def elsewhere(function: Callable[[], object]) -> None:
    """Run it on another thread, to its end."""
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def test_another_thread() -> None:
    """What another thread sends goes to the visitor for whom the widget was made, also where one is being served."""
    homes = []
    for name in ("ada", "bob"):
        token = visitor.set(name)
        homes.append(Home())
        visitor.reset(token)
    heard: list[str] = []
    for home in homes:
        elsewhere(partial(home.send, None, lambda: heard.append(visitor.get())))
    assert ["ada", "bob"] == heard


def test_own_thread() -> None:
    """On the thread that made it, the context is the caller's own: that of the cell which runs now."""
    home = Home()
    token = visitor.set("now")
    heard: list[str] = []
    home.send(None, lambda: heard.append(visitor.get()))
    visitor.reset(token)
    assert ["now"] == heard
