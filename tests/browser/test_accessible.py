"""Every state of the widget by WCAG 2.2 AA, in both themes, enlarged, narrow and right to left."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page

from tests.browser.accessibility import violations
from tests.browser.lab import Lab
from tests.browser.states import gallery, use_theme

#: What sticks out of its widget. The chips are a row to scroll through, and what is cut off has an ellipsis.
OUTSIDE = """() => [...document.querySelectorAll('.icw-card')].flatMap((card) => {
  const box = card.getBoundingClientRect();
  const own = card.scrollWidth > card.clientWidth ? [card] : [];
  const inside = [...card.querySelectorAll(':not(.icw-chips *, .icw-hidden, option)')].filter((each) => {
    const {left, right, width} = each.getBoundingClientRect();
    return width && (left < box.left - 1 || right > box.right + 1);
  });
  return [...own, ...inside].map((each) => `${card.innerText.slice(0, 40)}: ${each.outerHTML.slice(0, 120)}`);
})"""
NARROW = ".jp-OutputArea-output { box-sizing: border-box; width: 320px !important; flex: none !important; }"
MIRRORED = """() => [...document.querySelectorAll('.icw-head')].filter((head) => {
  const [logo, title] = [head.querySelector('.icw-logo'), head.querySelector('h3')];
  return logo && logo.getBoundingClientRect().left < title.getBoundingClientRect().left;
}).length"""


def test_every_state(lab: Lab, context: BrowserContext, page: Page) -> None:
    """axe finds nothing in any state in light and dark, and nothing sticks out at 320 px, 200 % or right to left."""
    with gallery(lab, page) as shown:
        use_theme(page, "Light")
        for _ in shown.show():
            pass
        assert [] == violations(page, ".icw")
        page.evaluate("() => { document.body.dir = 'rtl'; }")
        assert [] == page.evaluate(OUTSIDE)
        assert 0 == page.evaluate(MIRRORED)
        page.evaluate("() => { document.body.dir = 'ltr'; }")
        # What a browser does at 200 %: half as many CSS pixels, each twice as large.
        page.set_viewport_size({"width": 640, "height": 450})
        assert [] == page.evaluate(OUTSIDE)
        style = page.add_style_tag(content=NARROW)
        assert [] == page.evaluate(OUTSIDE)
        assert [] == violations(page, ".icw")
        style.evaluate("(style) => style.remove()")
        page.set_viewport_size({"width": 1200, "height": 900})
        use_theme(page, "Dark")
        assert [] == violations(page, ".icw")
        use_theme(page, "Light")
