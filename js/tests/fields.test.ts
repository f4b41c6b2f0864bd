// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../src/messages";
import { app, option, options, ticket } from "./fakes";
import { all, button, click, drawn, field, find, show, submit, type } from "./shown";

/** A form of these properties, all of them required so that none is folded away. */
async function form(properties: JsonObject, preset: JsonObject = {}) {
  const schema = { type: "object", required: Object.keys(properties), properties };
  const shown = show({ preset: "x" });
  shown.model.push(ticket({}, { integration: "x", parameters: preset }));
  shown.model.push(options("x", [option(schema)]));
  await drawn();
  return shown;
}

async function posted(el: Element): Promise<JsonObject> {
  return JSON.parse((await submit(el))?.payload ?? "{}").input;
}

async function pick(select: HTMLElement, label: string) {
  const chosen = all(select, "option").find((each) => each.textContent === label) as HTMLOptionElement;
  (select as HTMLSelectElement).value = chosen.value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  await drawn();
}

describe("each kind of field", () => {
  it.each<[string, JsonObject, string, string, unknown]>([
    ["text", { type: "string" }, "text", "a", "a"],
    ["number", { type: "number" }, "text", "1.5", 1.5],
    ["integer", { type: "integer" }, "text", "4", 4],
    ["email", { type: "string", format: "email" }, "email", "a@b.c", "a@b.c"],
    ["uri", { type: "string", format: "uri" }, "url", "https://a.b", "https://a.b"],
    ["date", { type: "string", format: "date" }, "date", "2026-03-04", "2026-03-04"],
    ["time", { type: "string", format: "time" }, "time", "12:30", "12:30"],
    ["secret", { type: "string", isSensitive: true }, "password", "s", "s"],
    ["several lines", { type: "string", format: "textarea" }, "textarea", "a\nb", "a\nb"],
    [
      "secret of several lines",
      { type: "string", isSensitive: true, format: "textarea" },
      "textarea",
      "a\nb",
      "a\nb",
    ],
    ["id of a collection", { referenceCollection: { key: "users" } }, "text", "u1", "u1"],
  ])("%s", async (_, schema, kind, typed, value) => {
    const { el } = await form({ it: { ...schema, title: "It" } });
    const input = field(el, "It");
    expect(input.type).toBe(kind);
    await type(input, typed);
    expect(await posted(el)).toEqual({ it: value });
  });

  it("date of which only a part was typed: said, not left out", async () => {
    const { el } = await form({ it: { type: "string", format: "date", title: "It" } });
    const input = field(el, "It");
    Object.defineProperty(input, "validity", { value: { badInput: true }, configurable: true });
    input.dispatchEvent(new KeyboardEvent("keyup", { key: "2", bubbles: true }));
    await drawn();
    expect([input.value, await submit(el)]).toEqual(["", null]);
    expect(el.textContent).toContain("Enter a date.");
    Object.defineProperty(input, "validity", { value: { badInput: false } });
    await type(input, "2026-02-03");
    expect(await posted(el)).toEqual({ it: "2026-02-03" });
  });

  it("boolean", async () => {
    const { el } = await form({ it: { type: "boolean", title: "It" } });
    await click(field(el, "It"));
    expect(await posted(el)).toEqual({ it: true });
  });

  it("choice of values of any type", async () => {
    const { el } = await form({ it: { title: "It", enum: ["a", 2, false] } });
    await pick(field(el, "It"), "2");
    expect(await posted(el)).toEqual({ it: 2 });
  });

  it("choice of records, by name", async () => {
    const { el } = await form({ it: { title: "It", referenceRecords: [{ id: 7, name: "Ada" }] } });
    await pick(field(el, "It"), "Ada");
    expect(await posted(el)).toEqual({ it: 7 });
  });

  it("choice that takes other text too", async () => {
    const { el } = await form({ it: { title: "It", type: "string", enum: ["a"], allowCustom: true } });
    const input = field(el, "It");
    expect(all(el, `[id="${input.getAttribute("list")}"] option`).length).toBe(1);
    await type(input, "other");
    expect(await posted(el)).toEqual({ it: "other" });
  });

  it("group in a group", async () => {
    const inner = { type: "object", title: "Inner", properties: { leaf: { type: "string", title: "Leaf" } } };
    const { el } = await form({ it: { type: "object", title: "It", properties: { inner } } });
    await type(field(el, "Leaf"), "x");
    expect(await posted(el)).toEqual({ it: { inner: { leaf: "x" } } });
  });

  it("list: add, fill, remove", async () => {
    const { el } = await form({
      it: { type: "array", title: "It", items: { type: "integer" }, maxItems: 2 },
    });
    await click(button(el, "Add it"));
    expect(button(el, "Add it").disabled).toBe(true);
    expect(document.activeElement).toBe(field(el, "It 2"));
    await type(field(el, "It 1"), "1");
    await type(field(el, "It 2"), "2");
    await click(button(el, "Remove it 1"));
    expect(document.activeElement).toBe(button(el, "Add it"));
    expect(await posted(el)).toEqual({ it: [2] });
  });

  it("list of secrets: the next one is not shown in place of one that was shown and removed", async () => {
    const { el } = await form({ it: { type: "array", title: "Token", items: { isSensitive: true } } });
    await click(button(el, "Add token"));
    await click(button(el, "Show Token 1"));
    await click(button(el, "Remove token 1"));
    expect(field(el, "Token 1").type).toBe("password");
  });

  it("list of groups", async () => {
    const items = { type: "object", properties: { name: { type: "string", title: "Name" } } };
    const { el } = await form({ it: { type: "array", title: "It", items } });
    await type(field(el, "Name"), "x");
    expect(await posted(el)).toEqual({ it: [{ name: "x" }] });
  });

  it("free names and values", async () => {
    const { el } = await form({
      it: { type: "object", title: "It", additionalProperties: { type: "integer" } },
    });
    await click(button(el, "Add a value"));
    await type(field(el, "Value"), "3");
    expect(await submit(el)).toBeNull();
    expect(el.textContent).toContain("Check this field: Name.");
    expect(document.activeElement).toBe(field(el, "Name"));
    await type(field(el, "Name"), "limit");
    expect(await posted(el)).toEqual({ it: { limit: 3 } });
  });

  it("alternatives: only the chosen one is asked for and sent", async () => {
    const branch = (name: string) => ({
      title: `By ${name}`,
      type: "object",
      required: [name],
      properties: { [name]: { type: "string", title: name } },
    });
    const { el } = await form({ it: { title: "It", oneOf: [branch("key"), branch("user")] } });
    await type(field(el, "key"), "k");
    await pick(find(el, "select"), "By user");
    expect(() => field(el, "key")).toThrow();
    await type(field(el, "user"), "u");
    expect(await posted(el)).toEqual({ it: { user: "u" } });
  });

  it("alternatives of the whole form: one fold, and names as the chosen one has them", async () => {
    const branch = (title: string, label: string) => ({
      title,
      required: ["id"],
      properties: { id: { title: label }, a: {}, b: {}, c: {} },
    });
    const { model, el } = show({ preset: "x" });
    model.push(ticket({}, { integration: "x" }));
    model.push(options("x", [option({ oneOf: [branch("One", "First id"), branch("Two", "Second id")] })]));
    await drawn();
    expect(all(el, "summary").map((each) => each.textContent)).toEqual(["Optional settings (4)"]);
    await pick(find(el, "select"), "Two");
    expect(await submit(el)).toBeNull();
    expect(el.textContent).toContain("Check this field: Second id.");
  });

  it("several types", async () => {
    const { el } = await form({ it: { title: "It", type: ["string", "number", "null"] } });
    await pick(find(el, "select"), "Number");
    await type(field(el, "It"), "5");
    expect(await posted(el)).toEqual({ it: 5 });
  });

  it("several types: a problem is said once, and the value is where it is mended", async () => {
    const { el } = await form({ it: { title: "It", type: ["string", "number"] } });
    expect(await submit(el)).toBeNull();
    expect(el.textContent?.match(/Fill this in/g)?.length).toBe(1);
    expect(document.activeElement).toBe(field(el, "It"));
  });

  it("several types, optional: not called required", async () => {
    const { model, el } = show({ preset: "x" });
    model.push(ticket({}, { integration: "x" }));
    model.push(options("x", [option({ properties: { it: { title: "It", type: ["string", "number"] } } })]));
    await drawn();
    expect(field(el, "It").ariaRequired ?? field(el, "It").getAttribute("aria-required")).toBeNull();
  });

  it("a secret asks password managers to leave it alone", async () => {
    const { el } = await form({ it: { title: "It", isSensitive: true } });
    const { autocomplete, attributes } = field(el, "It");
    expect(autocomplete).toBe("new-password");
    const names = [...attributes].map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["data-1p-ignore", "data-lpignore", "data-bwignore", "data-form-type"]),
    );
  });

  it("a secret that cannot be written is not shown", async () => {
    const { el } = await form({ apiKey: { type: "string", readOnly: true } }, { apiKey: "planted" });
    expect(el.innerHTML).not.toContain("planted");
    expect(await posted(el)).toEqual({ apiKey: "planted" });
  });

  describe("a secret of several lines, while it is masked", () => {
    const masked = async (typed: string) => {
      const { el } = await form({ it: { title: "It", isSensitive: true, format: "textarea" } });
      const input = field(el, "It") as unknown as HTMLTextAreaElement;
      input.focus();
      await type(input as never, typed);
      return { el, input };
    };

    /** What a browser does: the selection replaced, and the caret behind what came for it. */
    const edit = async (input: HTMLTextAreaElement, from: number, to: number, text: string) => {
      const { value } = input;
      input.value = value.slice(0, from) + text + value.slice(to);
      input.setSelectionRange(from + text.length, from + text.length);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      await drawn();
    };

    it("is dots in its control and itself in what is sent", async () => {
      const { el, input } = await masked("ab\nc");
      expect(input.value).toBe("••\n•");
      expect(await posted(el)).toEqual({ it: "ab\nc" });
    });

    it("shows itself at a press, and is dots again at the next", async () => {
      const { el, input } = await masked("ab\nc");
      await click(button(el, "Show It"));
      expect(input.value).toBe("ab\nc");
      await click(button(el, "Hide It"));
      expect(input.value).toBe("••\n•");
    });

    it.each([
      ["typed in the middle", 1, 1, "x", "axb\ncd"],
      ["typed at the end", 5, 5, "x", "ab\ncdx"],
      ["a line more", 2, 2, "\n", "ab\n\ncd"],
      ["Backspace on one of many dots", 3, 4, "", "ab\nd"],
      ["lines joined", 2, 3, "", "abcd"],
      ["a selection replaced", 1, 4, "xyz", "axyzd"],
      ["all of it replaced", 0, 5, "n\nw", "n\nw"],
      ["all of it removed but one", 1, 5, "", "a"],
    ])("is edited through the dots: %s", async (_, from, to, text, expected) => {
      const { el, input } = await masked("ab\ncd");
      await edit(input, from, to, text);
      expect(input.value).toBe(expected.replace(/[^\n]/g, "•"));
      expect(input.selectionEnd).toBe(from + text.length);
      expect(await posted(el)).toEqual({ it: expected });
    });

    it("loses nothing to dots that come back, as an undo brings them", async () => {
      const { el, input } = await masked("ab\ncd");
      await edit(input, 5, 5, "•••");
      expect(input.value).toBe("••\n••");
      expect(await posted(el)).toEqual({ it: "ab\ncd" });
    });

    it("keeps what a script types without a pause", async () => {
      const { el, input } = await masked("ab");
      for (const letter of "xyz") {
        input.value += letter;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
      await drawn();
      expect(await posted(el)).toEqual({ it: "abxyz" });
    });

    it("leaves a composition to its end", async () => {
      const { el, input } = await masked("ab");
      input.value += "´";
      input.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
      await drawn();
      expect(input.value).toBe("••´");
      input.value = "••é";
      input.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
      await drawn();
      expect(input.value).toBe("•••");
      expect(await posted(el)).toEqual({ it: "abé" });
    });

    it.each(["copy", "cut", "dragstart"])("cannot be taken out of it by %s", async (name) => {
      const { el, input } = await masked("ab");
      const taken = () => !input.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }));
      expect(taken()).toBe(true);
      await click(button(el, "Show It"));
      expect(taken()).toBe(false);
    });
  });

  it.each<[JsonObject, string | null, string | null]>([
    [{ type: "string", format: "email" }, null, "email"],
    [{ type: "string", format: "uri" }, null, "url"],
    [{ type: "string", format: "email", isSensitive: true }, null, "new-password"],
    [{ type: "string" }, null, "off"],
    [{ type: "integer", minimum: 0 }, "numeric", "off"],
    [{ type: "number", minimum: 0 }, "decimal", "off"],
    // The keyboards for numbers have no minus on some phones.
    [{ type: "integer" }, null, "off"],
    [{ type: "number", minimum: -1 }, null, "off"],
  ])("%j has the keyboard %s and is filled in as %s", async (schema, keyboard, filled) => {
    const { el } = await form({ it: { ...schema, title: "It" } });
    const input = field(el, "It");
    expect([keyboard, filled]).toEqual([input.getAttribute("inputmode"), input.getAttribute("autocomplete")]);
  });

  it("the keyboard's Enter goes on from a field of one line, and begins a line in one of several", async () => {
    const hint = async (schema: JsonObject) =>
      field((await form({ it: { ...schema, title: "It" } })).el, "It").getAttribute("enterkeyhint");
    expect(await hint({ type: "string" })).toBe("go");
    expect(await hint({ type: "string", isSensitive: true })).toBe("go");
    expect(await hint({ type: "string", format: "multiline" })).toBe(null);
  });

  it("a secret is left when the button that reveals it is", async () => {
    const { el } = await form({
      apiKey: { type: "string", title: "API key", minLength: 3 },
      b: { title: "B" },
    });
    await type(field(el, "API key"), "k");
    for (const each of [field(el, "API key"), button(el, "Show API key"), field(el, "B")]) each.focus();
    await drawn();
    expect(el.textContent).toContain("Enter at least 3 characters.");
  });

  it.each([
    ["Apple Computer, Inc.", true],
    ["Google Inc.", false],
  ])("a button pressed in a browser of %s gets the focus from us: %s", async (vendor, ours) => {
    Object.defineProperty(navigator, "vendor", { value: vendor, configurable: true });
    const { el } = await form({
      email: { type: "string", title: "Email", format: "email" },
      apiKey: { title: "API key", isSensitive: true },
    });
    field(el, "Email").focus();
    await type(field(el, "Email"), "ada");
    const reveal = button(el, "Show API key");
    const event = new MouseEvent("mousedown", { bubbles: true, cancelable: true });
    reveal.dispatchEvent(event);
    await drawn();
    expect([event.defaultPrevented, document.activeElement]).toEqual([
      ours,
      ours ? reveal : field(el, "Email"),
    ]);
    // The message would move the button away under the pointer.
    expect(field(el, "Email").getAttribute("aria-invalid")).toBeNull();
  });

  it("what cannot be written is shown, not asked", async () => {
    const { el } = await form({ it: { type: "string", title: "Version", readOnly: true, default: "v3" } });
    expect(el.textContent).toContain("Versionv3");
    expect(all(el, ".icw-fields > .icw-field input")).toEqual([]);
  });

  it("constants are sent without being asked", async () => {
    const { el } = await form({ it: { const: "v1" } });
    expect(await posted(el)).toEqual({ it: "v1" });
  });
});

