"""A browser profile of a test's own; its pages are the tabs a person would see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, expect

PATIENCE = 60_000
"""Milliseconds until what is waited for counts as missing, on a loaded machine with one core too."""

expect.set_options(timeout=PATIENCE)


@contextmanager
def profile(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A new profile with Playwright's `options`, closed at the end."""
    context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
    context.set_default_timeout(PATIENCE)
    try:
        yield context
    finally:
        context.close()
