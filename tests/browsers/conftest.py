"""Fixtures of the tests in Firefox and WebKit: one browser of each, one JupyterLab, one sandbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ic_widget.sandbox import Sandbox
from tests.browser.lab import Lab
from tests.browsers.install import ADVICE
from tests.browsers.notebook import OneNotebook
from tests.browsers.webdriver import WebDriver, find_firefox, find_webkit, firefox, webkit
from tests.environments import ROOT


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These tests get 5 minutes: a page that is loaded for the first time takes long."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.timeout(300))


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


@pytest.fixture(scope="session", params=["firefox", "webkit"])
def driver(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    """Each of the browsers."""
    find, start = {"firefox": (find_firefox, firefox), "webkit": (find_webkit, webkit)}[request.param]
    if find() is None:
        pytest.fail(ADVICE)
    with start(tmp_path_factory.mktemp(request.param)) as driver:
        yield driver


@pytest.fixture
def notebook(request: pytest.FixtureRequest, lab: Lab, driver: WebDriver) -> Iterator[OneNotebook]:
    """An open notebook; what the browser shows when a test fails is saved."""
    notebook = OneNotebook(lab, driver, re.sub(r"\W", "-", request.node.name))
    main = driver.windows()[0]
    yield notebook
    for window in driver.windows():
        driver.switch(window)
        if window != main:
            driver.close_window()
    driver.switch(main)
    results = ROOT / "test-results"
    results.mkdir(exist_ok=True)
    driver.picture(results / f"{request.node.name}.png")
    notebook.close()
