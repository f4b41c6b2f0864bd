"""What axe finds wrong, in words that a failed test can show."""

from __future__ import annotations

from typing import cast

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: Contrast of the edge of what is drawn around the focused element with what lies under it, as WCAG counts it.
RING = """(element) => {
  const luminance = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).map((n) => n / 255)
      .map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const style = getComputedStyle(element);
  const ground = getComputedStyle(element.closest('.icw-card')).backgroundColor;
  const [light, dark] = [style.outlineColor, ground].map(luminance).sort((a, b) => b - a);
  return [parseFloat(style.outlineWidth), parseFloat(style.outlineOffset), (light + 0.05) / (dark + 0.05)];
}"""
#: What sticks out of its widget. The chips are a row to scroll through, and what is cut off has an ellipsis.
OUTSIDE = """() => [...document.querySelectorAll('.icw-card')].flatMap((card) => {
  const box = card.getBoundingClientRect();
  const own = card.scrollWidth > card.clientWidth ? [card] : [];
  const inside = [...card.querySelectorAll(':not(.icw-chips *, .icw-hidden, .icw-hidden *, option)')].filter((each) => {
    const {left, right, width} = each.getBoundingClientRect();
    return width && (left < box.left - 1 || right > box.right + 1);
  });
  return [...own, ...inside].map((each) => `${card.innerText.slice(0, 40)}: ${each.outerHTML.slice(0, 120)}`);
})"""


def violations(page: Page | Frame, selector: str, *, colours: bool = True) -> list[str]:
    """Rules of WCAG 2.2 AA that what `selector` matches breaks, each with the element that breaks it.

    Only what is in the viewport counts: axe calls the rest hidden and judges no colours there. Judging `colours` takes
    most of the time.
    """
    # JupyterLab's body has no height of its own, and axe takes all in it for hidden.
    page.add_style_tag(content="body { min-height: 100vh; }")
    # A frame can all that axe asks of a page.
    options = {"runOnly": WCAG, "rules": {"color-contrast": {"enabled": colours}}}
    response = Axe().run(cast(Page, page), context=selector, options=options).response
    return [
        f"{rule['id']}: {rule['help']}: {node['html']}"
        for rule in response["violations"]
        for node in rule["nodes"]
    ]
