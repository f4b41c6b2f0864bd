import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { payloadOf } from "../src/launch";
import type { FromKernel, JsonObject, ToKernel } from "../src/messages";
import { Session } from "../src/state/session";
import { connectionInError, screenOf, type Traits } from "../src/state/state";
import { app, option, options, page, ticket } from "./fakes";

const idle: Traits = {
  status: "idle",
  connectionId: null,
  error: null,
  errorData: null,
  preset: null,
  redirect: null,
  redirectReason: null,
  reused: false,
  late: null,
};

/** A session that was told these messages, and what it sent. */
function setUp(...messages: FromKernel[]) {
  return setUpAt(idle, ...messages);
}

function setUpAt(traits: Traits, ...messages: FromKernel[]) {
  const sent: ToKernel[] = [];
  let watched = 0;
  const session = new Session(traits, () => ({
    send: (message) => void sent.push(message),
    acknowledged: () => {},
    probe: async () => {},
    seal: () => {},
    watch: () => void watched++,
  }));
  for (const message of messages) session.receive(message);
  return { session, sent, watched: () => watched };
}

const keySchema = {
  type: "object",
  required: ["apiKey"],
  properties: { apiKey: { type: "string" }, region: { type: "string" } },
};

function fill(session: Session, values: Record<string, string>) {
  const draft = session.state.form?.draft;
  if (draft?.is !== "object") throw new Error("no form");
  const fields = { ...draft.fields };
  for (const [name, raw] of Object.entries(values)) fields[name] = { is: "leaf", raw };
  session.filler.change(() => ({ ...draft, fields }));
}

describe("the catalogue", () => {
  it("is asked for page by page as its end comes in sight, each page once", () => {
    const { session, sent } = setUp(ticket(), page([app("a")], { next: "1" }));
    expect([sent, session.state.catalogue]).toMatchObject([[], { complete: false, loading: false }]);
    session.finder.more();
    session.finder.more();
    expect(sent).toEqual([{ kind: "integrations", search: "", cursor: "1" }]);
    session.receive(page([app("a")], { next: "1" }));
    expect(sent.length).toBe(1);
    session.receive(page([app("b"), app("a", { name: "A2" })], { cursor: "1" }));
    const { items, complete, loading } = session.state.catalogue;
    expect(items.map(({ name }) => name)).toEqual(["A2", "App b"]);
    expect([complete, loading]).toEqual([true, false]);
  });

  it("stays complete when its first page comes again with a later attempt", () => {
    const { session, sent } = setUp(page([app("a")], { next: "1" }), page([app("b")], { cursor: "1" }));
    session.receive(page([app("a", { name: "New" })], { next: "1" }));
    session.finder.more();
    expect(session.state.catalogue).toMatchObject({ complete: true, loading: false });
    expect(session.state.catalogue.items[0]?.name).toBe("New");
    expect(sent.length).toBe(0);
  });

  it("keeps what came when a page fails, says which, and asks for that page again", () => {
    const { session, sent } = setUp(ticket(), page([app("a")], { next: "1" }));
    session.receive(page([], { cursor: "1", error: "no answer" }));
    expect(session.state.catalogue).toMatchObject({ failed: { cursor: "1", page: 2, error: "no answer" } });
    expect(session.state.catalogue.items.length).toBe(1);
    session.finder.more();
    expect(sent).toEqual([]);
    session.retry();
    expect(sent.at(-1)).toEqual({ kind: "integrations", search: "", cursor: "1" });
    session.receive(page([app("b")], { cursor: "1" }));
    expect(session.state.catalogue).toMatchObject({ failed: null, complete: true });
  });

  it("still says which page failed when the first one comes again with a later attempt", () => {
    const { session } = setUp(ticket(), page([app("a")], { next: "1" }));
    session.receive(page([], { cursor: "1", error: "no answer" }));
    session.receive(page([app("a")], { next: "1" }));
    expect(session.state.catalogue).toMatchObject({ loading: false, failed: { cursor: "1", page: 2 } });
  });

  it("asks for the page that failed also when all else begins from the start", () => {
    const { session, sent } = setUp(page([app("a")], { next: "1" }));
    session.show({ kind: "ready", origin: "o", base_url: null, host: "other" });
    session.receive(page([], { cursor: "1", error: "no answer" }));
    session.retry();
    expect(sent.slice(-2).map(({ kind }) => kind)).toEqual(["integrations", "ready"]);
    session.receive(page([app("b")], { cursor: "1" }));
    expect(session.state.catalogue).toMatchObject({ complete: true, loading: false, failed: null });
  });

  it("begins from the start when not even a ticket came", () => {
    const { session, sent } = setUp();
    session.show({ kind: "ready", origin: "o", base_url: null, host: "other" });
    session.receive(page([], { error: "no answer" }));
    session.retry();
    expect(sent.map(({ kind }) => kind)).toEqual(["ready", "ready"]);
  });

  it("begins from the start when no ticket is valid any more", () => {
    const { session, sent } = setUp(ticket(), page([app("a")]));
    session.show({ kind: "ready", origin: "o", base_url: null, host: "other" });
    session.receive({ kind: "withdrawn", flow: "f1" });
    expect(session.state.ticket).toBeNull();
    session.retry();
    expect(sent.filter(({ kind }) => kind === "ready").length).toBe(2);
  });

  it("shows the new connection", () => {
    const { session } = setUp(page([app("a")]), {
      kind: "connection",
      id: "c",
      name: "Mine",
      integration: "a",
      app: "App a",
      problem: null,
      place: "Workspace acme, engine.example",
    });
    expect(session.state.catalogue.items[0]?.connection).toEqual({ id: "c", name: "Mine" });
  });

  it("keeps the chosen app when the list changes under it", () => {
    const { session } = setUp(ticket(), page([app("a")]));
    session.choose(app("a"));
    session.receive(page([app("z")]));
    expect(session.state.chosen?.key).toBe("a");
  });
});

