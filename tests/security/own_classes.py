"""Every class that the package has outside its sandbox."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import ic_widget

IN_BROWSER = "ic_widget.transport.fetch"
"""It needs Pyodide to be imported: tests/hosts/test_lite.py."""


def own_classes() -> list[type[Any]]:
    """Each once, in the module that defines it."""
    found: list[type[Any]] = []
    for module in pkgutil.walk_packages(ic_widget.__path__, "ic_widget."):
        if ".sandbox." in module.name or module.name.endswith("__main__") or module.name == IN_BROWSER:
            continue
        things = vars(importlib.import_module(module.name)).values()
        found += [one for one in things if inspect.isclass(one) and one.__module__ == module.name]
    return found
