/** Alternatives: the user says which one, and only that one is asked for and sent. */
import { S } from "../strings";
import { useForm } from "./context";
import { effective, initial } from "./draft";
import { Field } from "./field";
import { Group, type Part } from "./group";
import { List } from "./list";
import { branchesOf, kindOf, type Schema, text } from "./schema";

export function Union({ schema, draft, change, path, label }: Part & { label: string }) {
  const form = useForm();
  if (draft.is !== "union") return null;
  const branches = branchesOf(schema).map((branch) => effective(branch, form.scope));
  const branch = branches[draft.branch] ?? {};
  const id = form.id(`b${path}`);
  const choose = (n: number) =>
    change({ is: "union", branch: n, value: initial(branches[n] ?? {}, undefined, form.scope) });
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
            {branchLabel(each, n)}
          </option>
        ))}
      </select>
      <Branch
        key={draft.branch}
        schema={branch}
        draft={draft.value}
        change={(value) => change({ ...draft, value })}
        path={path}
        label={label}
      />
    </>
  );
}

const TYPE_WORDS: Record<string, string> = {
  text: "Text",
  number: "Number",
  integer: "Whole number",
  boolean: "Yes or no",
  array: "List",
  object: "Group of fields",
  choice: "Choice",
};

function branchLabel(branch: Schema, n: number): string {
  return text(branch.title) || TYPE_WORDS[kindOf(branch)] || S.item("Option", n + 1);
}

function Branch(props: Part & { label: string }) {
  const kind = kindOf(props.schema);
  if (kind === "object") return <Group {...props} />;
  if (kind === "array") return <List {...props} />;
  return <Field {...props} name="" required label={text(props.schema.title) || props.label} />;
}
