"""What JavaScript calls null, on its way between a page and a Python inside the browser.

There None is undefined, which JSON leaves out, and null has a value of its own (https://pyodide.org, "Type
translations").
"""

from __future__ import annotations

import functools
from typing import Any

from .single_thread import IN_BROWSER

__all__ = ["from_page", "to_page"]


def to_page(value: Any) -> Any:
    """`value`, made of dicts and lists, as a page is to get it."""
    return _replaced(value, None, _null()) if IN_BROWSER else value


def from_page(value: Any) -> Any:
    """What a page has sent, as Python has it elsewhere."""
    return _replaced(value, _null(), None) if IN_BROWSER else value


@functools.cache
def _null() -> Any:
    from pyodide.ffi import jsnull

    return jsnull


def _replaced(value: Any, old: object, new: object) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(each, old, new) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(each, old, new) for each in value]
    return new if value is old else value
