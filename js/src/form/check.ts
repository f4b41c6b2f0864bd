/** What is wrong with a form as it stands: the user's choice of branch counts, not a guess. */
import { isObject, own } from "../messages";
import { branchesOf, choicesOf, extrasOf, kindOf, propertiesOf, type Schema } from "./data-schema";
import { collect, type Draft, effective, isAbsent, NUMBER, remembered, same } from "./draft";
import type { Scope } from "./formula";
import { ownProblems, type Problem } from "./validate";

export const check = (schema: Schema, draft: Draft, scope: Scope): Problem[] =>
  checkAt(schema, draft, scope, "");

const checkAt = remembered((schema, draft, scope, path: string): Problem[] => {
  if (isAbsent(draft)) return [];
  if (draft.is === "union") {
    return checkAt(effective(branchesOf(schema)[draft.branch], scope), draft.value, scope, path);
  }
  const value = collect(schema, draft, scope, draft.is !== "leaf");
  if (value === undefined || value === null) return [];
  const names = new Set(propertiesOf(schema).map(([name]) => name));
  // What no field asks for cannot be filled in here; the engine may know it anyway.
  const extras = extrasOf(schema);
  const offered = (at: string) => extras !== null || names.has(at.slice(path.length + 1));
  const found = ownProblems(schema, value, path).filter((p) => p.keyword !== "required" || offered(p.path));
  if (draft.is === "leaf") return single(schema, value, found, path);
  const entry = (part: Schema, child: Draft, at: string) =>
    found.push(
      ...(collect(part, child, scope) === undefined ? [missing(at)] : checkAt(part, child, scope, at)),
    );
  if (draft.is === "object" && isObject(value)) {
    for (const [name, property] of propertiesOf(schema)) {
      const field = own(draft.fields, name);
      // An optional group that was left empty is left out whole, so nothing in it is missing.
      if (field && Object.hasOwn(value, name)) {
        found.push(...checkAt(effective(property, scope), field, scope, `${path}/${name}`));
      }
    }
    const further = effective(extras ?? {}, scope);
    draft.extra.forEach(({ key, value: child }, n) => {
      const at = keyPath(path, n);
      if (!key) found.push(missing(at));
      else if (names.has(key)) found.push({ path: at, keyword: "twice", limit: key });
      else entry(further, child, `${path}/${key}`);
      names.add(key);
    });
  }
  if (draft.is === "array") {
    const item = effective(schema.items, scope);
    draft.items.forEach((child, n) => {
      entry(item, child, `${path}/${n}`);
    });
  }
  return found;
});

/** What a number or a choice of others lacks beyond what JSON Schema says of its value. */
function single(
  schema: Schema,
  value: Parameters<typeof same>[0],
  found: Problem[],
  path: string,
): Problem[] {
  const kind = kindOf(schema);
  const numeric = kind === "number" || kind === "integer";
  if (numeric && typeof value === "string" && NUMBER.test(value)) {
    return [{ path, keyword: "digits", limit: null }];
  }
  const choices = kind === "choice" && !schema.allowCustom ? choicesOf(schema) : null;
  if (choices && !choices.some((choice) => same(choice.value, value))) {
    return [{ path, keyword: "enum", limit: null }];
  }
  return found;
}

const missing = (path: string): Problem => ({ path, keyword: "required", limit: null });

/** Where a problem with the name of the nth further value is. */
export const keyPath = (path: string, n: number) => `${path}/#${n}`;
