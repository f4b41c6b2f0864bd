"""Silence for tornado's loggers on one thread."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator

__all__ = ["hushed"]

LOGGERS = ("tornado.general", "tornado.application", "tornado.access")


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """Drop what tornado's own loggers say on this thread: it would land in the user's cell."""
    thread = threading.get_ident()

    def keep(record: logging.LogRecord) -> bool:
        return record.thread != thread

    for name in LOGGERS:
        logging.getLogger(name).addFilter(keep)
    try:
        yield
    finally:
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(keep)
