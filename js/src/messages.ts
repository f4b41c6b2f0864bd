/** The wire between page and kernel, mirrored by ic_widget/page/messages.py. Shape first: what has another shape is ignored. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
export type Host = "jupyterlab" | "notebook" | "vscode" | "colab" | "marimo" | "other";
export type Status = "idle" | "waiting" | "connected" | "failed" | "cancelled" | "expired";
export type ReturnPath = "loopback" | "proxy" | "base" | "events" | "paste";

/** A connection that is there; `problem` says in a word or two what keeps it from working. */
export interface Existing {
  id: string;
  name: string | null;
  problem?: string;
  error?: string | null;
}

export interface Integration {
  key: string;
  id?: string;
  name: string;
  logoUri?: string;
  description?: string;
  categories?: string[];
  connection?: Existing;
  isDeactivated?: boolean;
  archivedAt?: string;
  hasMissingParameters?: boolean;
  authOptionCount?: number;
}

export interface AuthOption {
  key: string;
  type: string;
  title: string;
  description: string;
  inputSchema: JsonObject | null;
  helpUri: string | null;
}

export interface Preset {
  integration: string | null;
  auth_option: string | null;
  parameters: JsonObject;
  name: string | null;
  sensitive: { [field: string]: boolean };
  /** Abbreviations and other names of apps, each with what it stands for. */
  aliases?: { [name: string]: string };
}

export interface Ticket {
  kind: "ticket";
  flow: string;
  action: string;
  parameters_key: string;
  payload: JsonObject;
  preset: Preset;
  /** Which workspace, tenant and host the connection will be in, as a line. */
  place: string;
  redirect: { path: ReturnPath; reason: string };
  paste: boolean;
}

export interface IntegrationsPage {
  kind: "integrations";
  search: string;
  cursor: string | null;
  items: Integration[];
  next: string | null;
  error: string | null;
}

export interface Options {
  kind: "options";
  integration: string;
  item: Integration | null;
  options: AuthOption[];
  connection: Existing | null;
  error: string | null;
}

export type FromKernel =
  | { kind: "ack"; id: string }
  | { kind: "still-seen" }
  | { kind: "channel"; port: number; nonce: string; proof: string }
  | { kind: "pad"; name: string; data: string }
  | Ticket
  | { kind: "withdrawn"; flow: string }
  | { kind: "token-problem"; flow: string; message: string | null }
  | IntegrationsPage
  | Options
  | { kind: "time-left"; flow: string; seconds: number }
  | { kind: "paste-result"; flow: string; ok: boolean; message: string }
  | { kind: "handoff-link"; flow: string; url: string | null; hint: string | null; error: string | null }
  | { kind: "explore"; model: string | null }
  | Made;

/** The connection that was made. */
export interface Made {
  kind: "connection";
  id: string;
  name: string | null;
  integration: string | null;
  app: string | null;
  problem: string | null;
  /** Which workspace, tenant and host it is in, as a line. */
  place: string;
}

export type ToKernel =
  | { kind: "ready"; origin: string; base_url: string | null; host: Host }
  | { kind: "unseen" }
  | { kind: "used" }
  | { kind: "launched"; flow: string; integration: string | null }
  | { kind: "cancel"; flow: string }
  | { kind: "extend"; flow: string }
  | { kind: "again"; flow: string }
  | { kind: "back" }
  | { kind: "use-late" }
  | { kind: "pasted"; flow: string; text: string }
  | { kind: "integrations"; search: string; cursor: string | null }
  | { kind: "options"; integration: string }
  | { kind: "explore" }
  | { kind: "pad"; name: string; length: number }
  | { kind: "sealed"; name: string; data: string }
  | { kind: "probe-result"; path: "loopback" | "proxy"; ok: boolean; detail: string }
  | {
      kind: "handoff";
      flow: string;
      integration: string;
      auth_option: string | null;
      name: string | null;
      parameters: JsonObject;
      connection: string | null;
      several: boolean;
    };

type Check = (value: unknown) => boolean;
const isString: Check = (v) => typeof v === "string";
const isBoolean: Check = (v) => typeof v === "boolean";
const isAddress: Check = (v) => isString(v) && /^https?:\/\//i.test(v as string);
const orNull =
  (check: Check): Check =>
  (v) =>
    v === null || check(v);
const shape =
  (fields: Record<string, Check>): Check =>
  (v) =>
    isObject(v) && Object.entries(fields).every(([name, check]) => check(v[name]));

/** True of a JSON object: not null, not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What an object itself holds under a name that others chose; never what every object inherits. */
export function own<T>(object: { [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

const isStringOrNull = orNull(isString);
const isIntegration = shape({ key: isString, name: isString });
const isList: Check = (v) => Array.isArray(v);
const isOption = shape({ key: isString, type: isString, inputSchema: orNull(isObject) });

const SHAPES: Record<FromKernel["kind"], Check> = {
  ack: shape({ id: isString }),
  "still-seen": shape({}),
  channel: shape({ port: (v) => Number.isInteger(v), nonce: isString, proof: isString }),
  pad: shape({ name: isString, data: isString }),
  ticket: shape({
    flow: isString,
    action: isAddress,
    parameters_key: isString,
    payload: isObject,
    place: isString,
    preset: shape({
      parameters: isObject,
      sensitive: isObject,
      integration: isStringOrNull,
      aliases: (v) => v === undefined || (isObject(v) && Object.values(v).every(isString)),
    }),
    redirect: shape({ path: isString, reason: isString }),
    paste: isBoolean,
  }),
  withdrawn: shape({ flow: isString }),
  "token-problem": shape({ flow: isString, message: isStringOrNull }),
  integrations: shape({
    search: isString,
    cursor: isStringOrNull,
    items: isList,
    next: isStringOrNull,
    error: isStringOrNull,
  }),
  options: shape({
    integration: isString,
    item: orNull(isIntegration),
    options: isList,
    connection: orNull(shape({ id: isString })),
    error: isStringOrNull,
  }),
  "time-left": shape({ flow: isString, seconds: Number.isFinite as Check }),
  "paste-result": shape({ flow: isString, ok: isBoolean, message: isString }),
  "handoff-link": shape({
    flow: isString,
    url: orNull(isAddress),
    hint: isStringOrNull,
    error: isStringOrNull,
  }),
  explore: isObject,
  connection: shape({
    id: isString,
    name: isStringOrNull,
    integration: isStringOrNull,
    app: isStringOrNull,
    problem: isStringOrNull,
    place: isString,
  }),
};

const listed = (entries: unknown, check: Check) => (entries as unknown[]).filter(check);

/** The message if it is one we know, else null. */
export function parse(raw: unknown): FromKernel | null {
  if (!isObject(raw) || typeof raw.kind !== "string" || !Object.hasOwn(SHAPES, raw.kind)) return null;
  if (!SHAPES[raw.kind as FromKernel["kind"]](raw)) return null;
  // One odd entry must not cost the others.
  if (raw.kind === "integrations") return { ...raw, items: listed(raw.items, isIntegration) } as never;
  if (raw.kind === "options") return { ...raw, options: listed(raw.options, isOption) } as never;
  return raw as unknown as FromKernel;
}
