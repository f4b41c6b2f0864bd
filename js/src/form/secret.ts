/** Which fields hold a secret. */
import { own } from "../messages";
import type { Schema } from "./data-schema";

/** What Python says of single fields, by name or by dotted path: true, secret; false, not. */
export type Sensitive = { [field: string]: boolean };

const words = (text: string) => new Set(text.split(" "));

// A name is read as words; the last one says what the field holds ("tokenUrl" holds an address). Words are
// often written as one, so some count at the end of a word too ("clientsecret", but not "tokenize").
const SECRET = words(
  "pass pin otp totp cookie cookies authorization bearer pat dsn cvv cvc hmac kubeconfig passkey",
);
const ENDING = /(password|passwd|passphrase|passcode|pwd|secret|token|credentials?|jwt)$/;
const KEY =
  /(api|app|application|private|secret|access|account|signing|encryption|client|auth|shared|master|service|consumer|integration|license|subscription|storage|security|webhook|hmac|jwt|ssh|ssl|tls|pgp|gpg|rsa|deploy|admin|bot|write)key$/;
const PASS = /(db|database|user|admin|root|login|auth|smtp|imap|ftp|ldap|proxy|mysql|ssh|server)pass$/;
const WHOLE = /(conn(ection)?string|serviceaccount(json|key|keyfile|file))$/;
const PUBLIC = /(public|publishable)key$/;
const CONTAINER = words("value text string pem json base64 plain raw confirm confirmation again repeat");
// Such a field says whether there is a secret, or what is done with it.
const ABOUT = words("has is use uses with no needs require requires enable enabled show reset forgot");

function soundsSecret(name: string): boolean {
  const spaced = name.replace(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, "$1$3 $2$4").toLowerCase();
  const found = spaced
    .split(/[^a-z0-9]+/)
    .map((word) => word.replace(/\d+$/, ""))
    .filter(Boolean);
  if (WHOLE.test(found.join(""))) return true;
  while (found.length > 1 && CONTAINER.has(found.at(-1) ?? "")) found.pop();
  const last = found.at(-1) ?? "";
  const ends = found.slice(-2).join("");
  if (ABOUT.has(found[0] ?? "") || PUBLIC.test(ends)) return false;
  return SECRET.has(last) || ENDING.test(last) || KEY.test(ends) || PASS.test(last);
}

/** The name at the end of a path; an entry of a list goes by the list's. */
export const nameAt = (path: string): string =>
  path
    .slice(1)
    .split("/")
    .findLast((step) => !/^\d+$/.test(step)) ?? "";

export function isSecret(path: string, schema: Schema, sensitive: Sensitive): boolean {
  // What Python says of a group or list holds for all in it.
  const steps = path.slice(1).split("/");
  const name = nameAt(path);
  const ways = steps.map((_, n) => steps.slice(0, steps.length - n).join("."));
  const way = [...ways, name].find((each) => Object.hasOwn(sensitive, each)) ?? "";
  const told = own(sensitive, way) ?? schema.isSensitive;
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
