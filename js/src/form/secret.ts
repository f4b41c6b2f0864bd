/** Which fields hold a secret. */
import type { Schema } from "./schema";

/** What Python says of single fields, by name or by dotted path: true, secret; false, not. */
export type Sensitive = { [field: string]: boolean };

const words = (text: string) => new Set(text.split(" "));

// A name is read as words; the last one says what the field holds ("tokenUrl" holds an address).
const SECRET = words(
  "password passwd pwd passphrase passcode secret token credential credentials apikey jwt pat",
);
const KEY_OF = words(
  "api app application private secret access account signing encryption client auth shared master service consumer integration license subscription",
);
const PUBLIC = words("public publishable");
const CONTAINER = words("value text string pem json base64 confirm confirmation");

function soundsSecret(name: string): boolean {
  const spaced = name.replace(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, "$1$3 $2$4").toLowerCase();
  const found = spaced
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .map((word) => word.replace(/\d+$/, "") || word);
  while (found.length > 1 && CONTAINER.has(found.at(-1) ?? "")) found.pop();
  const last = found.at(-1) ?? "";
  const before = found.at(-2) ?? "";
  if (PUBLIC.has(before)) return false;
  return SECRET.has(last) || (last === "key" && KEY_OF.has(before));
}

export function isSecret(path: string, schema: Schema, sensitive: Sensitive): boolean {
  // What Python says of a group or list holds for all in it; an entry of a list goes by the list's name.
  const steps = path.slice(1).split("/");
  const name = steps.findLast((step) => !/^\d+$/.test(step)) ?? "";
  const ways = steps.map((_, n) => steps.slice(0, steps.length - n).join("."));
  const way = [...ways, name].find((each) => Object.hasOwn(sensitive, each)) ?? "";
  const told = sensitive[way] ?? schema.isSensitive;
  if (typeof told === "boolean") return told;
  if (schema.format === "password" || schema.writeOnly === true) return true;
  if (["boolean", "number", "integer"].includes(String(schema.type))) return false;
  return soundsSecret(name) || (name !== steps.at(-1) && soundsSecret(name.replace(/s$/, "")));
}

/** Keys and certificates have lines that a one-line input would join. */
export function isMultiline(path: string, schema: Schema): boolean {
  return (
    /^(text-?area|multi-?line|markdown|code|pem)$/.test(String(schema.format)) ||
    /(private[ _-]?key|pem|certificate|service[ _-]?account(json)?|json)$/i.test(path)
  );
}
