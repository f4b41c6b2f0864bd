/** What is secret in a draft goes as soon as it was posted, and never into what formulas may copy. */
import { isObject, type Json, type JsonObject, own } from "../messages";
import { branchesOf, extrasOf, propertiesOf, type Schema, settle } from "./data-schema";
import { type Draft, effective, leaf } from "./draft";
import type { Scope } from "./formula";
import { isSecret, type Sensitive } from "./secret";

/** The draft with every typed secret put back to what it was at the start, and the paths of those that were typed. */
export function withoutSecrets(
  schema: Schema,
  draft: Draft,
  sensitive: Sensitive,
  scope: Scope,
  before?: Draft,
  path = "",
): { draft: Draft; typed: string[] } {
  const typed: string[] = [];
  const strip = (inner: Json | undefined, child: Draft, was: Draft | undefined, at = path): Draft => {
    const stripped = withoutSecrets(effective(inner, scope), child, sensitive, scope, was, at);
    typed.push(...stripped.typed);
    return stripped.draft;
  };
  const was = before?.is === draft.is ? before : undefined;
  if (draft.is === "union") {
    const old = was?.is === "union" && was.branch === draft.branch ? was.value : undefined;
    return { draft: { ...draft, value: strip(branchesOf(schema)[draft.branch], draft.value, old) }, typed };
  }
  if (draft.is === "object") {
    const properties = new Map(propertiesOf(schema));
    const fields = Object.fromEntries(
      Object.entries(draft.fields).map(([name, child]) => {
        const old = was?.is === "object" ? own(was.fields, name) : undefined;
        return [name, strip(properties.get(name), child, old, `${path}/${name}`)];
      }),
    );
    const extras = extrasOf(schema) ?? {};
    const extra = draft.extra.map(({ key, value }) => ({
      key,
      value: strip(extras, value, undefined, `${path}/${key}`),
    }));
    return { draft: { ...draft, fields, extra }, typed };
  }
  if (draft.is === "array") {
    const items = draft.items.map((child, n) => strip(schema.items, child, undefined, `${path}/${n}`));
    return { draft: { ...draft, items }, typed };
  }
  const old = was?.is === "leaf" ? was : leaf(undefined);
  if (!isSecret(path, schema, sensitive) || (draft.raw ?? "") === (old.raw ?? "")) return { draft, typed };
  return { draft: old, typed: [path] };
}

/** The values without those of secret fields. */
export function openValues(schema: Schema, values: JsonObject, sensitive: Sensitive, path = ""): JsonObject {
  const parts = [schema, ...branchesOf(schema)].map((part) => new Map(propertiesOf(settle(part))));
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, Json][] => {
      const at = `${path}/${name}`;
      const asked = parts.map((part) => part.get(name)).filter(isObject);
      const fields = (asked.length ? asked : [{}]).map(settle);
      if (fields.some((field) => isSecret(at, field, sensitive))) return [];
      const inner = fields[0] ?? {};
      const open = (each: Json, within: Schema, place: string): Json =>
        isObject(each) ? openValues(within, each, sensitive, place) : each;
      if (!Array.isArray(value)) return [[name, open(value, inner, at)]];
      const item = settle(isObject(inner.items) ? inner.items : {});
      if (isSecret(`${at}/0`, item, sensitive)) return [];
      return [[name, value.map((each, n) => open(each, item, `${at}/${n}`))]];
    }),
  );
}
