/** Values beyond the named fields: pairs of a name and a value. */
import * as S from "../strings";
import { VERBATIM } from "../view/verbatim";
import { keyPath } from "./check";
import { problemAt, useForm, useKept } from "./context";
import { extrasOf, within } from "./data-schema";
import { effective } from "./draft";
import type { Part } from "./props";
import { initial } from "./start";
import { useEntries } from "./use-entries";

export function Extras({ schema, draft, change, path }: Part) {
  const form = useForm();
  const keep = useKept();
  const { list, renewals } = useEntries(draft.is === "object" ? draft.extra.length : 0);
  if (draft.is !== "object") return null;
  const each = effective(extrasOf(schema) ?? {}, form.scope);
  const { extra } = draft;
  type Pair = (typeof extra)[number];
  const set = (update: (extra: Pair[]) => Pair[]) =>
    change((now) => (now.is === "object" ? { ...now, extra: update(now.extra) } : now));
  const setPair = (n: number, update: (pair: Pair) => Pair) =>
    set((now) => now.map((pair, at) => (at === n ? update(pair) : pair)));
  return (
    <div class="icw-entries" ref={list}>
      {extra.map((pair, n) => {
        const id = form.id(`k${path}/${n}`);
        const at = keyPath(path, n);
        const place = `${path}/${pair.key}`;
        const problem = problemAt(form, at);
        return (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset would be one of the form's own groups
          <div key={`${renewals} ${n}`} class="icw-entry" role="group" aria-label={S.item(S.value, n + 1)}>
            <div class="icw-field">
              <label class="icw-label" for={id}>
                {S.key}
                <span class="icw-required" />
              </label>
              <input
                id={id}
                class="icw-input"
                type="text"
                {...VERBATIM}
                value={pair.key}
                aria-required="true"
                aria-describedby={problem && `${id}-problem`}
                aria-invalid={problem ? "true" : undefined}
                onBlur={(event) => form.leave(at, event)}
                onInput={(event) => {
                  const key = event.currentTarget.value;
                  setPair(n, (now) => ({ ...now, key }));
                }}
              />
              {problem && (
                <p class="icw-problem" id={`${id}-problem`}>
                  {S.problemText(problem)}
                </p>
              )}
            </div>
            {keep(pair.value, place, [n, each], () => (
              <form.Field
                name={pair.key}
                label={S.value}
                schema={each}
                draft={pair.value}
                change={(update) => setPair(n, (now) => ({ ...now, value: update(now.value) }))}
                path={place}
                anchor={at}
                required
              />
            ))}
            <button
              type="button"
              class="icw-button icw-quiet"
              aria-label={S.remove(pair.key || S.item(within(S.value), n + 1))}
              onClick={() => set((now) => now.filter((_, other) => other !== n))}
            >
              {S.removeItem}
            </button>
          </div>
        );
      })}
      <button
        type="button"
        class="icw-button icw-add"
        onClick={() => set((now) => [...now, { key: "", value: initial(each, undefined, form.scope) }])}
      >
        {S.addValue}
      </button>
    </div>
  );
}
