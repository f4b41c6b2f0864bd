/** Where an answer holds a list of objects: what a table shows. Twin of ic_widget/page/records.py. */
import { isLong } from "../integers";
import { isObject, type Json, type JsonObject } from "../messages";

export interface Records {
  /** JSON Pointer of the list. */
  at: string;
  rows: JsonObject[];
}

/** As deep as is looked: {"data": {"items": [...]}}. */
const DEEPEST = 2;

/** The nearest list of objects, the longest of several at one depth; null if there is none. */
export function recordsIn(output: Json): Records | null {
  let level: [string, Json][] = [["", output]];
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const found = level.filter(([, value]) => isRecords(value)) as [string, JsonObject[]][];
    const longest = Math.max(...found.map(([, rows]) => rows.length));
    const best = found.find(([, rows]) => rows.length === longest);
    if (best) return { at: best[0], rows: best[1] };
    level = level.flatMap(([at, value]) =>
      isObject(value) ? Object.entries(value).map(([name, each]) => [pointer(at, name), each] as never) : [],
    );
  }
  return null;
}

const isRecords = (value: Json) =>
  Array.isArray(value) && value.length > 0 && value.every((each) => isObject(each) && !isLong(each));

/** The names of all columns, in the order in which they come up. */
export const columnsOf = (rows: JsonObject[]): string[] => [...new Set(rows.flatMap(Object.keys))];

/** A JSON Pointer one step further (RFC 6901, section 3). */
export const pointer = (at: string, step: string | number) =>
  `${at}/${String(step).replace(/~/g, "~0").replace(/\//g, "~1")}`;
