/** Where the focus goes when the control that had it is taken away. */
import { useLayoutEffect, useRef } from "preact/hooks";

/** What is wrong or went wrong; the first field in sight; without one, what a screen marks with data-focus. */
const ORDER = [
  ".icw-fields [aria-invalid=true], .icw-fields [data-wrong=true]",
  "[data-focus=first]",
  ".icw-options :checked, .icw-fields :is(input, select, textarea):not(.icw-fold-body *)",
  "[data-focus]",
];

/** To be put on the element within which the focus is kept; `inside` tells whether it was there last. */
export function useFocusKept(screen: string) {
  const root = useRef<HTMLDivElement>(null);
  const inside = useRef(false);
  const last = useRef<Element | null>(null);
  const shown = useRef(screen);
  // Nothing to take off again: the element goes with the component.
  useLayoutEffect(() => {
    const element = root.current as HTMLElement;
    element.addEventListener("focusin", ({ target }) => {
      inside.current = true;
      last.current = target as Element;
    });
    element.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget) inside.current = false;
    });
    // Safari gives a pressed button no focus, but the cell around it: the field before would count as left for that.
    element.addEventListener("mousedown", (event) => {
      const pressed = (event.target as Element).closest("button");
      // "Apple Computer, Inc."
      if (!pressed || navigator.vendor[0] !== "A") return;
      event.preventDefault();
      pressed.focus();
    });
  }, []);
  // After every change: a pressed button may go away within a screen too.
  useLayoutEffect(() => {
    const element = root.current as HTMLElement;
    const changed = screen !== shown.current;
    shown.current = screen;
    if (!inside.current) return;
    const active = (element.getRootNode() as Document | ShadowRoot).activeElement;
    const gone = !element.contains(active);
    const lost = changed
      ? gone || active?.matches(".icw-title")
      : gone && last.current?.isConnected === false;
    if (!lost) return;
    const found = ORDER.map((selector) => element.querySelector<HTMLElement>(selector));
    found.find(Boolean)?.focus({ preventScroll: true });
  });
  return { root, inside };
}