describe("the engine's search", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is asked once, after the typing paused, for what has not come yet", () => {
    const { session, sent } = setUp(ticket(), page([app("a")], { next: "1" }));
    for (const text of ["m", "ma", "mai ", "mail"]) session.finder.search(text);
    vi.runAllTimers();
    expect(sent).toEqual([{ kind: "integrations", search: "mail", cursor: null }]);
    session.receive(page([app("mailer")], { search: "mail" }));
    expect(session.state.catalogue.items.map(({ key }) => key)).toEqual(["a", "mailer"]);
    expect(session.state.catalogue.engineSearch).toMatchObject({ text: "mail", state: "done" });
  });

  it("is asked of a whole catalogue only where little is found in it", () => {
    const mails = [1, 2, 3, 4, 5, 6].map((n) => app(`mail-${n}`));
    const { session, sent } = setUp(ticket(), page([app("a"), ...mails]));
    for (const text of ["mail", "🦄", "post"]) {
      session.finder.search(text);
      vi.runAllTimers();
    }
    expect(sent).toEqual([{ kind: "integrations", search: "post", cursor: null }]);
  });

  it("can be asked again after it failed; an answer to an older search changes nothing", () => {
    const { session, sent } = setUp(ticket(), page([app("a")], { next: "1" }));
    session.finder.search("mail");
    vi.runAllTimers();
    session.receive(page([], { search: "old", error: "no answer" }));
    expect(session.state.catalogue.engineSearch?.state).toBe("asking");
    session.receive(page([], { search: "mail", error: "no answer" }));
    expect(session.state.catalogue.engineSearch?.state).toBe("failed");
    session.finder.searchEngine();
    expect(sent.at(-1)).toEqual({ kind: "integrations", search: "mail", cursor: null });
  });
});

