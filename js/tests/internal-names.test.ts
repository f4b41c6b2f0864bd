import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import names from "../internal-names.json";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

const sources = readdirSync(new URL("../src", import.meta.url), { recursive: true })
  .map(String)
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => read(`../src/${path}`));

/** What the kernel, the engine, the host and Preact know by name. */
const known = [
  "../src/messages.ts",
  "../src/explore/messages.ts",
  "../../tests/protocol/kernel-to-page.json",
  "../../tests/protocol/page-to-kernel.json",
  "../../tests/protocol/explore-kernel-to-page.json",
  "../../tests/protocol/explore-page-to-kernel.json",
  "../../tests/protocol/data-schema.json",
  "../node_modules/preact/dist/preact.module.js",
  "../node_modules/preact/hooks/dist/hooks.module.js",
].map(read);

it.each(names)("shortens %s, which is the name of a property that nobody else knows", (name) => {
  const used = new RegExp(`\\b${name}\\b`);
  expect(sources.some((source) => used.test(source))).toBe(true);
  expect(known.some((text) => used.test(text))).toBe(false);
});

it.each(names)("shortens %s, which no text of ours names", (name) => {
  const quoted = new RegExp(`["'\`]${name}["'\`]`);
  expect(sources.some((source) => quoted.test(source))).toBe(false);
});
