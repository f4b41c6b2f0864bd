/** What a form starts from: presets, defaults, and which optional groups stand open. */
import { isObject, type Json, type JsonObject, own } from "../messages";
import { check } from "./check";
import {
  asksNothing,
  branchesOf,
  extrasOf,
  isNullable,
  kindOf,
  propertiesOf,
  requiredOf,
  type Schema,
} from "./data-schema";
import { type Draft, effective, leaf, rawFor } from "./draft";
import type { Scope } from "./formula";
import { problems } from "./validate";

/** The draft a field starts from: the value given, else the default. */
export function initial(schema: Schema, given: Json | undefined, scope: Scope = {}, required = true): Draft {
  const value = given ?? schema.default;
  const kind = kindOf(schema);
  if (kind === "union") {
    const branches = branchesOf(schema).map((branch) => effective(branch, scope));
    const branch = nearest(branches, value);
    const chosen = branches[branch] ?? {};
    const own: Draft = {
      is: "union",
      branch,
      value: initial(chosen, within(branches, chosen, value), scope),
    };
    return folded(schema, own, given ?? undefined, scope, required);
  }
  if (kind === "object") {
    const from: JsonObject = isObject(value) ? value : {};
    const must = requiredOf(schema);
    const fields = Object.fromEntries(
      propertiesOf(schema).map(([name, property]) => [
        name,
        initial(effective(property, scope), own(from, name), scope, must.includes(name)),
      ]),
    );
    const extras = extrasOf(schema);
    const others = Object.entries(from).filter(([key]) => !Object.hasOwn(fields, key));
    const group: Draft = {
      is: "object",
      fields,
      extra: extras
        ? others.map(([key, each]) => ({ key, value: initial(effective(extras, scope), each, scope) }))
        : [],
      unasked: extras ? {} : Object.fromEntries(others),
    };
    return folded(schema, group, isObject(given) ? given : undefined, scope, required);
  }
  if (kind === "array") {
    const item = effective(schema.items, scope);
    const entry = (each: Json | undefined) => initial(item, each, scope);
    if (Array.isArray(value)) return { is: "array", items: value.map(entry) };
    // A list that must be there begins with an entry to fill.
    return { is: "array", items: required && !isNullable(schema) ? [entry(undefined)] : [] };
  }
  const raw = rawFor(kind, schema, value);
  return value === undefined || value === null || raw === undefined
    ? leaf(raw)
    : { ...leaf(raw), given: value };
}

/** The value without what only another alternative asks for. */
function within(branches: Schema[], branch: Schema, value: Json | undefined): Json | undefined {
  const asks = (name: string) => (each: Schema) => propertiesOf(each).some(([known]) => known === name);
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value).filter(([name]) => asks(name)(branch) || !branches.some(asks(name))),
      )
    : value;
}

/** The alternative that the value fits, else the one that lacks least; without any value the first. */
function nearest(branches: Schema[], value: Json | undefined): number {
  if (value === undefined) return 0;
  const lacking = branches.map((branch) => problems(branch, value).length);
  const nothing = isObject(value) && Object.keys(value).length === 0;
  return Math.max(0, lacking.indexOf(nothing ? 0 : Math.min(...lacking)));
}

/** An optional group that nobody gave and that could not be sent as it stands is folded away. */
function folded(
  schema: Schema,
  group: Draft & { is: "object" | "union" },
  given: Json | undefined,
  scope: Scope,
  required: boolean,
): Draft {
  if (required && !isNullable(schema)) return group;
  if (given !== undefined) return { ...group, absent: false };
  return check(schema, group, scope).length ? { ...group, absent: true } : group;
}

/** The draft a whole form starts from; `scope` is what formulas may refer to. */
export function start(schema: Schema | null, presets: JsonObject, scope: Scope = presets): Draft {
  const whole = effective(schema ?? {}, scope);
  return initial(asksNothing(whole) ? { type: "object" } : whole, presets, scope);
}
