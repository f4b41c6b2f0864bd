"""A process that makes widgets: ``python -m benchmarks.making KIND COUNT`` prints milliseconds, then KiB, for each."""

from __future__ import annotations

import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

__all__ = ["KINDS", "SETUP"]

SETUP = """
import anywidget, ipywidgets, traitlets
from ic_widget import ConnectWidget, Engine
from benchmarks.catalogue import integrations

class Empty(anywidget.AnyWidget):
    _esm = "export default {render({el}) { el.innerHTML = '<i class=empty-widget>.</i>'; }}"

engine = Engine()
names = [item["name"] for item in integrations(APPS)]
KINDS = {
    "an empty anywidget": Empty,
    "ConnectWidget": lambda: ConnectWidget(engine),
    "ipywidgets.Button": lambda: ipywidgets.Button(description="Connect"),
    "ipywidgets.Combobox": lambda: ipywidgets.Combobox(options=names),
}
"""
"""Also the first cell of a notebook; APPS is the number of choices."""

KINDS = ("an empty anywidget", "ConnectWidget", "ipywidgets.Button", "ipywidgets.Combobox")
APPS = 50


def main(kind: str, count: str) -> None:
    """Make them twice: timed, then traced."""
    scope: dict[str, Any] = {"APPS": APPS}
    exec(SETUP, scope)  # noqa: S102  the same code that the notebook runs
    make: Callable[[], object] = scope["KINDS"][kind]
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
    print(json.dumps([spent / int(count), size / int(count)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
