/** What entries of a list need when one was added or taken away. */
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * `list` is to be put on the element whose children are the entries and, last, the button that adds one: it
 * moves the focus. `removals` belongs into the entries' keys, so that none takes over what another was in the
 * page: half a date, or a secret that is shown.
 */
export function useEntries(count: number) {
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(count);
  const removals = useRef(0);
  const [grown, shrunk] = [count > before.current, count < before.current];
  before.current = count;
  if (shrunk) removals.current += 1;
  useLayoutEffect(() => {
    const entry = list.current?.children[count - 1];
    const first = grown ? entry?.querySelector<HTMLElement>("input, select, textarea, button") : null;
    if (grown || shrunk) (first ?? list.current?.querySelector<HTMLElement>(":scope > button"))?.focus();
  }, [count]);
  return { list, removals: removals.current };
}
