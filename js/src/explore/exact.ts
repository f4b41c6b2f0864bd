/** JSON text in and out with whole numbers beyond 2^53 kept by their digits, as integers.ts does for messages. */
import type { Json } from "../messages";

const WORDS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Throws SyntaxError. */
export function exactly(text: string): Json {
  // First as it is: what is said of a mistake then names a place in what was typed.
  JSON.parse(text);
  return JSON.parse(
    text.replace(WORDS, (word) => (/^-?\d{16,}$/.test(word) ? `{"$integer":"${word}"}` : word)),
  );
}

/** On one line as Python writes it, or with so many spaces for each level. */
export function written(value: Json, indent = 0): string {
  const text = JSON.stringify(value, null, indent || 1);
  const long = text.replace(/\{\s*"\$integer":\s*"(-?\d+)"\s*\}/g, "$1");
  // A line break within a text is escaped, so each of these is between two values.
  return indent
    ? long
    : long
        .replace(/([[{])\n */g, "$1")
        .replace(/,\n */g, ", ")
        .replace(/\n *([\]}])/g, "$1");
}
