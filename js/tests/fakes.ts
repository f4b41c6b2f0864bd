/** Stand-ins that are passed in: a model as anywidget hands it out, messages as the kernel sends them, a clock. */
import aliases from "../../ic_widget/page/aliases.json";
import type { AuthOption, Integration, IntegrationsPage, JsonObject, Options, Ticket } from "../src/messages";
import type { Model } from "../src/widget";

/** The abbreviations and other names that every ticket brings. */
export const ALIASES: { [name: string]: string } = Object.assign({}, ...aliases.map(({ names }) => names));

let uids = 0;

/** The part of anywidget's model that the widget uses; remembers what was sent. */
export class FakeModel implements Model {
  readonly sent: { kind: string; id: string; [key: string]: unknown }[] = [];
  /** What the kernel has besides, by the ids of their models: what a view of each shows. */
  readonly others = new Map<unknown, HTMLElement>();
  readonly widget_manager = {
    get_model: async (id: unknown) => {
      if (!this.others.has(id)) throw new Error("no such model");
      return id;
    },
    create_view: async (id: unknown) => {
      const el = this.others.get(id) as HTMLElement;
      return { el, remove: () => el.remove() };
    },
  };
  readonly #traits: Record<string, unknown>;
  readonly #listeners = new Map<string, Set<(...args: unknown[]) => void>>();

  constructor(traits: Record<string, unknown> = {}) {
    this.#traits = { status: "idle", _uid: `uid-${++uids}`, ...traits };
  }

  get(name: string): unknown {
    return this.#traits[name] ?? null;
  }

  on(event: string, listener: (...args: unknown[]) => void): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: (...args: unknown[]) => void): void {
    this.#listeners.get(event)?.delete(listener);
  }

  /** As the kernel does, it gives a pad to whoever asks for one and opens what was sealed with it. */
  send(content: unknown): void {
    const message = content as FakeModel["sent"][number];
    this.sent.push(message);
    if (message.kind === "pad") {
      this.push({ kind: "pad", name: message.name, data: btoa("\x01".repeat(Number(message.length))) });
    }
    if (message.kind === "sealed") {
      const bytes = Uint8Array.from(atob(String(message.data)), (letter) => letter.charCodeAt(0) ^ 1);
      this.sent.push(JSON.parse(new TextDecoder().decode(bytes)));
    }
  }

  /** The kernel sends a message. */
  push(message: unknown): void {
    for (const listener of this.#listeners.get("msg:custom") ?? []) listener(message, []);
  }

  set(name: string | Record<string, unknown>, value?: unknown): void {
    if (typeof name === "string") this.#traits[name] = value;
    else this.change(name);
  }

  /** Python sets traits. */
  change(traits: Record<string, unknown>): void {
    Object.assign(this.#traits, traits);
    for (const name of Object.keys(traits)) {
      for (const listener of this.#listeners.get(`change:${name}`) ?? []) listener();
    }
  }

  get listeners(): number {
    return [...this.#listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }

  last(kind: string) {
    return this.sent.findLast((message) => message.kind === kind);
  }
}

/** Timers that only the test lets run. */
export class Clock {
  #now = 0;
  #due: { at: number; run: () => void }[] = [];

  readonly setTimeout = (run: () => void, ms: number): void => {
    this.#due.push({ at: this.#now + ms, run });
  };

  /** Let time pass, and everything that follows from it happen. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#due = this.#due.filter((each) => each !== next);
      this.#now = next.at;
      next.run();
      await settled();
    }
    this.#now = end;
  }
}

/** After everything that waits for nothing but promises. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

export const app = (key: string, more: Partial<Integration> = {}): Integration => ({
  key,
  name: `App ${key}`,
  ...more,
});

export const ticket = (more: Partial<Ticket> = {}, preset: Partial<Ticket["preset"]> = {}): Ticket => ({
  kind: "ticket",
  place: "Workspace acme, engine.example",
  flow: "f1",
  action: "https://engine.example/connect",
  parameters_key: "input",
  payload: { token: "the-token", requestId: "r1" },
  preset: { integration: null, auth_option: null, parameters: {}, name: null, sensitive: {}, ...preset },
  redirect: { path: "loopback", reason: "it answered" },
  paste: false,
  ...more,
});

export const page = (items: Integration[], more: Partial<IntegrationsPage> = {}): IntegrationsPage => ({
  kind: "integrations",
  search: "",
  cursor: null,
  items,
  next: null,
  error: null,
  ...more,
});

export const option = (inputSchema: JsonObject | null, more: Partial<AuthOption> = {}): AuthOption => ({
  key: "main",
  type: "client-credentials",
  title: "Main",
  description: "",
  inputSchema,
  helpUri: null,
  ...more,
});

export const options = (integration: string, found: AuthOption[], more: Partial<Options> = {}): Options => ({
  kind: "options",
  integration,
  item: app(integration),
  options: found,
  connection: null,
  error: null,
  ...more,
});
