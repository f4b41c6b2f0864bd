// @vitest-environment happy-dom
import { options as preact } from "preact";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../src/messages";
import { option, options, ticket } from "./fakes";
import { all, button, click, drawn, field, find, press, show, submit, type } from "./shown";

async function form(schema: JsonObject, preset: JsonObject = {}, sensitive: Record<string, boolean> = {}) {
  const shown = show({ preset: "x" });
  shown.model.push(ticket({}, { integration: "x", parameters: preset, sensitive }));
  shown.model.push(options("x", [option(schema)]));
  await drawn();
  return shown;
}

async function posted(el: Element): Promise<JsonObject | null> {
  const payload = (await submit(el))?.payload;
  return payload === undefined ? null : JSON.parse(payload).input;
}

const TUNNEL = {
  type: "object",
  title: "SSH tunnel",
  required: ["host"],
  properties: {
    host: { type: "string", title: "Host" },
    port: { type: "integer", title: "Port", default: 22 },
  },
};

describe("optional groups", () => {
  it("that would be incomplete are behind a button, and left out", async () => {
    const { el } = await form({ properties: { tunnel: TUNNEL } });
    expect(() => field(el, "Host")).toThrow();
    await click(button(el, "Add SSH tunnel"));
    expect(document.activeElement).toBe(field(el, "Host"));
    expect(await submit(el)).toBeNull();
    await type(field(el, "Host"), "h");
    expect(await posted(el)).toEqual({ tunnel: { host: "h", port: 22 } });
    const again = await form({ properties: { tunnel: TUNNEL } });
    expect(await posted(again.el)).toEqual({});
  });

  it("that were added can be left out again, with what was typed kept for another time", async () => {
    const { el } = await form({ properties: { tunnel: TUNNEL } });
    await click(button(el, "Add SSH tunnel"));
    await type(field(el, "Host"), "h");
    await click(button(el, "Remove SSH tunnel"));
    expect(document.activeElement).toBe(button(el, "Add SSH tunnel"));
    await click(button(el, "Add SSH tunnel"));
    expect(field(el, "Host").value).toBe("h");
    await click(button(el, "Remove SSH tunnel"));
    expect(await posted(el)).toEqual({});
  });

  it("of nothing but defaults are shown, and sent", async () => {
    const spec = {
      type: "object",
      title: "Spec",
      required: ["image"],
      properties: {
        image: { type: "string", title: "Image", default: "x" },
        tag: { type: "string", title: "Tag", default: "latest" },
      },
    };
    const { el } = await form({ properties: { spec } });
    expect(field(el, "Tag").value).toBe("latest");
    await type(field(el, "Tag"), "2");
    await type(field(el, "Tag"), "latest");
    expect(await posted(el)).toEqual({ spec: { image: "x", tag: "latest" } });
    const again = await form({ properties: { spec } });
    await click(button(again.el, "Remove spec"));
    expect(await posted(again.el)).toEqual({});
  });

  it("that Python gave stand open", async () => {
    const { el } = await form({ properties: { tunnel: TUNNEL } }, { tunnel: { port: 5 } });
    expect(field(el, "Port").value).toBe("5");
    expect(await submit(el)).toBeNull();
  });

  it("whose only content is a date by default are not begun", async () => {
    const period = {
      type: "object",
      title: "Period",
      required: ["until"],
      properties: {
        from: { type: "string", format: "date-time", default: "2026-11-01T06:30:00Z" },
        until: { type: "string" },
      },
    };
    const { el } = await form({ properties: { period } });
    expect(await posted(el)).toEqual({});
  });
});

describe("what Python gave and no field asks for", () => {
  const way = (title: string, name: string) => ({
    title,
    type: "object",
    properties: { [name]: { type: "string", title: name } },
  });

  it("goes along in the group it was given for, and with another alternative too", async () => {
    const auth = { title: "Auth", oneOf: [way("Key", "key"), way("User", "user")] };
    const { el } = await form(
      { properties: { auth } },
      { auth: { key: "k", user: "u", more: [1] }, other: 2 },
    );
    expect(await posted(el)).toEqual({ auth: { key: "k", more: [1] }, other: 2 });
    const again = await form({ properties: { auth } }, { auth: { key: "k", more: [1] }, other: 2 });
    const select = find<HTMLSelectElement>(again.el, "select");
    select.value = "1";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await drawn();
    await type(field(again.el, "user"), "ada");
    expect(await posted(again.el)).toEqual({ auth: { user: "ada", more: [1] }, other: 2 });
  });

  it("is left out with its group", async () => {
    const { el } = await form({ properties: { tunnel: TUNNEL } }, { tunnel: { host: "h", more: 1 } });
    await click(button(el, "Remove SSH tunnel"));
    expect(await posted(el)).toEqual({});
  });
});

