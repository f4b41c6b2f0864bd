/** JSON Schema validation of the keywords a Data Schema uses; the rest are ignored. */
import { digitsOf, isLong } from "../integers";
import { isObject, type Json, own } from "../messages";
import { isNullable, propertiesOf, requiredOf, type Schema } from "./data-schema";
import { matches } from "./pattern";

/** One thing wrong: where (a JSON Pointer without escapes), which keyword says so, and that keyword's value. */
export interface Problem {
  path: string;
  keyword: string;
  limit: Json | undefined;
}

const schemaOf = (value: Json | undefined): Schema => (isObject(value) ? value : {});

/** What is wrong with a value, nested values included. */
export function problems(schema: Schema, value: Json, path = ""): Problem[] {
  const found = ownProblems(schema, value, path);
  if (isObject(value) && !isLong(value)) {
    const named = new Map(propertiesOf(schema));
    for (const [name, each] of Object.entries(value)) {
      const at = `${path}/${name}`;
      if (named.has(name)) found.push(...nested(named.get(name), each, at));
      else found.push(...nested(schema.additionalProperties, each, at));
    }
  }
  if (Array.isArray(value)) {
    for (const [n, each] of value.entries()) found.push(...nested(schema.items, each, `${path}/${n}`));
  }
  const fits = (branch: Json) => nested(branch, value, path).length === 0;
  if (Array.isArray(schema.anyOf) && !schema.anyOf.some(fits))
    found.push({ path, keyword: "anyOf", limit: null });
  if (Array.isArray(schema.oneOf) && schema.oneOf.filter(fits).length !== 1) {
    found.push({ path, keyword: "oneOf", limit: null });
  }
  return found;
}

function nested(schema: Json | undefined, value: Json, path: string): Problem[] {
  return schema === false
    ? [{ path, keyword: "unknown", limit: false }]
    : problems(schemaOf(schema), value, path);
}

/** What is wrong with a value itself, whatever it contains. */
export function ownProblems(schema: Schema, value: Json, path: string): Problem[] {
  const found: Problem[] = [];
  const fail = (keyword: string, at = path) => found.push({ path: at, keyword, limit: schema[keyword] });
  const bound = (keyword: string) =>
    typeof schema[keyword] === "number" ? (schema[keyword] as number) : null;
  const outside = (low: string, high: string, size: number) => {
    const [least, most] = [bound(low), bound(high)];
    if (least !== null && size < least) fail(low);
    if (most !== null && size > most) fail(high);
  };

  if (!hasType(schema.type, value) && !(value === null && isNullable(schema))) fail("type");
  const { enum: allowed, allowCustom } = schema;
  // None at all: they are not known yet, so the form lets anything be typed.
  if (Array.isArray(allowed) && allowed.length && !allowCustom && !allowed.some((each) => equal(each, value)))
    fail("enum");
  if (schema.const !== undefined && !equal(schema.const, value)) fail("const");
  if (typeof value === "number") outside("minimum", "maximum", value);
  if (isLong(value)) outside("minimum", "maximum", Number(digitsOf(value)));
  if (Array.isArray(value)) outside("minItems", "maxItems", value.length);
  if (isObject(value)) {
    for (const name of requiredOf(schema))
      if (!Object.hasOwn(value, name)) fail("required", `${path}/${name}`);
  }
  if (typeof value === "string") {
    outside("minLength", "maxLength", [...value].length);
    const fits = typeof schema.pattern === "string" ? matches(schema.pattern, value) : null;
    if (fits === false) fail("pattern");
    // A pattern that is kept says more of the form of a date or time than the name of a standard does.
    const stamped = fits === true && /^(date|time|date-time)$/.test(String(schema.format));
    if (!stamped && !(own(FORMATS, String(schema.format))?.(value) ?? true)) fail("format");
  }
  return found;
}

export function hasType(types: Json | undefined, value: Json): boolean {
  const named = (Array.isArray(types) ? types : [types]).filter((type) => Object.hasOwn(TYPES, String(type)));
  return named.length === 0 || named.some((type) => own(TYPES, String(type))?.(value));
}

const TYPES: Record<string, (value: Json) => boolean> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number" || isLong(value),
  integer: (value) => Number.isInteger(value) || isLong(value),
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
  array: Array.isArray,
  object: (value) => isObject(value) && !isLong(value),
};

const TIME = /^([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)(\.\d+)?)?(z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/i;

/** A day that the calendar has: another one would be read as the day after it. */
const isDay = (value: string) => new Date(value).toJSON()?.slice(0, 10) === value;

const FORMATS: Record<string, (value: string) => boolean> = {
  email: (value) => /^[^\s@]+@[^\s@]+$/.test(value),
  uri: (value) => /^[a-z][a-z\d+.-]*:/i.test(value) && URL.canParse(value),
  date: isDay,
  time: (value) => TIME.test(value),
  "date-time": (value) => {
    const [day = "", time = ""] = value.split(/[t ]/i);
    return isDay(day) && TIME.test(time);
  },
};

/** Equal as JSON, whatever the order of keys. */
function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && equal(a[name], b[name]))
    );
  }
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, n) => equal(each, b[n]));
  return a === b;
}
