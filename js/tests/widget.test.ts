// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import widget from "../src/widget";
import { app, FakeModel, option, options, page, ticket } from "./fakes";
import { all, button, click, drawn, field, find, press, show, submit, type, view } from "./shown";

const apps = [
  app("github", { name: "GitHub", categories: ["Code"] }),
  app("hubspot", { name: "HubSpot", categories: ["CRM"], connection: { id: "c1", name: "Mine" } }),
  app("old", { name: "Old", archivedAt: "2020-01-01" }),
];
const VERBATIM = ["autocapitalize", "autocorrect", "autocomplete"];
const keySchema = {
  type: "object",
  required: ["apiKey"],
  properties: {
    apiKey: { type: "string", title: "API key" },
    seats: { type: "integer", title: "Seats", minimum: 1 },
  },
};

describe("starting", () => {
  it("says ready once for a model, however often it is shown", async () => {
    const { model } = show();
    view(model);
    expect(model.sent.map(({ kind }) => kind)).toEqual(["ready"]);
    expect(model.last("ready")).toMatchObject({ origin: location.origin, base_url: null, host: "other" });
  });

  it("says nothing before there is a view, and once the last is gone", async () => {
    const model = new FakeModel({});
    widget.initialize({ model });
    const said = () => model.sent.map(({ kind }) => kind);
    expect(said()).toEqual([]);
    const [first, second] = [view(model), view(model)];
    first.remove();
    expect(said()).toEqual(["ready"]);
    second.remove();
    expect(said()).toEqual(["ready", "unseen"]);
    view(model);
    expect(said()).toEqual(["ready", "unseen", "ready"]);
  });

  it("answers whether it is still shown only where it is", async () => {
    const { model, remove } = show();
    model.push({ kind: "still-seen" });
    remove();
    model.push({ kind: "still-seen" });
    expect(model.sent.map(({ kind }) => kind)).toEqual(["ready", "ready", "unseen"]);
  });

  it("says that it is used whenever the focus comes in, and not when it moves within", async () => {
    const { model, el } = show();
    const outside = document.body.appendChild(document.createElement("input"));
    model.push(ticket());
    model.push(page(apps));
    await drawn();
    const said = () => model.sent.filter(({ kind }) => kind === "used").length;
    const [search, list] = [find(el, "input"), find(el, "button")];
    search.focus();
    expect(said()).toBe(1);
    list.focus();
    expect(said()).toBe(1);
    outside.focus();
    search.focus();
    expect(said()).toBe(2);
  });

  it("asks for more of the list once its end is in sight", async () => {
    const { model, el } = show();
    const many = Array.from({ length: 50 }, (_, n) => app(`app${n}`));
    model.push(ticket());
    model.push(page(many, { next: "1" }));
    await drawn();
    expect(model.last("integrations")).toBeUndefined();
    expect(find(el, ".icw-count").textContent).toBe("50 apps so far");
    const list = find(el, "[role=listbox]");
    list.scrollTop = 40 * 40;
    list.dispatchEvent(new Event("scroll"));
    await drawn();
    expect(model.last("integrations")).toMatchObject({ search: "", cursor: "1" });
  });

  it("asks for more of the list where too few match", async () => {
    const { model, el } = show();
    model.push(ticket());
    model.push(
      page(
        Array.from({ length: 50 }, (_, n) => app(`app${n}`)),
        { next: "1" },
      ),
    );
    await drawn();
    await type(find<HTMLInputElement>(el, "[role=combobox]"), "zebra");
    expect(model.last("integrations")).toMatchObject({ search: "", cursor: "1" });
  });

  it("ignores messages of unknown shape", async () => {
    const { model, el } = show();
    for (const message of [null, 1, "x", {}, { kind: "reboot" }, { kind: "ticket" }]) model.push(message);
    await drawn();
    expect(find(el, "[data-screen]").dataset.screen).toBe("choose");
  });

  it("leaves nothing behind when a view and the model are closed", async () => {
    const { model, el, remove, end } = show();
    remove();
    end();
    expect([el.innerHTML, model.listeners]).toEqual(["", 0]);
  });
});

