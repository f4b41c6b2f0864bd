/** The fields of an object, in the schema's own order; optional ones folded away and long forms in sections. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { own } from "../messages";
import * as S from "../strings";
import { shownAt, useForm, useKept } from "./context";
import { extrasOf, kindOf, labelOf, propertiesOf, requiredOf } from "./data-schema";
import { effective } from "./draft";
import { Extras } from "./extras";
import type { Part } from "./props";
import { initial } from "./start";

/** As many optional fields as are shown without being asked for. */
const SHOWN_OPTIONAL = 2;
/** As many fields as are shown at once, so that the button stays in reach, and as many as a section has. */
const SHOWN_AT_ONCE = 12;
const SECTION = 10;

export function Group({ schema, draft, change, path, folded }: Part & { folded?: ComponentChildren }) {
  const form = useForm();
  const keep = useKept();
  if (draft.is !== "object") return null;
  const required = new Set(requiredOf(schema));
  const fields = propertiesOf(schema).map(([name, property]) => {
    const part = effective(property, form.scope);
    const must = required.has(name);
    const at = `${path}/${name}`;
    const field = own(draft.fields, name) ?? initial(part, undefined, form.scope, must);
    const shown = keep(field, at, [part, must], () => (
      <form.Field
        key={name}
        name={name}
        schema={part}
        draft={field}
        change={(update) =>
          change((now) =>
            now.is === "object"
              ? { ...now, fields: { ...now.fields, [name]: update(own(now.fields, name) ?? field) } }
              : now,
          )
        }
        path={at}
        required={must}
      />
    ));
    return {
      shown,
      at,
      optional: !must,
      label: () => labelOf(part, name),
      kind: kindOf(part),
    };
  });
  type Shown = typeof fields;
  const optional = fields.filter((each) => each.optional);
  const fold = path === "" && optional.length > SHOWN_OPTIONAL && optional.length < fields.length;
  const wrong = (part: Shown) => form.submitted && part.some(({ at }) => shownAt(form, at).length);
  const laid = (part: Shown) => {
    const asked = part.filter(({ kind }) => kind !== "fixed" && kind !== "nothing");
    if (path !== "" || asked.length <= SHOWN_AT_ONCE) return part.map((each) => each.shown);
    const count = Math.ceil(asked.length / SECTION);
    return Array.from({ length: count }, (_, n) => {
      const section = asked.slice((n * asked.length) / count, ((n + 1) * asked.length) / count);
      const title = S.section(section[0]?.label() ?? "", section.at(-1)?.label() ?? "");
      return (
        <Fold key={`s${n}`} title={title} open={wrong(section)} first={n === 0}>
          {section.map((each) => each.shown)}
        </Fold>
      );
    });
  };
  return (
    <>
      {laid(fields.filter((each) => !fold || !each.optional))}
      {extrasOf(schema) && <Extras schema={schema} draft={draft} change={change} path={path} />}
      {(fold || folded) && (
        <Fold
          title={S.optionalSettings((fold ? optional.length : 0) + (folded ? 1 : 0))}
          open={fold && wrong(optional)}
        >
          {fold && laid(optional)}
          {folded}
        </Fold>
      )}
    </>
  );
}

export function Fold(props: {
  title: string;
  open: boolean;
  /** Open from the start. */
  first?: boolean;
  children: ComponentChildren;
}) {
  const [unfolded, setUnfolded] = useState(props.first === true);
  return (
    <details
      class="icw-fold"
      open={props.open || unfolded}
      onToggle={(event) => setUnfolded(event.currentTarget.open)}
    >
      <summary>{props.title}</summary>
      <div class="icw-fold-body">{props.children}</div>
    </details>
  );
}
