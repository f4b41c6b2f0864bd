/** What is wrong with a form as it stands: the user's choice of branch counts, not a guess. */
import { isObject } from "../messages";
import { collect, type Draft, effective } from "./draft";
import type { Scope } from "./formula";
import { branchesOf, extrasOf, propertiesOf, type Schema } from "./schema";
import { ownProblems, type Problem } from "./validate";

export function check(schema: Schema, draft: Draft, scope: Scope, path = ""): Problem[] {
  if (draft.is === "union") {
    return check(effective(branchesOf(schema)[draft.branch], scope), draft.value, scope, path);
  }
  const value = collect(schema, draft, scope, draft.is !== "leaf");
  if (value === undefined) return [];
  const found = ownProblems(schema, value, path);
  if (draft.is === "object" && isObject(value)) {
    for (const [name, property] of propertiesOf(schema)) {
      const field = draft.fields[name];
      // An optional group that was left empty is left out whole, so nothing in it is missing.
      if (field && (Object.hasOwn(value, name) || field.is === "leaf")) {
        found.push(...check(effective(property, scope), field, scope, `${path}/${name}`));
      }
    }
    const extras = effective(extrasOf(schema) ?? {}, scope);
    for (const { key, value: child } of draft.extra)
      found.push(...check(extras, child, scope, `${path}/${key}`));
  }
  if (draft.is === "array") {
    const item = effective(schema.items, scope);
    draft.items.forEach((child, n) => {
      const at = `${path}/${n}`;
      if (child.is === "leaf" && collect(item, child, scope) === undefined) {
        found.push({ path: at, keyword: "required", limit: null });
      } else found.push(...check(item, child, scope, at));
    });
  }
  return found;
}
