/** The words for the field at a path, as the user sees them. */
import { isObject } from "../messages";
import { S } from "../strings";
import { type Draft, effective } from "./draft";
import type { Scope } from "./formula";
import { branchesOf, labelOf, type Schema } from "./schema";

export function labelAt(schema: Schema, draft: Draft, path: string, scope: Scope): string {
  let at = schema;
  let entered: Draft | undefined = draft;
  let label = "";
  for (const step of path.split("/").slice(1)) {
    if (entered?.is === "union") {
      at = effective(branchesOf(at)[entered.branch], scope);
      entered = entered.value;
    }
    if (entered?.is === "array") {
      label = S.item(label, Number(step) + 1);
      at = effective(at.items, scope);
      entered = entered.items[Number(step)];
    } else {
      at = effective(isObject(at.properties) ? at.properties[step] : undefined, scope);
      label = /^#\d+$/.test(step) ? S.key : labelOf(at, step);
      entered = entered?.is === "object" ? entered.fields[step] : undefined;
    }
  }
  return label;
}