describe("what is posted", () => {
  it("is the ticket's payload, the choice, and what was typed", () => {
    const { session, sent } = setUp(ticket(), page([app("a")]));
    session.choose(app("a"));
    expect(sent.at(-1)).toEqual({ kind: "options", integration: "a" });
    session.receive(options("a", [option(keySchema), option(null, { key: "other" })]));
    fill(session, { apiKey: "k" });
    session.filler.rename(" Mine ");
    expect(session.filler.submit()).toBe(true);
    expect(payloadOf(session.state)).toEqual({
      token: "the-token",
      requestId: "r1",
      integrationKey: "a",
      authOptionKey: "main",
      name: "Mine",
      input: { apiKey: "k" },
    });
  });

  it("has presets that no field asks for, and not those that were cleared", () => {
    const parameters = { region: "eu", hidden: 1, apiKey: "k" };
    const { session } = setUp(
      ticket({}, { integration: "a", parameters }),
      options("a", [option(keySchema)]),
    );
    fill(session, { region: "" });
    expect(payloadOf(session.state)?.input).toEqual({ hidden: 1, apiKey: "k" });
  });

  it("is for the auth option that Python or the user chose", () => {
    const found = [option(keySchema), option(null, { key: "oauth" })];
    const { session } = setUp(ticket({}, { integration: "a", auth_option: "oauth" }), options("a", found));
    expect(payloadOf(session.state)).toMatchObject({ authOptionKey: "oauth", input: {} });
    session.filler.switchTo("main");
    expect(session.filler.submit()).toBe(false);
    expect(session.state.form?.problems).toMatchObject([{ path: "/apiKey", keyword: "required" }]);
  });

  it("updates the connection that is being fixed, until that attempt has ended", () => {
    const { session } = setUp(ticket({}, { integration: "a" }), options("a", [option(keySchema)]));
    session.fix("c9");
    expect(session.filler.submit()).toBe(false);
    fill(session, { apiKey: "k" });
    expect(session.filler.submit()).toBe(true);
    expect(payloadOf(session.state)).toMatchObject({ connectionId: "c9" });
    session.launched();
    session.traits({ ...idle, status: "failed" });
    expect(payloadOf(session.state)).not.toHaveProperty("connectionId");
  });

  it("has what was typed before another auth option was chosen, where it asks for the same", () => {
    const asks = (properties: JsonObject) => ({ type: "object", properties });
    const text = { type: "string" };
    const first = asks({ host: text, user: text, region: { ...text, default: "eu" }, port: text, key: text });
    const second = asks({
      host: text,
      region: { ...text, default: "us" },
      port: { type: "integer" },
      key: text,
    });
    const { session } = setUp(
      ticket({}, { integration: "a", sensitive: { key: true } }),
      options("a", [option(first), option(second, { key: "second" })]),
    );
    fill(session, { host: "h", user: "ada", port: "x", key: "planted" });
    session.filler.switchTo("second");
    expect(payloadOf(session.state)?.input).toEqual({ host: "h", region: "us", key: "planted" });
    fill(session, { host: "h2" });
    session.filler.switchTo("main");
    expect(payloadOf(session.state)?.input).toEqual({
      host: "h2",
      user: "ada",
      region: "eu",
      port: "x",
      key: "planted",
    });
    session.launched();
    expect(JSON.stringify(session.state)).not.toContain("planted");
  });

  it("does not show a secret in a field of the same name that is none", () => {
    const asks = (isSensitive: boolean) => ({ properties: { key: { type: "string", isSensitive } } });
    const { session } = setUp(
      ticket({}, { integration: "a" }),
      options("a", [option(asks(true)), option(asks(false), { key: "second" })]),
    );
    fill(session, { key: "planted" });
    session.filler.switchTo("second");
    expect(payloadOf(session.state)?.input).toEqual({});
  });

  it("is what was typed before, when the same app is chosen again, and not with another", () => {
    const { session, sent } = setUp(ticket(), page([app("a"), app("b")]));
    session.choose(app("a"));
    session.receive(options("a", [option(keySchema)]));
    fill(session, { apiKey: "k" });
    session.unchoose();
    session.choose(app("a"));
    expect(payloadOf(session.state)?.input).toEqual({ apiKey: "k" });
    expect(sent.length).toBe(1);
    session.unchoose();
    session.choose(app("b"));
    session.receive(options("b", [option(keySchema)]));
    expect(payloadOf(session.state)?.input).toEqual({});
  });

  it("uses a newer ticket, and what was typed stays", () => {
    const { session } = setUp(ticket({}, { integration: "a" }), options("a", [option(keySchema)]));
    fill(session, { apiKey: "k" });
    session.receive(ticket({ payload: { token: "newer" } }, { integration: "a" }));
    expect(payloadOf(session.state)).toMatchObject({ token: "newer", input: { apiKey: "k" } });
  });
});

