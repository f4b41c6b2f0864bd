// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { app, option, options, page, ticket } from "./fakes";
import { all, button, click, drawn, field, find, show, submit, type } from "./shown";

const keySchema = { type: "object", required: ["apiKey"], properties: { apiKey: { title: "API key" } } };

it("how one app's attempt ended is not said of the next app", async () => {
  const { el, model } = show();
  model.push(ticket());
  model.push(page([app("a"), app("b")]));
  await drawn();
  await click(all(el, "[role=option]")[0] as HTMLElement);
  model.push(options("a", [option(null)]));
  model.change({ status: "failed", error: "refused" });
  model.push(ticket({ flow: "f2" }));
  await drawn();
  expect(el.textContent).toContain("App a was not connected");
  await click(button(el, "Change app"));
  await click(all(el, "[role=option]")[1] as HTMLElement);
  model.push(options("b", [option(null)]));
  await drawn();
  expect(el.textContent).not.toContain("was not connected");
  expect(button(el, "Connect App b").type).toBe("submit");
});

it("no fix is offered where only the hand-off page can post: it could not say which connection", async () => {
  document.body.dataset.vscodeThemeKind = "vscode-dark";
  const { el, model } = show({ preset: "a" });
  model.push(ticket({}, { integration: "a" }));
  model.push(options("a", [option(null)]));
  model.change({ status: "failed", error: "no", error_data: { data: { connectionId: "c9" } } });
  await drawn();
  delete document.body.dataset.vscodeThemeKind;
  expect(el.textContent).toContain("App a was not connected");
  expect(() => button(el, "Fix this connection")).toThrow();
});

it("fixing a connection goes on when a secret has to be typed again first", async () => {
  const { el, model } = show({ preset: "a" });
  model.push(ticket({}, { integration: "a" }));
  model.push(options("a", [option(keySchema)]));
  model.change({ status: "failed", error: "no", error_data: { data: { connectionId: "c9" } } });
  model.push(ticket({ flow: "f2" }, { integration: "a" }));
  await drawn();
  const form = find<HTMLFormElement>(el, "form");
  form.requestSubmit = () => void form.dispatchEvent(new Event("submit", { cancelable: true }));
  await click(button(el, "Fix this connection"));
  expect(el.textContent).toContain("Check this field: API key.");
  await type(field(el, "API key"), "k");
  form.addEventListener("submit", (event) => event.preventDefault(), { once: true });
  await click(button(el, "Try again"));
  expect(el.textContent).toContain("This signs in again to your connection “c9”, which keeps its ID.");
  expect(JSON.parse((await submit(el))?.payload ?? "")).toMatchObject({ connectionId: "c9" });
});

const keys = {
  type: "object",
  required: ["account", "apiKey"],
  properties: { account: { title: "Account" }, apiKey: { title: "API key" }, site: { title: "Site" } },
};

/** A form of an app `a` filled in and posted, and the engine's answer to it. */
async function answered(type_: string, error_data: Record<string, unknown>) {
  const { el, model } = show({ preset: "a" });
  model.push(ticket({}, { integration: "a" }));
  model.push(options("a", [{ ...option(keys), type: type_ }]));
  await drawn();
  await type(field(el, "Account"), "acme");
  await type(field(el, "API key"), "k");
  find(el, "[data-focus]").focus();
  await submit(el);
  model.change({ status: "waiting" });
  await drawn();
  model.change({ status: "failed", error: "A did not accept this", error_data });
  model.push(ticket({ flow: "f2" }, { integration: "a" }));
  await drawn();
  return { el, model };
}

const marked = (el: Element) => all(el, "[aria-invalid=true]");

it("a refused key is marked and focused, is to be entered once more, and what else was typed stays", async () => {
  const { el } = await answered("client-credentials", { type: "connection", message: "no" });
  const key = field(el, "API key");
  expect(marked(el)).toEqual([key]);
  expect(document.activeElement).toBe(key);
  expect(find(el, `[id="${key.getAttribute("aria-describedby")}"]`).textContent).toBe(
    "The app did not accept what was sent. Enter this again.",
  );
  expect([field(el, "Account").value, key.value]).toEqual(["acme", ""]);
  expect(el.textContent).toContain("Check this field: API key.");
  field(el, "Account").focus();
  await drawn();
  expect(el.textContent).toContain("The app did not accept what was sent.");
  await type(key, "k2");
  expect(marked(el)).toEqual([]);
  expect(JSON.parse((await submit(el))?.payload ?? "").input).toEqual({
    account: "acme",
    apiKey: "k2",
  });
});

it("marks the field that the engine's error names rather than the secret", async () => {
  const data = { parameters: [{ path: "account", message: "is unknown" }] };
  const { el } = await answered("oauth2", { type: "bad_request", message: "no", data });
  expect(marked(el)).toEqual([field(el, "Account")]);
});

it.each([
  ["client-credentials", { type: "internal", message: "no" }],
  ["oauth2", { type: "connection", message: "no" }],
])("blames no field where none was refused: %s, %j", async (type_, error) => {
  const { el } = await answered(type_, error);
  expect(el.textContent).toContain("App a was not connected");
  expect(marked(el)).toEqual([]);
});
