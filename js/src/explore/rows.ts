/** A tree of JSON as the rows that are in sight, for a list that the keyboard moves through. */
import { digitsOf, isLong } from "../integers";
import { isObject, type Json } from "../messages";
import type { Result } from "./messages";
import { pointer } from "./records";
import { soundsSecret } from "./secrets";

export interface Row {
  /** JSON Pointer: names the row. */
  at: string;
  /** Name or number within what holds it; null for the whole. */
  step: string | number | null;
  value: Json;
  level: number;
  place: number;
  of: number;
  /** Whether there is anything within. */
  folds: boolean;
  open: boolean;
  secret: boolean;
}

/** As many entries as stand open from the start. */
const FEW = 30;

/** Letters of what is seen of an object that is folded. */
const GLIMPSE = 90;

const entriesOf = (value: Json): [string | number, Json][] =>
  Array.isArray(value)
    ? value.map((each, n) => [n, each])
    : isObject(value) && !isLong(value)
      ? Object.entries(value)
      : [];

/** The rows in sight; `toggled` holds the pointers of those that are not as they were at the start. */
export function rowsOf({ output }: Pick<Result, "output">, toggled: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const walk = (value: Json, at: string, step: Row["step"], level: number, place: number, of: number) => {
    const within = entriesOf(value);
    const open =
      within.length > 0 && (level === 1 || (level === 2 && within.length <= FEW)) !== toggled.has(at);
    const secret = soundsSecret(at, value);
    rows.push({ at, step, value, level, place, of, folds: within.length > 0, open, secret });
    if (open) {
      within.forEach(([name, each], n) => {
        walk(each, pointer(at, name), name, level + 1, n + 1, within.length);
      });
    }
  };
  walk(output, "", null, 1, 1, 1);
  return rows;
}

/** A value on one line, as JSON writes it. */
export function brief(value: Json): string {
  if (isLong(value)) return digitsOf(value);
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(JSON.stringify(value));
}

/** The first values of an object that is folded, on one line; nothing that sounds like a secret. */
export function glimpse({ at, value }: Row): string {
  if (!isObject(value)) return "";
  const plain = Object.entries(value).filter(
    ([name, each]) => (typeof each !== "object" || each === null) && !soundsSecret(pointer(at, name), each),
  );
  const text = plain.map(([name, each]) => `${name}: ${brief(each)}`).join(", ");
  return text.length > GLIMPSE ? `${text.slice(0, GLIMPSE)}…` : text;
}

/** Where a key leads from a row: another row to go to, or one to open or close; null if the key means nothing here. */
export function step(key: string, rows: Row[], at: string): { go?: string; toggle?: string } | null {
  const n = Math.max(
    rows.findIndex((row) => row.at === at),
    0,
  );
  const row = rows[n];
  if (!row) return null;
  const go = (to: Row | undefined) => (to ? { go: to.at } : {});
  switch (key) {
    case "ArrowDown":
      return go(rows[n + 1]);
    case "ArrowUp":
      return go(rows[n - 1]);
    case "Home":
      return go(rows[0]);
    case "End":
      return go(rows.at(-1));
    case "ArrowRight":
      return row.folds && !row.open ? { toggle: row.at } : row.open ? go(rows[n + 1]) : {};
    case "ArrowLeft":
      if (row.open) return { toggle: row.at };
      return go(rows.slice(0, n).findLast((each) => each.level < row.level));
    case "Enter":
    case " ":
      return row.folds ? { toggle: row.at } : {};
    default:
      return null;
  }
}
