/** A list of any length: only the rows in sight are in the page. */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Integration } from "../messages";
import * as S from "../strings";
import { useShown } from "./context";
import { Row } from "./row";

/** Least height of a row in CSS pixels; a larger text needs more: two lines of it. */
const ROW = 40;
const LINES = 2.9;
/** Rows in sight, and how far Page Up and Page Down go. */
export const PAGE = 6;
const SPARE = 4;

export interface Scroll {
  box: RefObject<HTMLDivElement>;
  top: number;
  /** Height of a row in CSS pixels. */
  row: number;
  onScroll: () => void;
  reveal: (row: number) => void;
  toTop: () => void;
}

export function useScroll(count: number): Scroll {
  const box = useRef<HTMLDivElement>(null);
  const last = useRef(0);
  const [top, setTop] = useState(0);
  const [row, setRow] = useState(ROW);
  const scroll = useMemo(() => {
    const at = (where: number) => {
      last.current = where;
      setTop(where);
    };
    const to = (where: number) => {
      if (box.current) box.current.scrollTop = where;
      at(where);
    };
    return {
      onScroll: () => at(box.current?.scrollTop ?? 0),
      reveal: (n: number) => {
        const now = box.current?.scrollTop ?? 0;
        const height = box.current?.clientHeight || PAGE * row;
        if (n * row < now) to(n * row);
        else if ((n + 1) * row > now + height) to((n + 1) * row - height);
      },
      toTop: () => to(0),
      // Out of the page, as the cells of a windowed notebook are that are out of sight, the browser forgets the place.
      back: () => {
        if (box.current?.clientHeight) to(last.current);
      },
    };
  }, [row]);
  // A shorter list leaves the browser at another place than we think.
  useLayoutEffect(() => scroll.onScroll(), [count]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      const text = Number.parseFloat(getComputedStyle(element).fontSize);
      setRow(Math.max(ROW, Math.round(LINES * (text || 0))));
      scroll.back();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroll]);
  return { box, top, row, ...scroll };
}

interface Props {
  items: Integration[];
  active: number;
  scroll: Scroll;
  choose: (item: Integration) => void;
}

export function ListBox({ items, active, scroll, choose }: Props) {
  const { session, id } = useShown();
  const { row } = scroll;
  const first = Math.max(0, Math.floor(scroll.top / row) - SPARE);
  const last = Math.min(items.length, first + PAGE + 2 * SPARE + 1);
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, n) => first + n);
  useLayoutEffect(() => {
    if (last >= items.length) session.finder.more();
  });
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
      style={{ maxHeight: `${PAGE * row}px` }}
      // Browsers make what scrolls a stop of its own; here the keys are the combobox's.
      tabIndex={-1}
      onScroll={scroll.onScroll}
    >
      <div role="presentation" style={{ height: `${items.length * row}px` }}>
        {rows.map((n) => {
          const item = items[n];
          if (!item) return null;
          return (
            <Row
              key={item.key}
              item={item}
              at={n}
              of={items.length}
              height={row}
              active={n === active}
              choose={choose}
            />
          );
        })}
      </div>
    </div>
  );
}