describe("choosing by keyboard", () => {
  async function chooser() {
    const shown = show();
    shown.model.push(ticket());
    shown.model.push(page(apps));
    await drawn();
    return { ...shown, input: find<HTMLInputElement>(shown.el, "[role=combobox]") };
  }

  it("moves through rows that are there, and says which of how many", async () => {
    const { el, input } = await chooser();
    await press(input, "ArrowDown");
    await press(input, "ArrowDown");
    const active = find(el, `[id="${input.getAttribute("aria-activedescendant")}"]`);
    expect(active.textContent).toContain("HubSpot");
    expect([
      active.ariaSelected ?? active.getAttribute("aria-selected"),
      active.getAttribute("aria-posinset"),
    ]).toEqual(["true", "2"]);
    expect(active.getAttribute("aria-setsize")).toBe("3");
  });

  it("chooses with Enter and asks for what the app needs", async () => {
    const { model, input } = await chooser();
    await type(input, "gihub");
    expect((await press(input, "Enter")).defaultPrevented).toBe(true);
    expect(model.last("options")).toMatchObject({ integration: "github" });
  });

  it("does not choose what cannot be connected, and says why", async () => {
    const { model, el, input } = await chooser();
    await type(input, "old");
    await press(input, "Enter");
    expect(find(el, "[role=option]").textContent).toContain("Archived");
    expect(model.last("options")).toBeUndefined();
  });

  it("clears the search with Escape", async () => {
    const { el, input } = await chooser();
    await type(input, "hub");
    await press(input, "Escape");
    expect([input.value, all(el, "[role=option]").length]).toEqual(["", 3]);
  });

  it("shows a way on when nothing matches, and has the focus in the search after it", async () => {
    const { el, input } = await chooser();
    await type(input, "xyzzy");
    expect(el.textContent).toContain("Nothing matches “xyzzy”.");
    button(el, "Show all apps").focus();
    await click(button(el, "Show all apps"));
    expect(all(el, "[role=option]").length).toBe(3);
    expect(document.activeElement).toBe(input);
  });

  it.each(["🦄", " ", "+"])("arms no Enter with %j, which names nothing", async (query) => {
    const { model, input } = await chooser();
    await type(input, query);
    await press(input, "Enter");
    expect([input.getAttribute("aria-activedescendant"), model.last("options")]).toEqual([null, undefined]);
  });

  it("leaves the Enter that ends a composition to the input method, as WebKit sends it too", async () => {
    const { model, input } = await chooser();
    await type(input, "gith");
    for (const composing of [{ keyCode: 229 }, { isComposing: true }]) {
      input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, ...composing }));
    }
    await drawn();
    expect(model.last("options")).toBeUndefined();
    await press(input, "Enter");
    expect(model.last("options")).toMatchObject({ integration: "github" });
  });

  it("corrects nothing that is typed into it", async () => {
    const { input } = await chooser();
    expect(VERBATIM.map((name) => input.getAttribute(name))).toEqual(["off", "off", "off"]);
  });

  it("finds by the user's own names for apps", async () => {
    const { model, el, input } = await chooser();
    model.push(ticket({}, { aliases: { "our crm": "hubspot" } }));
    await type(input, "our crm");
    expect(find(el, "[role=option]").textContent).toContain("HubSpot");
  });

  it("names the active row by its app, so that another app is another row", async () => {
    const { input } = await chooser();
    await type(input, "git");
    const first = input.getAttribute("aria-activedescendant");
    await type(input, "hubs");
    expect(input.getAttribute("aria-activedescendant")).not.toBe(first);
  });

  it("shows a long name whole, and smaller", async () => {
    const { model, el } = show();
    const name = "Enterprise Resource Planning and Customer Relationship Management (Sandbox)";
    model.push(page([app("erp", { name })]));
    await drawn();
    expect(find(el, ".icw-app-name.icw-long").textContent).toBe(name);
    expect(find(el, ".icw-app-name").title).toBe(name);
  });

  it("shows what the engine found, though nothing here says why", async () => {
    const { model, el } = show();
    model.push(ticket());
    model.push(page(apps, { next: "1" }));
    await drawn();
    await type(find<HTMLInputElement>(el, "[role=combobox]"), "newsletters");
    expect(all(el, "[role=option]")).toEqual([]);
    await vi.waitFor(() => expect(model.last("integrations")).toMatchObject({ search: "newsletters" }));
    model.push(page([app("mailer")], { search: "newsletters" }));
    await drawn();
    expect(all(el, "[role=option]").map((row) => row.textContent)).toEqual([
      expect.stringContaining("App mailer"),
    ]);
  });

  it("narrows to a category, by arrow keys too: all chips are one stop", async () => {
    const { el } = await chooser();
    await click(button(el, "CRM"));
    expect(all(el, "[role=option]").map((row) => row.textContent)).toEqual([
      expect.stringContaining("HubSpot"),
    ]);
    expect(all(el, "[role=radio]").map(({ tabIndex }) => tabIndex)).toEqual([-1, -1, 0]);
    expect((await press(button(el, "CRM"), "ArrowRight")).defaultPrevented).toBe(true);
    expect(document.activeElement).toBe(button(el, "All"));
    expect(find(el, "[aria-checked=true]").textContent).toBe("All");
    await press(button(el, "All"), "ArrowLeft");
    expect(document.activeElement?.textContent).toBe("CRM");
  });

  it("offers the categories of all apps once all have come", async () => {
    const { model, el } = show();
    const mailer = (key: string) => app(key, { categories: ["Mail"] });
    model.push(ticket());
    model.push(page([...apps, mailer("a")], { next: "1" }));
    await drawn();
    model.push(page([mailer("b"), mailer("c")], { cursor: "1" }));
    await drawn();
    const chips = all(el, ".icw-chip").map(({ textContent }) => textContent);
    expect(chips).toEqual(["All", "Mail", "Code", "CRM"]);
  });

  it("keeps keys from the notebook", async () => {
    const { input } = await chooser();
    const heard: string[] = [];
    document.body.addEventListener("keydown", (event) => heard.push(event.key));
    await press(input, "a");
    await press(input, "ArrowDown");
    expect(heard).toEqual([]);
    expect(input.closest("[data-lm-suppress-shortcuts]")).not.toBeNull();
  });

  it("leaves chords to the host, but those that edit text are the field's", async () => {
    const { input } = await chooser();
    const heard: string[] = [];
    document.body.addEventListener("keydown", ({ key }) => heard.push(key));
    const chord = (key: string, more: KeyboardEventInit) =>
      input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, ...more }));
    chord("s", { ctrlKey: true });
    chord("Enter", { metaKey: true });
    chord("a", { ctrlKey: true });
    chord("Backspace", { altKey: true });
    expect(heard).toEqual(["s", "Enter"]);
  });

  it("leaves undo to the field where the host listens on the field itself, as JupyterLab does", async () => {
    const { input } = await chooser();
    input.addEventListener("beforeinput", (event) => event.preventDefault());
    const undo = new InputEvent("beforeinput", { inputType: "historyUndo", bubbles: true, cancelable: true });
    expect(input.dispatchEvent(undo)).toBe(true);
  });

  it("gives the focus back to the cell with Escape, once there is nothing to clear", async () => {
    const cell = document.createElement("div");
    cell.tabIndex = -1;
    document.body.append(cell);
    const { el, model } = show();
    cell.append(el);
    model.push(page(apps));
    await drawn();
    const input = find<HTMLInputElement>(el, "[role=combobox]");
    input.focus();
    await type(input, "git");
    await press(input, "Escape");
    expect([input.value, document.activeElement]).toEqual(["", input]);
    await press(input, "Escape");
    expect(document.activeElement).toBe(cell);
  });

  it("puts only a few rows of a long list into the page", async () => {
    const { model, el } = show();
    model.push(page(Array.from({ length: 10_000 }, (_, n) => app(`a${n}`))));
    await drawn();
    expect(all(el, "[role=option]").length).toBeLessThan(30);
    expect(find(el, "[role=option]").getAttribute("aria-setsize")).toBe("10000");
  });
});

