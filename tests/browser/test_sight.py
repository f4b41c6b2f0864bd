"""What the widget looks like where no Jupyter says whether it is light or dark, and in high contrast."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Frame, Page

from ic_widget import ConnectWidget
from ic_widget.sandbox import Sandbox
from ic_widget.sandbox.state.catalogue import builtin
from tests.browser.accessibility import RING, violations
from tests.browser.apps import app, fields
from tests.browser.driver import Driver
from tests.browser.keyboard import reach
from tests.browser.pictured_apps import APPS, FORTY, VALUES
from tests.browser.sight import LOOKS, POSES, seen
from tests.browser.stand_in import StandIn

SCHEME = "() => document.querySelector('.icw').style.colorScheme"
PAINT = """([text, ground]) => {
  document.body.style.color = text;
  document.body.style.background = ground;
}"""
LIGHT, DARK = ("#222", "#fff"), ("#eee", "#1c1c1c")
#: Pixels between the end of the room for what is typed and the button that shows it.
ROOM = """(button) => {
  const field = button.parentElement.querySelector('input, textarea');
  const {paddingInlineEnd, borderInlineEndWidth} = getComputedStyle(field);
  const end = field.getBoundingClientRect().right - parseFloat(paddingInlineEnd) - parseFloat(borderInlineEndWidth);
  return button.getBoundingClientRect().left - end;
}"""
#: Left edges of the first and the last letter of an element's text.
LETTERS = """(element) => {
  const text = element.firstChild;
  return [0, text.length - 1].map((at) => {
    const range = new Range();
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return range.getBoundingClientRect().left;
  });
}"""
HEBREW = "הכתובת של השרת, למשל example.com."


@pytest.fixture(scope="module")
def pictured() -> Iterator[Sandbox]:
    """A sandbox with the apps that the poses need."""
    with Sandbox([*builtin(), *APPS]) as box:
        yield box


@pytest.mark.looks
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", POSES)
def test_contrast(pictured: Sandbox, tenant: str, page: Page, name: str, look: str) -> None:
    """axe finds nothing in high contrast and forced colours, and all of it is in the frame that is looked at."""
    pose = POSES[name]
    page.set_viewport_size({"width": 740, "height": pose.height + 40})
    with seen(look, page, pictured.engine(tenant), pose) as (there, driver):
        assert [] == violations(there.frame, ".icw")
        box = driver.widget.bounding_box()
        assert box is not None
        assert box["height"] <= pose.height


@pytest.mark.parametrize("look", LOOKS)
def test_ring(box: Sandbox, tenant: str, page: Page, look: str) -> None:
    """In high contrast and forced colours the ring around what has the focus is seen, the button's too."""
    with seen(look, page, box.engine(tenant), POSES["errors"]) as (_, driver):
        # With the keyboard: what was clicked has no ring.
        driver.widget.locator(".icw-primary").press("Shift+Tab")
        reach(driver.widget.locator(".icw-primary"))
        width, offset, contrast = driver.widget.locator(".icw-primary").evaluate(RING)
        assert (2, 2) == (width, offset)
        assert contrast >= 3
        if LOOKS[look].forced:
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


@pytest.mark.parametrize("size", [13, 26])
def test_room_for_the_button(page: Page, size: int) -> None:
    """What is typed as a secret does not lie under Show or Hide, at 200 % text either."""
    with Sandbox([VALUES]) as box:
        widget = ConnectWidget(box.engine(), integration="fields")
        there = StandIn("page", page, widget, f'style="--jp-ui-font-size1: {size}px; width: 420px"')
        driver = Driver(there.frame.locator("body"))
        there.until(driver.button("Show API key").count)
        for name in ("API key", "Private key"):
            assert driver.button(f"Show {name}").evaluate(ROOM) >= 0
            driver.button(f"Show {name}").click()
            assert driver.button(f"Hide {name}").evaluate(ROOM) >= 0
        widget.close()


def test_each_text_in_its_own_direction(page: Page) -> None:
    """In a page that is read from left to right, Hebrew begins on the right and ends with its full stop on the left."""
    host = {"type": "string", "title": "Host", "description": HEBREW}
    with Sandbox([app("server", fields("host", host=host), description=HEBREW)]) as box:
        widget = ConnectWidget(box.engine(), integration="server", parameters={"host": "שלום."})
        there = StandIn("page", page, widget)
        there.until(there.frame.get_by_label("Host").count)
        for text in there.frame.get_by_text(HEBREW).all():
            first, last = text.evaluate(LETTERS)
            assert last < first
        direction = there.frame.get_by_label("Host").evaluate(
            "(field) => getComputedStyle(field).unicodeBidi"
        )
        assert "plaintext" == direction
        widget.close()


def test_nothing_turns_where_less_motion_is_wanted(box: Sandbox, tenant: str, page: Page) -> None:
    """The spinner stands still where the system asks for reduced motion, and turns elsewhere."""
    widget = ConnectWidget(box.engine(tenant), integration="github")
    there = StandIn("page", page, widget)
    driver = Driver(there.frame.locator("body"))
    there.until(driver.widget.locator(".icw-primary:enabled").count)
    driver.connect().close()
    spinner = driver.widget.locator(".icw-spinner")
    there.until(spinner.count)
    turning = "(spinner) => spinner.getAnimations().length"
    assert 1 == spinner.evaluate(turning)
    page.emulate_media(reduced_motion="reduce")
    assert 0 == spinner.evaluate(turning)
    widget.close()
