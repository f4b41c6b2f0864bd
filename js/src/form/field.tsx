/** One field: label, help, control, problem. */
import type { ComponentChildren } from "preact";
import { problemText, S } from "../strings";
import { Markdown } from "../view/markdown";
import { problemAt, useForm } from "./context";
import { CheckBox, Control } from "./controls";
import { Group, type Part } from "./group";
import { List } from "./list";
import { choicesOf, kindOf, labelOf, show, text } from "./schema";
import { isSecret } from "./secret";
import { Union } from "./union";

export interface FieldProps extends Part {
  name: string;
  required: boolean;
  /** Words that replace the schema's own label. */
  label?: string;
}

/** What a control says about itself to assistive technology. */
export interface Described {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
  "aria-required": "true" | undefined;
}

export function Field(props: FieldProps) {
  const { schema, draft, path, name, required } = props;
  const form = useForm();
  const kind = kindOf(schema);
  if (kind === "fixed" || kind === "nothing") return null;
  const label = props.label ?? labelOf(schema, name);
  if (schema.readOnly === true) return <ReadOnly {...props} label={label} />;

  const inner = draft.is === "union" && draft.value.is === "leaf";
  // The branch of a union has the path of the union, and is where a single value is mended.
  const problem = inner ? undefined : problemAt(form, path);
  const help = text(schema.description);
  const contains = kind === "object" || kind === "array" || kind === "union";
  const id = form.id(`${contains ? "g" : "f"}${path}`);
  const described: Described = {
    id,
    "aria-describedby":
      [help && `${id}-help`, problem && `${id}-problem`].filter(Boolean).join(" ") || undefined,
    "aria-invalid": problem ? "true" : undefined,
    "aria-required": required && kind !== "boolean" ? "true" : undefined,
  };
  const mark = required ? <span class="icw-required" /> : <span class="icw-optional"> ({S.optional})</span>;
  const below = (
    <>
      {help && <Markdown text={help} id={`${id}-help`} />}
      {problem && (
        <p class="icw-problem" id={`${id}-problem`}>
          {problemText(problem)}
        </p>
      )}
    </>
  );

  if (kind === "boolean") {
    return (
      <div class="icw-field">
        <label class="icw-check" for={id}>
          <CheckBox {...props} described={described} />
          <span>{label}</span>
        </label>
        {below}
      </div>
    );
  }
  if (contains) {
    const Inner = { object: Group, array: List, union: Union }[kind] as (
      part: Part & { label: string; required: boolean },
    ) => never;
    return (
      <Fieldset legend={label} mark={mark} described={described}>
        {below}
        <Inner
          schema={schema}
          draft={draft}
          change={props.change}
          path={path}
          label={label}
          required={required}
        />
      </Fieldset>
    );
  }
  return (
    <div class="icw-field">
      <label class="icw-label" for={id}>
        {label}
        {mark}
      </label>
      <Control {...props} label={label} described={described} />
      {below}
    </div>
  );
}

function Fieldset(props: {
  legend: string;
  mark: ComponentChildren;
  described: Described;
  children: ComponentChildren;
}) {
  const described = props.described;
  return (
    <fieldset
      class="icw-group"
      aria-describedby={described["aria-describedby"]}
      data-wrong={described["aria-invalid"]}
      tabIndex={-1}
    >
      <legend class="icw-label">
        {props.legend}
        {props.mark}
      </legend>
      {props.children}
    </fieldset>
  );
}

/** Never asked; worth seeing if it says something and is no secret. */
function ReadOnly({ schema, draft, path, label }: FieldProps & { label: string }) {
  const { sensitive } = useForm();
  const raw = draft.is === "leaf" ? draft.raw : undefined;
  if (raw === undefined || raw === "" || isSecret(path, schema, sensitive)) return null;
  const value = choicesOf(schema)?.find((choice) => choice.value === raw)?.label ?? raw;
  return (
    <div class="icw-field">
      <span class="icw-label">{label}</span>
      <span class="icw-fixed">{show(value)}</span>
    </div>
  );
}
