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
  useLayoutEffect(() => {
    const element = root.current;
    const enter = (event: FocusEvent) => {
      inside.current = true;
      last.current = event.target as Element;
    };
    const leave = (event: FocusEvent) => {
      if (event.relatedTarget) inside.current = false;
    };
    element?.addEventListener("focusin", enter);
    element?.addEventListener("focusout", leave);
    return () => {
      element?.removeEventListener("focusin", enter);
      element?.removeEventListener("focusout", leave);
    };
  }, []);
  // After every change: a pressed button may go away within a screen too.
  useLayoutEffect(() => {
    const element = root.current;
    const changed = screen !== shown.current;
    shown.current = screen;
    if (!inside.current || !element) return;
    const active = (element.getRootNode() as Document | ShadowRoot).activeElement;
    const gone = !active?.isConnected || !element.contains(active);
    const lost = changed
      ? gone || active?.matches(".icw-title")
      : gone && last.current !== null && !last.current.isConnected;
    if (!lost) return;
    const found = ORDER.map((selector) => element.querySelector<HTMLElement>(selector));
    found.find((each) => each !== null)?.focus({ preventScroll: true });
  });
  return { root, inside };
}
