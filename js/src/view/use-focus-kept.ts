/** Where the focus goes when the control that had it is taken away. */
import { useLayoutEffect, useRef } from "preact/hooks";

/** The first field in sight; without one, what a screen marks with data-focus. */
const FIRST = ".icw-options :checked, .icw-fields :is(input, select, textarea):not(.icw-fold-body *)";

/** To be put on the element within which the focus is kept, each time `screen` changes. */
export function useFocusKept(screen: string) {
  const root = useRef<HTMLDivElement>(null);
  const inside = useRef(false);
  useLayoutEffect(() => {
    const element = root.current;
    const enter = () => {
      inside.current = true;
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
  useLayoutEffect(() => {
    const element = root.current;
    if (!inside.current || !element) return;
    const active = (element.getRootNode() as Document | ShadowRoot).activeElement;
    const lost = !active || !element.contains(active) || active.matches(".icw-title");
    const next =
      element.querySelector<HTMLElement>(FIRST) ?? element.querySelector<HTMLElement>("[data-focus]");
    if (lost) next?.focus({ preventScroll: true });
  }, [screen]);
  return root;
}
