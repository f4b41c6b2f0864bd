/** Which fields hold a secret. ic_widget/schema.py decides the same for the kernel. */
import type { Schema } from "./schema";

/** What Python says of single fields, by name or by dotted path: true, secret; false, not. */
export type Sensitive = { [field: string]: boolean };

const SECRET_NAME =
  /(password|passwd|passphrase|passcode|secret|token|api[ _-]?key|private[ _-]?key|access[ _-]?key|signing[ _-]?key|credentials?|pem)$/i;
const MULTILINE_NAME = /(private[ _-]?key|pem|certificate|service[ _-]?account)/i;

export function isSecret(path: string, schema: Schema, sensitive: Sensitive): boolean {
  const dotted = path.slice(1).replaceAll("/", ".");
  const name = dotted.slice(dotted.lastIndexOf(".") + 1);
  const told = sensitive[dotted] ?? sensitive[name];
  if (told !== undefined) return told;
  if (schema.isSensitive === true || schema.writeOnly === true || schema.format === "password") return true;
  if (schema.isSensitive === false) return false;
  return SECRET_NAME.test(name);
}

export function isMultiline(path: string, schema: Schema): boolean {
  return (
    /^(textarea|multi-?line|text-?area|markdown|code)$/.test(String(schema.format)) ||
    MULTILINE_NAME.test(path)
  );
}
