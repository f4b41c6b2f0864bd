/** What a Data Schema asks for: JSON Schema's words and the engine's own. Twin of ic_widget/form/data_schema.py. */
import { seen } from "../foreign-text";
import { digitsOf, isLong } from "../integers";
import { isObject, type Json, type JsonObject, own } from "../messages";
import { evaluate, evaluateWithin, type Scope } from "./formula";

export type Schema = JsonObject;

export type Kind =
  | "object"
  | "array"
  | "union"
  | "fixed"
  | "boolean"
  | "choice"
  | "number"
  | "integer"
  | "text"
  | "nothing";

export interface Choice {
  value: Json;
  label: string;
}

/** Works once for each object: schemas, like drafts, are never changed but replaced. */
export function once<K extends object, V>(work: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, V>();
  return (of) => {
    if (!known.has(of)) known.set(of, work(of));
    return known.get(of) as V;
  };
}

export const NONE: Schema = {};

/** A schema as the form shows it whatever was entered, always the same object; null if it holds what looks like a formula. */
export const plain = once((schema: Schema): Schema | null =>
  JSON.stringify(schema).includes('"$') ? null : settle(resolve(schema, NONE)),
);

/** The schema with each keyword's formulas replaced, and keywords that cannot be resolved left out. */
export function resolve(schema: Json | undefined, scope: Scope): Schema {
  const whole = evaluate(schema, scope);
  if (!isObject(whole)) return {};
  return Object.fromEntries(
    Object.entries(whole).flatMap(([keyword, value]) => {
      const known = (VALUES.has(keyword) ? evaluateWithin : evaluate)(value, scope);
      return known === undefined ? [] : [[keyword, known]];
    }),
  );
}

/** Keywords that hold values, which may have formulas at any depth; schemas within are resolved in their turn. */
const VALUES = new Set(["default", "const", "enum", "examples", "referenceRecords"]);

/** The types a schema names, without "null" (an optional field may be left empty anyway). */
function typesOf(schema: Schema): string[] {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.filter((type): type is string => typeof type === "string" && type !== "null");
}

const KINDS: Record<string, Kind> = {
  object: "object",
  array: "array",
  boolean: "boolean",
  number: "number",
  integer: "integer",
  string: "text",
};

export const kindOf = once((schema: Schema): Kind => {
  if (schema.const !== undefined) return "fixed";
  const branches = branchesOf(schema);
  if (choicesOf(schema)) return "choice";
  if (branches.length > 1) return "union";
  const type = typesOf(schema)[0];
  if (type) return own(KINDS, type) ?? "text";
  if (schema.type === "null") return "nothing";
  if (schema.properties || isObject(schema.additionalProperties)) return "object";
  if (schema.items) return "array";
  if (schema.minimum !== undefined || schema.maximum !== undefined) return "number";
  return "text";
});

/** The alternatives of anyOf, oneOf or a list of types, each with what the schema says besides; [] if none. */
export const branchesOf = once((schema: Schema): Schema[] => {
  // What the field is called and starts from is said once, above the choice of branch.
  const { anyOf, oneOf, title: _title, description: _description, default: _default, ...base } = schema;
  const listed = [anyOf, oneOf].find((list) => Array.isArray(list) && list.length) as Json[] | undefined;
  if (listed) {
    return listed
      .filter(isObject)
      .filter((branch) => branch.type !== "null")
      .map((branch) => merge(base, branch))
      .flatMap((branch) => {
        const inner = branchesOf(branch);
        return inner.length && !choicesOf(branch) ? inner : [branch];
      });
  }
  const types = typesOf(schema);
  return types.length > 1 ? types.map((type) => ({ ...base, type })) : [];
});

/** A schema with its parts put together, and an only alternative taken for granted. */
export function settle(whole: Schema): Schema {
  const { allOf, ...rest } = whole;
  const schema = hideWithin(Array.isArray(allOf) ? allOf.filter(isObject).reduce(merge, rest) : whole);
  const branches = branchesOf(schema);
  const only = branches[0];
  if (branches.length !== 1 || !only) return schema;
  return {
    ...only,
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(isNullable(schema) ? { nullable: true } : {}),
  };
}

/** Whether null is a value of its own: a list of types or choices, an alternative or OpenAPI's keyword says so. */
export function isNullable(schema: Schema): boolean {
  const listed = [schema.type, schema.enum, schema.anyOf, schema.oneOf].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  return (
    schema.nullable === true ||
    listed.some((each) => each === null || each === "null" || (isObject(each) && each.type === "null"))
  );
}

