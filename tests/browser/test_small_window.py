"""A window of 320 by 256 CSS pixels, which is what 400 % leave of one of 1280 by 1024 (WCAG 1.4.10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from ic_widget import ConnectWidget
from ic_widget.sandbox import Sandbox
from ic_widget.sandbox.state.catalogue import builtin
from tests.browser.accessibility import OUTSIDE, violations
from tests.browser.driver import Driver, setup
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.pictured_apps import APPS, GIVEN
from tests.browser.profile import profile
from tests.browser.stand_in import StandIn

#: How far the page can be scrolled to the side.
SIDEWAYS = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
#: Tab goes on from here.
START = """() => {
  const start = document.createElement('div');
  start.tabIndex = -1;
  document.body.prepend(start);
  start.focus();
}"""
#: The same, right before the widget in whatever is around it.
START_BEFORE = """() => {
  const start = document.createElement('div');
  start.tabIndex = -1;
  document.querySelector('.icw-card').before(start);
  start.focus();
}"""
#: JupyterLab's file browser and activity bars leave a notebook 40 of 320 pixels; the View menu hides them.
HIDE_BARS = """() => {
  jupyterapp.shell.collapseLeft();
  return Promise.all(['left', 'right'].map(
    (side) => jupyterapp.commands.execute('application:toggle-side-tabbar', {side})));
}"""
#: By how much the outputs can be scrolled to the side, and the widget sticks out of the window.
CUT = """(output) => {
  const {left, right} = output.querySelector('.icw-card').getBoundingClientRect();
  return [output.scrollWidth - output.clientWidth, Math.max(0, -left), Math.max(0, right - innerWidth)];
}"""
#: Names of the controls that Tab should stop at, once each: of radio buttons at the chosen one.
STOPS = """() => [...document.querySelectorAll('.icw :is(a[href], button, input, select, textarea, summary)')]
  .filter((each) => each.checkVisibility() && !each.disabled && each.tabIndex >= 0)
  .filter((each) => each.type !== 'radio' || each.checked)
  .map((each) => each.outerHTML)"""
#: What has the focus, and whether it is in the window but for parts of a pixel, with nothing on it; else null.
SEEN = """() => {
  const focus = document.activeElement;
  if (!focus.closest('.icw')) return null;
  const {left, right, top, bottom} = focus.getBoundingClientRect();
  const whole = left > -1 && right < innerWidth + 1 && top > -1 && bottom < innerHeight + 1;
  const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return [focus.outerHTML, whole && focus.contains(above)];
}"""
#: Fields of dates and times have stops within.
MOST_STOPS = 100


class State(NamedTuple):
    """A widget's app and keywords, and how to get from there to what is looked at."""

    integration: str | None
    keywords: dict[str, object]
    drive: Callable[[StandIn, Driver], object]


def _nothing(there: StandIn, driver: Driver) -> None:
    pass


def _type(text: str, shown: str) -> Callable[[StandIn, Driver], None]:
    def drive(there: StandIn, driver: Driver) -> None:
        driver.widget.get_by_role("combobox").fill(text)
        there.until(driver.widget.get_by_text(shown).count)

    return drive


def _wrong(there: StandIn, driver: Driver) -> None:
    driver.widget.get_by_text("Optional settings").click()
    driver.submit()
    there.until(driver.widget.get_by_text("Check these fields").count)


def _wait(there: StandIn, driver: Driver) -> None:
    driver.connect().close()
    there.until(driver.widget.get_by_role("textbox", name="Address of the tab").count)


def _key(key: str, shown: str) -> Callable[[StandIn, Driver], None]:
    def drive(there: StandIn, driver: Driver) -> None:
        driver.fill(Secret_key=key)
        driver.connect()
        there.until(driver.widget.get_by_text(shown).count)

    return drive


STATES = {
    "choosing": State(None, {}, _nothing),
    "no-match": State(None, {}, _type("xyzzy", "Nothing matches")),
    "options": State("hubspot", {}, _nothing),
    "long-names": State(None, {}, _type("enterprise", "matches")),
    "forty": State("forty", {}, _nothing),
    "errors": State("fields", {}, _wrong),
    "groups": State("groups", {"parameters": GIVEN}, _nothing),
    "waiting": State("github", {"redirect": "paste"}, _wait),
    "refused": State("stripe", {}, _key("wrong-key", "Stripe was not connected")),
    "connected": State("stripe", {}, _key("sk_1", "Stripe is connected")),
}


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """A sandbox with apps that ask for every kind of value."""
    with Sandbox([*builtin(), *APPS]) as box:
        yield box


def stops(page: Page, start: str = START) -> Iterator[tuple[str, bool]]:
    """What Tab gets to in the widget, and whether it is in sight there."""
    page.evaluate(start)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        found = page.evaluate(SEEN)
        if found is None:
            return
        yield found


@pytest.mark.parametrize("name", STATES)
def test_nothing_is_cut_off(box: Sandbox, tenant: str, browser: Browser, name: str) -> None:
    """Nothing sticks out or needs scrolling to the side, and Tab gets to every control, which is then in sight."""
    state = STATES[name]
    with profile(browser, viewport={"width": 320, "height": 256}) as context:
        page = context.new_page()
        widget = ConnectWidget(box.engine(tenant), integration=state.integration, **state.keywords)
        there = StandIn("page", page, widget)
        driver = Driver(there.frame.locator("body"))
        ready = driver.widget.locator(".icw-primary:enabled, [role=option]")
        there.until(ready.count)
        state.drive(there, driver)
        assert 0 == page.evaluate(SIDEWAYS)
        assert [] == page.evaluate(OUTSIDE)
        reached = dict(stops(page))
        assert [] == [each for each, seen in reached.items() if not seen]
        assert set() == set(page.evaluate(STOPS)) - set(reached)
        assert [] == violations(page, ".icw")
        widget.close()


def test_in_jupyterlab(lab: Lab, box: Sandbox, tenant: str, browser: Browser) -> None:
    """In a JupyterLab 320 pixels wide an app is chosen, asked for and connected, and nothing of it is out of sight."""
    with profile(browser, viewport={"width": 320, "height": 568}) as context:
        page = context.new_page()
        notebook = Notebook(lab, page, [setup(box, tenant) + "w"])
        page.evaluate(HIDE_BARS)
        notebook.run(0)
        driver = Driver(notebook.cell(0))

        def look() -> None:
            assert [0, 0, 0] == notebook.cell(0).evaluate(CUT)
            assert [] == page.evaluate(OUTSIDE)
            reached = dict(stops(page, START_BEFORE))
            assert [] == [each for each, seen in reached.items() if not seen]
            assert set() == set(page.evaluate(STOPS)) - set(reached)

        driver.widget.get_by_role("option").first.wait_for()
        look()
        driver.choose("Stripe")
        driver.button("Connect Stripe").wait_for()
        look()
        driver.fill(Secret_key="sk_1")
        driver.connect()
        driver.shows("Stripe is connected")
        look()
        notebook.close()
