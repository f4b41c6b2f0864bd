/** Values beyond the named fields: pairs of a name and a value. */
import { problemText, S } from "../strings";
import { keyPath } from "./check";
import { problemAt, useForm } from "./context";
import { effective, initial } from "./draft";
import { Field } from "./field";
import type { Part } from "./group";
import { extrasOf } from "./schema";
import { useEntries } from "./use-entries";

export function Extras({ schema, draft, change, path }: Part) {
  const form = useForm();
  const { list, removals } = useEntries(draft.is === "object" ? draft.extra.length : 0);
  if (draft.is !== "object") return null;
  const each = effective(extrasOf(schema) ?? {}, form.scope);
  const { extra } = draft;
  return (
    <div class="icw-entries" ref={list}>
      {extra.map((pair, n) => {
        const id = form.id(`k${path}/${n}`);
        const at = keyPath(path, n);
        const problem = problemAt(form, at);
        return (
          <div key={`${removals} ${n}`} class="icw-entry">
            <div class="icw-field">
              <label class="icw-label" for={id}>
                {S.key}
              </label>
              <input
                id={id}
                class="icw-input"
                type="text"
                autocomplete="off"
                value={pair.key}
                aria-describedby={problem && `${id}-problem`}
                aria-invalid={problem ? "true" : undefined}
                onBlur={(event) => form.leave(at, event)}
                onInput={(event) =>
                  change({ ...draft, extra: extra.with(n, { ...pair, key: event.currentTarget.value }) })
                }
              />
              {problem && (
                <p class="icw-problem" id={`${id}-problem`}>
                  {problemText(problem)}
                </p>
              )}
            </div>
            <Field
              name={pair.key}
              label={S.value}
              schema={each}
              draft={pair.value}
              change={(value) => change({ ...draft, extra: extra.with(n, { ...pair, value }) })}
              path={`${path}/${pair.key}`}
              required
            />
            <button
              type="button"
              class="icw-button icw-quiet icw-remove"
              aria-label={S.remove(pair.key || S.item(S.key, n + 1))}
              onClick={() => change({ ...draft, extra: extra.filter((_, other) => other !== n) })}
            >
              ×
            </button>
          </div>
        );
      })}
      <button
        type="button"
        class="icw-button"
        onClick={() =>
          change({ ...draft, extra: [...extra, { key: "", value: initial(each, undefined, form.scope) }] })
        }
      >
        {S.addItem}
      </button>
    </div>
  );
}
