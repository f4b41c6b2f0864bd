import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "../src/messages";

interface Example {
  case: string;
  valid: boolean;
  message: unknown;
}

const examples: Example[] = JSON.parse(
  readFileSync(new URL("../../tests/protocol/kernel-to-page.json", import.meta.url), "utf8"),
);

describe("messages from the kernel, by the examples that Python's tests parse too", () => {
  it.each(examples)("$case", ({ valid, message }) => {
    expect(parse(message)).toEqual(valid ? message : null);
  });

  it("keeps the entries that are right where others are not", () => {
    const page = { kind: "integrations", search: "", cursor: null, next: null, error: null };
    const good = { key: "a", name: "A" };
    const items = [good, { key: "b", name: null }, { name: "C" }, null];
    expect(parse({ ...page, items })).toEqual({ ...page, items: [good] });
  });

  it.each([
    { kind: "ticket", action: "javascript:alert(1)" },
    { kind: "constructor" },
    { kind: "handoff-link", flow: "f", url: "javascript:alert(1)", hint: null, error: null },
    "text",
    null,
  ])("ignores what cannot be meant: %j", (raw) => {
    expect(parse(raw)).toBeNull();
  });
});
