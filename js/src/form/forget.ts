/** What is secret in a draft goes as soon as it was posted. */
import type { Json } from "../messages";
import { type Draft, effective, leaf } from "./draft";
import type { Scope } from "./formula";
import { branchesOf, extrasOf, propertiesOf, type Schema } from "./schema";
import { isSecret, type Sensitive } from "./secret";

/** The draft with every typed secret put back to what it was at the start, and whether any was typed. */
export function withoutSecrets(
  schema: Schema,
  draft: Draft,
  sensitive: Sensitive,
  scope: Scope,
  before?: Draft,
  path = "",
): { draft: Draft; typed: boolean } {
  let typed = false;
  const strip = (inner: Json | undefined, child: Draft, was: Draft | undefined, at = path): Draft => {
    const stripped = withoutSecrets(effective(inner, scope), child, sensitive, scope, was, at);
    typed ||= stripped.typed;
    return stripped.draft;
  };
  const was = before?.is === draft.is ? before : undefined;
  if (draft.is === "union") {
    const old = was?.is === "union" && was.branch === draft.branch ? was.value : undefined;
    return { draft: { ...draft, value: strip(branchesOf(schema)[draft.branch], draft.value, old) }, typed };
  }
  if (draft.is === "object") {
    const properties = Object.fromEntries(propertiesOf(schema));
    const fields = Object.fromEntries(
      Object.entries(draft.fields).map(([name, child]) => {
        const old = was?.is === "object" ? was.fields[name] : undefined;
        return [name, strip(properties[name], child, old, `${path}/${name}`)];
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
  const old = was?.is === "leaf" ? was.raw : undefined;
  if (!isSecret(path, schema, sensitive) || (draft.raw ?? "") === (old ?? "")) return { draft, typed };
  return { draft: leaf(old), typed: true };
}