describe("asking and posting", () => {
  async function form(schema: typeof keySchema | null = keySchema, preset = {}) {
    const shown = show({ preset: "github" });
    shown.model.push(ticket({}, { integration: "github", ...preset }));
    shown.model.push(options("github", [option(schema)], { item: apps[0] ?? null }));
    await drawn();
    return shown;
  }

  it("posts one field, the payload, with values of the right types", async () => {
    const { el } = await form();
    await type(field(el, "API key"), "k");
    await type(field(el, "Seats"), "3");
    const posted = await submit(el);
    expect(Object.keys(posted ?? {})).toEqual(["payload"]);
    expect(JSON.parse(posted?.payload ?? "")).toEqual({
      token: "the-token",
      requestId: "r1",
      integrationKey: "github",
      authOptionKey: "main",
      input: { apiKey: "k", seats: 3 },
    });
    expect(find<HTMLFormElement>(el, "form").getAttribute("target")).toBe("_blank");
  });

  it("tells the kernel, forgets the secret and waits", async () => {
    const { el, model } = await form();
    await type(field(el, "API key"), "planted");
    await submit(el);
    expect(model.last("launched")).toMatchObject({ flow: "f1", integration: "github" });
    expect(find(el, "[data-screen]").dataset.screen).toBe("waiting");
    await click(button(el, "Open the tab again"));
    expect(field(el, "API key").value).toBe("");
    expect(JSON.stringify(model.sent)).not.toContain("planted");
  });

  it("has the secret in no attribute, and shows it only when asked", async () => {
    const { el } = await form(keySchema, { parameters: { apiKey: "planted" } });
    const input = field(el, "API key");
    expect([input.value, input.type, input.autocomplete]).toEqual(["planted", "password", "new-password"]);
    expect(el.innerHTML).not.toContain("planted");
    expect(el.innerHTML).not.toContain("the-token");
    await click(button(el, "Show API key"));
    expect(field(el, "API key").type).toBe("text");
  });

  it("stops a form with something wrong, says what, and goes to the first wrong field", async () => {
    const { el, model } = await form();
    await type(field(el, "Seats"), "0");
    expect(await submit(el)).toBeNull();
    expect(el.textContent).toContain("Check these fields: API key, Seats.");
    expect(el.textContent).toContain("Enter a number of at least 1.");
    expect(document.activeElement).toBe(field(el, "API key"));
    expect(model.last("launched")).toBeUndefined();
  });

  it("says nothing about a field before it was left once", async () => {
    const { el } = await form();
    const seats = field(el, "Seats");
    await type(seats, "0");
    expect(el.textContent).not.toContain("at least 1");
    seats.focus();
    seats.blur();
    await drawn();
    expect(el.textContent).toContain("at least 1");
    await type(field(el, "Seats"), "2");
    expect(el.textContent).not.toContain("at least 1");
  });

  it("calls an empty field wrong only after a submit: who passes by has done nothing wrong", async () => {
    const { el } = await form();
    const key = field(el, "API key");
    key.focus();
    key.blur();
    await drawn();
    expect(el.textContent).not.toContain("Fill this in.");
    await submit(el);
    expect(el.textContent).toContain("Fill this in.");
  });

  it("says which connection will be replaced", async () => {
    const { el, model } = await form(null);
    model.push(options("github", [option(null)], { connection: { id: "c", name: "Mine" } }));
    await drawn();
    expect(el.textContent).toContain(
      "This replaces your connection “Mine”: code that holds its ID needs the new one, the old one stops working.",
    );
  });

  it("opens the tab again with one click where nothing secret was typed", async () => {
    const { el } = await form(null);
    await submit(el);
    expect(button(el, "Open the tab again").type).toBe("submit");
    expect(JSON.parse((await submit(el))?.payload ?? "")).toMatchObject({ integrationKey: "github" });
  });
});

