import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { check } from "../src/form/check";
import { entryOf, type Schema } from "../src/form/data-schema";
import { type Draft, effective } from "../src/form/draft";
import { start } from "../src/form/start";
import { parametersOf } from "../src/launch";
import { isObject, type Json, type JsonObject } from "../src/messages";
import { initialState, type State } from "../src/state/state";
import { option, options, ticket } from "./fakes";

interface Reading {
  about: string;
  schema: Schema | null;
  values: JsonObject;
  missing: string[];
  sent?: JsonObject;
}

interface Nested {
  about: string;
  by: "properties" | "anyOf" | "items" | "additionalProperties";
  levels: number;
  readable: boolean;
}

/** The same file is read by pytest. */
const { readings, nested }: { readings: Reading[]; nested: Nested[] } = JSON.parse(
  readFileSync(new URL("../../tests/protocol/data-schema.json", import.meta.url), "utf8"),
);

/** A path with dots; the entry that the form begins for a list is the list's own lack. */
function dotted(path: string, values: Json): string {
  const steps: string[] = [];
  let at: Json | undefined = values;
  for (const step of path.split("/").slice(1)) {
    if (/^\d+$/.test(step) && !Array.isArray(at)) break;
    at = Array.isArray(at)
      ? at[Number(step)]
      : isObject(at) && Object.hasOwn(at, step)
        ? at[step]
        : undefined;
    steps.push(step);
  }
  return steps.join(".");
}

const state = (schema: Schema | null, values: JsonObject, draft: Draft): State => ({
  ...initialState({} as State["traits"]),
  ticket: ticket({}, { parameters: values }),
  options: options("x", [option(schema)]),
  form: { draft, others: {}, name: "", left: new Set(), refused: false, problems: [] },
});

describe.each(readings)("$about", ({ schema, values, missing, sent }) => {
  const draft = start(schema, values);

  it("is missing what Python says is missing", () => {
    const found = schema ? check(effective(schema, values), draft, values) : [];
    const names = found.filter((p) => p.keyword === "required").map((p) => dotted(p.path, values));
    expect(names.sort()).toEqual([...missing].sort());
  });

  it.runIf(sent)("sends what Python sends", () => {
    expect(parametersOf(state(schema, values, draft))).toEqual(sent);
  });
});

/** A text behind so many levels of the keyword, the group at the top among them; and a value that reaches it. */
function ofLevels({ by, levels }: Nested): { schema: Schema; value: Json; path: string } {
  let schema: Schema = { type: "string", minLength: 3 };
  let value: Json = "x";
  let path = "";
  for (let n = 0; n < levels - 2; n++) {
    if (by === "properties") schema = { properties: { a: schema }, required: ["a"] };
    else if (by === "anyOf") schema = { anyOf: [schema, { type: "integer" }] };
    else schema = { [by]: schema };
    if (by !== "anyOf") {
      value = by === "items" ? [value] : { a: value };
      path += by === "items" ? "/0" : "/a";
    }
  }
  return { schema: { properties: { a: schema }, required: ["a"] }, value: { a: value }, path: `/a${path}` };
}

// What is deeper is kept from the page by Python, which says so in its place.
describe.each(nested.filter(({ readable }) => readable))("$about", (example) => {
  const { schema, value, path } = ofLevels(example);
  const values = value as JsonObject;

  it("is read to its deepest level", () => {
    const draft = start(schema, values);
    const found = check(effective(schema, values), draft, values);
    expect(found.map((problem) => [problem.path, problem.keyword])).toEqual([[path, "minLength"]]);
    expect(parametersOf(state(schema, values, draft))).toEqual(values);
  });
});

describe("what one entry of a list is called", () => {
  it.each([
    ["Tags", "Tag"],
    ["People", "Person"],
    ["Categories", "Category"],
    ["Addresses", "Address"],
    ["Status", "Status"],
    ["Data", "Data"],
  ])("in %s it is %s", (list, entry) => {
    expect(entryOf({}, list)).toBe(entry);
  });

  it("is the entry's own title where it has one", () => {
    expect(entryOf({ title: "Guest" }, "People")).toBe("Guest");
  });
});
