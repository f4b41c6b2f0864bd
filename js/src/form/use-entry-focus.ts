/** Where the focus goes when an entry was added to a list or taken from it. */
import { useLayoutEffect, useRef } from "preact/hooks";

/** To be put on the element whose children are the entries and, last, the button that adds one. */
export function useEntryFocus(count: number) {
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(count);
  useLayoutEffect(() => {
    const grown = count > before.current;
    const changed = count !== before.current;
    before.current = count;
    const entry = list.current?.children[count - 1];
    const first = grown ? entry?.querySelector<HTMLElement>("input, select, textarea, button") : null;
    if (changed) (first ?? list.current?.querySelector<HTMLElement>(":scope > button"))?.focus();
  }, [count]);
  return list;
}