describe("lists", () => {
  const tags = { type: "array", title: "Tags", items: { type: "string" } };

  it("begin with an entry where they are required", async () => {
    const { el } = await form({ required: ["tags"], properties: { tags } });
    expect(await submit(el)).toBeNull();
    expect(el.textContent).toContain("Check this field: Tag 1.");
    await type(field(el, "Tag 1"), "a");
    expect(await posted(el)).toEqual({ tags: ["a"] });
  });

  it("have entries that are not starred one by one, and that can be moved", async () => {
    const { el } = await form({ required: ["tags"], properties: { tags } }, { tags: ["a", "b"] });
    expect(all(el, ".icw-entry .icw-required, .icw-entry .icw-optional")).toEqual([]);
    await click(button(el, "Move tag 2 up"));
    expect(document.activeElement).toBe(field(el, "Tag 1"));
    expect(await posted(el)).toEqual({ tags: ["b", "a"] });
  });

  it("of secrets do not show another one after one was moved", async () => {
    const { el } = await form({ properties: { apiKeys: tags } }, { apiKeys: ["a", "b"] });
    await click(button(el, "Show Tag 1"));
    await click(button(el, "Move tag 2 up"));
    expect([field(el, "Tag 1").type, field(el, "Tag 2").type]).toEqual(["password", "password"]);
  });

  it("whose order says nothing offer no other", async () => {
    const { el } = await form({ properties: { tags: { ...tags, uniqueItems: true } } }, { tags: ["a", "b"] });
    expect(all(el, "button").filter((each) => each.getAttribute("aria-label")?.startsWith("Move"))).toEqual(
      [],
    );
  });

  it("of pairs give each value a label and an id of its own, whatever the names", async () => {
    const { el } = await form({ type: "object", additionalProperties: { type: "string" } });
    await click(button(el, "Add a value"));
    await click(button(el, "Add a value"));
    const ids = all(el, "[id]").map((each) => each.id);
    expect(new Set(ids).size).toBe(ids.length);
    const pairs = all(el, ".icw-entry").map((each) => [
      each.getAttribute("role"),
      each.getAttribute("aria-label"),
    ]);
    expect(pairs).toEqual([["group", "Value 1"], ["group", "Value 2"]]); // biome-ignore format: one line
  });

  it("that are required say so in words too", async () => {
    const { el } = await form({ required: ["tags"], properties: { tags } });
    expect(find(el, "legend").textContent).toBe("Tags required");
  });
});

describe("many fields", () => {
  const names = Array.from({ length: 40 }, (_, n) => `f${n}`);
  const properties = Object.fromEntries(names.map((name) => [name, { type: "string", title: name }]));

  it("come in sections, the first one open", async () => {
    const { el } = await form({ required: names, properties });
    const sections = all(el, "details") as HTMLDetailsElement[];
    expect(sections.map((each) => find(each, "summary").textContent)).toEqual([
      "f0 to f9", "f10 to f19", "f20 to f29", "f30 to f39", "Optional settings (1)",
    ]); // biome-ignore format: one line
    expect(sections.map((each) => each.open)).toEqual([true, false, false, false, false]);
  });

  it("of which one is missing open its section", async () => {
    const given = Object.fromEntries(names.filter((name) => name !== "f25").map((name) => [name, "x"]));
    const { el } = await form({ required: names, properties }, given);
    expect(await submit(el)).toBeNull();
    expect((all(el, "details") as HTMLDetailsElement[]).map((each) => each.open)).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
    await type(field(el, "f25"), "x");
    expect(Object.keys((await posted(el)) ?? {}).length).toBe(40);
  });
});

describe("secrets and formulas", () => {
  const copies = {
    required: ["apiKey", "note", "other"],
    properties: {
      apiKey: { type: "string", title: "Key" },
      note: {
        type: "string",
        title: { $var: "$.apiKey" },
        description: { $var: "$.apiKey" },
        examples: [{ $var: "$.apiKey" }],
      },
      other: {
        type: "string",
        title: "Other",
        default: { $var: "$.apiKey" },
        enum: { $var: "$.group.token" },
      },
    },
  };

  it("no formula copies a secret that was typed", async () => {
    const { el } = await form(copies);
    await type(field(el, "Key"), "planted");
    expect(el.innerHTML).not.toContain("planted");
    expect(all(el, "input").filter((each) => (each as HTMLInputElement).value === "planted").length).toBe(1);
  });

  it("nor one that Python gave, with a field or without, in a group or by name", async () => {
    const preset = { apiKey: "planted", group: { token: ["planted"] }, mine: "planted" };
    const mine = { ...copies.properties, last: { title: { $var: "$.mine" } } };
    const { el } = await form({ ...copies, properties: mine }, preset, { mine: true });
    expect(el.innerHTML).not.toContain("planted");
    expect(all(el, "input").filter((each) => (each as HTMLInputElement).value === "planted").length).toBe(1);
  });

  it("what is no secret is copied", async () => {
    const { el } = await form(
      { properties: { a: { title: "A" }, b: { title: { $var: "$.a" } } } },
      { a: "Named" },
    );
    expect(field(el, "Named")).toBeDefined();
  });
});

