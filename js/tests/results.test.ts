// @vitest-environment happy-dom
import { h, render } from "preact";
import { afterEach, expect, it } from "vitest";
import type { Existing } from "../src/messages";
import { Session } from "../src/state/session";
import type { State, Traits } from "../src/state/state";
import { App } from "../src/view/app";
import { app, option, options, page, ticket } from "./fakes";
import { all, button, click, drawn, find, show, submit } from "./shown";

afterEach(() => {
  document.body.replaceChildren();
});

const made = {
  kind: "connection",
  id: "c1",
  name: "Work",
  integration: "a",
  app: "App a",
  problem: null,
  place: "Workspace acme, tenant Ada, engine.example",
};
const dead: Existing = { id: "c1", name: "Work", problem: "Needs signing in again", error: "Revoked." };

async function connected(traits: Record<string, unknown> = {}) {
  const shown = show({ preset: "a", status: "connected", connection_id: "c1", ...traits });
  shown.model.push(made);
  await drawn();
  return shown;
}

async function asked(connection: Existing | null, payload: Record<string, boolean> = {}) {
  const { el, model } = show({ preset: "a" });
  model.push(ticket({ payload: { token: "t", ...payload } }, { integration: "a" }));
  model.push(options("a", [option(null)], { connection }));
  await drawn();
  return { el, model, sent: async () => JSON.parse((await submit(el))?.payload ?? "") };
}

it("offers what was finished after Cancel, and does not say that it was cancelled", async () => {
  const { el, model } = show({ preset: "a", status: "cancelled", error: "Stopped waiting." });
  model.push(ticket({}, { integration: "a" }));
  model.push(options("a", [option(null)]));
  await drawn();
  expect(el.textContent).toContain("Stopped waiting.");
  model.change({ _late: { id: "c2", name: "Work", app: "App a" } });
  await drawn();
  expect(find(el, ".icw-notice").textContent).toContain("App a was connected after all");
  expect(el.textContent).not.toContain("Stopped waiting.");
  await click(button(el, "Use it"));
  expect(model.last("use-late")).toBeTruthy();
});

it("says of a late one that the engine could not be asked about it", async () => {
  const { el } = show({ _late: { id: "c2", name: null, app: null, problem: "It is not confirmed." } });
  await drawn();
  expect(find(el, ".icw-notice").textContent).toContain("any more. It is not confirmed.");
});

it("says in which workspace an app is chosen, and in which one the connection is", async () => {
  const { el, model } = show();
  model.push(ticket());
  await drawn();
  expect(find(el, ".icw-place").textContent).toBe("Workspace acme, engine.example");
  model.change({ status: "connected", connection_id: "c1" });
  model.push(made);
  await drawn();
  expect(find(el, ".icw-place").textContent).toBe(made.place);
});

it("keeps the last connection until another comes, with a way back to it", async () => {
  const { el, model } = await connected();
  await click(button(el, "Connect again"));
  model.push(ticket({ flow: "f2" }, { integration: "a" }));
  model.push(options("a", [option(null)]));
  await drawn();
  expect(el.textContent).not.toContain("App a is connected");
  model.change({ status: "cancelled", error: "Stopped waiting." });
  await drawn();
  await click(button(el, "Back to the connection"));
  expect(model.last("back")).toBeTruthy();
  model.change({ status: "connected", error: null });
  await drawn();
  expect(el.textContent).toContain("App a is connected");
  expect(el.textContent).toContain("Work");
});

it("shows the connection that takes the place of another", async () => {
  const { el, model } = await connected();
  await click(button(el, "Connect again"));
  model.change({ connection_id: "c2" });
  await drawn();
  expect(find(el, "code").textContent).toBe("c2");
});

it.each([
  [{ reused: true }, null, "It was ready: nobody had to sign in."],
  [{}, "Being set up", "Being set up"],
])("says how the connection is: %j %s", async (traits, problem, text) => {
  const { el, model } = await connected(traits);
  model.push({ ...made, problem });
  await drawn();
  expect(find(el, ".icw-connected").textContent).toContain(text);
});

it("says in the list what keeps a connection from working", async () => {
  const { el, model } = show();
  model.push(ticket());
  model.push(page([app("a", { connection: dead }), app("b", { connection: { id: "c2", name: null } })]));
  await drawn();
  const rows = all(el, "[role=option]").map((row) => row.textContent);
  expect(rows[0]).toContain("Needs signing in again");
  expect(rows[0]).not.toContain("Connected");
  expect(rows[1]).toContain("Connected");
});

it("signs in again to a connection that does not work, and says so", async () => {
  const { el, sent } = await asked(dead);
  expect(el.textContent).toContain(
    "This signs in again to your connection “Work”, which keeps its ID. Needs signing in again: Revoked.",
  );
  expect(all(el, "[role=radiogroup]")).toEqual([]);
  expect(await sent()).toMatchObject({ connectionId: "c1" });
});

it("makes a new one beside it only where Python allows several, and the user chooses it", async () => {
  const { el, sent } = await asked(dead, { allowMultipleConnections: true });
  expect(el.textContent).toContain("Connect as a new one");
  expect(await sent()).toMatchObject({ connectionId: "c1" });
  const again = await asked(dead, { allowMultipleConnections: true });
  await click(all(again.el, "[role=radiogroup] input")[1] as HTMLElement);
  const payload = await again.sent();
  expect([payload.connectionId, payload.allowMultipleConnections]).toEqual([undefined, true]);
});

it("replaces a connection that works, or adds a second one, as the user chooses", async () => {
  const { el, sent } = await asked({ id: "c1", name: "Work" });
  expect(el.textContent).toContain("This replaces your connection “Work”: code that holds its ID");
  expect((await sent()).allowMultipleConnections).toBeUndefined();
  const adding = await asked({ id: "c1", name: "Work" });
  await click(all(adding.el, "[role=radiogroup] input")[1] as HTMLElement);
  expect(adding.el.textContent).not.toContain("This replaces");
  expect(await adding.sent()).toMatchObject({ allowMultipleConnections: true });
});

/** A widget on a page, and what says how its kernel is. */
function watched(status: string, connectionId: string | null) {
  const traits = { status, connectionId, error: null, preset: "a", late: null } as unknown as Traits;
  let tell: (kernel: State["kernel"]) => void = () => {};
  const session = new Session(traits, (told) => {
    tell = told;
    return { send() {}, acknowledged() {}, probe: async () => {}, seal() {}, watch() {} };
  });
  const el = document.createElement("div");
  document.body.append(el);
  render(h(App, { session, host: "jupyterlab" }), el);
  session.receive(ticket({}, { integration: "a" }));
  return { el, tell: (kernel: State["kernel"]) => tell(kernel) };
}

it("still says which connection was made once the kernel is lost", async () => {
  const { el, tell } = watched("connected", "c1");
  tell("gone");
  await drawn();
  expect(find(el, ".icw-notice").textContent).toMatch(/Run the cell again\. It was connected: c1$/);
  render(null, el);
});

it("is one sentence once the kernel is lost, without a button or a spinner, until the kernel is heard of again", async () => {
  const { el, tell } = watched("waiting", null);
  tell("gone");
  tell("busy");
  await drawn();
  expect(all(el, "button, .icw-spinner")).toEqual([]);
  expect(find(el, ".icw-notice").textContent).toContain("was restarted or stopped");
  tell("fine");
  await drawn();
  expect(button(el, "Cancel")).toBeTruthy();
  render(null, el);
});
