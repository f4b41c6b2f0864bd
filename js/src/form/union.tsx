/** Alternatives: the user says which one, and only that one is asked for and sent. */
import type { ComponentChildren } from "preact";
import { seen } from "../foreign-text";
import { own } from "../messages";
import * as S from "../strings";
import { useForm } from "./context";
import { branchesOf, kindOf, labelOf, propertiesOf, requiredOf, type Schema, text } from "./data-schema";
import { effective } from "./draft";
import type { Scope } from "./formula";
import { Fold, Group } from "./group";
import { List } from "./list";
import type { Part } from "./props";
import { initial } from "./start";

type Named = Part & { label: string; required: boolean; folded?: ComponentChildren };

export function Union({ schema, draft, change, path, label, required, folded }: Named) {
  const form = useForm();
  if (draft.is !== "union") return null;
  const branches = branchesOf(schema).map((branch) => effective(branch, form.scope));
  const branch = branches[draft.branch] ?? {};
  const id = form.id(`b${path}`);
  const choose = (n: number) =>
    change((now) => ({
      ...now,
      is: "union",
      branch: n,
      value: initial(
        branches[n] ?? {},
        now.is === "union" && now.value.is === "object" ? now.value.unasked : undefined,
        form.scope,
      ),
    }));
  return (
    <>
      <select
        id={id}
        class="icw-input icw-select"
        aria-label={S.kindOfValue(label)}
        value={String(draft.branch)}
        onChange={(event) => choose(Number(event.currentTarget.value))}
      >
        {branches.map((each, n) => (
          <option key={n} value={String(n)}>
            {branchLabel(each, n, form.scope)}
          </option>
        ))}
      </select>
      <Branch
        key={draft.branch}
        schema={branch}
        draft={draft.value}
        change={(update) =>
          change((now) => (now.is === "union" ? { ...now, value: update(now.value) } : now))
        }
        path={path}
        label={label}
        required={required}
        folded={folded}
      />
    </>
  );
}

function branchLabel(branch: Schema, n: number, scope: Scope): string {
  const properties = new Map(propertiesOf(branch));
  const asked = requiredOf(branch).map((name) => labelOf(effective(properties.get(name), scope), name));
  return (
    seen(text(branch.title)) || asked.join(", ") || own(S.kinds, kindOf(branch)) || S.item(S.option, n + 1)
  );
}

function Branch(props: Named) {
  const { Field } = useForm();
  const kind = kindOf(props.schema);
  if (kind === "object") return <Group {...props} />;
  const label = seen(text(props.schema.title)) || props.label;
  return (
    <>
      {kind === "array" ? <List {...props} /> : <Field {...props} name="" label={label} />}
      {props.folded && (
        <Fold title={S.optionalSettings(1)} open={false}>
          {props.folded}
        </Fold>
      )}
    </>
  );
}
