"""Every state of the explorer by WCAG 2.2 AA, in both themes and with forced colours."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from ic_widget import ExploreWidget
from ic_widget.sandbox import Sandbox
from tests.browser.accessibility import violations
from tests.browser.explore_driver import ExploreDriver
from tests.browser.explore_states import explored
from tests.browser.lab import Lab
from tests.browser.sight import LOOKS
from tests.browser.stand_in import StandIn
from tests.browser.states import use_theme
from tests.unit.page.explore_page import hubspot

#: What sticks out of the widget; a table, a tree and code scroll on their own.
OUTSIDE = """() => [...document.querySelectorAll('.icw-card')].flatMap((card) => {
  const box = card.getBoundingClientRect();
  return [...card.querySelectorAll(':not(.icw-table *, .icw-tree *, .icw-pre *, .icw-hidden, .icw-hidden *, option)')]
    .filter((each) => each.getBoundingClientRect().right > box.right + 1)
    .map((each) => each.outerHTML.slice(0, 120));
})"""


@pytest.mark.looks
@pytest.mark.timeout(400)
def test_every_state(lab: Lab, page: Page) -> None:
    """axe finds nothing in any state in light, dark and forced colours, and nothing sticks out of a narrow one."""
    page.set_viewport_size({"width": 1000, "height": 1600})
    with explored(lab, page) as states:
        themes = ["Light", "Dark"]
        for state, _ in states:
            for theme in themes:
                use_theme(page, theme)
                assert [] == violations(page, ".icw"), (state.name, theme)
                if (
                    theme == "Light"
                ):  # Chromium's forced colours follow a dark theme halfway, a system's do not
                    page.emulate_media(forced_colors="active")
                    assert [] == violations(page, ".icw"), (state.name, "forced colours")
                    page.emulate_media(forced_colors="none")
            themes.reverse()  # the one that is there comes first: JupyterLab takes long to change
            page.set_viewport_size({"width": 480, "height": 1600})
            assert [] == page.evaluate(OUTSIDE), state.name
            page.set_viewport_size({"width": 1000, "height": 1600})
        use_theme(page, "Light")


@pytest.mark.looks
@pytest.mark.parametrize("name", LOOKS)
def test_high_contrast(box: Sandbox, tenant: str, page: Page, name: str) -> None:
    """axe finds nothing in VS Code's high contrast themes: choosing, what is missing, a table, a tree, an error."""
    look = LOOKS[name]
    page.set_viewport_size({"width": 760, "height": 1600})
    page.emulate_media(color_scheme=look.scheme, forced_colors="active" if look.forced else "none")  # type: ignore[arg-type]
    widget = ExploreWidget(hubspot(box.engine(tenant)))
    try:
        there = StandIn(look.kind, page, widget, look.body, height=1500)
        x = ExploreDriver(there.frame.locator("body"))
        heading = x.widget.get_by_role("heading", level=4)
        there.until(x.widget.get_by_role("option", name="List contacts").count)
        assert [] == violations(there.frame, ".icw"), "choosing"
        x.run()
        there.until(x.widget.get_by_text("Check this field").count)
        assert [] == violations(there.frame, ".icw"), "what is missing"
        x.choose("List contacts")
        there.until(x.field("Limit").count)
        x.run()
        there.until(x.widget.get_by_role("row").count)
        assert [] == violations(there.frame, ".icw"), "a table"
        x.button("Tree").click()
        x.widget.get_by_text("History").click()
        assert [] == violations(there.frame, ".icw"), "a tree and the history"
        x.choose("Fail")
        there.until(x.button("Run").is_enabled)
        x.run()
        there.until(lambda: heading.count() and "Failed" in heading.inner_text())
        assert [] == violations(there.frame, ".icw"), "an error"
    finally:
        widget.close()
