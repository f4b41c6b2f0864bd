/** What entries of a list need when one was added, moved or taken away. */
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * `list` is to be put on the element whose children are the entries and, last, the button that adds one: it
 * moves the focus. `renewals` belongs into the entries' keys, so that none takes over what another was in the
 * page: half a date, or a secret that is shown. `renew(n)` is called before entries change places; the focus
 * then goes to the nth.
 */
export function useEntries(count: number) {
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(count);
  const renewals = useRef(0);
  const moved = useRef<number | null>(null);
  const [grown, shrunk] = [count > before.current, count < before.current];
  before.current = count;
  if (shrunk) renewals.current += 1;
  useLayoutEffect(() => {
    const at = grown ? count - 1 : moved.current;
    moved.current = null;
    if (at === null && !shrunk) return;
    const entry = at === null ? null : list.current?.children[at];
    const first = entry?.querySelector<HTMLElement>("input, select, textarea, button");
    (first ?? list.current?.querySelector<HTMLElement>(":scope > button"))?.focus();
  }, [count, renewals.current]);
  const renew = (n: number) => {
    renewals.current += 1;
    moved.current = n;
  };
  return { list, renewals: renewals.current, renew };
}
