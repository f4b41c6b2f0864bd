"""Both clients as npm has them, Node, Chromium, and a sandbox for them to speak to."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from ic_widget.sandbox import Sandbox
from tests.browser.profile import profile
from tests.one_at_a_time import one_at_a_time

from .clients import HERE, SDKS, Customer, NodeClients, Site


@pytest.fixture(scope="session")
def packages() -> Path:
    """node_modules, installed if they are not there or older than the lock file."""
    stamp = HERE / "node_modules" / ".package-lock.json"
    lock = HERE / "package-lock.json"
    with one_at_a_time("conformance"):
        if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
            npm = shutil.which("npm")
            if npm is None:
                pytest.fail("The conformance tests need Node.js 20 or newer: install it from nodejs.org.")
            install = [npm, "ci", "--no-audit", "--no-fund"]
            subprocess.run(install, cwd=HERE, check=True, stdin=subprocess.DEVNULL)
            stamp.touch()
    return stamp.parent


@pytest.fixture(scope="session")
def node(packages: Path) -> Iterator[NodeClients]:
    """Both clients in Node."""
    with NodeClients() as node:
        yield node


@pytest.fixture(scope="session")
def site(packages: Path) -> Iterator[Site]:
    """A customer's site with both clients."""
    with Site() as site:
        yield site


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of its own."""
    with profile(browser) as context:
        yield context


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """A sandbox with the built-in apps."""
    with Sandbox() as box:
        yield box


@pytest.fixture(params=SDKS)
def sdk(request: pytest.FixtureRequest) -> str:
    """Each of the two clients."""
    return str(request.param)


@pytest.fixture
def options(box: Sandbox) -> dict[str, Any]:
    """What a client is made with: a token and where the engine is."""
    return {"token": box.token(), "apiUri": box.url}


@pytest.fixture(scope="session")
def tabs(browser: Browser, site: Site) -> Iterator[dict[str, Customer]]:
    """A browser tab for each client, in profiles of their own: loading a client costs more than most tests."""
    with ExitStack() as profiles:
        yield {sdk: Customer(profiles.enter_context(profile(browser)), site, sdk) for sdk in SDKS}


@pytest.fixture
def customer(tabs: dict[str, Customer], sdk: str, options: dict[str, Any]) -> Customer:
    """A tab with a new client."""
    tabs[sdk].begin(options)
    return tabs[sdk]
