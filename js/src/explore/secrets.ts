/** Secrets in what is sent and in what comes back: shown by their names only. */

import type { Schema } from "../form/data-schema";
import { openValues } from "../form/forget";
import { isSecret } from "../form/secret";
import { isLong } from "../integers";
import { isObject, type Json, type JsonObject } from "../messages";
import { pointer } from "./records";

const NAME = "$secret";

export const marked = (name: string): JsonObject => ({ [NAME]: name });

export const isMarked = (value: Json | undefined): value is { [NAME]: string } =>
  isObject(value) && Object.keys(value).length === 1 && typeof value[NAME] === "string";

export const nameOf = (mark: { [NAME]: string }): string => mark[NAME];

/** Such a token only says where the next page begins. */
const PLACE = /(page|next|previous|sync|continuation|cursor|delta)[_-]?token$/i;

/** Whether a value that came back under this JSON Pointer is one to keep from being read over a shoulder. */
export function soundsSecret(at: string, value: Json): boolean {
  return typeof value === "string" && value !== "" && !PLACE.test(at) && isSecret(at, {}, {});
}

/** What is entered, with a mark for each secret that the schema or a name gives away. */
export function withMarks(schema: Schema, values: JsonObject): JsonObject {
  return against(values, openValues(schema, values, {}));
}

function against(values: JsonObject, open: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]): [string, Json] => {
      const kept = open[name];
      if (!Object.hasOwn(open, name)) return [name, marked(name)];
      if (isObject(value) && isObject(kept)) return [name, against(value, kept)];
      if (!Array.isArray(value) || !Array.isArray(kept)) return [name, value];
      const each = (entry: Json, n: number) => {
        const inner = kept[n];
        return isObject(entry) && isObject(inner) ? against(entry, inner) : entry;
      };
      return [name, value.map(each)];
    }),
  );
}

/** The same for a value without a schema. */
export function marksIn(value: Json, at = ""): Json {
  if (isLong(value)) return value;
  if (Array.isArray(value)) return value.map((each, n) => marksIn(each, pointer(at, n)));
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, marksIn(each, pointer(at, name))]),
    );
  }
  return soundsSecret(at, value) ? marked(at.split("/").at(-1) ?? "") : value;
}

/** What is left when every marked value is taken out: what a form starts from. */
export function withoutMarks(value: Json): Json {
  if (Array.isArray(value)) return value.filter((each) => !isMarked(each)).map(withoutMarks);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => !isMarked(each))
      .map(([name, each]) => [name, withoutMarks(each)]),
  );
}