describe("what became of it", () => {
  async function ended(traits: Record<string, unknown>) {
    const shown = show({ preset: "github" });
    shown.model.push(ticket({}, { integration: "github" }));
    shown.model.push(options("github", [option(null)], { item: apps[0] ?? null }));
    shown.model.change(traits);
    await drawn();
    return shown;
  }

  it("shows the connection's name and id", async () => {
    const { el, model } = await ended({ connection_id: "c7", status: "connected" });
    model.push({
      kind: "connection",
      id: "c7",
      name: "My GitHub",
      integration: "github",
      app: null,
      problem: null,
      place: "Workspace acme, engine.example",
    });
    await drawn();
    expect(el.textContent).toContain("GitHub is connected");
    expect(el.textContent).toContain("My GitHub");
    expect(find(el, "code").textContent).toBe("c7");
  });

  it("selects the id and says which keys copy it, where the page may not copy", async () => {
    const { el } = await ended({ connection_id: "c7", status: "connected" });
    vi.stubGlobal("navigator", {});
    await click(button(el, "Copy ID"));
    vi.unstubAllGlobals();
    expect(document.getSelection()?.toString()).toBe("c7");
    expect(all(el, "[role=status]").map((each) => each.textContent)).toContain(
      "Selected: press Ctrl+C or ⌘C to copy.",
    );
  });

  it("shows what tries the connection out below, and says what to write where the host shows none", async () => {
    const { el, model, remove } = await ended({ connection_id: "c7", status: "connected" });
    await click(button(el, "Try it"));
    expect(model.last("explore")).toBeDefined();
    model.push({ kind: "explore", model: null });
    await drawn();
    expect(el.textContent).toContain("In a cell: ExploreWidget(w.connection)");
    const explorer = document.createElement("section");
    model.others.set("m1", explorer);
    model.push({ kind: "explore", model: "m1" });
    await drawn();
    expect(el.textContent).not.toContain("In a cell");
    expect(el.contains(explorer)).toBe(true);
    remove();
    expect(explorer.isConnected).toBe(false);
  });

  it("shows a failure with its causes and tries again in one click", async () => {
    const error_data = { message: "refused", causedByError: { type: "bad_request", message: "wrong key" } };
    const { el, model } = await ended({ error: "refused", error_data, status: "failed" });
    expect(el.textContent).toContain("GitHub was not connected");
    expect(all(el, "details li").map((cause) => cause.textContent)).toEqual(["wrong key (bad_request)"]);
    model.push(ticket({ flow: "f2" }, { integration: "github" }));
    await drawn();
    expect(button(el, "Try again").type).toBe("submit");
    await submit(el);
    expect(model.last("launched")).toMatchObject({ flow: "f2" });
  });

  it("offers to fix the connection that an error names, and says that it will be updated", async () => {
    const { el, model } = await ended({
      error: "no",
      error_data: { data: { connectionId: "c9" } },
      status: "failed",
    });
    model.push(ticket({ flow: "f2" }, { integration: "github" }));
    await drawn();
    const form = find<HTMLFormElement>(el, "form");
    form.addEventListener("submit", (event) => event.preventDefault());
    await click(button(el, "Fix this connection"));
    expect(el.textContent).toContain("This signs in again to your connection “c9”, which keeps its ID.");
  });

  it("says why nothing loaded, and tries again from the start", async () => {
    const { el, model } = show({ error: "No answer.", status: "failed" });
    model.push(page([], { error: "No answer." }));
    await drawn();
    expect(el.textContent?.match(/No answer/g)?.length).toBe(2);
    await click(button(el, "Retry"));
    expect(model.sent.map(({ kind }) => kind)).toEqual(["ready", "ready"]);
    model.push(page(apps));
    await drawn();
    expect(all(el, "[role=option]").length).toBe(3);
    expect(find(el, "form").textContent).not.toContain("No answer");
  });

  it.each([
    ["cancelled", "Stopped waiting."],
    ["expired", "Not finished in time."],
  ])("says when it was %s", async (status, error) => {
    const { el } = await ended({ status, error });
    expect(el.textContent).toContain(error);
    expect(button(el, "Try again")).toBeTruthy();
  });

  it("does not say that something is on its way after the app could not even be read", async () => {
    const { el, model } = show({ preset: "github", error: "No such app.", status: "failed" });
    expect(all(el, ".icw-spinner")).toEqual([]);
    await click(button(el, "Retry"));
    expect(all(el, ".icw-spinner").length).toBe(1);
    expect(model.last("ready")).toBeTruthy();
  });

  it("says that a workspace has no apps, and nothing besides", async () => {
    const { el, model } = show();
    model.push(ticket());
    model.push(page([]));
    await drawn();
    expect(el.textContent).toContain("This workspace has no apps");
    expect(el.textContent).not.toContain("0 apps");
  });

  it("asks for the address at once where nothing else leads back", async () => {
    const { el, model } = show({ preset: "github", status: "waiting" });
    model.push(ticket({ paste: true }, { integration: "github" }));
    await drawn();
    expect(el.textContent).toContain("copy the address of the page you end on");
    expect(el.textContent).not.toContain("updates when you are done");
  });

  it("shows error text as text", async () => {
    const { el } = await ended({ error: "<img src=x onerror=alert(1)>", status: "failed" });
    expect(el.querySelector("img")).toBeNull();
  });
});

