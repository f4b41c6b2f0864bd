"""What the widget looks like where no Jupyter says whether it is light or dark, and in high contrast."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Frame, Page

from ic_widget import ConnectWidget
from ic_widget.sandbox import Sandbox
from tests.browser.accessibility import RING, violations
from tests.browser.keyboard import reach
from tests.browser.pictured_apps import FORTY
from tests.browser.sight import LOOKS, seen
from tests.browser.stand_in import StandIn

SCHEME = "() => document.querySelector('.icw').style.colorScheme"
PAINT = """([text, ground]) => {
  document.body.style.color = text;
  document.body.style.background = ground;
}"""
LIGHT, DARK = ("#222", "#fff"), ("#eee", "#1c1c1c")


@pytest.mark.parametrize("name", LOOKS)
def test_contrast(box: Sandbox, tenant: str, page: Page, name: str) -> None:
    """axe finds nothing in high contrast, and the ring around what has the focus is seen, the button's too."""
    with seen(name, page, box.engine(tenant)) as (there, _):
        assert [] == violations(there.frame, ".icw")
    page.unroute_all()
    other = page.context.new_page()
    with seen(name, other, box.engine(tenant), "stripe") as (there, driver):
        assert [] == violations(there.frame, ".icw")
        # With the keyboard: what was clicked has no ring.
        driver.widget.locator(".icw-primary").press("Shift+Tab")
        reach(driver.widget.locator(".icw-primary"))
        width, offset, contrast = driver.widget.locator(".icw-primary").evaluate(RING)
        assert (2, 2) == (width, offset)
        assert contrast >= 3
        if LOOKS[name].forced:
            field = driver.widget.locator("[aria-invalid=true]").first
            assert "3px" == field.evaluate("(field) => getComputedStyle(field).borderTopWidth")


def scheme(frame: Frame, expected: str) -> None:
    """Wait until the widget has that colour scheme."""
    frame.wait_for_function(f"({SCHEME})() === '{expected}'", polling=50)


def test_theme_is_followed(box: Sandbox, tenant: str, page: Page, context: BrowserContext) -> None:
    """The widget turns with the colours around it, with the system's at dusk, and is right when it was drawn hidden."""
    widget = ConnectWidget(box.engine(tenant), integration="stripe")
    there = StandIn("colab", page, widget, 'style="color: #222; background: #fff"')
    button = there.frame.locator(".icw-primary")
    there.until(lambda: button.count() and button.is_enabled())
    scheme(there.frame, "light")
    for colours, expected in ((DARK, "dark"), (LIGHT, "light"), (DARK, "dark")):
        there.frame.evaluate(PAINT, list(colours))
        scheme(there.frame, expected)
        assert [] == violations(there.frame, ".icw")
    there.frame.evaluate("() => { document.body.removeAttribute('style'); }")
    scheme(there.frame, "light")
    there.frame.evaluate("() => { document.documentElement.style.colorScheme = 'light dark'; }")
    page.emulate_media(color_scheme="dark")
    scheme(there.frame, "dark")
    page.emulate_media(color_scheme="light")
    scheme(there.frame, "light")
    there.frame.evaluate("() => { document.body.style.display = 'none'; }")
    there.frame.evaluate(PAINT, list(DARK))
    there.frame.evaluate("() => { document.body.style.display = ''; }")
    scheme(there.frame, "dark")
    widget.close()


def test_button_in_reach(page: Page) -> None:
    """Of forty fields the button is in sight below the first section, and Enter in any field is the button."""
    with Sandbox([FORTY]) as box:
        widget = ConnectWidget(box.engine(), integration="forty")
        there = StandIn("page", page, widget)
        button = there.frame.locator(".icw-primary")
        there.until(lambda: button.count() and button.is_enabled())
        place = button.bounding_box()
        assert place is not None
        assert 0 < place["y"] < page.evaluate("innerHeight") - place["height"]
        for section in there.frame.locator("summary").all()[1:4]:
            section.click()
        there.frame.get_by_label("Field40").press("Enter")
        there.frame.get_by_text("Check these fields").wait_for()
        assert "Field1" in str(there.frame.evaluate("() => document.activeElement.labels[0].textContent"))
        widget.close()
