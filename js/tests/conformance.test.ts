import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { problems } from "../src/form/validate";
import type { Json, JsonObject } from "../src/messages";

interface Group {
  description: string;
  schema: JsonObject;
  tests: { description: string; data: Json; valid: boolean }[];
}

const SUITE = new URL("./suite/", import.meta.url);
const files = ["", "format/"].flatMap((folder) =>
  readdirSync(new URL(folder || ".", SUITE))
    .filter((name) => name.endsWith(".json"))
    .map((name) => folder + name),
);

/** Tests that do not hold here, by "group / test", and why. A test listed here must fail; every other one must pass. */
const LEFT_OUT: [reason: string, tests: RegExp][] = [
  [
    "patternProperties is no keyword of the Data Schema",
    /patternProperties are not|patternProperty (invalidates property|validates nonproperty)|pattern with additional.* matching the pattern is valid/,
  ],
  [
    "prefixItems and $ref are no keywords of the Data Schema",
    /(subitems|adjusts|heterogeneous array).* \/ (valid|fewer items)|prefixItems.* \/ (fewer|equal) number of items/,
  ],
  ["a time without a zone is what a browser's time field gives", / \/ no time offset/],
  ["a leap second is taken in any minute", /invalid.*leap second.*wrong/],
  [
    "of an email address only the @ is looked at: to turn down a real one would be worse than a failed sign-in",
    /string with (a space|a @) in|(dot (before|after)|subsequent dots inside) local part|an invalid (domain|IPv4-address-literal)/,
  ],
];

describe.each(files)("JSON-Schema-Test-Suite, draft 2020-12, %s", (file) => {
  const groups: Group[] = JSON.parse(readFileSync(new URL(file, SUITE), "utf8"));
  describe.each(groups)("$description", (group) => {
    for (const test of group.tests) {
      const name = `${group.description} / ${test.description}`;
      const holds = LEFT_OUT.some(([, tests]) => tests.test(name)) ? it.fails : it;
      holds(test.description, () => {
        expect(problems(group.schema, test.data).length === 0).toBe(test.valid);
      });
    }
  });
});
