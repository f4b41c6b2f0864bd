"""What `make api` counts as breaking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import griffe
import pytest

from tests.packaging.public_api import breaking

Make = Callable[..., griffe.Module]
FLOW = """
class Flow:
    def wait(self, timeout=None): ...
    def _inside(self, one): ...
"""
INIT = """
__all__ = ["Flow"]
from tried.flow import Flow
"""


@pytest.fixture
def package() -> Iterator[Make]:
    """`package(flow=..., init=...)` is a package with these two modules and an empty sandbox."""
    with ExitStack() as stack:

        def make(flow: str = FLOW, init: str = INIT) -> griffe.Module:
            modules = {"__init__.py": init, "flow.py": flow, "sandbox/__init__.py": "__all__ = []"}
            return stack.enter_context(griffe.temporary_visited_package("tried", modules))

        yield make


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"flow": FLOW.replace("wait", "pause")}, "Flow.wait: Public object was removed"),
        (
            {"flow": FLOW.replace("timeout=None", "timeout, port")},
            "Flow.wait(port): Parameter was added as required",
        ),
        ({"flow": FLOW.replace("timeout=None", "")}, "Flow.wait(timeout): Parameter was removed"),
        ({"init": INIT.replace('"Flow"', "")}, "tried.Flow: Public object was removed"),
    ],
)
def test_what_breaks(package: Make, change: dict[str, str], said: str) -> None:
    """A public name, method or keyword that is gone, or a new one that must be given, is one line."""
    found = list(breaking(package(), package(**change)))
    assert any(said in line for line in found), found


def test_what_does_not(package: Make) -> None:
    """New names, new keywords with a default and anything with an underscore break nothing."""
    more = (
        FLOW.replace("timeout=None", "timeout=None, port=0").replace("one)", "one, two)") + "def new(): ...\n"
    )
    assert [] == list(breaking(package(), package(flow=more)))
