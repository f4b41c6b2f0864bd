import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { columnsOf, recordsIn } from "../src/explore/records";
import type { Json } from "../src/messages";

interface Example {
  case: string;
  output: Json;
  at: string | null;
}

const examples: Example[] = JSON.parse(
  readFileSync(new URL("../../tests/protocol/records.json", import.meta.url), "utf8"),
);

describe("where the table is, by the examples that Python's tests read too", () => {
  it.each(examples)("$case", ({ output, at }) => {
    expect(recordsIn(output)?.at ?? null).toBe(at);
  });

  it("takes no long number for an object", () => {
    expect(recordsIn([{ $integer: "12345678901234567890" }])).toBeNull();
  });

  it("has a column for every name, in the order in which they come up", () => {
    expect(columnsOf([{ b: 1 }, { a: 1, b: 2 }, { c: 3 }])).toEqual(["b", "a", "c"]);
  });
});