describe("help for a field", () => {
  it("is visible and tied to it", async () => {
    const { el } = await form({ it: { type: "string", title: "It", description: "Find it **there**." } });
    const help = find(el, `[id="${field(el, "It").getAttribute("aria-describedby")}"]`);
    expect(help.textContent).toBe("Find it there.");
  });

  it("of the form as a whole is shown too", async () => {
    const { model, el } = show({ preset: "x" });
    model.push(ticket({}, { integration: "x" }));
    model.push(options("x", [option({ description: "All *about* it.", properties: { it: {} } })]));
    await drawn();
    expect(find(el, ".icw-markdown").innerHTML).toBe("<p>All <em>about</em> it.</p>");
  });

  it("has an example as placeholder", async () => {
    const { el } = await form({ it: { type: "string", title: "It", examples: ["acme"] } });
    expect(field(el, "It").placeholder).toBe("e.g. acme");
  });

  it("never shows a formula", async () => {
    const properties = { it: { type: "string", title: { $eval: "x" }, description: { $var: "$.none" } } };
    const { el } = await form(properties);
    expect(el.textContent).not.toMatch(/\$|object Object/);
  });
});

it("keeps the schema's order and folds many optional fields away", async () => {
  const { model, el } = show({ preset: "x" });
  const names = ["zulu", "alpha", "mike", "bravo"];
  const properties = Object.fromEntries(names.map((name) => [name, { type: "string", title: name }]));
  model.push(ticket({}, { integration: "x" }));
  model.push(options("x", [option({ type: "object", required: ["mike"], properties })]));
  await drawn();
  const labels = (root: Element) => all(root, "label").map((label) => label.textContent?.split(" ")[0]);
  expect(labels(find(el, ".icw-fields"))).toEqual(["mike", "zulu", "alpha", "bravo", "Connection"]);
  expect(labels(find(el, "details"))).toEqual(["zulu", "alpha", "bravo", "Connection"]);
});

