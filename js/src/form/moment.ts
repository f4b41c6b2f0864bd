/** Dates and times: which control takes one, and the form in which it is sent. */
import type { Json } from "../messages";
import type { Schema } from "./data-schema";
import { matches } from "./pattern";

export type Clock = "date" | "time" | "datetime-local";

/** For each format its control, what the control shows, and a moment in its words. */
const CLOCKS = new Map<string, { clock: Clock; takes: RegExp; sample: string }>([
  ["date", { clock: "date", takes: /^\d{4,6}-\d\d-\d\d$/, sample: "2024-11-23" }],
  ["time", { clock: "time", takes: /^\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/, sample: "10:20:30" }],
  [
    "date-time",
    {
      clock: "datetime-local",
      takes: /^\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/,
      sample: "2024-11-23T10:20:30",
    },
  ],
]);

/** The control for a date or time, null where plain text must do: it can write nothing that the pattern takes. */
export function clockOf(schema: Schema): Clock | null {
  const found = CLOCKS.get(String(schema.format));
  return found && fitting(schema, found.sample) !== undefined ? found.clock : null;
}

/** Whether that control can show the text. */
export const fitsClock = (schema: Schema, text: string): boolean =>
  text === "" || (CLOCKS.get(String(schema.format))?.takes.test(text) ?? false);

/** What is sent for what the control shows: ISO 8601, in the form that the pattern takes. */
export function written(schema: Schema, local: string): string {
  if (!fitsClock(schema, local)) return local;
  return fitting(schema, local) ?? forms(schema, local)[0] ?? local;
}

function fitting(schema: Schema, local: string): string | undefined {
  const { pattern } = schema;
  return forms(schema, local).find((form) => typeof pattern !== "string" || matches(pattern, form) !== false);
}

function forms(schema: Schema, local: string): string[] {
  if (schema.format === "date") return [local];
  if (schema.format === "time") {
    const whole = local.length === 5 ? `${local}:00` : local;
    return [local, whole, `${whole}Z`, `${local}Z`];
  }
  const date = new Date(local);
  if (Number.isNaN(date.getTime())) return [local];
  const minutes = -date.getTimezoneOffset();
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  const offset = `${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
  const utc = date.toISOString().slice(0, -1);
  const stamps: [string, string[]][] = [
    [utc, ["Z", "+00:00"]],
    [onTheWall(date), [offset, offset.replace(":", ""), ""]],
  ];
  return ["T", " "].flatMap((between) =>
    stamps.flatMap(([stamp, zones]) =>
      // With milliseconds, seconds, microseconds, minutes.
      [stamp, stamp.slice(0, -4), `${stamp}000`, stamp.slice(0, -7)].flatMap((cut) =>
        zones.map((zone) => cut.replace("T", between) + zone),
      ),
    ),
  );
}

/** A moment as the clock on this wall shows it. */
const onTheWall = (date: Date) =>
  new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, -1);

/** What the control shows for a date and time with a zone. */
export function toLocal(instant: string): string {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? instant : onTheWall(date).replace(/(:00)?(\.000)?$/, "");
}

/** What a field of the schema shows for a value. */
export function localOf(schema: Schema, text: string): Json {
  return clockOf(schema) === "datetime-local" ? toLocal(text) : text;
}
