/** What was typed for one auth option, taken along to another that asks for the same. */
import { own } from "../messages";
import { choicesOf, kindOf, propertiesOf, type Schema } from "./data-schema";
import { type Draft, effective } from "./draft";
import type { Scope } from "./formula";
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
  const old = { typed: from.draft.fields, untouched: untouched.fields };
  const taken = propertiesOf(into.schema).flatMap(([name, property]): [string, Draft][] => {
    const field = own(old.typed, name);
    if (!field || JSON.stringify(field) === JSON.stringify(own(old.untouched, name))) return [];
    const [was, is] = [effective(before.get(name), scope), effective(property, scope)];
    return nature(was, name, sensitive) === nature(is, name, sensitive) ? [[name, field]] : [];
  });
  return { ...into.draft, fields: { ...into.draft.fields, ...Object.fromEntries(taken) } };
}

/** What two fields must share for a value of one to be right for the other, and no secret to be shown. */
function nature(schema: Schema, name: string, sensitive: Sensitive): string {
  const kind = kindOf(schema);
  const parts = ["object", "array", "union"].includes(kind) ? schema : choicesOf(schema);
  return JSON.stringify([kind, schema.format, isSecret(`/${name}`, schema, sensitive), parts]);
}
