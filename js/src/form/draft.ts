/** What the user has typed so far, shaped like the schema, and the values it stands for. */
import { integer } from "../integers";
import { isObject, type Json, type JsonObject, own } from "../messages";
import {
  branchesOf,
  choicesOf,
  extrasOf,
  isNullable,
  type Kind,
  kindOf,
  NONE,
  plain,
  propertiesOf,
  requiredOf,
  resolve,
  type Schema,
  settle,
  show,
} from "./data-schema";
import type { Scope } from "./formula";
import { clockOf, localOf, written } from "./moment";
import { trimmed } from "./text";
import { hasType } from "./validate";

/** `raw` is what a control shows; numbers stay text until they are collected. */
export type Draft =
  | Leaf
  | {
      is: "object";
      fields: Drafts;
      extra: { key: string; value: Draft }[];
      /** Given by Python, and asked for by no field: it goes along. */
      unasked?: JsonObject;
      absent?: boolean;
    }
  | { is: "array"; items: Draft[] }
  | { is: "union"; branch: number; value: Draft; absent?: boolean };

export interface Leaf {
  is: "leaf";
  raw: Json | undefined;
  /** What the field started from: sent as it was given for as long as the field shows it. */
  given?: Json;
  /** White space at the ends is no part of the value. */
  trim?: boolean;
}

/** By the names of the schema; read with `own`, as a name may be that of something every object inherits. */
export type Drafts = { [name: string]: Draft };

/** Changes a draft; it is given the newest one, as several fields may be filled before the page is drawn again. */
export type Change = (update: (draft: Draft) => Draft) => void;

export const leaf = (raw: Json | undefined): Leaf => ({ is: "leaf", raw });

export const rawOf = (draft: Draft): Json | undefined => (draft.is === "leaf" ? draft.raw : undefined);

/** The schema as the form shows it: formulas resolved, a single alternative taken. */
export const effective = (schema: Json | undefined, scope: Scope): Schema =>
  isObject(schema) ? (plain(schema) ?? settle(resolve(schema, scope))) : NONE;

type Work<A, T> = (...asked: [schema: Schema, draft: Draft, scope: Scope, also: A]) => T;

/** Keeps what was made of each draft for as long as `from`, all else that it was made from, is the same. */
export function memory<T>() {
  const known = new WeakMap<Draft, [unknown[], T]>();
  return (draft: Draft, from: unknown[], make: () => T): T => {
    let last = known.get(draft);
    if (!last?.[0].every((each, n) => each === from[n])) {
      last = [from, make()];
      known.set(draft, last);
    }
    return last[1];
  };
}

/** Remembers what was found for each draft: of a form in which one field changed, the others are not read again. */
export function remembered<A, T>(work: Work<A, T>): Work<A, T> {
  const recall = memory<T>();
  return (...asked) => recall(asked[1], asked, () => work(...asked));
}

/** Whether the draft is that of an optional group which is left out, folded behind a button. */
export const isAbsent = (draft: Draft): boolean => "absent" in draft && draft.absent === true;

/** What the control of a single value shows for it. */
export function rawFor(kind: Kind, schema: Schema, value: Json | undefined): Json | undefined {
  if (kind === "boolean") return typeof value === "boolean" ? value : undefined;
  if (kind === "choice") {
    const chosen = choicesOf(schema)?.find((choice) => same(choice.value, value));
    return chosen || value === undefined || schema.allowCustom ? (chosen?.value ?? value) : undefined;
  }
  if (kind === "fixed" || kind === "nothing") return undefined;
  return localOf(schema, show(value ?? undefined));
}

/** The value of a draft with the schema's types; undefined where nothing was entered. */
export function collect(schema: Schema, draft: Draft, scope: Scope, required = true): Json | undefined {
  return gather(schema, draft, scope, required).value;
}

interface Gathered {
  value: Json | undefined;
  /** Whether the page shows any of it; constants are sent without being shown. */
  shown: boolean;
}

