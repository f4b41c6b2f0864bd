/** The wire between an ExploreWidget's page and the kernel, mirrored by ic_widget/page/explore_messages.py. */
import { type Host, isObject, type Json, type JsonObject } from "../messages";

export interface Action {
  key: string;
  name: string;
  description: string;
}

/**
 * What is called: an action with its input, or (`action` null) the app's API with method, path, query, headers and one
 * body at most: `body` as JSON, `form`, or `text`.
 */
export interface Called {
  action: string | null;
  input: JsonObject;
}

export type CallState = "running" | "succeeded" | "failed" | "cancelled";

/** One call of this session. Of secrets in `input` only the names are left, as `{"$secret": "<name>"}`. */
export interface Call extends Called {
  kind: "call";
  call: string;
  state: CallState;
  /** HTTP status of the app's answer. */
  status: number | null;
  /** It took so long, in seconds; null while it runs. */
  seconds: number | null;
  /** When it began, in milliseconds since 1970. */
  began: number;
}

/** What came of a call, as far as a page can show it. */
export interface Result {
  kind: "result";
  call: string;
  output: Json;
  /** What was left out of `output` for its length: how long it is in Python, by JSON Pointer. */
  cuts: { [pointer: string]: number };
  /** The answer is no text: what it is. */
  file: { type: string; size: number } | null;
  error: string | null;
  /** The engine's error object. */
  data: JsonObject | null;
}

export type FromKernel =
  | { kind: "ack"; id: string }
  | { kind: "channel"; port: number; nonce: string; proof: string }
  | { kind: "pad"; name: string; data: string }
  | {
      kind: "connection";
      id: string;
      name: string | null;
      app: string | null;
      problem: string | null;
      /** What the widget is called in Python. */
      called: string;
    }
  | { kind: "actions"; items: Action[]; error: string | null }
  | { kind: "action"; key: string; schema: JsonObject | null; error: string | null }
  | Call
  | Result;

export type ToKernel =
  | { kind: "ready"; origin: string; base_url: string | null; host: Host }
  | { kind: "actions" }
  | { kind: "action"; key: string }
  | { kind: "run"; call: string; action: string | null; input: JsonObject; shown: JsonObject }
  | { kind: "cancel"; call: string }
  | { kind: "recall"; call: string };

type Check = (value: unknown) => boolean;
const isString: Check = (v) => typeof v === "string";
const isNumber: Check = (v) => typeof v === "number";
const orNull =
  (check: Check): Check =>
  (v) =>
    v === null || check(v);
const shape =
  (fields: Record<string, Check>): Check =>
  (v) =>
    isObject(v) && Object.entries(fields).every(([name, check]) => check(v[name]));

const isAction = shape({ key: isString, name: isString, description: isString });

const SHAPES: Record<FromKernel["kind"], Check> = {
  ack: shape({ id: isString }),
  channel: shape({ port: (v) => Number.isInteger(v), nonce: isString, proof: isString }),
  pad: shape({ name: isString, data: isString }),
  connection: shape({
    id: isString,
    name: orNull(isString),
    app: orNull(isString),
    problem: orNull(isString),
    called: isString,
  }),
  actions: shape({
    items: (v) => Array.isArray(v) && v.every(isAction),
    error: orNull(isString),
  }),
  action: shape({ key: isString, schema: orNull(isObject), error: orNull(isString) }),
  call: shape({
    call: isString,
    action: orNull(isString),
    input: isObject,
    state: (v) => ["running", "succeeded", "failed", "cancelled"].includes(String(v)),
    status: orNull(isNumber),
    seconds: orNull(isNumber),
    began: isNumber,
  }),
  result: shape({
    call: isString,
    output: (v) => v !== undefined,
    cuts: isObject,
    file: orNull(shape({ type: isString, size: isNumber })),
    error: orNull(isString),
    data: orNull(isObject),
  }),
};

/** The message if it is one we know, else null. */
export function parse(raw: unknown): FromKernel | null {
  if (!isObject(raw) || typeof raw.kind !== "string" || !Object.hasOwn(SHAPES, raw.kind)) return null;
  return SHAPES[raw.kind as FromKernel["kind"]](raw) ? (raw as unknown as FromKernel) : null;
}
