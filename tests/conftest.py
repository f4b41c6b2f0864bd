"""What every test gets: an environment without settings, no network but this machine, Chromium if it asks."""

from __future__ import annotations

import gc
import importlib.util
import os
import signal
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# httpcore tries this import some times for each request: where it is not installed, that is a search each time.
if importlib.util.find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]
# Beside JupyterLab jsonschema loads this grammar, which takes seconds, for a format that no form here has (IRI).
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

for name in [name for name in os.environ if name.startswith(("MEMBRANE_", "IC_WIDGET_"))]:
    del os.environ[name]

# A script that runs the tests in the background may have them ignore SIGINT; their child processes would, too.
signal.signal(signal.SIGINT, signal.default_int_handler)


def _stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = str(arguments[1][0])
    if host != "localhost" and host != "::1" and not host.startswith("127."):
        raise PermissionError(f"a test tried to reach {host}: tests stay on this machine")


sys.addaudithook(_stay_on_this_machine)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts programs comes first, since it takes longest; browser tests last: Playwright leaves a loop running in
    the main thread.
    """

    def turn(item: pytest.Item) -> int:
        if "browser" in getattr(item, "fixturenames", ()):
            return 2
        return 0 if item.get_closest_marker("program") else 1

    items.sort(key=turn)


@pytest.fixture(scope="module", autouse=True)
def _what_was_there() -> None:
    """What is there before a module's tests stays: a collection of garbage, of which they ask for many, skips it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    from tests.browser import chromium

    with chromium.launched() as browser:
        yield browser