describe("after the tab was opened", () => {
  function launched(values: Record<string, string>) {
    const set = setUp(ticket({}, { integration: "a" }), options("a", [option(keySchema)]));
    fill(set.session, values);
    set.session.launched();
    return set;
  }

  it("the kernel is told, and the page waits without asking it", () => {
    const { session, sent } = launched({ apiKey: "k" });
    expect(sent.at(-1)).toEqual({ kind: "launched", flow: "f1", integration: "a" });
    expect(screenOf(session.state)).toBe("waiting");
  });

  it("secrets are gone and the rest is kept", () => {
    const { session } = launched({ apiKey: "planted", region: "eu" });
    expect(JSON.stringify(session.state)).not.toContain("planted");
    expect(session.state.launched?.secrets).toEqual(["/apiKey"]);
    expect(payloadOf(session.state)?.input).toEqual({ region: "eu" });
  });

  it("a secret that Python preset is there for the next try", () => {
    const preset = { integration: "a", parameters: { apiKey: "preset" } };
    const { session } = setUp(ticket({}, preset), options("a", [option(keySchema)]));
    session.launched();
    expect(session.state.launched?.secrets).toEqual([]);
    expect(payloadOf(session.state)?.input).toEqual({ apiKey: "preset" });
  });

  it("the kernel is looked at when its host says that it changed, before anything was clicked", () => {
    const { session, watched } = setUp(ticket());
    session.check();
    expect(watched()).toBe(1);
  });

  it("the kernel is watched, also by a page that was reloaded meanwhile", () => {
    expect(launched({ apiKey: "k" }).watched()).toBe(1);
    const { session, watched } = setUpAt({ ...idle, status: "waiting" });
    session.show({ kind: "ready", origin: "o", base_url: null, host: "other" });
    expect(watched()).toBe(1);
  });

  it("a failure leads back to the form, ready with the next ticket", () => {
    const { session } = launched({ apiKey: "k", region: "eu" });
    session.traits({ ...idle, status: "waiting" });
    session.traits({ ...idle, status: "failed", error: "refused" });
    session.receive(ticket({ flow: "f2" }, { integration: "a" }));
    expect(screenOf(session.state)).toBe("ask");
    fill(session, { apiKey: "better" });
    expect(session.filler.submit()).toBe(true);
    session.launched();
    expect(screenOf(session.state)).toBe("waiting");
  });

  it("cancelling tells the kernel and leads back at once", () => {
    const { session, sent } = launched({ apiKey: "k" });
    session.cancel();
    expect(sent.at(-1)).toEqual({ kind: "cancel", flow: "f1" });
    expect(screenOf(session.state)).toBe("ask");
  });

  it("a pasted address goes to the kernel, and its answer is shown", () => {
    const { session, sent } = launched({ apiKey: "k" });
    session.paste("  http://x/?connectionId=c ");
    expect(sent.at(-1)).toEqual({ kind: "pasted", flow: "f1", text: "http://x/?connectionId=c" });
    session.receive({ kind: "paste-result", flow: "f1", ok: false, message: "not this one" });
    expect(session.state.paste).toMatchObject({ ok: false, message: "not this one", sending: false });
  });

  it("connecting another asks for a new attempt and shows the catalogue", () => {
    const { session, sent } = setUp(ticket(), page([app("a")]));
    session.choose(app("a"));
    session.receive(options("a", [option(null)]));
    session.launched();
    session.traits({ ...idle, status: "connected", connectionId: "c" });
    expect(screenOf(session.state)).toBe("connected");
    session.again();
    session.traits(idle);
    expect(sent.at(-1)).toEqual({ kind: "again", flow: "" });
    expect(screenOf(session.state)).toBe("choose");
  });
});

it("forgets token and presets once connected, and has them again with the next ticket", () => {
  const preset = { integration: "a", parameters: { apiKey: "planted" } };
  const { session } = setUpAt(
    { ...idle, preset: "a" },
    ticket({}, preset),
    options("a", [option(keySchema)]),
  );
  session.launched();
  session.traits({ ...idle, preset: "a", status: "connected", connectionId: "c" });
  expect(JSON.stringify(session.state)).not.toMatch(/planted|the-token/);
  session.again();
  session.traits({ ...idle, preset: "a" });
  session.receive(options("a", [option(keySchema)]));
  session.receive(ticket({ flow: "f2" }, preset));
  expect(payloadOf(session.state)).toMatchObject({ integrationKey: "a", input: { apiKey: "planted" } });
});

it("hands the typed values to the kernel only for the hand-off page", () => {
  const { session, sent } = setUp(ticket({}, { integration: "a" }), options("a", [option(keySchema)]));
  fill(session, { apiKey: "k" });
  session.handOff();
  expect(sent.at(-1)).toEqual({
    kind: "handoff",
    flow: "f1",
    integration: "a",
    auth_option: "main",
    name: null,
    parameters: { apiKey: "k" },
    connection: null,
    several: false,
  });
});

it("finds the connection that an error names", () => {
  expect(connectionInError({ type: "connection", data: { connectionId: "c" } })).toBe("c");
  expect(connectionInError({ connectionId: "c" })).toBe("c");
  expect(connectionInError({ message: "no" })).toBe(null);
  expect(connectionInError(null)).toBe(null);
});
