// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import explorer from "../src/explore";
import { FakeModel } from "./fakes";
import { all, button, click, drawn, field, find, shown, type } from "./shown";

const connection = {
  kind: "connection",
  id: "x1",
  name: "My HubSpot",
  app: "hubspot",
  problem: null,
  place: "Workspace acme, engine.example",
  called: "x",
};
const listed = {
  kind: "actions",
  error: null,
  items: [
    { key: "list", name: "List contacts", description: "A page at a time." },
    { key: "create", name: "Create contact", description: "" },
  ],
};
const created = {
  kind: "action",
  key: "create",
  error: null,
  schema: {
    type: "object",
    required: ["name"],
    properties: { name: { type: "string" }, apiKey: { type: "string", title: "API key" } },
  },
};

/** An explorer on a page, that knows its connection and its actions. */
async function show() {
  const model = new FakeModel();
  const end = explorer.initialize({ model });
  const el = document.createElement("div");
  document.body.append(el);
  const remove = shown(explorer.render({ model, el }));
  model.push(connection);
  model.push(listed);
  await drawn();
  return { model, el, end, remove };
}

async function choose(el: Element, value: string) {
  const select = field(el, "What to run") as unknown as HTMLSelectElement;
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  await drawn();
}

async function run(el: Element) {
  find(el, "form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await drawn();
}

/** Choose the kind of body. */
async function body(el: Element, kind: string) {
  const select = field(el, "Body") as unknown as HTMLSelectElement;
  select.value = [...select.options].find((option) => option.text === kind)?.value ?? "";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  await drawn();
}

/** Add a value to the group of that name. */
async function pair(el: Element, group: string, name: string, value: string) {
  const place = all(el, "fieldset").find((each) => find(each, "legend").textContent?.startsWith(group));
  if (!place) throw new Error(`no group ${group}`);
  await click(button(place, "Add a value"));
  const entry = () => all(place, ".icw-entry").at(-1) as HTMLElement;
  await type(field(entry(), "Name"), name);
  await type(field(entry(), "Value"), value);
}

/** The kernel says what came of the call that was sent last. */
async function answer(model: FakeModel, more: Record<string, unknown> = {}, state = "succeeded") {
  const { call, action, shown } = model.last("run") as Record<string, unknown>;
  const told = { kind: "call", call, action, input: shown, state, status: 200, seconds: 0.2, began: 1 };
  model.push(told);
  const result = { kind: "result", call, output: null, cuts: {}, file: null, error: null, data: null };
  model.push({ ...result, ...more });
  await drawn();
}

describe("an explorer", () => {
  it("says ready once, and leaves nothing behind", async () => {
    const { model, el, end, remove } = await show();
    expect(model.sent.map(({ kind }) => kind)).toEqual(["ready"]);
    expect(find(el, "h3").textContent).toBe("Try My HubSpot");
    remove();
    end();
    expect([el.innerHTML, model.listeners]).toEqual(["", 0]);
  });

  it("sends a request as it is filled in, and shows its table", async () => {
    const { model, el } = await show();
    await type(field(el, "Path"), "/contacts");
    await run(el);
    expect(model.last("run")).toMatchObject({ action: null, input: { method: "GET", path: "/contacts" } });
    expect(el.textContent).toContain("Running for");
    await answer(model, { output: { items: [{ id: "c1", name: "Ada" }] }, cuts: { "/items": 900 } });
    expect(all(el, "td").map((cell) => cell.textContent)).toEqual(["c1", "Ada"]);
    expect(el.textContent).toContain("1 of 900 rows");
    expect(find(el, "pre").textContent).toBe('connection.get("/contacts")');
    await click(button(el, "Tree"));
    expect(all(el, "[role=treeitem]").map((row) => row.getAttribute("aria-level"))).toEqual(["1", "2", "3"]);
  });

  it("runs once at a press of the button, where a frame allows no forms too", async () => {
    const { model, el } = await show();
    await type(field(el, "Path"), "/contacts");
    find(el, "form").addEventListener("submit", () => expect.unreachable("a form was submitted"));
    await click(button(el, "Run"));
    expect(model.sent.filter(({ kind }) => kind === "run").length).toBe(1);
  });

  it("sends nothing that is incomplete, and says what is missing", async () => {
    const { model, el } = await show();
    await run(el);
    expect(model.last("run")).toBeUndefined();
    expect(find(el, ".icw-submit").textContent).toContain("Check this field: Path.");
  });

  it("sends no body that is not JSON", async () => {
    const { model, el } = await show();
    await type(field(el, "Path"), "/contacts");
    await body(el, "JSON");
    await run(el);
    expect(find(el, ".icw-submit").textContent).toContain("Check this field: JSON body.");
    await type(field(el, "JSON body"), "{name: Ada}");
    await run(el);
    expect(model.last("run")).toBeUndefined();
    expect(el.textContent).toContain("The body is not JSON");
    await type(field(el, "JSON body"), '{"name": "Ada", "n": 12345678901234567890}');
    await run(el);
    expect(model.last("run")).toMatchObject({
      input: { body: { name: "Ada", n: { $integer: "12345678901234567890" } } },
    });
  });

  it("sends a form, or text, or nothing, as is chosen, and fills each in again", async () => {
    const { model, el } = await show();
    await type(field(el, "Path"), "/token");
    await pair(el, "Headers", "X-Api-Key", "planted");
    await body(el, "Form");
    await pair(el, "Form", "grant_type", "client_credentials");
    await pair(el, "Form", "client_secret", "planted");
    await run(el);
    const plain = model.sent.filter(({ kind }) => kind !== "run");
    expect(JSON.stringify(plain)).not.toContain("planted");
    const { input, shown } = model.last("run") as unknown as { input: object; shown: object };
    const form = { grant_type: "client_credentials", client_secret: "planted" };
    expect(input).toMatchObject({ path: "/token", headers: { "X-Api-Key": "planted" }, form });
    expect(Object.keys(input)).not.toContain("send");
    expect(JSON.stringify(shown)).not.toContain("planted");
    await answer(model);
    expect(find(el, "pre").textContent).toContain('"client_secret": getpass("client_secret")');

    await body(el, "Text");
    await type(field(el, "Text body"), "a\nb");
    await run(el);
    expect(model.last("run")).toMatchObject({ input: { text: "a\nb" } });
    expect(model.last("run")?.input).not.toHaveProperty("form");
    await answer(model);

    await body(el, "None");
    await run(el);
    expect(Object.keys(model.last("run")?.input as object)).toEqual(["method", "path", "headers"]);
    await answer(model);

    const calls = all(el, ".icw-history button");
    await click(calls[2] as HTMLButtonElement);
    expect(
      all(el, "fieldset").find((each) => find(each, "legend").textContent?.startsWith("Form")),
    ).toBeDefined();
    expect(el.innerHTML).not.toContain("planted");
    expect(el.textContent).toContain("Secrets are not kept");
    await click(calls[1] as HTMLButtonElement);
    expect(field(el, "Text body").value).toBe("a\nb");
  });

  it("keeps a secret in the path's query by its name only", async () => {
    const { model, el } = await show();
    await type(field(el, "Path"), "/search?q=a%20b&q=c&api_key=planted");
    await run(el);
    const query = { q: ["a b", "c"], api_key: "planted" };
    expect(model.last("run")).toMatchObject({ input: { path: "/search", query } });
    await answer(model);
    expect(find(el, "pre").textContent).toContain('{"q": ["a b", "c"], "api_key": getpass("api_key")}');
    expect(find(el, ".icw-history").textContent).toContain("GET /search");
    expect(JSON.stringify(model.last("run")?.shown)).not.toContain("planted");
  });

  it("asks for what an action needs, and sends its secrets hidden and only once", async () => {
    const { model, el } = await show();
    await choose(el, "=create");
    expect(model.last("action")).toMatchObject({ key: "create" });
    model.push(created);
    await drawn();
    await type(field(el, "Name"), "Ada");
    await type(field(el, "API key"), "planted");
    await run(el);
    const plain = model.sent.filter(({ kind }) => kind !== "run");
    expect(JSON.stringify(plain)).not.toContain("planted");
    expect(model.last("run")).toMatchObject({
      action: "create",
      input: { name: "Ada", apiKey: "planted" },
      shown: { name: "Ada", apiKey: { $secret: "apiKey" } },
    });
    await answer(model);
    expect(find(el, "pre").textContent).toContain('getpass("apiKey")');
  });

  it("says why there is no form for an action, and asks again", async () => {
    const { model, el } = await show();
    await choose(el, "=create");
    const error = "What this action asks for cannot be read: it is nested more than 16 levels deep.";
    model.push({ kind: "action", key: "create", schema: null, error });
    await drawn();
    expect(find(el, ".icw-error").textContent).toContain(error);
    await click(button(el, "Retry"));
    expect(model.sent.filter(({ kind }) => kind === "action").length).toBe(2);
  });

  it("fills the form again from the history, without secrets", async () => {
    const { model, el } = await show();
    await choose(el, "=create");
    model.push(created);
    await drawn();
    await type(field(el, "Name"), "Ada");
    await type(field(el, "API key"), "planted");
    await run(el);
    await answer(model);
    await choose(el, "");
    await click(button(el, "create"));
    expect(field(el, "Name").value).toBe("Ada");
    expect(field(el, "API key").value).toBe("");
    expect(el.textContent).toContain("Secrets are not kept");
    expect(model.last("recall")).toMatchObject({ call: model.last("run")?.call });
  });

  it("keeps what was entered while something else is chosen", async () => {
    const { el } = await show();
    await type(field(el, "Path"), "/contacts");
    await choose(el, "=create");
    await choose(el, "");
    expect(field(el, "Path").value).toBe("/contacts");
  });

  it("hides what sounds like a secret until it is to be shown", async () => {
    const { model, el } = await show();
    await type(field(el, "Path"), "/me");
    await run(el);
    await answer(model, { output: { name: "Ada", access_token: "planted" } });
    expect(el.textContent).not.toContain("planted");
    await click(button(el, "Show secrets"));
    expect(el.textContent).toContain("planted");
  });

  it("shows an error with its causes, and cancels what runs", async () => {
    const { model, el } = await show();
    await type(field(el, "Path"), "/me");
    await run(el);
    await click(button(el, "Cancel"));
    expect(model.last("cancel")).toMatchObject({ call: model.last("run")?.call });
    const data = { message: "It failed.", causedByError: { message: "No such path.", type: "connection" } };
    await answer(model, { error: "It failed.", data }, "failed");
    expect(find(el, ".icw-error").textContent).toContain("It failed.");
    expect(find(el, ".icw-causes").textContent).toBe("No such path. (connection)");
  });

  it("says what an answer is that is no text", async () => {
    const { model, el } = await show();
    await type(field(el, "Path"), "/logo");
    await run(el);
    await answer(model, { file: { type: "image/png", size: 12345 } });
    expect(el.textContent).toContain("12.3 KB of image/png");
  });

  it("moves through the tree by keyboard with one stop for Tab", async () => {
    const { model, el } = await show();
    await type(field(el, "Path"), "/me");
    await run(el);
    await answer(model, { output: { name: "Ada", team: { name: "data" } } });
    const stops = () => all(el, '[role=treeitem][tabindex="0"]');
    expect(stops().length).toBe(1);
    stops()[0]?.focus();
    for (const key of ["End", "ArrowUp"]) {
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      await drawn();
    }
    expect(document.activeElement?.textContent).toContain("team");
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
    await drawn();
    expect(document.activeElement?.getAttribute("aria-expanded")).toBe("false");
  });

  it("looks for an action where there are many", async () => {
    const { model, el } = await show();
    const items = Array.from({ length: 20 }, (_, n) => ({
      key: `a${n}`,
      name: `Action ${n}`,
      description: "",
    }));
    model.push({ ...listed, items });
    await drawn();
    await type(field(el, "Find an action"), "19");
    expect(all(el, "option").map((each) => each.textContent)).toContain("Action 19");
    expect(all(el, "optgroup option").length).toBe(1);
  });

  it("says why there are no actions, and asks again", async () => {
    const { model, el } = await show();
    model.push({ kind: "actions", items: [], error: "The engine could not be reached." });
    await drawn();
    expect(el.textContent).toContain("The actions could not be listed: The engine could not be reached.");
    await click(button(el, "Retry"));
    expect(model.last("actions")).toBeDefined();
  });
});
