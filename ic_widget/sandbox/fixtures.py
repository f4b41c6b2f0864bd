"""A sandbox for the tests of your own notebooks and programs.

In a ``conftest.py``: ``pytest_plugins = ["ic_widget.sandbox.fixtures"]``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import Sandbox

__all__ = ["ic_sandbox"]


@pytest.fixture
def ic_sandbox() -> Iterator[Sandbox]:
    """A running sandbox, new for each test."""
    with Sandbox() as box:
        yield box
