/** Chips that narrow the list to one category, where the catalogue knows categories. */
import { useMemo } from "preact/hooks";
import type { Integration } from "../messages";
import * as S from "../strings";
import { useShown } from "./context";

const MOST = 12;

const next = (at: number) => at + 1;
const previous = (at: number) => at - 1;
/** Where a key leads, as in any group of radio buttons. */
const STEPS: { [key: string]: (at: number, of: number) => number } = {
  ArrowRight: next,
  ArrowDown: next,
  ArrowLeft: previous,
  ArrowUp: previous,
  Home: () => 0,
  End: (_, of) => of - 1,
};

/** The categories of the most apps first. */
export function commonCategories(items: Integration[]): string[] {
  const counts = new Map<string, number>();
  for (const item of items) {
    for (const category of item.categories ?? []) counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST)
    .map(([category]) => category);
}

export function Categories() {
  const { session, state } = useShown();
  const { items, loading } = state.catalogue;
  // While pages come, only each time the list has doubled: counting all of it for every page would grow with its square.
  const counted = loading ? Math.floor(Math.log2(items.length)) : items;
  const common = useMemo(() => commonCategories(items), [counted]);
  if (common.length < 2) return null;
  const chips = [null, ...common];
  const choose = (category: string | null) => session.store.update({ category });
  // One of them is always in the order of Tab: the chosen one may be common no more.
  const at = Math.max(0, chips.indexOf(state.category));
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const to = STEPS[event.key]?.(at, chips.length);
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose(chips.at(to % chips.length) ?? null);
    (event.currentTarget.children[(to + chips.length) % chips.length] as HTMLElement).focus();
  };
  return (
    <div class="icw-chips" role="radiogroup" aria-label={S.categories} onKeyDown={onKeyDown}>
      {chips.map((category, n) => (
        // biome-ignore lint/a11y/useSemanticElements: a radio input would need a label and cannot look like this
        <button
          key={category}
          type="button"
          role="radio"
          class="icw-chip"
          aria-checked={state.category === category}
          tabIndex={n === at ? 0 : -1}
          onClick={() => choose(category)}
        >
          {category ?? S.allCategories}
        </button>
      ))}
    </div>
  );
}
