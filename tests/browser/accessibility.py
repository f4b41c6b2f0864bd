"""What axe finds wrong, in words that a failed test can show."""

from __future__ import annotations

from typing import cast

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page | Frame, selector: str) -> list[str]:
    """Rules of WCAG 2.2 AA that what `selector` matches breaks, each with the element that breaks it.

    Only what is in the viewport counts: axe calls the rest hidden and judges no colours there.
    """
    # JupyterLab's body has no height of its own, and axe takes all in it for hidden.
    page.add_style_tag(content="body { min-height: 100vh; }")
    # A frame can all that axe asks of a page.
    response = Axe().run(cast(Page, page), context=selector, options={"runOnly": WCAG}).response
    return [
        f"{rule['id']}: {rule['help']}: {node['html']}"
        for rule in response["violations"]
        for node in rule["nodes"]
    ]
