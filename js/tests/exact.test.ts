import { describe, expect, it } from "vitest";
import { exactly, written } from "../src/explore/exact";

describe("JSON with long whole numbers", () => {
  it("keeps their digits, and leaves those in texts and fractions alone", () => {
    const text =
      '{"a": 12345678901234567890, "b": "12345678901234567890", "c": 1.5e30, "d": -9007199254740993}';
    expect(exactly(text)).toEqual({
      a: { $integer: "12345678901234567890" },
      b: "12345678901234567890",
      c: 1.5e30,
      d: { $integer: "-9007199254740993" },
    });
  });

  it("writes them out again, on one line or on several", () => {
    const value = { a: { $integer: "12345678901234567890" }, b: [1, "x,\n y"], c: {} };
    expect(written(value)).toBe('{"a": 12345678901234567890, "b": [1, "x,\\n y"], "c": {}}');
    expect(written(value, 2)).toBe(
      '{\n  "a": 12345678901234567890,\n  "b": [\n    1,\n    "x,\\n y"\n  ],\n  "c": {}\n}',
    );
  });

  it.each(["", "{", "{'a': 1}", "undefined"])("refuses %j", (text) => {
    expect(() => exactly(text)).toThrow(SyntaxError);
  });
});
