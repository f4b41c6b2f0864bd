/** The fields of an object, in the schema's own order; optional ones folded away where there are many. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { S } from "../strings";
import { useForm } from "./context";
import { type Draft, effective, initial } from "./draft";
import { Extras } from "./extras";
import { Field } from "./field";
import { extrasOf, propertiesOf, requiredOf, type Schema } from "./schema";

export interface Part {
  schema: Schema;
  draft: Draft;
  change: (draft: Draft) => void;
  path: string;
}

/** As many optional fields as are shown without being asked for. */
const SHOWN_OPTIONAL = 2;

export function Group({ schema, draft, change, path, folded }: Part & { folded?: ComponentChildren }) {
  const form = useForm();
  if (draft.is !== "object") return null;
  const required = requiredOf(schema);
  const fields = propertiesOf(schema).map(([name, property]) => {
    const own = effective(property, form.scope);
    const at = `${path}/${name}`;
    const field = (
      <Field
        key={name}
        name={name}
        schema={own}
        draft={draft.fields[name] ?? initial(own, undefined, form.scope)}
        change={(next) => change({ ...draft, fields: { ...draft.fields, [name]: next } })}
        path={at}
        required={required.includes(name)}
      />
    );
    return { field, at, optional: !required.includes(name) };
  });
  const optional = fields.filter((each) => each.optional);
  const fold = path === "" && optional.length > SHOWN_OPTIONAL && optional.length < fields.length;
  const wrong =
    fold && form.submitted && form.problems.some((p) => optional.some((f) => within(p.path, f.at)));
  return (
    <>
      {fields.filter((each) => !fold || !each.optional).map((each) => each.field)}
      {extrasOf(schema) && <Extras schema={schema} draft={draft} change={change} path={path} />}
      {(fold || folded) && (
        <Fold count={(fold ? optional.length : 0) + (folded ? 1 : 0)} open={wrong}>
          {fold && optional.map((each) => each.field)}
          {folded}
        </Fold>
      )}
    </>
  );
}

const within = (path: string, field: string) => path === field || path.startsWith(`${field}/`);

export function Fold({
  count,
  open,
  children,
}: {
  count: number;
  open: boolean;
  children: ComponentChildren;
}) {
  const [unfolded, setUnfolded] = useState(false);
  return (
    <details
      class="icw-fold"
      open={open || unfolded}
      onToggle={(event) => setUnfolded(event.currentTarget.open)}
    >
      <summary>{S.optionalSettings(count)}</summary>
      <div class="icw-fold-body">{children}</div>
    </details>
  );
}
