import { describe, expect, it } from "vitest";
import { check } from "../src/form/check";
import { asksNothing, kindOf, type Schema } from "../src/form/data-schema";
import { collect, type Draft, effective } from "../src/form/draft";
import { withoutSecrets } from "../src/form/forget";
import { initial, start } from "../src/form/start";
import type { Json, JsonObject } from "../src/messages";

const object = (properties: JsonObject, required: string[] = []): Schema => ({
  type: "object",
  properties,
  required,
});

/** What is posted for a schema whose form was filled by `fill`. */
function posted(
  schema: Schema,
  fill: (draft: Draft) => void = () => {},
  presets: JsonObject = {},
): Json | undefined {
  const draft = start(schema, presets);
  fill(draft);
  return collect(effective(schema, presets), draft, presets);
}

function enter(name: string, raw: Json) {
  return (draft: Draft) => {
    if (draft.is === "object") draft.fields[name] = { is: "leaf", raw };
  };
}

describe("values have the schema's types", () => {
  it.each<[string, Schema, Json, Json]>([
    ["number", { type: "number" }, " 2.50 ", 2.5],
    ["integer", { type: "integer" }, "-3", -3],
    ["number in a list of types with null", { type: ["number", "null"] }, "7", 7],
    ["text that looks like a number", { type: "string" }, "007", "007"],
    ["text with space around it", { type: "string" }, " a b ", " a b "],
    ["missing type", {}, "x", "x"],
    ["unknown type", { type: "mystery" }, "x", "x"],
    ["boolean", { type: "boolean" }, true, true],
    ["number among an enum", { enum: [1, 2] }, 2, 2],
    [
      "reference record by its name",
      { referenceRecords: [{ id: 5, name: "Ada" }], allowCustom: true },
      "Ada",
      5,
    ],
    ["custom text beside an enum", { type: "string", enum: ["a"], allowCustom: true }, "z", "z"],
    ["own number beside an enum", { type: "integer", enum: [1], allowCustom: true }, "7", 7],
    ["number too large for one", { type: "number" }, "1e999", "1e999"],
    ["date", { type: "string", format: "date" }, "2026-02-01", "2026-02-01"],
  ])("%s", (_, field, raw, value) => {
    expect(posted(object({ field }), enter("field", raw))).toEqual({ field: value });
  });

  it("sends a date and time as an instant", () => {
    const sent = posted(
      object({ at: { type: "string", format: "date-time" } }),
      enter("at", "2026-02-01T10:00"),
    );
    expect(sent).toEqual({ at: new Date("2026-02-01T10:00").toISOString() });
  });

  it.each(["00.000", "45.000", "45.678"])("sends a preset instant with %s seconds as it was", (seconds) => {
    const at = `2026-02-01T10:00:${seconds}Z`;
    expect(posted(object({ at: { type: "string", format: "date-time" } }), undefined, { at })).toEqual({
      at,
    });
  });
});

describe("what is left empty is left out", () => {
  it.each<[string, Json]>([
    ["text", { type: "string" }],
    ["number", { type: "number" }],
    ["choice", { enum: ["a"] }],
    ["boolean", { type: "boolean" }],
    ["list", { type: "array" }],
    ["group, though something in it is required", object({ inner: { type: "string" } }, ["inner"])],
    ["group with a constant", object({ kind: { const: "x" }, inner: { type: "string" } })],
    ["group of nothing but defaults", object({ host: {}, port: { type: "integer", default: 22 } }, ["host"])],
    [
      "group with a required group in it",
      object({ deep: object({ flag: { type: "string" } }, ["flag"]) }, ["deep"]),
    ],
    ["null", { type: "null" }],
  ])("optional %s", (_, field) => {
    const schema = object({ field });
    expect(posted(schema)).toEqual({});
    expect(check(schema, start(schema, {}), {})).toEqual([]);
  });

  it("a required box that is not ticked is false, and a required group an empty group", () => {
    const schema = object({ a: { type: "boolean" }, c: object({}) }, ["a", "c"]);
    expect(posted(schema)).toEqual({ a: false, c: {} });
  });

  it("a required list begins with an entry to fill, and is empty only if that was taken away", () => {
    const schema = object({ list: { type: "array", items: { type: "string" } } }, ["list"]);
    expect(check(schema, start(schema, {}), {})).toEqual([
      { path: "/list/0", keyword: "required", limit: null },
    ]);
    const empty = (draft: Draft) => {
      if (draft.is === "object") draft.fields.list = { is: "array", items: [] };
    };
    expect(posted(schema, empty)).toEqual({ list: [] });
    expect(posted(schema, undefined, { list: [] })).toEqual({ list: [] });
  });
});

