/** What the user has typed so far, shaped like the schema, and the values it stands for. */
import { isObject, type Json, type JsonObject } from "../messages";
import type { Scope } from "./formula";
import {
  asksNothing,
  branchesOf,
  choicesOf,
  extrasOf,
  kindOf,
  propertiesOf,
  requiredOf,
  resolve,
  type Schema,
  settle,
  show,
} from "./schema";
import { problems } from "./validate";

/** `raw` is what a control shows; numbers stay text until they are collected. */
export type Draft =
  | { is: "leaf"; raw: Json | undefined }
  | { is: "object"; fields: { [name: string]: Draft }; extra: { key: string; value: Draft }[] }
  | { is: "array"; items: Draft[] }
  | { is: "union"; branch: number; value: Draft };

export const leaf = (raw: Json | undefined): Draft => ({ is: "leaf", raw });

/** The schema as the form shows it: formulas resolved, a single alternative taken. */
export const effective = (schema: Json | undefined, scope: Scope): Schema => settle(resolve(schema, scope));

/** The draft a field starts from: the value given, else the default. */
export function initial(schema: Schema, given: Json | undefined, scope: Scope = {}): Draft {
  const value = given ?? schema.default;
  const kind = kindOf(schema);
  if (kind === "union") {
    const branches = branchesOf(schema).map((branch) => effective(branch, scope));
    const fits = value === undefined ? 0 : branches.findIndex((branch) => !problems(branch, value).length);
    const branch = Math.max(0, fits);
    return { is: "union", branch, value: initial(branches[branch] ?? {}, value, scope) };
  }
  if (kind === "object") {
    const from: JsonObject = isObject(value) ? value : {};
    const fields: { [name: string]: Draft } = {};
    for (const [name, property] of propertiesOf(schema)) {
      fields[name] = initial(effective(property, scope), from[name], scope);
    }
    const extras = extrasOf(schema);
    const extra = Object.entries(from)
      .filter(([key]) => extras && !Object.hasOwn(fields, key))
      .map(([key, each]) => ({ key, value: initial(effective(extras ?? {}, scope), each, scope) }));
    return { is: "object", fields, extra };
  }
  if (kind === "array") {
    const items = Array.isArray(value) ? value : [];
    return { is: "array", items: items.map((item) => initial(effective(schema.items, scope), item, scope)) };
  }
  return leaf(startOf(kind, schema, value));
}

function startOf(kind: string, schema: Schema, value: Json | undefined): Json | undefined {
  if (kind === "boolean") return typeof value === "boolean" ? value : undefined;
  if (kind === "choice") {
    const choices = choicesOf(schema) ?? [];
    const chosen = choices.find((choice) => same(choice.value, value));
    return chosen || value === undefined || schema.allowCustom ? (chosen?.value ?? value) : undefined;
  }
  if (kind === "fixed" || kind === "nothing") return undefined;
  if (schema.format === "date-time") return toLocal(show(value ?? undefined));
  return show(value ?? undefined);
}

/** The value of a draft with the schema's types; undefined where nothing was entered. */
export function collect(schema: Schema, draft: Draft, scope: Scope, required = true): Json | undefined {
  return gather(schema, draft, scope, required).value;
}

interface Gathered {
  value: Json | undefined;
  /** Whether it says more than the schema's own defaults and constants. */
  entered: boolean;
}

function gather(schema: Schema, draft: Draft, scope: Scope, required: boolean): Gathered {
  const kind = kindOf(schema);
  if (kind === "fixed") return { value: schema.const, entered: false };
  if (kind === "nothing") return { value: required ? null : undefined, entered: false };
  if (draft.is === "union") {
    return gather(effective(branchesOf(schema)[draft.branch], scope), draft.value, scope, required);
  }
  if (draft.is === "object") return gatherObject(schema, draft, scope, required);
  if (draft.is === "array") {
    const item = effective(schema.items, scope);
    const value = draft.items.map((each) => collect(item, each, scope) ?? null);
    const entered = value.length > 0 && !same(value, schema.default);
    return { value: required || value.length ? value : undefined, entered };
  }
  const value = typed(kind, schema, draft.raw, required);
  return { value, entered: draft.raw !== undefined && value !== undefined && !same(value, schema.default) };
}

function gatherObject(
  schema: Schema,
  draft: Draft & { is: "object" },
  scope: Scope,
  required: boolean,
): Gathered {
  const value: JsonObject = {};
  let entered = false;
  const put = (name: string, own: Json | undefined, field: Draft, needed: boolean) => {
    const found = gather(effective(own, scope), field, scope, needed);
    if (found.value !== undefined) value[name] = found.value;
    entered ||= found.entered;
  };
  const must = requiredOf(schema);
  for (const [name, property] of propertiesOf(schema)) {
    const field = draft.fields[name];
    if (field) put(name, property, field, must.includes(name));
  }
  for (const { key, value: field } of draft.extra) if (key) put(key, extrasOf(schema) ?? {}, field, true);
  // An optional group of nothing but defaults is left out: what it asks for besides would be missing.
  return { value: required || entered ? value : undefined, entered };
}

function typed(kind: string, schema: Schema, raw: Json | undefined, required: boolean): Json | undefined {
  if (kind === "boolean") return raw ?? (required ? false : undefined);
  if (kind === "choice" && typeof raw === "string") {
    const chosen = choicesOf(schema)?.find((choice) => choice.label === raw || same(choice.value, raw));
    // A text of their own has the type that the choices would have.
    return chosen ? chosen.value : typed(kindOf({ type: schema.type ?? "string" }), schema, raw, required);
  }
  if (typeof raw !== "string") return raw ?? undefined;
  const trimmed = raw.trim();
  if (trimmed === "") return undefined;
  if (kind === "number" || kind === "integer") return toNumber(trimmed);
  if (schema.format === "date-time") return toInstant(trimmed);
  return schema.format === "email" || schema.format === "uri" ? trimmed : raw;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What is no number, or too large for one, stays text, so that the check says so. */
function toNumber(text: string): Json {
  const number = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : text;
}

const same = (a: Json | undefined, b: Json | undefined) => JSON.stringify(a) === JSON.stringify(b);

function toLocal(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString();
  return local.replace(/(:00)?(\.000)?Z$/, "");
}

function toInstant(local: string): string {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? local : date.toISOString();
}

/** The draft a whole form starts from. */
export function start(schema: Schema | null, presets: JsonObject): Draft {
  const whole = effective(schema ?? {}, presets);
  return initial(asksNothing(whole) ? { type: "object" } : whole, presets, presets);
}
