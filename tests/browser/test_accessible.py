"""Every state of the widget by WCAG 2.2 AA, in both themes, enlarged, narrow and right to left."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.accessibility import OUTSIDE, RING, violations
from tests.browser.keyboard import reach
from tests.browser.lab import Lab
from tests.browser.states import LAST, STATES, gallery, use_theme

#: As high as all cells together, in CSS pixels: what is scrolled out of sight is not judged.
TALL = 20_000
# JupyterLab lays a notebook out again some time after its window or its theme has changed.
ALL_IN_SIGHT = """(wanted) => {
  document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0;
  return wanted === [...document.querySelectorAll('.icw-card')].filter((card) =>
    card.getBoundingClientRect().top > 0 && card.getBoundingClientRect().bottom < innerHeight - 30).length;
}"""
#: WCAG 1.4.12: a person may set text this wide apart.
SPACED = """.icw * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
.icw p { margin-bottom: 2em !important; }"""
#: Which widgets the focus has been in.
REMEMBER_FOCUS = """() => {
  window.icEntered = new WeakSet();
  document.addEventListener('focusin', ({target}) => {
    const widget = target.closest('.icw');
    if (widget) icEntered.add(widget);
  });
}"""
#: What is wrong with a widget that has just become another screen, beside what axe finds.
WRONG = """(card) => {
  const widget = card.closest('.icw');
  const focus = document.activeElement;
  const described = (focus.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id));
  const heard = [...widget.querySelectorAll('[role=status], [role=alert], [aria-live]'), ...described];
  const silent = [...widget.querySelectorAll('.icw-notice:not(.icw-effect)')].filter((notice) => {
    const {childNodes} = notice.querySelector('.icw-message') ?? notice;
    const text = [...childNodes].filter((each) => each.nodeName !== 'BUTTON').map((each) => each.textContent).join('');
    return !heard.some((each) => each?.textContent.includes(text));
  });
  const ids = [...document.querySelectorAll('.icw [id]')].map((each) => each.id);
  return [
    ...silent.map((notice) => `not announced: ${notice.textContent}`),
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `twice: ${id}`),
    ...(icEntered.has(widget) && focus === document.body ? ['the focus is lost'] : []),
  ];
}"""
NAMELESS = re.compile(
    r"^ *- ((?:button|textbox|combobox|listbox|radio|checkbox|spinbutton|link)\b(?! \").*)", re.MULTILINE
)
NARROW = ".jp-OutputArea-output { box-sizing: border-box; width: 320px !important; flex: none !important; }"
MIRRORED = """() => [...document.querySelectorAll('.icw-head')].filter((head) => {
  const [logo, title] = [head.querySelector('.icw-logo'), head.querySelector('h3')];
  return logo && logo.getBoundingClientRect().left < title.getBoundingClientRect().left;
}).length"""


def found(page: Page, width: int, *, colours: bool = True) -> list[str]:
    """What axe finds in a page of that width, with nothing scrolled out of sight."""
    page.set_viewport_size({"width": width, "height": TALL})
    page.wait_for_function(ALL_IN_SIGHT, arg=len([*STATES, LAST]), polling=100, timeout=60_000)
    return violations(page, ".icw", colours=colours)


def seen_ring(page: Page) -> None:
    """A coloured button that was reached by keyboard has our ring, which JupyterLab has one of its own for."""
    button = page.get_by_role("button", name="Connect Every Field").first
    button.press("Shift+Tab")
    reach(button)
    width, offset, contrast = button.evaluate(RING)
    assert (2, 2) == (width, offset)
    assert contrast >= 3


@pytest.mark.looks
@pytest.mark.timeout(400)
def test_every_state(lab: Lab, context: BrowserContext, page: Page) -> None:
    """Each state is announced, its controls have names and the focus stays; axe finds nothing in light and dark;
    nothing sticks out at 320 px, at 200 %, right to left or with text set apart.
    """
    with gallery(lab, page) as shown:
        use_theme(page, "Light")
        page.evaluate(REMEMBER_FOCUS)
        for state, driver in shown.show():
            assert [] == driver.widget.evaluate(WRONG), state.name
            assert [] == NAMELESS.findall(driver.widget.aria_snapshot()), state.name
        assert [] == found(page, 1200)
        spaced = page.add_style_tag(content=SPACED)
        assert [] == page.evaluate(OUTSIDE)
        spaced.evaluate("(style) => style.remove()")
        page.evaluate("() => { document.body.dir = 'rtl'; }")
        assert [] == page.evaluate(OUTSIDE)
        assert 0 == page.evaluate(MIRRORED)
        page.evaluate("() => { document.body.dir = 'ltr'; }")
        # What a browser does at 200 %: half as many CSS pixels, each twice as large.
        page.set_viewport_size({"width": 640, "height": TALL})
        assert [] == page.evaluate(OUTSIDE)
        style = page.add_style_tag(content=NARROW)
        assert [] == page.evaluate(OUTSIDE)
        assert [] == found(page, 640, colours=False)  # which no width changes
        style.evaluate("(style) => style.remove()")
        seen_ring(page)
        use_theme(page, "Dark")
        assert [] == found(page, 1200)
        seen_ring(page)
        title = page.get_by_role("heading", name="Stripe is connected")
        title.evaluate("(title) => { title.style.color = '#444'; title.id = 'too-dark'; }")
        assert ["color-contrast"] == [each.partition(":")[0] for each in violations(page, "#too-dark")]
        use_theme(page, "Light")