const gather = remembered((schema, draft, scope, required: boolean): Gathered => {
  const found = isAbsent(draft)
    ? { value: undefined, shown: false }
    : entered(schema, draft, scope, required);
  return found.value === undefined && required && isNullable(schema) ? { ...found, value: null } : found;
});

function entered(schema: Schema, draft: Draft, scope: Scope, required: boolean): Gathered {
  const kind = kindOf(schema);
  if (kind === "fixed") return { value: schema.const, shown: false };
  if (kind === "nothing") return { value: required ? null : undefined, shown: false };
  if (draft.is === "union") {
    const asked = required || (draft.absent === false && draft.value.is === "object");
    return gather(effective(branchesOf(schema)[draft.branch], scope), draft.value, scope, asked);
  }
  if (draft.is === "object") return gatherObject(schema, draft, scope, required);
  if (draft.is === "array") {
    const item = effective(schema.items, scope);
    const value = draft.items.map((each) => collect(item, each, scope) ?? null);
    return { value: required || value.length ? value : undefined, shown: value.length > 0 };
  }
  const untouched = (draft.given ?? "") !== "" && same(draft.raw, rawFor(kind, schema, draft.given));
  const value =
    untouched && kind !== "choice" && hasType(schema.type, draft.given ?? null)
      ? draft.given
      : typed(kind, schema, draft.trim ? trimmed(draft.raw) : draft.raw, required);
  return { value, shown: value !== undefined };
}

function gatherObject(
  schema: Schema,
  draft: Draft & { is: "object" },
  scope: Scope,
  required: boolean,
): Gathered {
  const values = Object.entries(draft.unasked ?? {});
  let shown = false;
  const put = (name: string, part: Json | undefined, field: Draft, needed: boolean) => {
    const found = gather(effective(part, scope), field, scope, needed);
    if (found.value !== undefined) values.push([name, found.value]);
    shown ||= found.shown;
  };
  const must = new Set(requiredOf(schema));
  for (const [name, property] of propertiesOf(schema)) {
    const field = own(draft.fields, name);
    if (field) put(name, property, field, must.has(name));
  }
  for (const { key, value: field } of draft.extra) if (key) put(key, extrasOf(schema) ?? {}, field, true);
  // An optional group that shows nothing is left out, unless somebody asked for it.
  const kept = required || shown || draft.absent === false;
  return { value: kept ? (Object.fromEntries(values) as JsonObject) : undefined, shown };
}

function typed(kind: Kind, schema: Schema, raw: Json | undefined, required: boolean): Json | undefined {
  if (kind === "boolean") return raw ?? (required ? false : undefined);
  if (kind === "choice") {
    const choices = choicesOf(schema) ?? [];
    const words = typeof raw === "string" ? raw.trim().toLowerCase() : null;
    const chosen =
      choices.find((choice) => same(choice.value, raw) && !(schema.allowCustom && raw === "")) ??
      (words &&
        (choices.find((choice) => choice.label === raw) ??
          choices.find((choice) => choice.label.toLowerCase() === words)));
    if (chosen) return chosen.value;
    // A text of their own has the type that the choices would have.
    return typed(kindOf({ type: schema.type ?? "string" }), schema, raw, required);
  }
  if (typeof raw !== "string") return raw ?? undefined;
  const text = raw.trim();
  if (text === "") return undefined;
  if (kind === "number" || kind === "integer") return toNumber(text);
  return clockOf(schema) ? written(schema, text) : raw;
}

export const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What is no number, or cannot be kept as one, stays text, so that the check says so. */
function toNumber(text: string): Json {
  // Full-width digits and the sign that word processors write are digits and a sign all the same.
  const plain = text.normalize("NFKC").replace(/^\u2212/, "-");
  if (!NUMBER.test(plain)) return text;
  if (/^[+-]?\d+$/.test(plain)) return integer(plain);
  const digits = plain.replace(/e.*$/i, "").replace(/\D/g, "").replace(/^0+/, "");
  const number = Number(plain);
  return Number.isFinite(number) && digits.length <= 17 ? number : plain;
}

export const same = (a: Json | undefined, b: Json | undefined) => JSON.stringify(a) === JSON.stringify(b);
