/** What people paste around a value: white space at its ends, and a whole address where a part of it is asked for. */
import type { Json } from "../messages";
import type { Schema } from "./data-schema";
import { matches } from "./pattern";

// With what shows nothing: soft hyphen, zero-width characters, marks of direction, word joiner.
const ENDS = /^[\s\u00AD\u200B-\u200F\u2060\uFEFF]+|[\s\u00AD\u200B-\u200F\u2060\uFEFF]+$/g;

export const trimmed = <T extends Json | undefined>(raw: T): T | string =>
  typeof raw === "string" ? raw.replace(ENDS, "") : raw;

/** Whether a field holds the name of a host or an address, in which white space has no place. */
export function isAddress(name: string, schema: Schema): boolean {
  return (
    /^(email|uri|url|hostname|idn-.*|ipv[46])$/.test(String(schema.format)) ||
    /(^|[a-z_-])(e-?mail|ur[il]|host(_?name)?|sub_?domain|domain|endpoint)$/i.test(name)
  );
}

/** The part of a pasted address that the field asks for, as its pattern or its example shows; null if none. */
export function partOf(schema: Schema, raw: Json | undefined): string | null {
  const pasted = typeof raw === "string" ? trimmed(raw) : "";
  const [, scheme, host = ""] =
    /^(https?:\/\/)?([a-z\d-]+(?:\.[a-z\d-]+)+)(?::\d+)?(?:[/?#]\S*)?$/i.exec(pasted) ?? [];
  if (!host) return null;
  const label = host.slice(0, host.indexOf("."));
  const { pattern, examples } = schema;
  if (typeof pattern === "string") {
    if (matches(pattern, pasted) !== false) return null;
    return [label, host].find((part) => matches(pattern, part)) ?? null;
  }
  const example = Array.isArray(examples) ? examples[0] : examples;
  if (typeof example !== "string" || !example || /[\s/]/.test(example)) return null;
  const part = example.includes(".") ? host : label;
  // Without more than two names it may as well be a version or a file.
  return part !== pasted && (scheme || host.split(".").length > 2) ? part : null;
}