describe("texts of others", () => {
  it("are shown without what cannot be seen, and sent with it", async () => {
    const hidden = "a\u200bb\u202e";
    const { el } = await form({
      required: ["it"],
      properties: {
        it: {
          title: hidden,
          description: hidden,
          enum: [hidden],
          referenceRecords: [{ id: hidden, name: hidden }],
        },
      },
    });
    expect(el.textContent).not.toMatch(/[\u200b\u202e]/);
    const select = field(el, "ab") as unknown as HTMLSelectElement;
    select.value = "0";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    expect(await posted(el)).toEqual({ it: hidden });
  });
});

describe("the post", () => {
  const schema = { required: ["apiKey"], properties: { apiKey: { type: "string", title: "Key" } } };

  it("a script that reads the form gets nothing, and launches nothing", async () => {
    const { el, model } = await form(schema);
    await type(field(el, "Key"), "planted");
    const formData = new FormData();
    formData.set("own", "1");
    find(el, "form").dispatchEvent(Object.assign(new Event("formdata"), { formData }));
    await drawn();
    expect([...formData.keys()]).toEqual([]);
    expect([field(el, "Key").value, model.last("launched")]).toEqual(["planted", undefined]);
    expect(await posted(el)).toEqual({ apiKey: "planted" });
    expect(model.last("launched")).toBeDefined();
  });

  it("is refused where the check itself fails", async () => {
    const { el } = await form(schema);
    await type(field(el, "Key"), "k");
    const failing = find(el, ".icw-fields .icw-input");
    failing.dispatchEvent = () => {
      throw new Error("broken");
    };
    const event = new Event("submit", { bubbles: true, cancelable: true });
    const heard: unknown[] = [];
    const listen = (error: ErrorEvent) => {
      error.preventDefault();
      heard.push(error.message);
    };
    window.addEventListener("error", listen);
    try {
      find(el, "form").dispatchEvent(event);
    } catch (error) {
      heard.push(error);
    }
    window.removeEventListener("error", listen);
    expect([event.defaultPrevented, heard.length]).toEqual([true, 1]);
  });

  it.each([{ isComposing: true }, { keyCode: 229 }])(
    "is not begun by the Enter that ends a composition: %j",
    async (of) => {
      const { el } = await form(schema);
      const event = Object.assign(
        new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }),
      );
      for (const [name, value] of Object.entries(of)) Object.defineProperty(event, name, { value });
      field(el, "Key").dispatchEvent(event);
      expect(event.defaultPrevented).toBe(true);
      expect((await press(field(el, "Key"), "Enter")).defaultPrevented).toBe(false);
    },
  );
});

describe("a change draws again", () => {
  const ROWS = {
    type: "array",
    items: { required: ["a", "b"], properties: { a: { type: "string" }, b: { type: "string" } } },
  };

  it("only the entry of a list that it is in", async () => {
    const rows = Array.from({ length: 30 }, (_, n) => ({ a: `a${n}`, b: `b${n}` }));
    const { el } = await form({ required: ["rows"], properties: { rows: ROWS } }, { rows });
    const drawnAgain: Element[] = [];
    const entries = all(el, ".icw-entry");
    for (const entry of entries) {
      for (const input of all(entry, "input")) {
        // Preact compares a field's value each time that it draws the field.
        const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), "value");
        Object.defineProperty(input, "value", {
          get() {
            drawnAgain.push(entry);
            return own?.get?.call(this);
          },
          set(value) {
            own?.set?.call(this, value);
          },
        });
      }
    }
    await type(find<HTMLInputElement>(entries[7] as Element, "input"), "new");
    expect(new Set(drawnAgain)).toEqual(new Set([entries[7]]));
    expect((await posted(el))?.rows).toEqual(rows.map((row, n) => (n === 7 ? { ...row, a: "new" } : row)));
  });

  /** Components that one key in the last field but two draws; preact calls `__r` as it draws one. */
  async function components(schema: JsonObject, given: JsonObject = {}): Promise<number> {
    const { el } = await form(schema, given);
    const hooks = preact as { __r?: ((vnode: unknown) => void) | undefined };
    const { __r } = hooks;
    let count = 0;
    hooks.__r = (vnode) => {
      count += 1;
      __r?.(vnode);
    };
    await type(all(el, "input").at(-3) as HTMLInputElement, "new");
    hooks.__r = __r;
    return count;
  }

  it("nothing for the other entries of a list, however many there are", async () => {
    const rows = (count: number) => ({ rows: Array.from({ length: count }, () => ({ a: "a", b: "b" })) });
    const schema = { required: ["rows"], properties: { rows: ROWS } };
    expect(await components(schema, rows(60))).toBe(await components(schema, rows(3)));
  });

  it("nothing for the other fields of the groups around it, however many there are", async () => {
    const nested = (levels: number, siblings: string[]): JsonObject => ({
      required: [...siblings, "inner"],
      properties: {
        ...Object.fromEntries(siblings.map((name) => [name, {}])),
        inner: levels ? nested(levels - 1, siblings) : { properties: { a: {}, b: {} } },
      },
    });
    expect(await components(nested(4, [..."defghi"]))).toBe(await components(nested(4, ["d"])));
  });
});
