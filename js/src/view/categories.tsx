/** Chips that narrow the list to one category, where the catalogue knows categories. */
import { useMemo } from "preact/hooks";
import type { Integration } from "../messages";
import { S } from "../strings";
import { useShown } from "./context";

const MOST = 12;

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
  const chip = (category: string | null, label: string) => (
    <button
      key={label}
      type="button"
      class="icw-chip"
      aria-pressed={state.category === category}
      onClick={() => session.store.update({ category })}
    >
      {label}
    </button>
  );
  return (
    <fieldset class="icw-chips" aria-label={S.categories}>
      {chip(null, S.allCategories)}
      {common.map((category) => chip(category, category))}
    </fieldset>
  );
}
