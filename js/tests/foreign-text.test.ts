import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { seen } from "../src/foreign-text";

const examples: { about: string; text: string; seen: string }[] = JSON.parse(
  readFileSync(new URL("../../tests/protocol/foreign-text.json", import.meta.url), "utf8"),
);

it.each(examples)("$about", ({ text, seen: expected }) => {
  expect(seen(text)).toBe(expected);
});
