/** An array: its entries, each with ways to move and remove it, and a way to add one. */
import * as S from "../strings";
import { useForm, useKept } from "./context";
import { entryOf, kindOf, within } from "./data-schema";
import { type Draft, effective, leaf } from "./draft";
import type { Part } from "./props";
import { initial } from "./start";
import { useEntries } from "./use-entries";

export function List({ schema, draft, change, path, label }: Part & { label: string }) {
  const form = useForm();
  const keep = useKept();
  const { list, renewals, renew } = useEntries(draft.is === "array" ? draft.items.length : 0);
  if (draft.is !== "array") return null;
  const item = effective(schema.items, form.scope);
  const kind = kindOf(item);
  const entry = entryOf(item, label);
  const set = (update: (items: Draft[]) => Draft[]) =>
    change((now) => (now.is === "array" ? { ...now, items: update(now.items) } : now));
  const most = typeof schema.maxItems === "number" ? schema.maxItems : Number.POSITIVE_INFINITY;
  // Of a set the order says nothing.
  const ordered = schema.uniqueItems !== true;
  return (
    <div class="icw-entries" ref={list}>
      {draft.items.map((each, n) => {
        const name = S.item(entry, n + 1);
        const at = `${path}/${n}`;
        const key = `${renewals} ${n}`;
        return keep(each, at, [key, schema, item], () => (
          <div key={key} class="icw-entry">
            <form.Field
              name={String(n)}
              label={name}
              schema={item}
              draft={each}
              change={(update) =>
                set((items) => items.map((now, other) => (other === n ? update(now) : now)))
              }
              path={at}
              required
              entry
              lines={
                kind === "text"
                  ? (lines) =>
                      set((items) => {
                        const kept = items[n]?.is === "leaf" && items[n].raw ? [items[n]] : [];
                        return items.toSpliced(n, 1, ...kept, ...lines.map((line) => leaf(line.trim())));
                      })
                  : undefined
              }
            />
            <div class="icw-entry-actions">
              {ordered && n > 0 && (
                <button
                  type="button"
                  class="icw-button icw-quiet"
                  aria-label={S.moveUp(within(name))}
                  title={S.moveUp(within(name))}
                  onClick={() => {
                    renew(n - 1);
                    set((items) => items.with(n - 1, items[n] as Draft).with(n, items[n - 1] as Draft));
                  }}
                >
                  ↑
                </button>
              )}
              <button
                type="button"
                class="icw-button icw-quiet"
                aria-label={S.remove(within(name))}
                onClick={() => set((items) => items.filter((_, other) => other !== n))}
              >
                {S.removeItem}
              </button>
            </div>
          </div>
        ));
      })}
      <button
        type="button"
        class="icw-button icw-add"
        disabled={draft.items.length >= most}
        onClick={() => set((items) => [...items, initial(item, undefined, form.scope)])}
      >
        {S.add(within(entry))}
      </button>
      {draft.items.length >= most && <span class="icw-help"> {S.atMost(most)}</span>}
    </div>
  );
}
