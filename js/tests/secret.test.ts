import { describe, expect, it } from "vitest";
import { isMultiline, isSecret } from "../src/form/secret";

describe("which fields are secret", () => {
  it.each([
    ["/password", {}],
    ["/apiKey", {}],
    ["/API_KEY", {}],
    ["/clientSecret", {}],
    ["/access_token", {}],
    ["/auth/privateKeyPem", {}],
    ["/anything", { isSensitive: true }],
    ["/anything", { format: "password" }],
    ["/anything", { writeOnly: true }],
    ["/apiKeys/0", {}],
    ["/tokens/1", {}],
  ])("%s %j is", (path, schema) => {
    expect(isSecret(path, schema, {})).toBe(true);
  });

  it.each([
    ["/tokenUrl", {}],
    ["/publicKey", {}],
    ["/keyboard", {}],
    ["/secretary", {}],
    ["/names/0", {}],
    ["/password", { isSensitive: false }],
    ["/hasPassword", { type: "boolean" }],
  ])("%s %j is not", (path, schema) => {
    expect(isSecret(path, schema, {})).toBe(false);
  });

  it("is what Python says, by name or by path", () => {
    expect(isSecret("/org", {}, { org: true })).toBe(true);
    expect(isSecret("/a/apiKey", {}, { "a.apiKey": false })).toBe(false);
    expect(isSecret("/a/list/0/note", {}, { a: true })).toBe(true);
    expect(isSecret("/a/list/0/note", {}, { a: true, note: false })).toBe(true);
    expect(isSecret("/a/note", {}, { a: true, "a.note": false })).toBe(false);
  });
});

it.each([
  ["/privateKey", {}, true],
  ["/serviceAccountJson", {}, true],
  ["/note", { format: "textarea" }, true],
  ["/apiKey", {}, false],
])("%s %j may have several lines: %s", (path, schema, several) => {
  expect(isMultiline(path, schema)).toBe(several);
});
