/** Everything a view shows; one for each model, however often it is displayed. */
import { asksNothing, NONE, plain, type Schema, settle, text } from "../form/data-schema";
import { collect, type Draft, effective } from "../form/draft";
import { openValues } from "../form/forget";
import type { Scope } from "../form/formula";
import type { Problem } from "../form/validate";
import {
  type AuthOption,
  type Existing,
  type Integration,
  isObject,
  type Json,
  type JsonObject,
  type Made,
  type Options,
  type Status,
  type Ticket,
} from "../messages";

/** What Python says through synced traits; the page never writes them. */
export interface Traits {
  status: Status;
  connectionId: string | null;
  error: string | null;
  errorData: JsonObject | null;
  preset: string | null;
  redirect: string | null;
  redirectReason: string | null;
  /** The connection was there and nobody was asked. */
  reused: boolean;
  /** What was finished in its tab after the attempt had ended. */
  late: { id: string; name: string | null; app: string | null; problem?: string | null } | null;
}

export interface Catalogue {
  /** In the order they came; the list grows, its items are replaced when they come again. */
  items: Integration[];
  /** A page of the whole catalogue is on its way. */
  loading: boolean;
  /** The last page of the whole catalogue has come. */
  complete: boolean;
  /** The page that failed, and why. */
  failed: { cursor: string | null; error: string; page: number } | null;
  /** What the engine is being asked for, or was, and the keys of what it found. */
  engineSearch: { text: string; state: "asking" | "done" | "failed"; found: ReadonlySet<string> } | null;
}

export interface Form {
  draft: Draft;
  /** What the forms of other auth options held when they were left, by key. */
  others: { [option: string]: Draft };
  name: string;
  /** Paths of fields left at least once, by paths. */
  left: Set<string>;
  /** The form was submitted with something wrong: say so beside the button. */
  refused: boolean;
  problems: Problem[];
}

export interface State {
  traits: Traits;
  ticket: Ticket | null;
  /** Why the kernel can get no token for a ticket that works. */
  tokenProblem: string | null;
  catalogue: Catalogue;
  query: string;
  category: string | null;
  chosen: Integration | null;
  options: Options | null;
  optionKey: string | null;
  form: Form | null;
  /** The flow whose tab this page opened, when, and the paths of the secrets that were typed for it. */
  launched: { flow: string; at: number; secrets: string[] } | null;
  /** When the sign-in expires, and when to warn of it, in milliseconds of `Date.now`. */
  limit: { end: number; warn: number } | null;
  /** Waiting, but back at the form to type the secrets again. */
  retyping: boolean;
  /** How the last attempt ended need not be shown any more: the user went on to something else. */
  dismissed: boolean;
  /** The connection that "fix" will update. */
  fixing: string | null;
  /** The user wants another connection than the one that was made. */
  another: boolean;
  /** What is there already stays as it is beside the new connection. */
  adding: boolean;
  connection: Made | null;
  paste: { sending: boolean; ok: boolean; message: string } | null;
  handoff: { url: string | null; hint?: string | null; error: string | null } | null;
  kernel: "fine" | "busy" | "gone";
}

/** What goes with the tab that an attempt opened. */
export const NO_TAB = { launched: null, limit: null, paste: null, handoff: null };

export const initialState = (traits: Traits): State => ({
  ...NO_TAB,
  traits,
  ticket: null,
  tokenProblem: null,
  catalogue: { items: [], loading: true, complete: false, failed: null, engineSearch: null },
  query: "",
  category: null,
  chosen: null,
  options: null,
  optionKey: null,
  form: null,
  retyping: false,
  dismissed: false,
  fixing: null,
  another: false,
  adding: false,
  connection: null,
  kernel: "fine",
});

/** The auth option the form is for: the one chosen, else the only or first one. */
export function optionOf(state: State): AuthOption | null {
  const options = state.options?.options ?? [];
  return options.find((option) => option.key === state.optionKey) ?? options[0] ?? null;
}

/** What formulas in the schema refer to: the presets, and what has been entered so far; no secret is copied. */
export function scopeOf(state: State): Scope {
  const option = optionOf(state);
  const schema = option?.inputSchema;
  // Nothing refers to it; one object, so that what was found with it is found again.
  if (schema && plain(schema)) return NONE;
  const presets = presetScope(state, option);
  if (!schema || !state.form) return presets;
  const known = effective(schema, presets);
  const entered = collect(known, state.form.draft, presets);
  return isObject(entered) ? { ...presets, ...openValues(known, entered, sensitiveOf(state)) } : presets;
}

/** What formulas refer to before anything was entered. */
export function presetScope(state: State, option: AuthOption | null): Scope {
  const presets = state.ticket?.preset.parameters ?? {};
  return openValues(settle(option?.inputSchema ?? {}), presets, sensitiveOf(state));
}

/** What the form asks; null if nothing. */
export function schemaOf(state: State, scope = scopeOf(state)): Schema | null {
  const schema = effective(optionOf(state)?.inputSchema ?? {}, scope);
  return asksNothing(schema) ? null : schema;
}

/** Where Python said something about the secrecy of fields. */
export const sensitiveOf = (state: State) => state.ticket?.preset.sensitive ?? {};

export type Screen = "choose" | "ask" | "waiting" | "connected";

export function screenOf(state: State): Screen {
  const { status, preset } = state.traits;
  const opened = state.launched !== null && state.launched.flow === state.ticket?.flow;
  if ((status === "waiting" || opened) && !state.retyping) return "waiting";
  // What was made stays until another comes.
  if (state.traits.connectionId && !state.another) return "connected";
  return state.chosen || preset ? "ask" : "choose";
}

/** The connection an error is about, if it names one. */
export function connectionInError(data: JsonObject | null): string | null {
  const named = (object: Json | undefined): string | null =>
    isObject(object) ? text(object.connectionId) || named(object.data) : null;
  return named(data ?? undefined);
}

/** Whether connections that are there stay: Python or the user said so. */
export const addsOne = (state: State): boolean =>
  state.adding || state.ticket?.payload.allowMultipleConnections === true;

/** The connection that is signed in to again: named by Python, to be fixed, or there and not working. */
export function updated(state: State): Existing | null {
  const there = state.options?.connection ?? null;
  const named = state.fixing ?? state.ticket?.payload.connectionId;
  if (named) return there?.id === named ? there : { id: String(named), name: null };
  return there?.problem && !state.adding ? there : null;
}
