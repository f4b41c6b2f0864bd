"""A sandbox for the tests of your own notebooks and programs: a pytest plugin that is there with the package.

It imports what a sandbox needs with the first test that asks for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from . import Sandbox

__all__ = ["ic_sandbox"]


@pytest.fixture
def ic_sandbox() -> Iterator[Sandbox]:
    """A running sandbox, new for each test."""
    from . import Sandbox

    with Sandbox() as box:
        yield box