/** What a screen reader would be told, change by change. */
function listen(el: HTMLElement): string[] {
  const heard: string[] = [];
  const observer = new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      const region = target instanceof Element ? target.closest("[role=status]") : null;
      if (region && addedNodes.length) heard.push(region.textContent ?? "");
    }
  });
  observer.observe(el, { subtree: true, childList: true });
  return heard;
}

describe("what is announced", () => {
  it("is each failure of the options, again when it fails again, and the focus stays in the widget", async () => {
    const { model, el } = show();
    model.push(ticket());
    model.push(page(apps));
    await drawn();
    const input = find<HTMLInputElement>(el, "[role=combobox]");
    input.focus();
    await type(input, "github");
    await press(input, "Enter");
    const heard = listen(el);
    for (let n = 0; n < 2; n++) {
      model.push(options("github", [], { item: apps[0] ?? null, error: "Nothing is set up." }));
      await drawn();
      expect(heard.splice(0).at(-1)).toBe("Nothing is set up.");
      button(el, "Retry").focus();
      await click(button(el, "Retry"));
      expect(document.activeElement).toBe(find(el, "h3"));
    }
  });

  it("is each failure of the catalogue, again when it fails again at once", async () => {
    const { model, el } = show();
    model.push(ticket());
    const heard = listen(el);
    for (let n = 0; n < 2; n++) {
      model.push(page([], { error: "No answer." }));
      await drawn();
      expect(heard.splice(0).filter((text) => text.includes("No answer.")).length).toBe(1);
      await click(button(el, "Retry"));
    }
  });

  it("is not what the heading says that gets the focus", async () => {
    const { model, el } = show({ preset: "github" });
    model.push(ticket({}, { integration: "github" }));
    model.push(options("github", [option(null)], { item: apps[0] ?? null }));
    await drawn();
    const heard = listen(el);
    find(el, ".icw-primary").focus();
    await submit(el);
    expect([document.activeElement, heard.filter(Boolean)]).toEqual([find(el, "h3"), []]);
    expect(find(el, "h3").textContent).toContain("Finish connecting");
  });

  it("is the reason of a failure, by the title that gets the focus", async () => {
    const { model, el } = show({ preset: "github" });
    model.push(ticket({}, { integration: "github" }));
    model.push(options("github", [option(keySchema)], { item: apps[0] ?? null }));
    await drawn();
    await type(field(el, "API key"), "k");
    find(el, ".icw-primary").focus();
    await submit(el);
    model.change({ status: "failed", error: "The key was refused." });
    await drawn();
    const title = document.activeElement as HTMLElement;
    expect(title.textContent).toBe("GitHub was not connected");
    expect(find(el, `[id="${title.getAttribute("aria-describedby")}"]`).textContent).toBe(
      "The key was refused.",
    );
  });

  it("is what a button will replace, with the button", async () => {
    const { model, el } = show({ preset: "github" });
    model.push(ticket({}, { integration: "github" }));
    model.push(options("github", [option(null)], { item: null, connection: { id: "c", name: "Mine" } }));
    await drawn();
    const ids = find(el, ".icw-primary").getAttribute("aria-describedby")?.split(" ") ?? [];
    expect(ids.map((id) => find(el, `[id="${id}"]`).textContent)).toEqual([
      "This replaces your connection “Mine”: code that holds its ID needs the new one, the old one stops working.",
      "A new tab opens.",
    ]);
  });

  it("is that nothing was pasted, and the field has the focus", async () => {
    const { el, model } = show({ preset: "github", status: "waiting" });
    model.push(ticket({ paste: true }, { integration: "github" }));
    await drawn();
    await click(button(el, "Connect with this"));
    expect(document.activeElement).toBe(field(el, "Address of the tab"));
    expect(el.textContent).toContain("Paste the address first.");
    expect(model.last("pasted")).toBeUndefined();
  });

  it("is sent by Enter, but not by the one that ends a composition; nothing in it is corrected", async () => {
    const { el, model } = show({ preset: "github", status: "waiting" });
    model.push(ticket({ paste: true }, { integration: "github" }));
    await drawn();
    const input = field(el, "Address of the tab");
    expect(VERBATIM.map((name) => input.getAttribute(name))).toEqual(["off", "off", "off"]);
    await type(input, "http://127.0.0.1/x");
    for (const composing of [{ keyCode: 229 }, { isComposing: true }]) {
      input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, ...composing }));
    }
    await drawn();
    expect(model.last("pasted")).toBeUndefined();
    await press(input, "Enter");
    expect(model.last("pasted")).toMatchObject({ text: "http://127.0.0.1/x" });
  });
});

describe("two views", () => {
  it("of one model show the same and share no id", async () => {
    const { model, el } = show();
    const second = view(model);
    model.push(page(apps));
    await drawn();
    await type(find<HTMLInputElement>(el, "[role=combobox]"), "git");
    expect(find<HTMLInputElement>(second.el, "[role=combobox]").value).toBe("git");
    const ids = all(document.body, "[id]").map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("of two models have nothing in common", async () => {
    const first = show();
    const second = show();
    first.model.push(page(apps));
    await drawn();
    expect(all(second.el, "[role=option]")).toEqual([]);
  });

  it("share no id either where each model loads the module anew, as anywidget does", async () => {
    show();
    vi.resetModules();
    const again = (await import("./shown")).show();
    await drawn();
    expect(all(again.el, "[id]").length).toBeGreaterThan(0);
    const ids = all(document.body, "[id]").map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
