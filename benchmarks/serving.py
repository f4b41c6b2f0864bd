"""A process in which one server runs beside a "cell": ``python -m benchmarks.serving NAME [PENDING] [CELL]``.

It prints the port and the path as JSON, then does what `CELL` says on its main thread until its input ends.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable

from benchmarks.servers import SERVERS, flows

__all__ = ["CELLS"]


def _python() -> None:
    total = 0
    while True:
        for number in range(1000):
            total += number * number


def _numpy() -> None:
    import numpy as np

    matrix = np.random.default_rng(0).random((800, 800))
    while True:
        matrix @ matrix


def _sleep() -> None:
    while True:
        time.sleep(3600)


CELLS: dict[str, Callable[[], None]] = {
    "idle": threading.Event().wait,  # type: ignore[dict-item]  as a kernel that waits for its next message
    "sleep": _sleep,
    "numpy": _numpy,
    "python": _python,
}
"""What the main thread does meanwhile."""


def main(name: str, pending: str = "1", cell: str = "idle") -> None:
    """Start the server, then the cell; ends the process when standard input does."""
    if name == "ic_widget":
        from ic_widget import Engine

        port, path = flows(Engine(), int(pending))
    else:
        port, path = SERVERS[name]()
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print(json.dumps([port, path]), flush=True)
    CELLS[cell]()


if __name__ == "__main__":
    main(*sys.argv[1:])
