import { describe, expect, it } from "vitest";
import { matches } from "../src/form/pattern";

const PATTERNS = [
  "", "a", "^a$", "a|b|", "^(a|b)*c$", "^a{2,3}$", "^a{2}$", "^a{2,}$", "^(ab){0,2}$", "a?b+?c*?",
  "^[a-z]+-[0-9]+$", "^[^/\\s]+$", "^https?://[^/]+\\.example\\.com/?$", "^([a-z0-9-]+\\.)+[a-z]{2,}$",
  "^(?=.*\\d)(?=.*[a-z]).{4,8}$", "^(?!admin)\\w+$", "\\bkey\\b", "\\Bkey", "^\\p{L}+$", "^.$", "^\\u{1F600}$",
  "^[\\w\\-]+$", "^\\x41\\u0042$", "^(?:a(?:b|c))+$", "^(?<year>\\d{4})-(\\d\\d)$", "^(a*)*$",
  "^[]]", "^[^]$", "^a{,2}$", "^\\.\\*\\?$", "^(|x)y$", "^$", "()", "a.c", "^\\/x$", "^[a-f0-9]{8}(-[a-f0-9]{4}){3}$",
  "^-----BEGIN [A-Z ]+-----[\\s\\S]+$",
]; // biome-ignore format: a table
const TEXTS = [
  "", "a", "b", "aa", "aaa", "aaaa", "abc", "ababc", "abab", "ab-12", "acme.example.com", "https://x.example.com/",
  "x y", "a/b", "ab12", "admin1", "user1", "the key is", "monkey", "é", "日本", "😀", "a-b", "AB", "abac", "2026-01",
  "]", "\n", ".*?", "y", "xy", "/x", "a\nc", "0a1b2c3d-0000-1111-2222", "a{,2}", "\\", "-----BEGIN RSA-----\nxx",
]; // biome-ignore format: a table

describe("patterns", () => {
  it.each(PATTERNS)("%s is matched as the browser does", (pattern) => {
    let native: RegExp;
    try {
      native = new RegExp(pattern, "u");
    } catch {
      native = new RegExp(pattern);
    }
    for (const text of TEXTS) expect([text, matches(pattern, text)]).toEqual([text, native.test(text)]);
  });

  it.each(["^(a+)+$", "^(a|a)*$", "^(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "^(a|aa)+$"])(
    "%s ends, though it would not with backtracking",
    (pattern) => {
      expect(matches(pattern, `${"a".repeat(2_000)}!`)).toBeOneOf([false, null]);
    },
  );

  it.each(["^(a)\\1$", "(?<=a)b", "(?<!a)b", "(?<n>a)\\k<n>", "(((", "[\\w\\\\-+]", "^(a{1000}){1000}$"])(
    "%s is not judged here",
    (pattern) => {
      expect(matches(pattern, "ab")).toBeNull();
    },
  );

  it("a text too long for the pattern is not judged", () => {
    expect(matches("^(a?){500}$", "a".repeat(100_000))).toBeNull();
  });
});
