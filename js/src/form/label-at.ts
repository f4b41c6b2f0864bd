/** The words for the field at a path, as the user sees them. */
import { isObject, own } from "../messages";
import * as S from "../strings";
import { branchesOf, entryOf, labelOf, type Schema } from "./data-schema";
import { type Draft, effective } from "./draft";
import type { Scope } from "./formula";

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
      at = effective(at.items, scope);
      label = S.item(entryOf(at, label), Number(step) + 1);
      entered = entered.items[Number(step)];
    } else {
      at = effective(isObject(at.properties) ? own(at.properties, step) : undefined, scope);
      label = /^#\d+$/.test(step) ? S.key : labelOf(at, step);
      entered = entered?.is === "object" ? own(entered.fields, step) : undefined;
    }
  }
  return label;
}
