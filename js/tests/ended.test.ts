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
