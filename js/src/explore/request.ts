/** A request to the app's API: its form, and what is called for what was filled in. */
import type { Schema } from "../form/data-schema";
import type { Draft } from "../form/draft";
import { isObject, type Json, type JsonObject, own } from "../messages";
import { exactly, written } from "./exact";
import { marksIn, soundsSecret, withMarks, withoutMarks } from "./secrets";
import { T } from "./strings";

/** The kinds of body by the name of their field; in a call that of JSON is `body`. */
const BODIES: { [kind: string]: Schema } = {
  json: { type: "string", title: T.jsonBody, format: "textarea", isSensitive: false },
  form: { type: "object", title: T.formBody, additionalProperties: { type: "string" } },
  text: { type: "string", title: T.textBody, format: "textarea", isSensitive: false },
};

const NONE = "none";

/** The kind of body that is chosen in the form of a request. */
export function kindChosen(draft: Draft | undefined): Json | undefined {
  const chosen = draft?.is === "object" ? own(draft.fields, "send") : undefined;
  return chosen?.is === "leaf" ? chosen.raw : undefined;
}

/** What a request with that kind of body needs, as a schema for the form that actions have. */
export function requestSchema(sent: Json | undefined): Schema {
  const kind = String(sent ?? NONE);
  const body = own(BODIES, kind);
  return {
    type: "object",
    required: ["method", "path", "send", kind],
    properties: {
      method: {
        type: "string",
        title: T.method,
        enum: ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"],
        default: "GET",
      },
      path: { type: "string", title: T.path, description: T.pathHelp, isSensitive: false },
      query: { type: "object", title: T.query, additionalProperties: { type: "string" } },
      headers: {
        type: "object",
        title: T.headers,
        description: T.headersHelp,
        additionalProperties: { type: "string" },
      },
      send: {
        type: "string",
        title: T.body,
        oneOf: Object.entries(T.bodies).map(([value, title]) => ({ const: value, title })),
        default: NONE,
      },
      ...(body ? { [kind]: body } : {}),
    },
  };
}

/** What is called, and the same with a mark for each secret. Throws SyntaxError where the body is not JSON. */
export function requestFor(schema: Schema, values: JsonObject): { input: JsonObject; shown: JsonObject } {
  const whole = withQueryApart(values);
  const { send: _, json, ...input } = whole;
  const { send: __, json: ___, ...shown } = withMarks(schema, whole);
  if (typeof json !== "string") return { input, shown };
  const body = exactly(json);
  return { input: { ...input, body }, shown: { ...shown, body: marksIn(body) } };
}

/** A secret in the path's own query goes to the other parameters, where it has a name to be shown by. */
function withQueryApart(values: JsonObject): JsonObject {
  const [path = "", ...rest] = String(values.path ?? "").split("?");
  const pairs = [...new URLSearchParams(rest.join("?"))];
  if (!pairs.some(([name, value]) => soundsSecret(`/${name}`, value))) return values;
  const query = isObject(values.query) ? { ...values.query } : {};
  for (const [name, value] of pairs) {
    const before = own(query, name) ?? [];
    const all = [...(Array.isArray(before) ? before : [before]), value];
    query[name] = all.length > 1 ? all : value;
  }
  return { ...values, path, query };
}

/** What the form is filled with for a call of the history. */
export function filledFor(input: JsonObject): JsonObject {
  const { body, ...given } = withoutMarks(input) as JsonObject;
  if (input.body !== undefined) {
    return { ...given, send: "json", ...(body === undefined ? {} : { json: written(body, 2) }) };
  }
  const kind = Object.keys(BODIES).find((each) => input[each] !== undefined);
  return { ...given, send: kind ?? NONE };
}
