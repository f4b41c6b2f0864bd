/** The controls that hold a single value. */
import * as S from "../strings";
import { useForm } from "./context";
import { choicesOf, kindOf, show } from "./data-schema";
import { type Draft, leaf, rawOf, same } from "./draft";
import type { ControlProps, Described, FieldProps } from "./props";
import { Text } from "./text-control";

export function CheckBox({ draft, change, path, described }: FieldProps & { described: Described }) {
  const form = useForm();
  return (
    <input
      {...described}
      type="checkbox"
      checked={rawOf(draft) === true}
      onChange={(event) => {
        const { checked } = event.currentTarget;
        change(() => leaf(checked));
      }}
      onBlur={(event) => form.leave(path, event)}
    />
  );
}

/** From so many choices on, one is looked for by typing. */
const MANY = 12;

export function Control(props: ControlProps) {
  if (kindOf(props.schema) !== "choice") return <Text {...props} />;
  const many = (choicesOf(props.schema)?.length ?? 0) >= MANY;
  return many || props.schema.allowCustom ? <Suggested {...props} /> : <Select {...props} />;
}

function Select({ schema, draft, change, path, described, required }: ControlProps) {
  const form = useForm();
  const choices = choicesOf(schema) ?? [];
  const nothing = choices.findIndex((choice) => choice.value === null);
  const found = choices.findIndex((choice) => same(choice.value, rawOf(draft)));
  // What must be there and may be null is null as long as nothing else was chosen.
  const implied = required && nothing >= 0;
  return (
    <select
      {...described}
      class="icw-input icw-select"
      value={String(found < 0 && implied ? nothing : found)}
      onChange={(event) => {
        const value = choices[Number(event.currentTarget.value)]?.value;
        change(() => leaf(value));
      }}
      onBlur={(event) => form.leave(path, event)}
    >
      {!implied && <option value="-1">{required || nothing >= 0 ? S.choose : S.none}</option>}
      {choices.map(({ value, label }, n) => (
        <option key={n} value={String(n)}>
          {value === null ? S.none : label || S.empty}
        </option>
      ))}
    </select>
  );
}

/** A choice found by typing; it may take other text too. */
function Suggested(props: ControlProps) {
  const { schema, draft, described } = props;
  const choices = (choicesOf(schema) ?? []).filter((choice) => choice.value !== null);
  const raw = rawOf(draft);
  const chosen = choices.find((choice) => same(choice.value, raw));
  const shown: Draft = leaf(chosen ? chosen.label : show(raw ?? undefined));
  const list = `${described.id}-list`;
  return (
    <>
      <Text {...props} draft={shown} list={list} />
      <datalist id={list}>
        {choices.map(({ label }) => (
          <option key={label} value={label} />
        ))}
      </datalist>
    </>
  );
}
