import { describe, expect, it } from "vitest";
import { literal, pythonFor } from "../src/explore/python";
import type { Json, JsonObject } from "../src/messages";

describe("a JSON value as a Python literal", () => {
  it.each<[Json, string]>([
    [true, "True"],
    [null, "None"],
    ['say "true"\n', '"say \\"true\\"\\n"'],
    ["null", '"null"'],
    [{ a: [1, 2.5, false], b: {} }, '{"a": [1, 2.5, False], "b": {}}'],
    [{ $integer: "12345678901234567890" }, "12345678901234567890"],
    ["é 🦄", '"é 🦄"'],
    [{ "a, b": "x: [y, z]" }, '{"a, b": "x: [y, z]"}'],
    [{ $secret: "API key" }, 'getpass("API key")'],
    [[], "[]"],
  ])("%j", (value, text) => {
    expect(literal(value)).toBe(text);
  });
});

const request = (input: JsonObject) => pythonFor({ action: null, input });

describe("the code that does the same", () => {
  it("runs an action", () => {
    expect(pythonFor({ action: "create-contact", input: { name: "Ada" } })).toBe(
      'connection.run("create-contact", {"name": "Ada"})',
    );
    expect(pythonFor({ action: "fail", input: {} })).toBe('connection.run("fail")');
  });

  it("calls the app's API", () => {
    expect(request({ method: "GET", path: "/contacts", query: { limit: "5" } })).toBe(
      'connection.get("/contacts", params={"limit": "5"})',
    );
    expect(request({ method: "POST", path: "/contacts", query: {}, body: { name: "Ada" } })).toBe(
      'connection.post("/contacts", json={"name": "Ada"})',
    );
    expect(request({ method: "PUT", path: "/nickname", query: {}, body: null })).toBe(
      'connection.put("/nickname", headers={"Content-Type": "application/json"}, data="null")',
    );
    expect(
      request({ method: "POST", path: "/token", headers: { Accept: "text/csv" }, form: { a: "b" } }),
    ).toBe('connection.post("/token", headers={"Accept": "text/csv"}, data={"a": "b"})');
    expect(request({ method: "PUT", path: "/note", headers: {}, text: "a\nb" })).toBe(
      'connection.put("/note", data="a\\nb")',
    );
    expect(request({ method: "GET", path: "/search", body: { q: "a" } })).toBe(
      'connection.request("GET", "/search", json={"q": "a"})',
    );
    expect(request({ method: "HEAD", path: "/" })).toBe('connection.request("HEAD", "/")');
    expect(request({ method: "DELETE", path: '/a"b' })).toBe('connection.delete("/a\\"b")');
  });

  it("puts what is long on several lines", () => {
    const name = "x".repeat(80);
    expect(pythonFor({ action: "create-contact", input: { name, tags: ["a"] } })).toBe(
      [
        "connection.run(",
        '    "create-contact",',
        "    {",
        `        "name": "${name}",`,
        '        "tags": [',
        '            "a"',
        "        ]",
        "    },",
        ")",
      ].join("\n"),
    );
  });

  it("asks for a secret when it runs instead of holding it", () => {
    expect(pythonFor({ action: "log-in", input: { password: { $secret: "password" } } })).toBe(
      'from getpass import getpass\n\nconnection.run("log-in", {"password": getpass("password")})',
    );
  });

  it("takes no text for an order to ask", () => {
    expect(literal("ask:x")).toBe('"ask:x"');
    expect(literal('"\\u0000ask:x')).toBe('"\\"\\\\u0000ask:x"');
  });
});
