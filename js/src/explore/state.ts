/** Everything a view of the explorer shows; one for each model, however often it is displayed. */
import { asksNothing, NONE, plain, type Schema } from "../form/data-schema";
import { collect, type Draft, effective } from "../form/draft";
import { openValues } from "../form/forget";
import type { Scope } from "../form/formula";
import type { Problem } from "../form/validate";
import { isObject, type JsonObject } from "../messages";
import type { Action, Call, FromKernel, Result } from "./messages";
import { kindChosen, requestSchema } from "./request";

export interface Form {
  draft: Draft;
  /** Paths of fields left at least once. */
  left: Set<string>;
  /** It was submitted with something wrong. */
  refused: boolean;
  problems: Problem[];
}

export interface State {
  kernel: "fine" | "busy" | "gone";
  connection: Extract<FromKernel, { kind: "connection" }> | null;
  actions: { items: Action[]; error: string | null } | null;
  filter: string;
  /** Key of the action; null: a request. */
  chosen: string | null;
  /** By the key of its action; null where it could not be had. */
  schemas: { [action: string]: { schema: JsonObject | null; error: string | null } };
  /** Of what is chosen; null while its schema is on the way. */
  form: Form | null;
  /** What cannot be sent, in a sentence. */
  refusal: string | null;
  /** A form was filled from the history, where secrets are not kept. */
  retype: boolean;
  calls: Call[];
  /** The call whose result is shown. */
  shown: string | null;
  result: Result | null;
  as: "table" | "tree";
  revealed: boolean;
}

export const initialState = (): State => ({
  kernel: "fine",
  connection: null,
  actions: null,
  filter: "",
  chosen: null,
  schemas: {},
  form: null,
  refusal: null,
  retype: false,
  calls: [],
  shown: null,
  result: null,
  as: "table",
  revealed: false,
});

const NOTHING: Schema = { type: "object", additionalProperties: false };

/** The schema of what is chosen, formulas unresolved; null while it is not known. */
export function schemaChosen({ chosen, schemas, form }: State): Schema | null {
  if (chosen === null) return requestSchema(kindChosen(form?.draft));
  const known = Object.hasOwn(schemas, chosen) ? schemas[chosen] : undefined;
  if (!known || known.error) return null;
  const schema = effective(known.schema ?? {}, {});
  return asksNothing(schema) ? NOTHING : (known.schema as Schema);
}

/** What formulas in the schema refer to: what has been entered so far, without secrets. */
export function scopeOf(state: State): Scope {
  const schema = schemaChosen(state);
  if (!schema || !state.form || plain(schema)) return NONE;
  const known = effective(schema, {});
  const entered = collect(known, state.form.draft, {});
  return isObject(entered) ? openValues(known, entered, {}) : {};
}

export const callShown = ({ calls, shown }: State): Call | undefined =>
  calls.find(({ call }) => call === shown);

export const callRunning = ({ calls }: State): Call | undefined =>
  calls.find(({ state }) => state === "running");
