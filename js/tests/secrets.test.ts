import { describe, expect, it } from "vitest";
import { isMarked, marksIn, nameOf, soundsSecret, withMarks, withoutMarks } from "../src/explore/secrets";
import type { Json } from "../src/messages";

const schema = {
  type: "object",
  properties: {
    name: { type: "string" },
    code: { type: "string", isSensitive: true },
    login: { type: "object", properties: { user: { type: "string" }, password: { type: "string" } } },
    keys: { type: "array", items: { type: "object", properties: { label: {}, apiKey: { type: "string" } } } },
  },
};

describe("secrets in what is sent", () => {
  it("are left as marks, by the schema and by their names, at any depth", () => {
    const values = {
      name: "Ada",
      code: "planted",
      login: { user: "ada", password: "planted" },
      keys: [{ label: "a", apiKey: "planted" }],
    };
    const kept = withMarks(schema, values);
    expect(JSON.stringify(kept)).not.toContain("planted");
    expect(kept).toEqual({
      name: "Ada",
      code: { $secret: "code" },
      login: { user: "ada", password: { $secret: "password" } },
      keys: [{ label: "a", apiKey: { $secret: "apiKey" } }],
    });
  });

  it("are found by name alone in a body", () => {
    const body = {
      user: "ada",
      auth: [{ client_secret: "planted" }],
      n: { $integer: "12345678901234567890" },
    };
    expect(marksIn(body)).toEqual({
      user: "ada",
      auth: [{ client_secret: { $secret: "client_secret" } }],
      n: { $integer: "12345678901234567890" },
    });
  });

  it("are no part of what a form is filled with again", () => {
    const marked: Json = { name: "Ada", code: { $secret: "code" }, list: [{ $secret: "x" }, { a: 1 }] };
    expect(withoutMarks(marked)).toEqual({ name: "Ada", list: [{ a: 1 }] });
  });

  it("have a mark that nothing else is taken for", () => {
    const mark: Json = { $secret: "code" };
    expect(isMarked(mark) && nameOf(mark)).toBe("code");
    expect([{ $secret: 1 }, { $secret: "a", b: 1 }, null, "x"].map((each) => isMarked(each))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("secrets in what comes back", () => {
  it.each<[string, Json, boolean]>([
    ["/access_token", "x", true],
    ["/items/0/clientSecret", "x", true],
    ["/tokens/0", "x", true],
    ["/next_page_token", "x", false],
    ["/syncToken", "x", false],
    ["/token_count", "x", false],
    ["/password", "", false],
    ["/password", null, false],
    ["/name", "x", false],
    ["", "x", false],
  ])("%s of %j", (at, value, secret) => {
    expect(soundsSecret(at, value)).toBe(secret);
  });
});