/** All that a secret group or list holds is secret, unless it says otherwise. */
function hideWithin(schema: Schema): Schema {
  if (schema.isSensitive !== true && schema.format !== "password" && schema.writeOnly !== true) return schema;
  const hidden = (inner: Json) => (isObject(inner) ? { isSensitive: true, ...inner } : inner);
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(items ? { items: hidden(items) } : {}),
    ...(additionalProperties ? { additionalProperties: hidden(additionalProperties) } : {}),
    ...(isObject(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([k, v]) => [k, hidden(v)])) }
      : {}),
  };
}

function merge(base: Schema, branch: Schema): Schema {
  const merged: Schema = { ...base, ...branch };
  if (isObject(base.properties) && isObject(branch.properties)) {
    merged.properties = { ...base.properties, ...branch.properties };
  }
  if (Array.isArray(base.required) && Array.isArray(branch.required)) {
    merged.required = [...new Set([...base.required, ...branch.required])];
  }
  return merged;
}

/** What an enum, reference records or alternatives of one value each offer; null where there is nothing to choose. */
export const choicesOf = once((schema: Schema): Choice[] | null => {
  const listed = branchesOf(schema);
  if (Array.isArray(schema.referenceRecords) && schema.referenceRecords.length) {
    return distinct(
      schema.referenceRecords.filter(isObject).flatMap((record) => {
        const value = record.id ?? record.key;
        return value === undefined ? [] : [{ value, label: text(record.name) || show(value) }];
      }),
    );
  }
  if (listed.length && listed.every((branch) => branch.const !== undefined)) {
    return distinct(
      listed.map((branch) => ({
        value: branch.const ?? null,
        label: text(branch.title) || show(branch.const),
      })),
    );
  }
  const values = Array.isArray(schema.enum) ? schema.enum : [];
  return values.some((value) => value !== null)
    ? distinct(values.map((value) => ({ value, label: show(value) })))
    : null;
});

/** The choices with the value beside each label that could be taken for another choice. */
function distinct(choices: Choice[]): Choice[] {
  const taken = (label: string, own: Choice) =>
    choices.some(
      (other) =>
        other !== own && (other.label === label || (other.label !== "" && show(other.value) === label)),
    );
  return choices.map((choice) => {
    const label = seen(choice.label);
    return { ...choice, label: taken(choice.label, choice) ? `${label} (${show(choice.value)})` : label };
  });
}

export const propertiesOf = once((schema: Schema): [string, Json][] =>
  isObject(schema.properties) ? Object.entries(schema.properties) : [],
);

/** Names of the properties a person must fill; what is implied or cannot be written is not asked of them. */
export const requiredOf = once((schema: Schema): string[] => {
  if (!Array.isArray(schema.required)) return [];
  const given = new Set(
    propertiesOf(schema)
      .filter(
        ([, property]) => isObject(property) && (property.isImplied === true || property.readOnly === true),
      )
      .map(([name]) => name),
  );
  return schema.required.filter((name) => typeof name === "string").filter((name) => !given.has(name));
});

/** The schema of values beyond the named properties, or null where the form offers none. */
export function extrasOf(schema: Schema): Schema | null {
  const { additionalProperties: extras } = schema;
  if (isObject(extras)) return extras;
  return propertiesOf(schema).length === 0 && extras !== false ? { type: "string" } : null;
}

/** Whether a form for this schema would ask anything at all. */
export function asksNothing(schema: Schema | null): boolean {
  if (!schema) return true;
  return (
    propertiesOf(schema).length === 0 &&
    branchesOf(schema).length === 0 &&
    !isObject(schema.additionalProperties)
  );
}

export const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** A value as a person reads it. */
export function show(value: Json | undefined): string {
  if (isLong(value)) return digitsOf(value);
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

/** The words a field goes by: its title, or its name made readable. */
export function labelOf(schema: Schema, name: string): string {
  const title = seen(text(schema.title));
  if (title) return title;
  const words = seen(name)
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What one entry of a list is called: "Tag" in a list called "Tags". */
export function entryOf(schema: Schema, list: string): string {
  const title = seen(text(schema.title));
  if (title || /(ss|us|is)$/i.test(list)) return title || list;
  return list
    .replace(/ies$/, "y")
    .replace(/(ss|x|ch|sh)es$/, "$1")
    .replace(/eople$/, "erson")
    .replace(/([^s])s$/, "$1");
}

/** Words as they stand within a sentence: "Tag" begins small there, "API key" does not. */
export const within = (words: string): string =>
  /^[A-Z][a-z]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
