"""The widgets that are measured, in a notebook's first cell (`SETUP`) or in a process without a kernel.

``python -m benchmarks.inside KIND COUNT`` makes some and prints milliseconds and KiB for each.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import tracemalloc
from typing import Any

__all__ = ["CLOSE", "KINDS", "SETUP"]

SETUP = """
import anywidget, ipywidgets
from IPython.display import display
from ic_widget import ConnectWidget, Engine

class Empty(anywidget.AnyWidget):
    _esm = "export default {render({el}) { el.innerHTML = '<i class=empty-widget>.</i>'; }}"

engine = Engine()
KINDS = {"an empty anywidget": Empty, "ConnectWidget": lambda: ConnectWidget(engine)}
"""
KINDS = {"an empty anywidget": ".empty-widget", "ConnectWidget": ".icw-card"}
"""What is compared, and the selector of what it draws."""
CLOSE = "ipywidgets.Widget.close_all()"


def main(kind: str, count: str) -> None:
    """Make them twice: timed, then traced."""
    scope: dict[str, Any] = {}
    exec(SETUP, scope)  # noqa: S102  the same code that notebooks run
    make = scope["KINDS"][kind]
    make()
    begun = time.perf_counter()
    made = [make() for _ in range(int(count))]
    spent = (time.perf_counter() - begun) * 1000
    made.clear()
    gc.collect()
    tracemalloc.start()
    made = [make() for _ in range(int(count))]
    gc.collect()
    size = tracemalloc.get_traced_memory()[0] / 1024
    print(json.dumps([spent / len(made), size / len(made)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
