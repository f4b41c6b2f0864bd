"""Fixtures of the tests with other hosts: programs that run or show notebooks, each as pip installs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ic_widget.sandbox import Sandbox
from tests.browser.conftest import context, page, pytest_runtest_makereport, tenant  # noqa: F401
from tests.browser.lab import Lab


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These tests get 5 minutes: the first of a host installs it."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab for all tests."""
    with Lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="session")
def box() -> Iterator[Sandbox]:
    """One sandbox for all tests."""
    with Sandbox() as box:
        yield box
