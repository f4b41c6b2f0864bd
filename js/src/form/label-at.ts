/** The words for the field at a path, as the user sees them. */
import { isObject } from "../messages";
import { S } from "../strings";
import { effective } from "./draft";
import type { Scope } from "./formula";
import { branchesOf, kindOf, labelOf, propertiesOf, type Schema } from "./schema";

export function labelAt(schema: Schema, path: string, scope: Scope): string {
  let at = schema;
  let label = "";
  for (const step of path.split("/").slice(1)) {
    if (kindOf(at) === "union") {
      at = branchesOf(at).find((branch) => propertiesOf(branch).some(([name]) => name === step)) ?? at;
    }
    if (kindOf(at) === "array") {
      label = S.item(label, Number(step) + 1);
      at = effective(at.items, scope);
    } else {
      at = effective(isObject(at.properties) ? at.properties[step] : undefined, scope);
      label = /^#\d+$/.test(step) ? S.key : labelOf(at, step);
    }
  }
  return label;
}
