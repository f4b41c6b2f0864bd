"""Keep what tornado's loggers say about this package's own work out of the user's cell."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar

__all__ = ["hushed"]

LOGGERS = ("tornado.general", "tornado.application", "tornado.access")

_hushed: ContextVar[bool] = ContextVar("ic_widget_tornado_hushed", default=False)


def _is_wanted(_: logging.LogRecord) -> bool:
    return not _hushed.get()


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """Drop tornado's log records in this context and the tasks begun in it; what else runs tornado logs as usual."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_is_wanted)  # a second time changes nothing
    token = _hushed.set(True)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):  # an async generator may be closed in another context
            _hushed.reset(token)
