/** Every text that the widget can show. */
import type { Problem } from "./form/validate";
import { own } from "./messages";

const count = (n: number, one: string, many = `${one}s`) =>
  `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

export const S = {
  widget: "Connect an app",
  // Choosing
  search: "Choose an app to connect",
  searchHint: "Search apps",
  apps: "Apps",
  allCategories: "All",
  categories: "Categories",
  loading: "Loading apps…",
  loadingMore: (n: number) => `${count(n, "app")}, loading more…`,
  found: (n: number) => `${count(n, "app")}`,
  matches: (n: number) => (n ? `${count(n, "match", "matches")}` : "No match"),
  noApps: "This workspace has no apps to connect yet.",
  noAppsHint: "Add an integration in your workspace, then run this cell again.",
  noMatch: (query: string) => `Nothing matches “${query}”.`,
  noMatchHint: "Check the spelling or try fewer words.",
  showAll: "Show all apps",
  engineSearching: "Searching the whole catalogue…",
  engineSearchFailed: "The whole catalogue could not be searched; only the apps loaded so far were.",
  pageFailed: (page: number, error: string) =>
    page > 1
      ? `Page ${page} of the catalogue did not load: ${error}`
      : `The catalogue did not load: ${error}`,
  retry: "Retry",
  connected: "Connected",
  deactivated: "Deactivated in this workspace",
  archived: "Archived",
  notConfigured: "Not configured yet",
  noOption: "Offers no way to sign in",
  change: "Change app",
  // Asking
  loadingOptions: (app: string) => `Loading what ${app} asks for…`,
  noOptions: (app: string) =>
    `${app} is not configured in this workspace: it offers no way to sign in. Choose another app or ask whoever runs the workspace.`,
  howToConnect: "How to connect",
  asks: (fields: string[]) => (fields.length ? `Asks for ${fields.join(", ")}` : "Asks for nothing here"),
  optionTypes: {
    oauth2: "Sign in on the app’s own page",
    oauth1: "Sign in on the app’s own page",
    "client-credentials": "Enter keys or credentials",
    proxy: "Connect through a proxy",
  } as Record<string, string>,
  optionNames: {
    oauth2: "Sign in",
    oauth1: "Sign in",
    "client-credentials": "API credentials",
  } as Record<string, string>,
  help: "Where do I find this?",
  newTab: "(opens in a new tab)",
  optional: "optional",
  required: "required",
  optionalSettings: (n: number) => `Optional settings (${n})`,
  connectionName: "Connection name",
  connectionNameHelp: "How this connection is listed. Left empty, it gets the app’s name.",
  replaces: (name: string) => `This replaces your connection “${name}”.`,
  updates: (name: string) => `This updates the connection “${name}”.`,
  connect: (app: string) => `Connect ${app}`,
  tryAgain: "Try again",
  fix: "Fix this connection",
  opensTab: "A new tab opens.",
  noTicket: "Waiting for the kernel…",
  getLink: (app: string) => `Get a link to connect ${app}`,
  gettingLink: "Getting the link…",
  openLink: (app: string) => `Open the page to connect ${app}`,
  linkUnreachable: (port: string) =>
    `If that page cannot be reached, the kernel runs on another machine: forward its port ${port} (in VS Code: Ports view) and open it again.`,
  wrongFields: (fields: string[]) =>
    `Check ${fields.length > 1 ? "these fields" : "this field"}: ${fields.join(", ")}.`,
  reveal: "Show",
  hide: "Hide",
  revealLabel: (field: string) => `Show ${field}`,
  hideLabel: (field: string) => `Hide ${field}`,
  choose: "Choose…",
  none: "None",
  kindOfValue: (field: string) => `Kind of ${field}`,
  option: "Option",
  kinds: {
    text: "Text",
    number: "Number",
    integer: "Whole number",
    boolean: "Yes or no",
    array: "List",
    object: "Group of fields",
    choice: "Choice",
  } as Record<string, string>,
  add: (what: string) => `Add ${what}`,
  addValue: "Add a value",
  removeItem: "Remove",
  moveUp: (what: string) => `Move ${what} up`,
  section: (first: string, last: string) => (first === last ? first : `${first} to ${last}`),
  trimmed: "White space at the ends is left out.",
  usePart: (part: string) => `Use “${part}”`,
  empty: "(empty)",
  remove: (what: string) => `Remove ${what}`,
  item: (list: string, n: number) => `${list} ${n}`,
  atMost: (n: number) => `At most ${n}.`,
  key: "Name",
  value: "Value",
  example: (text: string) => `e.g. ${text}`,
  // Waiting
  waitingTitle: (app: string) => `Finish connecting ${app} in the new tab`,
  waitingTitleAny: "Finish connecting in the new tab",
  waitingText: "Sign in there and allow access. This notebook notices by itself.",
  waitingTextPaste: "Sign in there and allow access, then copy the address of the page you end on.",
  openAgain: "Open the tab again",
  typeAgain: "Secrets are not kept: enter them again to open another tab.",
  cancel: "Cancel",
  backToWaiting: "Back",
  pasteOffer: "Finished there, but nothing happens here?",
  pasteLabel: "Address of the tab you ended on, or the connection ID",
  pasteButton: "Use it",
  pasteMissing: "Paste the address first.",
  pasteSending: "Checking…",
  pasteOk: "Taken.",
  // Ended
  connectedTitle: (app: string) => `${app} is connected`,
  connectedTitleAny: "Connected",
  connectionId: "Connection ID",
  copy: "Copy ID",
  copied: "Copied",
  copySelected: "Selected: press Ctrl+C or ⌘C to copy.",
  another: "Connect another",
  failedTitle: (app: string) => (app ? `${app} was not connected` : "Not connected"),
  cancelledTitle: "Cancelled",
  cancelledText: "Nothing was connected.",
  expiredTitle: "Time is up",
  expiredText: "Nobody finished in time, so nothing was connected. You can try again.",
  unknownError: "No reason was given.",
  details: "Details",
  causes: "Cause",
  returnPath: "Return path",
  paths: {
    loopback: "straight to the kernel on this machine",
    proxy: "through the Jupyter server",
    base: "to the given address",
    events: "by the engine’s event stream",
    paste: "by the address you paste here",
  } as Record<string, string>,
  // The kernel
  busy: "The kernel does not answer: it is busy with a cell, or was restarted. Wait for that cell to finish or interrupt it; after a restart run this cell again.",
  gone: "The kernel was restarted or stopped, so this widget has lost it. Run the cell again.",
};

/** What is wrong with a field, in words a person uses. */
export function problemText({ keyword, limit }: Problem): string {
  const n = typeof limit === "number" ? limit : 0;
  const types = Array.isArray(limit) ? limit : [limit];
  switch (keyword) {
    case "required":
      return "Fill this in.";
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
