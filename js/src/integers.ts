/** Whole numbers beyond 2^53 travel between kernel and page as their digits, and are posted as the number. */
import { isObject, type Json } from "./messages";

const DIGITS = "$integer";

export function isLong(value: Json | undefined): value is { [DIGITS]: string } {
  return isObject(value) && Object.keys(value).length === 1 && /^-?\d+$/.test(String(value[DIGITS]));
}

/** The whole number that the text writes, exactly. */
export function integer(text: string): Json {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : { [DIGITS]: String(BigInt(text.replace(/^\+/, ""))) };
}

export const digitsOf = (value: { [DIGITS]: string }): string => value[DIGITS];

/** JSON with every whole number written out. A quoted text never looks like this: its quotes are escaped. */
export function stringify(value: Json): string {
  return JSON.stringify(value).replace(/\{"\$integer":"(-?\d+)"\}/g, "$1");
}
