/** Every text that the explorer adds to those of the form. */
import type { CallState } from "./messages";

const count = (n: number, one: string, many = `${one}s`) =>
  `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

const UNITS = ["bytes", "KB", "MB"];

export function bytes(n: number): string {
  let unit = 0;
  let size = n;
  for (; size >= 1000 && unit < UNITS.length - 1; unit++) size /= 1000;
  return `${size.toLocaleString("en", { maximumFractionDigits: unit ? 1 : 0 })} ${UNITS[unit]}`;
}

export const seconds = (n: number) =>
  `${n.toLocaleString("en", { minimumFractionDigits: n < 10 ? 2 : 0, maximumFractionDigits: n < 10 ? 2 : 0 })} s`;

const STATES: Record<CallState, string> = {
  running: "Running",
  succeeded: "Succeeded",
  failed: "Failed",
  cancelled: "Cancelled",
};

export const T = {
  explorer: (app: string) => (app ? `Try ${app}` : "Try the connection"),
  what: "What to run",
  request: "Request to the app’s API",
  actions: "Actions",
  filter: "Find an action",
  filterMatches: (n: number) => count(n, "action"),
  loadingActions: "Loading actions…",
  noActions: "This app has no actions in this workspace. A request to its API works all the same.",
  actionsFailed: (error: string) => `The actions could not be listed: ${error}`,
  retry: "Retry",
  loadingAction: "Loading what it asks for…",
  method: "Method",
  path: "Path",
  pathHelp: "As the app’s own documentation has it, such as `/contacts`, or a whole address.",
  query: "Query",
  headers: "Headers",
  headersHelp: "Beside `Authorization`, which the connection has.",
  body: "Body",
  bodies: { none: "None", json: "JSON", form: "Form", text: "Text" },
  jsonBody: "JSON body",
  formBody: "Form",
  textBody: "Text body",
  notJson: (why: string) => `The body is not JSON: ${why}`,
  tooLong: "This is too long to be sent from here. Copy the Python code and run it in a cell.",
  run: "Run",
  cancel: "Cancel",
  running: (n: number) => `Running for ${n.toLocaleString("en")} s`,
  state: (state: CallState, status: number | null) =>
    status === null ? STATES[state] : `${STATES[state]}: ${status}`,
  result: "Result",
  nothing: "The answer is empty.",
  table: "Table",
  tree: "Tree",
  view: "Show the result as",
  rows: (shown: number, all: number) =>
    shown < all
      ? `${shown.toLocaleString("en")} of ${count(all, "row")}; all of them are in Python`
      : count(all, "row"),
  cut: (n: number) => `${n.toLocaleString("en")} in all; the rest is in Python`,
  items: (n: number) => count(n, "item"),
  fields: (n: number) => count(n, "field"),
  file: (type: string, size: number) =>
    `${bytes(size)} of ${type || "an unknown type"}. In Python it is whole.`,
  inPython: (x: string) => `In Python: ${x}.output, ${x}.error, ${x}.response, ${x}.dataframe()`,
  secret: "secret",
  showSecrets: "Show secrets",
  hideSecrets: "Hide secrets",
  code: "Python code that does the same",
  copyCode: "Copy code",
  history: (n: number) => `History (${n})`,
  secretsAgain: "Secrets are not kept: enter them again.",
  forgotten: "This result is no longer kept. Run it again.",
};