describe("what the form starts with", () => {
  it("takes presets before defaults, in nested groups and lists too", () => {
    const schema = object({
      a: { type: "string", default: "default" },
      b: { type: "string", default: "default" },
      c: object({ d: { type: "integer", default: 1 }, f: { type: "string" } }),
      e: { type: "array", items: { type: "integer" }, default: [1] },
    });
    expect(posted(schema, undefined, { a: "preset", c: { f: "x" }, e: [2, 3] })).toEqual({
      a: "preset",
      b: "default",
      c: { d: 1, f: "x" },
      e: [2, 3],
    });
  });

  it("ignores a preset of the wrong kind", () => {
    const schema = object({ choice: { enum: ["a"] }, group: object({ x: {} }), flag: { type: "boolean" } });
    expect(posted(schema, undefined, { choice: "z", group: 3, flag: "yes" })).toEqual({});
  });

  it("takes the only alternative for granted", () => {
    expect(kindOf(effective({ anyOf: [{ type: "integer" }, { type: "null" }] }, {}))).toBe("integer");
  });

  it("puts the parts of allOf together", () => {
    const schema = { allOf: [object({ a: { default: "1" } }), object({ b: { default: "2" } })] };
    expect(posted(schema)).toEqual({ a: "1", b: "2" });
  });

  it.each<[string, Schema | null, boolean]>([
    ["no schema", null, true],
    ["no properties", { type: "object", properties: {} }, true],
    ["alternatives", { oneOf: [object({ a: {} }), object({ b: {} })] }, false],
    ["free values", { type: "object", additionalProperties: { type: "string" } }, false],
  ])("knows whether there is anything to ask: %s", (_, schema, nothing) => {
    expect(asksNothing(schema)).toBe(nothing);
  });
});

describe("alternatives", () => {
  const schema: Schema = {
    oneOf: [object({ key: { type: "string" } }, ["key"]), object({ user: { type: "string" } }, ["user"])],
  };

  it("start with the branch that a preset fits", () => {
    expect(start(schema, { user: "ada" })).toMatchObject({ is: "union", branch: 1 });
  });

  it("send and check only the branch chosen, though another would fit", () => {
    const value = initial(object({ user: { type: "string" } }), undefined);
    const draft: Draft = { is: "union", branch: 1, value };
    expect(collect(schema, draft, {})).toEqual({});
    expect(check(schema, draft, {})).toEqual([{ path: "/user", keyword: "required", limit: ["user"] }]);
  });

  it("of one constant each are a choice by their titles", () => {
    const field = {
      oneOf: [
        { const: 1, title: "One" },
        { const: 2, title: "Two" },
      ],
    };
    expect(kindOf(field)).toBe("choice");
    expect(posted(object({ field }), enter("field", 2))).toEqual({ field: 2 });
  });

  it("may be nested deeply", () => {
    let deep: Schema = object({ x: { type: "string" } });
    for (let n = 0; n < 12; n++) deep = { oneOf: [object({ deep }), { oneOf: [deep, { type: "string" }] }] };
    expect(kindOf(deep)).toBe("union");
  });

  it("send the constant that tells a branch", () => {
    const tagged = {
      oneOf: [object({ kind: { const: "a" }, x: {} }), object({ kind: { const: "b" }, y: {} })],
    };
    expect(posted(tagged)).toEqual({ kind: "a" });
  });
});

describe("formulas", () => {
  const schema = object({
    host: { type: "string" },
    region: { type: "string", enum: { $var: "$.regions" }, description: { $var: "host" } },
    other: { $eval: "anything" },
  });

  it("take values from the form, wherever their path starts", () => {
    expect(effective({ title: { $var: "$.input.host" } }, { host: "h" })).toEqual({ title: "h" });
    expect(effective({ title: { $var: "$.a.b[0]" } }, { a: { b: ["x"] } })).toEqual({ title: "x" });
  });

  it("that cannot be resolved leave the keyword out and never crash", () => {
    expect(effective({ title: { $var: "$.none" }, enum: { $concat: ["a"] } }, {})).toEqual({});
    expect(posted(schema, enter("region", "x"))).toEqual({ region: "x" });
  });

  it("are found within values too, and never end up in one", () => {
    const missing = { $var: "$.none" };
    const known = { $var: "$.host" };
    expect(
      effective(
        { enum: [known, missing, "b"], examples: [missing], default: { a: known, b: missing } },
        { host: "h" },
      ),
    ).toEqual({ enum: ["h", "b"], examples: [], default: { a: "h" } });
    expect(effective({ default: { $case: [], else: 1 } }, {})).toEqual({});
    expect(effective({ default: known }, { host: { $var: "typed" } })).toEqual({
      default: { $var: "typed" },
    });
  });

  it("that give no choices at all leave a field that takes anything", () => {
    for (const field of [{ enum: [{ $var: "$.none" }] }, { referenceRecords: [] }]) {
      expect(posted(object({ field }), enter("field", "x"))).toEqual({ field: "x" });
      expect(kindOf(effective(field, {}))).toBe("text");
      expect(check(object({ field }), start(object({ field }), { field: "x" }), {})).toEqual([]);
    }
  });
});

