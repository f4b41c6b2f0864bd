"""Fixtures of the tests in Firefox and WebKit: one browser of each, one JupyterLab, one sandbox."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from ic_widget.sandbox import Sandbox
from tests.browser.lab import Lab
from tests.browsers.browser import Browser, Gone
from tests.browsers.firefox import firefox
from tests.browsers.install import ADVICE, find_firefox, find_webkit
from tests.browsers.notebook import OneNotebook
from tests.browsers.webkit import webkit
from tests.environments import ROOT

BROWSERS = {"firefox": (find_firefox, firefox), "webkit": (find_webkit, webkit)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These tests get 5 minutes: a page that is loaded for the first time takes long."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.timeout(300))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Save what the browser shows when a test fails."""
    report: Any = yield
    if report.when == "call" and report.failed and "browser" in getattr(item, "funcargs", {}):
        results = ROOT / "test-results"
        results.mkdir(exist_ok=True)
        with contextlib.suppress(Gone):
            item.funcargs["browser"].picture(results / f"{item.name}.png")  # type: ignore[attr-defined]
    return report


@pytest.fixture(scope="session")
def box() -> Iterator[Sandbox]:
    """One sandbox for all tests."""
    with Sandbox() as box:
        yield box


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab for all tests."""
    with Lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="session", params=BROWSERS)
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Each of the browsers."""
    find, start = BROWSERS[request.param]
    if find() is None:
        pytest.fail(ADVICE)
    with start(tmp_path_factory.mktemp(request.param)) as browser:
        yield browser


@pytest.fixture
def notebook(request: pytest.FixtureRequest, lab: Lab, browser: Browser) -> Iterator[OneNotebook]:
    """A notebook to open, closed at the end."""
    notebook = OneNotebook(lab, browser, re.sub(r"\W", "-", request.node.name))
    yield notebook
    notebook.close()
