/** An array: its entries, each with a way to remove it, and a way to add one. */
import { S } from "../strings";
import { useForm } from "./context";
import { type Draft, effective, initial } from "./draft";
import { Field } from "./field";
import type { Part } from "./group";
import { useEntries } from "./use-entries";

export function List({ schema, draft, change, path, label }: Part & { label: string }) {
  const form = useForm();
  const { list, removals } = useEntries(draft.is === "array" ? draft.items.length : 0);
  if (draft.is !== "array") return null;
  const item = effective(schema.items, form.scope);
  const set = (items: Draft[]) => change({ is: "array", items });
  const most = typeof schema.maxItems === "number" ? schema.maxItems : Number.POSITIVE_INFINITY;
  return (
    <div class="icw-entries" ref={list}>
      {draft.items.map((each, n) => (
        <div key={`${removals} ${n}`} class="icw-entry">
          <Field
            name={String(n)}
            label={S.item(label, n + 1)}
            schema={item}
            draft={each}
            change={(next) => set(draft.items.with(n, next))}
            path={`${path}/${n}`}
            required
          />
          <button
            type="button"
            class="icw-button icw-quiet icw-remove"
            aria-label={S.remove(S.item(label, n + 1))}
            onClick={() => set(draft.items.filter((_, other) => other !== n))}
          >
            ×
          </button>
        </div>
      ))}
      <button
        type="button"
        class="icw-button"
        aria-label={S.add(label)}
        disabled={draft.items.length >= most}
        onClick={() => set([...draft.items, initial(item, undefined, form.scope)])}
      >
        {S.addItem}
      </button>
      {draft.items.length >= most && <span class="icw-help"> {S.atMost(most)}</span>}
    </div>
  );
}
