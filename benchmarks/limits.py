"""A limit for every wait of the benchmarks, and the sentence that says what was waited for."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import psutil

__all__ = ["within"]


@contextlib.contextmanager
def within(seconds: float, what: str) -> Iterator[None]:
    """Do what is inside in at most `seconds`, or raise TimeoutError: "Waited 60 s for `what`".

    Playwright's `evaluate`, a pipe and a browser that hangs have no limit that Python could set. At the limit all
    child processes are killed, so that whatever was waited for ends with an error.
    """
    over = threading.Event()

    def end() -> None:
        over.set()
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as error:
        if over.is_set() and not isinstance(error, TimeoutError):
            raise TimeoutError(f"Waited {seconds:g} s for {what}.") from error
        raise
    finally:
        timer.cancel()
    if over.is_set():
        raise TimeoutError(f"Waited {seconds:g} s for {what}.")
