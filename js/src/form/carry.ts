/** What was typed for one auth option, taken along to another that asks for the same. */
import { type Draft, effective } from "./draft";
import type { Scope } from "./formula";
import { choicesOf, kindOf, propertiesOf, type Schema } from "./schema";
import { isSecret, type Sensitive } from "./secret";

export interface Filled {
  schema: Schema;
  draft: Draft;
}

/** `into` with the fields of `from` that differ from `untouched`, where both have a field of that name and kind. */
export function carry(
  from: Filled,
  into: Filled,
  untouched: Draft,
  sensitive: Sensitive,
  scope: Scope,
): Draft {
  if (from.draft.is !== "object" || into.draft.is !== "object" || untouched.is !== "object")
    return into.draft;
  const before = new Map(propertiesOf(from.schema));
  const fields = { ...into.draft.fields };
  for (const [name, property] of propertiesOf(into.schema)) {
    const field = from.draft.fields[name];
    if (!field || JSON.stringify(field) === JSON.stringify(untouched.fields[name])) continue;
    const [old, own] = [effective(before.get(name), scope), effective(property, scope)];
    if (nature(old, name, sensitive) === nature(own, name, sensitive)) fields[name] = field;
  }
  return { ...into.draft, fields };
}

/** What two fields must share for a value of one to be right for the other, and no secret to be shown. */
function nature(schema: Schema, name: string, sensitive: Sensitive): string {
  const kind = kindOf(schema);
  const parts = ["object", "array", "union"].includes(kind) ? schema : choicesOf(schema);
  return JSON.stringify([kind, schema.format, isSecret(`/${name}`, schema, sensitive), parts]);
}
