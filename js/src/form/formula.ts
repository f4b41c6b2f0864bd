/** Formulas in a Data Schema, such as {"$var": "$.host"}, resolved against the form. */
import { isLong } from "../integers";
import { isObject, type Json, type JsonObject } from "../messages";

/** Values a formula may refer to: those of the whole form, as typed so far. */
export type Scope = JsonObject;

function lookup(path: string, scope: Scope): Json | undefined {
  const steps = path
    .replace(/^\$\.?/, "")
    .split(/[.[\]]+/)
    .filter(Boolean);
  const walk = (from: string[]): Json | undefined =>
    from.reduce<Json | undefined>((at, step) => {
      if (Array.isArray(at)) return at[Number(step)];
      return isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    }, scope);
  // The engine's formulas may begin with a name for the whole form, such as "input".
  return walk(steps) ?? (steps.length > 1 ? walk(steps.slice(1)) : undefined);
}

/** A value that is a formula replaced; undefined where it cannot be resolved. */
export function evaluate(value: Json | undefined, scope: Scope): Json | undefined {
  if (!isObject(value) || isLong(value)) return value;
  const [operator, ...more] = Object.keys(value);
  if (!operator?.startsWith("$") || more.length) return value;
  const operand = value[operator];
  if (operator === "$var" && typeof operand === "string") return lookup(operand, scope);
  if (operator === "$literal") return operand;
  return undefined;
}

/** A value with the formulas at any depth replaced, and the parts that cannot be resolved left out. */
export function evaluateWithin(value: Json | undefined, scope: Scope): Json | undefined {
  if (Array.isArray(value)) {
    return value.map((each) => evaluateWithin(each, scope)).filter((each) => each !== undefined);
  }
  const known = evaluate(value, scope);
  // What was looked up was typed by a person: it holds no formulas.
  if (known !== value || !isObject(known) || isLong(known)) return known;
  if (Object.keys(known).some((key) => key.startsWith("$"))) return undefined;
  return Object.fromEntries(
    Object.entries(known).flatMap(([key, each]) => {
      const found = evaluateWithin(each, scope);
      return found === undefined ? [] : [[key, found]];
    }),
  );
}
