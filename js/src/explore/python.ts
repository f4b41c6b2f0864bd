/** A call as the Python code that does the same. */
import { isObject, type Json, type JsonObject } from "../messages";
import { written } from "./exact";
import type { Called } from "./messages";
import { isMarked, nameOf } from "./secrets";

/** As long as a line may get before the values stand one below the other. */
const WIDTH = 88;

const WORDS: { [word: string]: string } = { true: "True", false: "False", null: "None" };
const TOKENS = /"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g;
// No text in JSON holds a NUL unescaped, so this cannot be anybody's value.
const ASKED = "\u0000ask:";
const ASKED_WRITTEN = '"\\u0000ask:';

/** A JSON value as a Python literal; what is marked as secret is asked for when the code runs. */
export function literal(value: Json, indent = 0): string {
  const plain = written(ask(value), indent);
  return plain.replace(TOKENS, (token) =>
    token.startsWith(ASKED_WRITTEN)
      ? `getpass("${token.slice(ASKED_WRITTEN.length)})`
      : (WORDS[token] ?? token.replace(/\u007f/g, "\\x7f")),
  );
}

function ask(value: Json): Json {
  if (isMarked(value)) return ASKED + nameOf(value);
  if (Array.isArray(value)) return value.map(ask);
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, ask(each)]))
    : value;
}

/** The arguments of a call, on one line if they fit. */
function called(name: string, parts: [string, Json][]): string {
  const line = `${name}(${parts.map(([keyword, value]) => keyword + literal(value)).join(", ")})`;
  if (line.length <= WIDTH) return line;
  const lines = parts.map(
    ([keyword, value]) =>
      `    ${keyword}${literal(value, isObject(value) || Array.isArray(value) ? 4 : 0).replace(/\n/g, "\n    ")},`,
  );
  return `${name}(\n${lines.join("\n")}\n)`;
}

const SHORT = ["get", "post", "put", "patch", "delete"];

const isFilled = (value: Json | undefined): value is JsonObject =>
  isObject(value) && Object.keys(value).length > 0;

/** `connection` stands for the connection, whatever it is called in the notebook. */
export function pythonFor({ action, input }: Called): string {
  const { query } = input;
  const method = String(input.method ?? "GET");
  // For Python json=None is no body at all.
  const isNull = input.body === null;
  const body = isNull ? undefined : input.body;
  const data = isNull ? "null" : (input.form ?? input.text);
  const headers = isNull
    ? { "Content-Type": "application/json", ...(input.headers as JsonObject | undefined) }
    : input.headers;
  const sent: [string, Json | undefined][] = [
    ["json=", body],
    ["data=", data],
  ];
  const short =
    SHORT.includes(method.toLowerCase()) &&
    (method !== "GET" || sent.every(([, value]) => value === undefined));
  const code =
    action !== null
      ? called("connection.run", [["", action], ...(isFilled(input) ? [["", input] as [string, Json]] : [])])
      : called(`connection.${short ? method.toLowerCase() : "request"}`, [
          ...(short ? [] : [["", method] as [string, Json]]),
          ["", input.path ?? ""],
          ...(isFilled(query) ? [["params=", query] as [string, Json]] : []),
          ...(isFilled(headers) ? [["headers=", headers] as [string, Json]] : []),
          ...sent.filter((part): part is [string, Json] => part[1] !== undefined),
        ]);
  return code.includes("getpass(") ? `from getpass import getpass\n\n${code}` : code;
}
