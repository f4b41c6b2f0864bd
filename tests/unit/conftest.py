"""A sandbox, and widgets without a screen that talk to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ic_widget.engine.engine import Engine
from ic_widget.sandbox import Sandbox
from tests.unit.visitor import Page


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for all."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def box(sandbox: Sandbox) -> Sandbox:
    """The sandbox without faults."""
    sandbox.faults.clear()
    return sandbox


@pytest.fixture
def engine(box: Sandbox) -> Engine:
    """An engine for a tenant."""
    return box.engine()


@pytest.fixture
def page(engine: Engine) -> Iterator[Page]:
    """A widget's page, with every keyword at its default."""
    page = Page(engine)
    yield page
    page.session.close()


@pytest.fixture
def pages(engine: Engine) -> Iterator[Any]:
    """`pages(**keywords)` makes a page of a widget with these keywords."""
    made: list[Page] = []

    def make(engine: Engine = engine, **keywords: Any) -> Page:
        made.append(Page(engine, **keywords))
        return made[-1]

    yield make
    for page in made:
        page.session.close()
