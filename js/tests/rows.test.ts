import { describe, expect, it } from "vitest";
import { brief, glimpse, rowsOf, step } from "../src/explore/rows";
import type { Json } from "../src/messages";

const none: ReadonlySet<string> = new Set();
const shown = (output: Json, toggled = none) => rowsOf({ output }, toggled);
const places = (output: Json, ...toggled: string[]) => shown(output, new Set(toggled)).map(({ at }) => at);

const page = { items: [{ id: "c1", tags: ["a"] }, { id: "c2" }], "a/b": null };

describe("the rows in sight", () => {
  it("are two levels at first", () => {
    expect(places(page)).toEqual(["", "/items", "/items/0", "/items/1", "/a~1b"]);
  });

  it("come and go as one is opened and closed", () => {
    expect(places(page, "/items/0")).toContain("/items/0/tags");
    expect(places(page, "/items")).toEqual(["", "/items", "/a~1b"]);
  });

  it("begin closed where there are many", () => {
    expect(places({ items: Array.from({ length: 31 }, (_, n) => n) })).toEqual(["", "/items"]);
  });

  it("say where they stand among how many", () => {
    const row = shown(page).find(({ at }) => at === "/items/1");
    expect(row).toMatchObject({ level: 3, place: 2, of: 2, step: 1, folds: true, open: false });
  });

  it("are one for a single value, and none that opens for what is empty", () => {
    expect(shown("hello")).toMatchObject([{ at: "", folds: false, open: false }]);
    expect(shown({})).toMatchObject([{ folds: false, open: false }]);
  });

  it("know what sounds like a secret, but not where the next page begins", () => {
    const found = shown({ access_token: "x", nextPageToken: "y", name: "z", password: null });
    expect(found.filter(({ secret }) => secret).map(({ at }) => at)).toEqual(["/access_token"]);
  });
});

describe("a value in short", () => {
  it.each<[Json, string]>([
    ["a\nb", '"a\\nb"'],
    [null, "null"],
    [1.5, "1.5"],
    [{ $integer: "12345678901234567890" }, "12345678901234567890"],
    [["a"], '["a"]'],
  ])("%j", (value, text) => {
    expect(brief(value)).toBe(text);
  });

  it("of an object are its plain values, without what sounds like a secret", () => {
    const [row] = shown({ id: "c1", apiKey: "planted", tags: [], n: 2 }, new Set([""]));
    expect(row && glimpse(row)).toBe('id: "c1", n: 2');
  });
});

describe("the keys of a tree", () => {
  const rows = shown(page);
  it.each<[string, string, object | null]>([
    ["ArrowDown", "", { go: "/items" }],
    ["ArrowUp", "/items", { go: "" }],
    ["ArrowUp", "", {}],
    ["ArrowDown", "/a~1b", {}],
    ["Home", "/items/1", { go: "" }],
    ["End", "", { go: "/a~1b" }],
    ["ArrowRight", "/items/0", { toggle: "/items/0" }],
    ["ArrowRight", "/items", { go: "/items/0" }],
    ["ArrowRight", "/a~1b", {}],
    ["ArrowLeft", "/items", { toggle: "/items" }],
    ["ArrowLeft", "/items/0", { go: "/items" }],
    ["ArrowLeft", "/a~1b", { go: "" }],
    ["Enter", "/items/0", { toggle: "/items/0" }],
    [" ", "/a~1b", {}],
    ["x", "", null],
    ["Tab", "", null],
  ])("%s on %j", (key, at, expected) => {
    expect(step(key, rows, at)).toEqual(expected);
  });
});