describe("the check before posting", () => {
  const paths = (schema: Schema, draft: Draft) =>
    check(schema, draft, {}).map(({ path, keyword }) => [path, keyword]);

  it("names what is missing, but not what the engine gives itself", () => {
    const schema = object(
      { a: {}, b: { isImplied: true }, c: { readOnly: true }, d: object({ e: {} }, ["e"]) },
      ["a", "b", "c", "d"],
    );
    expect(paths(schema, start(schema, {}))).toEqual([
      ["/a", "required"],
      ["/d/e", "required"],
    ]);
  });

  it("asks for the missing parts of an optional group once it was begun", () => {
    const schema = object({ group: object({ a: {}, b: {} }, ["a"]) });
    expect(paths(schema, start(schema, { group: { b: "x" } }))).toEqual([["/group/a", "required"]]);
  });

  it("asks for an empty list entry, and counts entries", () => {
    const schema = object({ list: { type: "array", items: { type: "string" }, maxItems: 1 } });
    expect(paths(schema, start(schema, { list: ["a", ""] }))).toEqual([
      ["/list", "maxItems"],
      ["/list/1", "required"],
    ]);
  });

  it("asks for an empty entry of several types too", () => {
    const schema = object({ list: { type: "array", items: { type: ["string", "integer"] } } });
    expect(paths(schema, start(schema, { list: [""] }))).toEqual([["/list/0", "required"]]);
  });

  it("asks for the name and the value of a further value, and for different names", () => {
    const schema = { type: "object", properties: { a: {} }, additionalProperties: { type: "string" } };
    const value: Draft = { is: "leaf", raw: "x" };
    const draft: Draft = {
      is: "object",
      fields: {},
      extra: [
        { key: "", value },
        { key: "b", value: { is: "leaf", raw: "" } },
        { key: "b", value },
        { key: "a", value },
        { key: "c", value },
      ],
    };
    expect(paths(schema, draft)).toEqual([
      ["/#0", "required"],
      ["/b", "required"],
      ["/#2", "twice"],
      ["/#3", "twice"],
    ]);
  });

  it("does not ask for what no field is there for, nor for what can only be null", () => {
    const schema = object({ a: { type: "null" } }, ["a", "b"]);
    expect(paths(schema, start(schema, {}))).toEqual([]);
    expect(posted(schema)).toEqual({ a: null });
  });

  it("calls text in a number field what it is", () => {
    const schema = object({ n: { type: "integer" } });
    const draft = start(schema, {});
    enter("n", "many")(draft);
    expect(paths(schema, draft)).toEqual([["/n", "type"]]);
  });
});

describe("secrets after the post", () => {
  const schema = object({
    user: { type: "string" },
    password: { type: "string" },
    deep: object({ keys: { type: "array", items: object({ apiKey: {} }) } }),
  });

  it("are emptied wherever they are, and nothing else", () => {
    const draft = start(schema, { user: "ada", password: "p", deep: { keys: [{ apiKey: "k" }] } });
    const { draft: after, typed } = withoutSecrets(schema, draft, {}, {});
    expect(typed).toEqual(["/password", "/deep/keys/0/apiKey"]);
    expect(collect(schema, after, {})).toEqual({ user: "ada", deep: { keys: [{}] } });
    expect(JSON.stringify(after)).not.toMatch(/"[pk]"/);
  });

  it("are all that a secret group or list holds", () => {
    const schema = object({
      group: { ...object({ a: {}, open: { isSensitive: false } }), isSensitive: true },
      list: { type: "array", items: { type: "string" }, writeOnly: true },
      map: { type: "object", additionalProperties: { type: "string" }, format: "password" },
    });
    const draft = start(schema, { group: { a: "x", open: "y" }, list: ["x"], map: { k: "x" } });
    const { draft: after } = withoutSecrets(schema, draft, {}, {});
    expect(JSON.stringify(after)).not.toContain('"x"');
    expect(JSON.stringify(after)).toContain('"y"');
  });

  it("that Python preset are put back, and do not count as typed", () => {
    const before = start(schema, { password: "preset" });
    expect(withoutSecrets(schema, before, {}, {}, before)).toEqual({ draft: before, typed: [] });
    const changed = start(schema, { password: "typed" });
    expect(withoutSecrets(schema, changed, {}, {}, before)).toEqual({ draft: before, typed: ["/password"] });
  });
});
