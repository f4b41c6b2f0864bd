/** The controls that hold a single value. */
import { useState } from "preact/hooks";
import type { Json } from "../messages";
import { S } from "../strings";
import { useForm } from "./context";
import { type Draft, leaf } from "./draft";
import type { Described, FieldProps } from "./field";
import { choicesOf, kindOf, type Schema, show } from "./schema";
import { isMultiline, isSecret } from "./secret";

type ControlProps = FieldProps & { label: string; described: Described };

const rawOf = (draft: Draft): Json | undefined => (draft.is === "leaf" ? draft.raw : undefined);

export function CheckBox({ draft, change, path, described }: FieldProps & { described: Described }) {
  const form = useForm();
  return (
    <input
      {...described}
      type="checkbox"
      checked={rawOf(draft) === true}
      onChange={(event) => change(leaf(event.currentTarget.checked))}
      onBlur={(event) => form.leave(path, event)}
    />
  );
}

export function Control(props: ControlProps) {
  const form = useForm();
  if (kindOf(props.schema) === "choice") {
    return props.schema.allowCustom ? <Suggested {...props} /> : <Select {...props} />;
  }
  if (isSecret(props.path, props.schema, form.sensitive)) return <Secret {...props} />;
  return <Text {...props} type={typeFor(props.schema)} />;
}

type InputType = "text" | "date" | "time" | "datetime-local" | "email" | "url";

/** Never "number": such inputs lose what they cannot read and change under the mouse wheel. */
function typeFor(schema: Schema): InputType {
  const types: Record<string, InputType> = {
    date: "date",
    time: "time",
    "date-time": "datetime-local",
    email: "email",
    uri: "url",
  };
  return types[String(schema.format)] ?? "text";
}

/** Stands in a draft for a date or time of which only a part was typed; no format accepts it. */
const PART = "…";

type TextControl = HTMLInputElement | HTMLTextAreaElement;

function Text({
  schema,
  draft,
  change,
  path,
  described,
  type,
  list,
}: ControlProps & { type: InputType; list?: string }) {
  const form = useForm();
  const kind = kindOf(schema);
  const raw = rawOf(draft);
  // Half a date has no value: without this it would look like none, and be left out without a word.
  const noticePart = ({ currentTarget: { validity, value } }: { currentTarget: TextControl }) => {
    const part = validity?.badInput === true;
    if (part !== (raw === PART)) change(leaf(part ? PART : value));
  };
  const shared = {
    ...described,
    class: "icw-input",
    value: raw === PART ? "" : show(raw ?? undefined),
    placeholder: exampleOf(schema),
    autocomplete: "off",
    spellcheck: false,
    onInput: (event: { currentTarget: TextControl }) => change(leaf(event.currentTarget.value)),
    onKeyUp: noticePart,
    onBlur: (event: FocusEvent & { currentTarget: TextControl }) => {
      noticePart(event);
      form.leave(path, event);
    },
  };
  if (type === "text" && isMultiline(path, schema)) return <textarea {...shared} rows={4} />;
  const inputMode = kind === "integer" ? "numeric" : kind === "number" ? "decimal" : undefined;
  return (
    <input {...shared} type={type} inputMode={inputMode} list={list} step={type === "time" ? 1 : undefined} />
  );
}

function exampleOf(schema: Schema): string | undefined {
  const examples = Array.isArray(schema.examples) ? schema.examples : [schema.examples];
  const example = examples[0];
  return example === undefined || example === null ? undefined : S.example(show(example));
}

function Secret(props: ControlProps) {
  const { schema, draft, change, path, described, label } = props;
  const form = useForm();
  const [shown, setShown] = useState(false);
  const multiline = isMultiline(path, schema);
  const shared = {
    ...described,
    class: `icw-input${multiline && !shown ? " icw-masked" : ""}`,
    // A property, which preact sets without an attribute, so that no secret is in the page's text.
    value: show(rawOf(draft) ?? undefined),
    autocomplete: "new-password",
    autocapitalize: "off" as const,
    spellcheck: false,
    // 1Password, LastPass, Bitwarden, Dashlane: this is no login to this page.
    "data-1p-ignore": true,
    "data-lpignore": "true",
    "data-bwignore": "true",
    "data-form-type": "other",
    onInput: (event: { currentTarget: { value: string } }) => change(leaf(event.currentTarget.value)),
    onBlur: (event: FocusEvent) => form.leave(path, event),
  };
  return (
    <div class="icw-row icw-secret">
      {multiline ? (
        <textarea {...shared} rows={4} />
      ) : (
        <input {...shared} type={(shown ? "text" : "password") as "password"} />
      )}
      <button
        type="button"
        class="icw-button icw-quiet icw-reveal"
        aria-label={shown ? S.hideLabel(label) : S.revealLabel(label)}
        onClick={() => setShown(!shown)}
        onBlur={shared.onBlur}
      >
        {shown ? S.hide : S.reveal}
      </button>
    </div>
  );
}

function Select({ schema, draft, change, path, described, required }: ControlProps) {
  const form = useForm();
  const choices = choicesOf(schema) ?? [];
  const raw = JSON.stringify(rawOf(draft));
  const at = choices.findIndex((choice) => JSON.stringify(choice.value) === raw);
  return (
    <select
      {...described}
      class="icw-input icw-select"
      value={String(at)}
      onChange={(event) => change(leaf(choices[Number(event.currentTarget.value)]?.value))}
      onBlur={(event) => form.leave(path, event)}
    >
      <option value="-1">{required ? S.choose : S.none}</option>
      {choices.map((choice, n) => (
        <option key={JSON.stringify(choice.value)} value={String(n)}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}

/** A choice that takes other text too. */
function Suggested(props: ControlProps) {
  const { schema, draft, described } = props;
  const choices = choicesOf(schema) ?? [];
  const raw = rawOf(draft);
  const chosen = choices.find((choice) => JSON.stringify(choice.value) === JSON.stringify(raw));
  const shown: Draft = { is: "leaf", raw: chosen ? chosen.label : show(raw ?? undefined) };
  const list = `${described.id}-list`;
  return (
    <>
      <Text {...props} draft={shown} type="text" list={list} />
      <datalist id={list}>
        {choices.map((choice) => (
          <option key={choice.label} value={choice.label} />
        ))}
      </datalist>
    </>
  );
}
