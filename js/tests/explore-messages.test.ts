import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "../src/explore/messages";

interface Example {
  case: string;
  valid: boolean;
  message: unknown;
}

const examples: Example[] = JSON.parse(
  readFileSync(new URL("../../tests/protocol/explore-kernel-to-page.json", import.meta.url), "utf8"),
);

describe("what the explorer's page hears, by the examples that Python's tests parse too", () => {
  it.each(examples)("$case", ({ valid, message }) => {
    expect(parse(message)).toEqual(valid ? message : null);
  });
});
