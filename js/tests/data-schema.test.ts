import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { check } from "../src/form/check";
import type { Schema } from "../src/form/data-schema";
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

/** The same file is read by pytest. */
const { readings }: { readings: Reading[] } = JSON.parse(
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
