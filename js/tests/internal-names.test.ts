import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import names from "../internal-names.json";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

const sources = readdirSync(new URL("../src", import.meta.url), { recursive: true })
  .map(String)
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => read(`../src/${path}`));

const preact = [
  "../node_modules/preact/dist/preact.module.js",
  "../node_modules/preact/hooks/dist/hooks.module.js",
].map(read);

/** What the kernel, the engine and the host know by name. */
const known = [
  "../src/messages.ts",
  "../src/explore/messages.ts",
  "../../tests/protocol/kernel-to-page.json",
  "../../tests/protocol/page-to-kernel.json",
  "../../tests/protocol/explore-kernel-to-page.json",
  "../../tests/protocol/explore-page-to-kernel.json",
  "../../tests/protocol/data-schema.json",
].map(read);

const all = [...names.ours, ...names.preact];
const holds = (texts: string[], name: string) => texts.some((text) => new RegExp(`\\b${name}\\b`).test(text));

it.each(names.ours)("shortens %s, which is the name of a property that nobody else knows", (name) => {
  expect([true, false]).toEqual([holds(sources, name), holds([...known, ...preact], name)]);
});

it.each(names.preact)("shortens %s, which only Preact and we know, and both are in the bundle", (name) => {
  expect([true, false]).toEqual([holds(preact, name), holds(known, name)]);
});

it.each(all)("shortens %s, which no text in the bundle names", (name) => {
  const quoted = new RegExp(`["'\`]${name}["'\`]`);
  expect([...sources, ...preact].some((source) => quoted.test(source))).toBe(false);
});
