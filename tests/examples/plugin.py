"""Every Python example of the documentation is run against a sandbox: `make docs`."""

from __future__ import annotations

import os
import re
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ipywidgets import Widget
from sybil import Document, Region, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser
from sybil.region import Lexeme
from sybil.sybil import SybilCollection

from ic_widget import ConnectFlow, Connection, Engine
from ic_widget.cli import _environment
from ic_widget.sandbox import Sandbox, sign_in

ROOT = Path(__file__).parents[2]


def printed(*values: Any, **_: Any) -> None:
    """What the reader is told to open in a browser is opened."""
    for value in values:
        if str(value).startswith("http://127.0.0.1:"):
            threading.Thread(target=sign_in, args=(str(value),), daemon=True).start()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The engine of all examples."""
    with Sandbox() as box:
        yield box


@pytest.fixture(autouse=True)
def environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What `ic-widget sandbox` prints is set, and what an example sets is taken back."""
    before = dict(os.environ)
    monkeypatch.setenv("MEMBRANE_API_URI", sandbox.url)
    monkeypatch.setenv("MEMBRANE_WORKSPACE_KEY", sandbox.workspace_key)
    monkeypatch.setenv("MEMBRANE_WORKSPACE_SECRET", sandbox.workspace_secret)
    monkeypatch.setenv("MEMBRANE_TENANT_KEY", "reader")
    for name, value in _environment(sandbox).items():
        monkeypatch.setenv(name, value)
    yield
    Widget.close_all()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def _connected(sandbox: Sandbox) -> Connection:
    with ConnectFlow(sandbox.engine("reader"), integration="hubspot") as flow:
        sign_in(flow.url)
        return flow.wait()


@pytest.fixture
def connection(environment: None, _connected: Connection) -> Connection:
    """What `wait()` returned in the example before."""
    return _connected


@pytest.fixture
def engine(environment: None) -> Engine:
    """What the docstrings call so."""
    return Engine()


def prepare(namespace: dict[str, Any]) -> None:
    """The names that a reader takes for granted."""
    namespace.update(display=lambda *_: None, print=printed, Sandbox=Sandbox)


def literal_blocks(document: Document) -> Iterator[Region]:
    """The examples of a docstring, which are the blocks after `::`."""
    for found in re.finditer(r"::\n\n((?: {8}.*\n|\n)+)", document.text):
        code = Lexeme(textwrap.dedent(found[1]), offset=found.start(1), line_offset=1)
        yield Region(found.start(), found.end(), code, PythonEvaluator())


pytest_collect_file = SybilCollection(
    [
        Sybil(
            parsers=[PythonCodeBlockParser(), SkipParser()],
            pattern="*.md",
            excludes=["node_modules/*", "docs/_build/*"],
            path=str(ROOT),
            setup=prepare,
            fixtures=["environment", "connection"],
        ),
        # Not widget.py: its example needs a page, and is what tests/browser/test_quickstart.py does in JupyterLab.
        Sybil(
            parsers=[literal_blocks],
            filenames=["engine.py", "flow.py", "box.py"],
            path=str(ROOT / "ic_widget"),
            setup=prepare,
            fixtures=["environment", "engine"],
        ),
    ]
).pytest()