it("opens the fold when something in it is wrong", async () => {
  const { model, el } = show({ preset: "x" });
  const properties = { a: {}, b: { type: "integer", title: "B" }, c: {}, d: {} };
  model.push(ticket({}, { integration: "x", parameters: { a: "a", b: "many" } }));
  model.push(options("x", [option({ type: "object", required: ["a"], properties })]));
  await drawn();
  expect(await submit(el)).toBeNull();
  expect(find<HTMLDetailsElement>(el, "details").open).toBe(true);
  expect(el.textContent).toContain("Check this field: B.");
});

describe("where forms are blocked (VS Code)", () => {
  it("a link from the kernel opens the page, and the click tells the kernel", async () => {
    document.body.dataset.vscodeThemeKind = "vscode-dark";
    const { model, el } = await form({ apiKey: { type: "string", title: "API key" } });
    delete document.body.dataset.vscodeThemeKind;
    expect(model.last("ready")).toMatchObject({ host: "vscode" });
    await type(field(el, "API key"), "k");
    await click(button(el, "Get a link to connect App x"));
    expect(model.last("handoff")).toMatchObject({
      flow: "f1",
      integration: "x",
      parameters: { apiKey: "k" },
    });
    model.push({
      kind: "handoff-link",
      flow: "f1",
      url: "http://127.0.0.1:1/n/start",
      hint: "Forward it.",
      error: null,
    });
    await drawn();
    const link = find<HTMLAnchorElement>(el, "a.icw-primary");
    expect([link.target, link.href]).toEqual(["_blank", "http://127.0.0.1:1/n/start"]);
    expect(el.textContent).toContain("Forward it.");
    link.addEventListener("click", (event) => event.preventDefault());
    await click(link);
    expect(model.last("launched")).toMatchObject({ flow: "f1", integration: "x" });
  });

  it("Enter in a field asks for the link too: a form would open nothing", async () => {
    document.body.dataset.vscodeThemeKind = "vscode-dark";
    const { model, el } = await form({});
    delete document.body.dataset.vscodeThemeKind;
    expect(await submit(el)).toBeNull();
    expect([model.last("handoff")?.flow, model.last("launched")]).toEqual(["f1", undefined]);
  });

  it("a reason why there is no link is shown, and it can be asked for again", async () => {
    document.body.dataset.vscodeThemeKind = "vscode-dark";
    const { model, el } = await form({});
    delete document.body.dataset.vscodeThemeKind;
    await click(button(el, "Get a link to connect App x"));
    model.push({ kind: "handoff-link", flow: "f1", url: null, hint: null, error: "This attempt has ended." });
    await drawn();
    expect(el.textContent).toContain("This attempt has ended.");
    expect(button(el, "Get a link to connect App x").disabled).toBe(false);
  });
});

it("offers each way to sign in, with what it asks for", async () => {
  const { model, el } = show({ preset: "x" });
  model.push(ticket({}, { integration: "x" }));
  const key = option(
    {
      type: "object",
      properties: { kind: { const: "x" }, base: { readOnly: true }, token: { title: "Token" } },
    },
    { key: "key", title: "Key" },
  );
  model.push(
    options("x", [key, option(null, { key: "oauth", type: "oauth2", title: "Sign in" })], { item: app("x") }),
  );
  await drawn();
  const radios = all(el, "[type=radio]") as HTMLInputElement[];
  expect(radios.map(({ checked }) => checked)).toEqual([true, false]);
  expect(find(el, ".icw-options").textContent).toContain("Asks for: Token");
  await click(radios[1] as HTMLElement);
  expect(JSON.parse((await submit(el))?.payload ?? "")).toMatchObject({ authOptionKey: "oauth" });
});
