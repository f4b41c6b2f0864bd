/** One field: label, help, control, problem. */
import * as S from "../strings";
import { Markdown } from "../view/markdown";
import { problemAt, useForm } from "./context";
import { CheckBox, Control } from "./controls";
import { choicesOf, kindOf, labelOf, requiredOf, show, text } from "./data-schema";
import { isAbsent, leaf, rawOf, same } from "./draft";
import { Group } from "./group";
import { List } from "./list";
import { Optional } from "./optional";
import type { Described, FieldProps } from "./props";
import { isSecret } from "./secret";
import { partOf, trimmed } from "./text";
import { Union } from "./union";

export function Field(props: FieldProps) {
  const { schema, draft, path, name, required, entry } = props;
  const form = useForm();
  const kind = kindOf(schema);
  if (kind === "fixed" || kind === "nothing") return null;
  const label = props.label ?? labelOf(schema, name);
  if (schema.readOnly === true) return <ReadOnly {...props} label={label} />;

  const inner = draft.is === "union" && draft.value.is === "leaf";
  // The branch of a union has the path of the union, and is where a single value is mended.
  const problem = inner ? undefined : problemAt(form, path);
  // Not "": preact would write an empty text again each time, and the browser lay the whole group out.
  const help = text(schema.description) || null;
  const note = draft.is === "leaf" && draft.trim && draft.raw !== trimmed(draft.raw) && S.trimmed;
  const contains = kind === "object" || kind === "array" || kind === "union";
  const id = form.id(`${contains ? "g" : "f"}${props.anchor ?? path}`);
  const described: Described = {
    id,
    "aria-describedby":
      [help && `${id}-help`, note && `${id}-note`, problem && `${id}-problem`].filter(Boolean).join(" ") ||
      undefined,
    "aria-invalid": problem ? "true" : undefined,
    "aria-required": required && kind !== "boolean" ? "true" : undefined,
  };
  const mark = entry ? null : required ? (
    <span class="icw-required" />
  ) : (
    <span class="icw-optional"> ({S.optional})</span>
  );
  const below = (
    <>
      {help && <Markdown text={help} id={`${id}-help`} />}
      {note && (
        <p class="icw-help" id={`${id}-note`}>
          {note}
        </p>
      )}
      {problem && (
        <p class="icw-problem" id={`${id}-problem`}>
          {S.problemText(problem)}
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
    const part = { ...props, label };
    const group = (
      <fieldset
        class="icw-group"
        aria-describedby={described["aria-describedby"]}
        data-wrong={described["aria-invalid"]}
        tabIndex={-1}
      >
        <legend class="icw-label">
          {label}
          {mark}
          {required && !entry && <span class="icw-hidden"> {S.required}</span>}
        </legend>
        {below}
        {kind === "array" ? <List {...part} /> : kind === "union" ? <Union {...part} /> : <Group {...part} />}
      </fieldset>
    );
    const removable = "absent" in draft || (!required && kind === "object" && requiredOf(schema).length > 0);
    return removable ? (
      <Optional label={label} absent={isAbsent(draft)} change={props.change} help={help}>
        {group}
      </Optional>
    ) : (
      group
    );
  }
  const secret = isSecret(path, schema, form.sensitive);
  const part = kind === "text" && draft.is === "leaf" && !secret ? partOf(schema, draft.raw) : null;
  return (
    <div class="icw-field">
      <label class={entry ? "icw-hidden" : "icw-label"} for={id}>
        {label}
        {mark}
      </label>
      <Control {...props} label={label} described={described} />
      {part && (
        <button
          type="button"
          class="icw-button icw-quiet icw-part"
          onClick={() => props.change((now) => ({ ...(now.is === "leaf" ? now : leaf(null)), raw: part }))}
        >
          {S.usePart(part)}
        </button>
      )}
      {below}
    </div>
  );
}

/** Never asked; worth seeing if it says something and is no secret. */
function ReadOnly({ schema, draft, path, label }: FieldProps & { label: string }) {
  const { sensitive } = useForm();
  const raw = rawOf(draft);
  if (raw === undefined || raw === "" || isSecret(path, schema, sensitive)) return null;
  const value = choicesOf(schema)?.find((choice) => same(choice.value, raw))?.label ?? raw;
  return (
    <div class="icw-field">
      <span class="icw-label">{label}</span>
      <span class="icw-fixed">{show(value)}</span>
    </div>
  );
}
