"""Tests run side by side in several processes; what they install for all of them is installed once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

CACHE = Path(__file__).parents[1] / ".cache"


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Let one process in; the others wait."""
    CACHE.mkdir(exist_ok=True)
    with FileLock(CACHE / f"{name}.lock"):
        yield
