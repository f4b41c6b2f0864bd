"""Fixtures of the browser tests: Chromium, JupyterLab, the sandbox, and a screenshot of every failure."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from ic_widget.sandbox import Sandbox
from tests.browser.lab import CURRENT, Lab
from tests.browser.notebook import Notebook
from tests.browser.profile import profile
from tests.environments import ROOT

RESULTS = ROOT / "test-results"
OpenNotebook = Callable[..., Notebook]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests get 5 minutes."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(300))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Save a screenshot of each page still open when a test fails."""
    report: Any = yield
    if report.when == "call" and report.failed:
        given = getattr(item, "funcargs", {})
        desk = given.get("desk")
        contexts = [given.get("context"), desk.context if desk else None]
        pages = [page for context in contexts if context for page in context.pages]
        RESULTS.mkdir(exist_ok=True)
        name = re.sub(r"[^\w.-]+", "-", item.name)
        for number, page in enumerate(pages):
            path = RESULTS / f"{name}-{number}.png"
            with contextlib.suppress(Error):  # a tab that is just closing itself
                page.screenshot(path=path)
            report.sections.append(("page", f"{page.url}\n{path}"))
        if desk:
            # The next test begins with a JupyterLab in which nothing went wrong.
            desk.goto("about:blank")
    return report


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab for all tests."""
    with Lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="session")
def box() -> Iterator[Sandbox]:
    """One sandbox for all tests; each test is a tenant of its own."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def tenant(request: pytest.FixtureRequest) -> str:
    """Name of a tenant that no other test has."""
    return re.sub(r"[^\w-]+", "-", request.node.name)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of the test's own; its pages are the tabs a person would see."""
    with profile(browser) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """The first tab."""
    return context.new_page()


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Page]:
    """The tab in which the tests of a module open their notebooks: JupyterLab is loaded once for them."""
    with profile(browser) as context:
        yield context.new_page()


@pytest.fixture
def open_notebook(lab: Lab, desk: Page) -> Iterator[OpenNotebook]:
    """`open_notebook(cells, kernel="6.31.0")` opens a new one; it and all other tabs are closed at the end."""
    opened: list[Notebook] = []

    def open_it(cells: Sequence[str], *, kernel: str = CURRENT) -> Notebook:
        loaded = desk.url.startswith(f"{lab.url}lab")
        opened.append(Notebook(lab, desk, cells, kernel=kernel, loaded=loaded))
        return opened[-1]

    yield open_it
    for notebook in opened:
        notebook.close()
    _close_other_tabs(desk)


@pytest.fixture(scope="module")
def kept(desk: Page) -> Iterator[dict[str, Notebook]]:
    """The notebooks that the tests of a module use one after the other, once there are any: one for each kernel."""
    kept: dict[str, Notebook] = {}
    yield kept
    for notebook in kept.values():
        notebook.close()


@pytest.fixture
def next_notebook(lab: Lab, desk: Page, kept: dict[str, Notebook]) -> Iterator[OpenNotebook]:
    """As `open_notebook`, in half the time: the last test's notebook with other cells. Its kernel forgets names and
    widgets, no more: a test that may leave it busy opens one of its own.
    """

    def renewed(cells: Sequence[str], *, kernel: str = CURRENT) -> Notebook:
        loaded = desk.url.startswith(f"{lab.url}lab")
        if not loaded:
            kept.clear()
        if kernel in kept:
            kept[kernel].renew(cells)
        else:
            kept[kernel] = Notebook(lab, desk, cells, kernel=kernel, loaded=loaded)
        return kept[kernel]

    yield renewed
    _close_other_tabs(desk)


def _close_other_tabs(desk: Page) -> None:
    for tab in desk.context.pages:
        if tab is not desk:
            tab.close()
