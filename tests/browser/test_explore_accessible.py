"""Every state of the explorer by WCAG 2.2 AA, in both themes and with forced colours."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import violations
from tests.browser.explore_states import explored
from tests.browser.lab import Lab
from tests.browser.states import use_theme

#: What sticks out of the widget; a table, a tree and code scroll on their own.
OUTSIDE = """() => [...document.querySelectorAll('.icw-card')].flatMap((card) => {
  const box = card.getBoundingClientRect();
  return [...card.querySelectorAll(':not(.icw-table *, .icw-tree *, .icw-pre *, .icw-hidden, .icw-hidden *, option)')]
    .filter((each) => each.getBoundingClientRect().right > box.right + 1)
    .map((each) => each.outerHTML.slice(0, 120));
})"""


@pytest.mark.timeout(400)
def test_every_state(lab: Lab, page: Page) -> None:
    """axe finds nothing in any state in light, dark and forced colours, and nothing sticks out of a narrow one."""
    page.set_viewport_size({"width": 1000, "height": 1600})
    with explored(lab, page) as states:
        for state, _ in states:
            # Light last: Chromium's forced colours follow a dark theme halfway, a system's do not.
            for theme in ("Dark", "Light"):
                use_theme(page, theme)
                assert [] == violations(page, ".icw"), (state.name, theme)
            page.emulate_media(forced_colors="active")
            assert [] == violations(page, ".icw"), (state.name, "forced colours")
            page.emulate_media(forced_colors="none")
            page.set_viewport_size({"width": 480, "height": 1600})
            assert [] == page.evaluate(OUTSIDE), state.name
            page.set_viewport_size({"width": 1000, "height": 1600})
        use_theme(page, "Light")
