/** A list of any length: only the rows in sight are in the page. */
import type { RefObject } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Integration } from "../messages";
import { S } from "../strings";
import { useShown } from "./context";
import { Row } from "./row";

/** Height of a row in CSS pixels. */
export const ROW = 40;
/** Rows in sight, and how far Page Up and Page Down go. */
export const PAGE = 6;
const SPARE = 4;

export interface Scroll {
  box: RefObject<HTMLDivElement | null>;
  top: number;
  onScroll: () => void;
  reveal: (row: number) => void;
  toTop: () => void;
}

export function useScroll(count: number): Scroll {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const scroll = useMemo(() => {
    const to = (where: number) => {
      if (box.current) box.current.scrollTop = where;
      setTop(where);
    };
    return {
      onScroll: () => setTop(box.current?.scrollTop ?? 0),
      reveal: (row: number) => {
        const now = box.current?.scrollTop ?? 0;
        const height = box.current?.clientHeight || PAGE * ROW;
        if (row * ROW < now) to(row * ROW);
        else if ((row + 1) * ROW > now + height) to((row + 1) * ROW - height);
      },
      toTop: () => to(0),
    };
  }, []);
  // A shorter list leaves the browser at another place than we think.
  useLayoutEffect(() => scroll.onScroll(), [count]);
  return { box, top, ...scroll };
}

interface Props {
  items: Integration[];
  active: number;
  scroll: Scroll;
  choose: (item: Integration) => void;
}

export function ListBox({ items, active, scroll, choose }: Props) {
  const { id } = useShown();
  const first = Math.max(0, Math.floor(scroll.top / ROW) - SPARE);
  const last = Math.min(items.length, first + PAGE + 2 * SPARE + 1);
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, n) => first + n);
  // aria-activedescendant must name a row that is there, also when it was scrolled away.
  if (active >= 0 && active < items.length && !rows.includes(active)) rows.push(active);
  return (
    <div
      id={id("apps")}
      ref={scroll.box}
      class="icw-list"
      role="listbox"
      aria-label={S.apps}
      hidden={items.length === 0}
      style={{ maxHeight: `${PAGE * ROW}px` }}
      onScroll={scroll.onScroll}
    >
      <div role="presentation" style={{ height: `${items.length * ROW}px` }}>
        {rows.map((n) => {
          const item = items[n];
          if (!item) return null;
          return (
            <Row key={item.key} item={item} at={n} of={items.length} active={n === active} choose={choose} />
          );
        })}
      </div>
    </div>
  );
}
