/** Every text that the widget can show. */
import type { Problem } from "./form/validate";
import { own } from "./messages";

const count = (n: number, one: string, many = `${one}s`) =>
  `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

export const widget = "Connect an app";
// Choosing
export const search = "Choose an app to connect";
export const searchHint = "Search apps";
export const apps = "Apps";
export const allCategories = "All";
export const categories = "Categories";
export const loading = "Loading apps…";
export const soFar = " so far";
export const loadingMore = (n: number) => `${count(n, "app")}, loading more…`;
export const found = (n: number) => count(n, "app");
export const matches = (n: number) => (n ? count(n, "match", "matches") : "No match");
export const noApps = "This workspace has no apps to connect yet.";
export const noAppsHint = "Add an integration in your workspace, then run this cell again.";
export const noMatch = (query: string) => `Nothing matches “${query}”.`;
export const noMatchHint = "Check the spelling or try fewer words.";
export const showAll = "Show all apps";
export const engineSearching = "Searching the whole catalogue…";
export const engineSearchFailed =
  "The whole catalogue could not be searched; only the apps loaded so far were.";
export const pageFailed = (page: number, error: string) =>
  page > 1 ? `Page ${page} of the catalogue did not load: ${error}` : `The catalogue did not load: ${error}`;
export const retry = "Retry";
export const connected = "Connected";
export const deactivated = "Deactivated in this workspace";
export const archived = "Archived";
export const notConfigured = "Not configured yet";
export const noOption = "Offers no way to sign in";
export const change = "Change app";
// Asking
export const loadingOptions = (app: string) => `Loading what ${app} asks for…`;
export const noOptions = (app: string) =>
  `${app} is not configured in this workspace: it offers no way to sign in. Choose another app or ask whoever runs the workspace.`;
export const howToConnect = "How to connect";
export const asks = (fields: string[]) => `Asks for: ${fields.join(", ")}`;
export const optionTypes = {
  oauth2: "Sign in on the app’s own page",
  oauth1: "Sign in on the app’s own page",
  "client-credentials": "Enter keys or credentials",
  proxy: "Connect through a proxy",
} as Record<string, string>;
export const help = "Where do I find this?";
export const newTab = "(opens in a new tab)";
export const optional = "optional";
export const required = "required";
export const optionalSettings = (n: number) => `Optional settings (${n})`;
export const connectionName = "Connection name";
export const connectionNameHelp = "How this connection is listed. Left empty, it gets the app’s name.";
export const replaces = (name: string) =>
  `This replaces your connection “${name}”: code that holds its ID needs the new one, the old one stops working.`;
export const updates = (name: string, problem: (string | null | undefined)[]) =>
  `This signs in again to your connection “${name}”, which keeps its ID. ${problem.filter(Boolean).join(": ")}`.trim();
export const whatBecomes = "Your connection";
export const replaceIt = "Replace it";
export const addSecond = "Add a second one";
export const signInAgain = "Sign in to it again";
export const asNew = "Connect as a new one";
export const connect = (app: string) => `Connect ${app}`;
export const tryAgain = "Try again";
export const fix = "Fix this connection";
export const opensTab = "A new tab opens.";
export const noTicket = "Waiting for the kernel…";
export const getLink = (app: string) => `Get a link to connect ${app}`;
export const gettingLink = "Getting the link…";
export const openLink = (app: string) => `Open the page to connect ${app}`;
export const wrongFields = (fields: string[]) =>
  `Check ${fields.length > 1 ? "these fields" : "this field"}: ${fields.join(", ")}.`;
export const reveal = "Show";
export const hide = "Hide";
export const revealLabel = (field: string) => `Show ${field}`;
export const hideLabel = (field: string) => `Hide ${field}`;
export const choose = "Choose…";
export const none = "None";
export const kindOfValue = (field: string) => `Kind of ${field}`;
export const option = "Option";
export const kinds = {
  text: "Text",
  number: "Number",
  integer: "Whole number",
  boolean: "Yes or no",
  array: "List",
  object: "Group of fields",
  choice: "Choice",
} as Record<string, string>;
export const add = (what: string) => `Add ${what}`;
export const addValue = "Add a value";
export const removeItem = "Remove";
export const moveUp = (what: string) => `Move ${what} up`;
export const section = (first: string, last: string) => (first === last ? first : `${first} to ${last}`);
export const trimmed = "White space at the ends is left out.";
export const usePart = (part: string) => `Use “${part}”`;
export const empty = "(empty)";
export const remove = (what: string) => `Remove ${what}`;
export const item = (list: string, n: number) => `${list} ${n}`;
export const atMost = (n: number) => `At most ${n}.`;
export const key = "Name";
export const value = "Value";
export const example = (text: string) => `e.g. ${text}`;
// Waiting
export const waitingTitle = (app: string) => `Finish connecting ${app} in the new tab`.replace("  ", " ");
export const waitingText =
  "Sign in there and allow access. This page updates when you are done. Closed the tab? Open it again.";
export const waitingTextPaste =
  "Sign in there and allow access, then copy the address of the page you end on.";
export const until = (end: number) =>
  `You have until ${new Date(end).toLocaleTimeString([], { timeStyle: "short" })}.`;
export const almostOver = "The time to sign in is almost over.";
export const moreTime = "More time";
export const openAgain = "Open the tab again";
export const typeAgain = "Secrets are not kept: enter them again to open another tab.";
export const cancel = "Cancel";
export const backToWaiting = "Back";
export const pasteOffer = "Finished there, but nothing happens here?";
export const pasteLabel = "Address of the tab you ended on, or the connection ID";
export const pasteButton = "Connect with this";
export const pasteMissing = "Paste the address first.";
export const pasteSending = "Checking…";
export const pasteOk = "Taken.";
// Ended
export const connectedTitle = (app: string) => (app ? `${app} is connected` : connected);
export const connectionId = "Connection ID";
export const copy = "Copy ID";
export const copied = "Copied";
export const copySelected = "Selected: press Ctrl+C or ⌘C to copy.";
export const another = "Connect another";
export const tryIt = "Try it";
export const tryInCell = "In a cell: ExploreWidget(w.connection)";
export const anotherOfIt = "Connect again";
export const backToConnection = "Back to the connection";
export const reused = "It was ready: nobody had to sign in.";
export const theApp = "The app";
export const lateTitle = (app: string) => `${app} was connected after all`;
export const lateText = (problem?: string | null) =>
  `It was finished when nobody waited any more. ${problem ?? ""}`.trim();
export const useLate = "Use it";
export const failedTitle = (app: string) => (app ? `${app} was not connected` : "Not connected");
export const unknownError = "No reason was given.";
export const details = "Details";
export const causes = "Cause";
export const returnPath = (path: string, why: string) => `Return path: ${path}. ${why}`;
// The kernel
export const busy =
  "The kernel does not answer: it is busy with a cell, or was restarted. Wait for that cell to finish or interrupt it; after a restart run this cell again.";
export const wasConnected = " It was connected: ";
export const gone = "The kernel was restarted or stopped, so this widget has lost it. Run the cell again.";

/** What is wrong with a field, in words a person uses. */
export function problemText({ keyword, limit }: Problem): string {
  const n = typeof limit === "number" ? limit : 0;
  const types = Array.isArray(limit) ? limit : [limit];
  switch (keyword) {
    case "required":
      return "Fill this in.";
    case "refused":
      return "The app did not accept what was sent. Enter this again.";
    case "type":
      if (types.includes("integer") && !types.includes("number"))
        return "Enter a whole number. Write it like 1234.";
      return types.includes("number")
        ? "Enter a number. Write it like 1234.5."
        : "This is not the kind of value expected here.";
    case "digits":
      return "This number is too large or too long to be kept exactly.";
    case "enum":
      return "Choose one of the list.";
    case "twice":
      return "This name is taken.";
    case "minimum":
      return `Enter a number of at least ${n}.`;
    case "maximum":
      return `Enter a number of at most ${n}.`;
    case "minLength":
      return `Enter at least ${count(n, "character")}.`;
    case "maxLength":
      return `Enter at most ${count(n, "character")}.`;
    case "minItems":
      return `Add at least ${count(n, "entry", "entries")}.`;
    case "maxItems":
      return `Keep at most ${count(n, "entry", "entries")}.`;
    case "format":
      return own(FORMATS, String(limit)) ?? "This does not have the expected form.";
    case "pattern":
      return "This does not have the expected form.";
    default:
      return "This value does not fit.";
  }
}

const FORMATS: Record<string, string> = {
  email: "Enter an email address, such as name@example.com.",
  uri: "Enter a full address, such as https://example.com.",
  date: "Enter a date.",
  time: "Enter a time.",
  "date-time": "Enter a date and a time.",
};
