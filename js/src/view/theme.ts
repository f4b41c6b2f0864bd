/** Light or dark, where no attribute of the page says so: by the colour of the text around the widget. */

/** Now and whenever that changes, until the function returned is called. */
export function followTheme(element: HTMLElement): () => void {
  const { body, defaultView } = element.ownerDocument;
  // The stylesheet follows these hosts by itself.
  if (!defaultView || body.dataset.jpThemeLight || body.dataset.vscodeThemeKind) return () => {};
  const follow = () => {
    const [red, green, blue] = (getComputedStyle(element).color.match(/[\d.]+/g) ?? []).map(Number);
    // No colour: not in the page yet.
    if (red === undefined || green === undefined || blue === undefined) return;
    element.style.colorScheme = 0.3 * red + 0.6 * green + 0.1 * blue > 128 ? "dark" : "light";
  };
  const onChange = (event: Event) => {
    if (event.target === element) follow();
  };
  // The stylesheet gives the element, whose colour is its host's, a transition of no length: whatever changes that
  // colour (a class, a stylesheet, dusk) ends in this event.
  element.addEventListener("transitionend", onChange);
  // And when it comes into the page or into sight.
  const seen = new ResizeObserver(follow);
  seen.observe(element);
  follow();
  return () => {
    element.removeEventListener("transitionend", onChange);
    seen.disconnect();
  };
}
