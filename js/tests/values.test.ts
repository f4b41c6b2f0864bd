// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../src/messages";
import { option, options, ticket } from "./fakes";
import { all, button, click, drawn, field, find, show, submit, type } from "./shown";

/** A form of these properties, all of them required unless said otherwise. */
async function form(properties: JsonObject, preset: JsonObject = {}, required = Object.keys(properties)) {
  const shown = show({ preset: "x" });
  shown.model.push(ticket({}, { integration: "x", parameters: preset }));
  shown.model.push(options("x", [option({ type: "object", required, properties })]));
  await drawn();
  return shown;
}

async function posted(el: Element): Promise<JsonObject | null> {
  const payload = (await submit(el))?.payload;
  return payload === undefined ? null : JSON.parse(payload).input;
}

async function paste(input: HTMLElement, text: string): Promise<boolean> {
  const event = new Event("paste", { bubbles: true, cancelable: true });
  const taken = !input.dispatchEvent(Object.assign(event, { clipboardData: { getData: () => text } }));
  await drawn();
  return taken;
}

const KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n";

describe("what is pasted arrives", () => {
  it.each(["sshKey", "signingKey", "clientCert", "caCert", "serviceAccountKey", "apiSecret", "anything"])(
    "a key of several lines in %s, which has one line until then",
    async (name) => {
      const { el } = await form({ [name]: { type: "string", title: "It" } });
      expect(await paste(field(el, "It"), KEY)).toBe(true);
      expect([field(el, "It").tagName, document.activeElement]).toEqual(["TEXTAREA", field(el, "It")]);
      expect(await posted(el)).toEqual({ [name]: KEY });
    },
  );

  it("with the line ends of Windows, and without a last one", async () => {
    const { el } = await form({ apiSecret: { type: "string", title: "It" } });
    await paste(field(el, "It"), "a\r\nb");
    expect(await posted(el)).toEqual({ apiSecret: "a\nb" });
  });

  it("between what was there", async () => {
    const { el } = await form({ apiSecret: { type: "string", title: "It" } });
    await type(field(el, "It"), "12");
    field(el, "It").setSelectionRange(1, 1);
    await paste(field(el, "It"), "a\nb");
    expect(await posted(el)).toEqual({ apiSecret: "1a\nb2" });
  });

  it("text of one line is the browser's own business", async () => {
    const { el } = await form({ apiSecret: { type: "string", title: "It" } });
    expect(await paste(field(el, "It"), "abc\n")).toBe(false);
  });

  it("what is dropped does too", async () => {
    // Preact reads an event's name off the element, and this DOM has no `ondrop`.
    Object.assign(HTMLElement.prototype, { ondrop: null });
    const { el } = await form({ apiSecret: { type: "string", title: "It" } });
    const event = new Event("drop", { bubbles: true, cancelable: true });
    field(el, "It").dispatchEvent(Object.assign(event, { dataTransfer: { getData: () => KEY } }));
    await drawn();
    expect(await posted(el)).toEqual({ apiSecret: KEY });
  });

  it("several lines in a list of texts are several entries", async () => {
    const { el } = await form({ tags: { type: "array", title: "Tags", items: { type: "string" } } });
    await paste(field(el, "Tag 1"), "one\r\n two\n\nthree\n");
    expect(await posted(el)).toEqual({ tags: ["one", "two", "three"] });
  });
});

describe("white space at the ends", () => {
  it.each([" s", "s ", "\ts", "s\u00a0", "\u200bs", "\ufeffs", "s\u200d", "\u2060s\u200e"])(
    "of a secret of one line (%j) is left out, and the field says so",
    async (typed) => {
      const { el } = await form({ apiKey: { type: "string", title: "It" } });
      await type(field(el, "It"), typed);
      const note = find(el, `[id="${field(el, "It").getAttribute("aria-describedby")}"]`);
      expect(note.textContent).toBe("White space at the ends is left out.");
      expect(await posted(el)).toEqual({ apiKey: "s" });
    },
  );

  it.each(["host", "subdomain", "baseUrl", "email", "hostname"])("of %s too", async (name) => {
    const { el } = await form({ [name]: { type: "string", title: "It" } });
    await type(field(el, "It"), " a.b ");
    expect(await posted(el)).toEqual({ [name]: "a.b" });
  });

  it("within, of several lines, and of ordinary text stays", async () => {
    const { el } = await form({
      apiKey: { type: "string", title: "One" },
      privateKey: { type: "string", title: "Two" },
      note: { type: "string", title: "Three" },
    });
    await type(field(el, "One"), "a  b");
    await type(field(el, "Two"), " a\n");
    await type(field(el, "Three"), " a ");
    expect(await posted(el)).toEqual({ apiKey: "a  b", privateKey: " a\n", note: " a " });
  });

  it("that Python gave stays while nobody changes it", async () => {
    const { el } = await form({ apiKey: { type: "string", title: "It" } }, { apiKey: " k " });
    expect(await posted(el)).toEqual({ apiKey: " k " });
  });
});

describe("a whole address where a part of it is asked for", () => {
  it.each<[string, JsonObject, string, string | null]>([
    ["the example is a name", { examples: ["acme"] }, "https://acme.example.com/", "acme"],
    ["the example is a name", { examples: ["acme"] }, "acme.example.com", "acme"],
    ["the pattern takes a name", { pattern: "^[a-z-]+$" }, "https://acme.example.com/app?x", "acme"],
    [
      "the pattern takes a host",
      { pattern: "^[a-z-.]+\\.com$" },
      "https://acme.example.com/",
      "acme.example.com",
    ],
    [
      "the example is a host",
      { examples: ["x.example.com"] },
      "https://acme.example.com/",
      "acme.example.com",
    ],
    ["nothing shows a form", {}, "https://acme.example.com/", null],
    ["the example is an address", { examples: ["https://x.example.com"] }, "https://acme.example.com/", null],
    ["it is no address", { examples: ["acme"] }, "v1.2", null],
  ])("%s: %j, %s: %s is offered", async (_, schema, pasted, part) => {
    const { el } = await form({ subdomain: { type: "string", title: "It", ...schema } });
    await type(field(el, "It"), pasted);
    const offered = all(el, ".icw-part");
    if (part === null) return expect(offered).toEqual([]);
    await click(button(el, `Use “${part}”`));
    expect(await posted(el)).toEqual({ subdomain: part });
  });
});

describe("numbers", () => {
  it.each<[string, string, string]>([
    ["integer", "9007199254740993", "9007199254740993"],
    ["integer", "-123456789012345678901234567890", "-123456789012345678901234567890"],
    ["integer", "+007", "7"],
    ["integer", "1e3", "1000"],
    ["number", "１２．５", "12.5"],
    ["number", "−5", "-5"],
    ["number", ".5", "0.5"],
  ])("%s %s is sent as %s", async (kind, typed, digits) => {
    const { el } = await form({ it: { type: kind, title: "It", minimum: -1e40 } });
    await type(field(el, "It"), typed);
    expect((await submit(el))?.payload).toContain(`"input":{"it":${digits}}`);
  });

  it.each<[string, string, string]>([
    ["number", "1,5", "Enter a number. Write it like 1234.5."],
    ["number", "1.234,5", "Enter a number. Write it like 1234.5."],
    ["integer", "1 000", "Enter a whole number. Write it like 1234."],
    ["integer", "-", "Enter a whole number. Write it like 1234."],
    ["integer", "1.5", "Enter a whole number. Write it like 1234."],
    ["number", "1e999", "too large or too long"],
    ["number", "0.1234567890123456789", "too large or too long"],
  ])("%s %s is not guessed at", async (kind, typed, sentence) => {
    const { el } = await form({ it: { type: kind, title: "It" } });
    await type(field(el, "It"), typed);
    expect(await submit(el)).toBeNull();
    expect(el.textContent).toContain(sentence);
  });

  it("bounds hold for long ones", async () => {
    const { el } = await form({ it: { type: "integer", title: "It", maximum: 10 } });
    await type(field(el, "It"), "9007199254740993");
    expect(await submit(el)).toBeNull();
  });

  it("that Python gave are sent digit for digit, with a field for them or without", async () => {
    const long = { $integer: "9007199254740993" };
    const { el } = await form({ it: { type: "integer", title: "It" } }, { it: long, other: [long] });
    expect(field(el, "It").value).toBe("9007199254740993");
    expect((await submit(el))?.payload).toContain('"other":[9007199254740993],"it":9007199254740993');
  });

  it("a text that looks like one stays a text", async () => {
    const { el } = await form({ it: { type: "string", title: "It" } });
    await type(field(el, "It"), '{"$integer":"1"}');
    expect(await posted(el)).toEqual({ it: '{"$integer":"1"}' });
  });
});

describe("dates and times", () => {
  const at = (pattern?: string): JsonObject => ({
    it: { type: "string", title: "It", format: "date-time", ...(pattern ? { pattern } : {}) },
  });

  it.each<[string, RegExp]>([
    ["^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$", /^2026-0\d-\d\dT\d\d:\d\d:00Z$/],
    ["^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$", /\.000Z$/],
    ["^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$", /^2026-02-01 10:00:00$/],
    ["^\\S+T\\S+[+-]\\d\\d:\\d\\d$", /T\d\d:\d\d:\d\d\.000[+-]\d\d:\d\d$/],
  ])("are written in the form that the pattern %s takes", async (pattern, form_) => {
    const { el } = await form(at(pattern));
    await type(field(el, "It"), "2026-02-01T10:00");
    expect(String((await posted(el))?.it)).toMatch(form_);
  });

  it.each(["date-time", "date", "time"])("are plain text where no %s fits the pattern", async (format) => {
    const { el } = await form({ it: { type: "string", title: "It", format, pattern: "^W\\d\\d$" } });
    expect(field(el, "It").type).toBe("text");
    await type(field(el, "It"), "W12");
    expect(await posted(el)).toEqual({ it: "W12" });
  });

  it.each(["2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00", "2026-11-01T06:30:00Z", "2026-11-01 06:30"])(
    "%s is sent as it was given, while nobody changes it",
    async (given) => {
      const { el } = await form(at(), { it: given });
      expect(await posted(el)).toEqual({ it: given });
    },
  );

  it("a time that its control cannot show is text", async () => {
    const it_: JsonObject = { it: { type: "string", title: "It", format: "time" } };
    const { el } = await form(it_, { it: "10:00:00+02:00" });
    expect(field(el, "It").value).toBe("10:00:00+02:00");
    expect(await posted(el)).toEqual({ it: "10:00:00+02:00" });
  });
});

describe("choices", () => {
  const pick = async (select: HTMLElement, label: string) => {
    const chosen = all(select, "option").find((each) => each.textContent === label) as HTMLOptionElement;
    (select as HTMLSelectElement).value = chosen.value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await drawn();
  };
  const RECORDS = [
    { id: "a", name: "Ada" },
    { id: "b", name: "Ada" },
    { id: "c", name: "a" },
  ];

  it("of one name have their ids beside it, and the one chosen is sent", async () => {
    const { el } = await form({ it: { title: "It", referenceRecords: RECORDS } });
    await pick(field(el, "It"), "Ada (b)");
    expect(await posted(el)).toEqual({ it: "b" });
  });

  it.each([
    ["Ada (b)", "b"],
    ["a (c)", "c"],
    ["a", "a"],
    ["other", "other"],
  ])("that take other text too: %s is %s", async (typed, value) => {
    const { el } = await form({ it: { title: "It", referenceRecords: RECORDS, allowCustom: true } });
    await type(field(el, "It"), typed);
    expect(await posted(el)).toEqual({ it: value });
  });

  it("among which is null, and an empty text", async () => {
    const { el } = await form(
      { it: { title: "It", enum: [null, "", "x"] }, must: { title: "Must", enum: [null, "y"] } },
      {},
      ["must"],
    );
    const labels = all(field(el, "It"), "option").map((each) => each.textContent);
    expect(labels).toEqual(["Choose…", "None", "(empty)", "x"]);
    expect(all(field(el, "Must"), "option").map((each) => each.textContent)).toEqual(["None", "y"]);
    expect(await posted(el)).toEqual({ must: null });
    const again = await form({ it: { title: "It", enum: [null, "", "x"] } }, {}, []);
    await pick(field(again.el, "It"), "(empty)");
    expect(await posted(again.el)).toEqual({ it: "" });
    const third = await form({ it: { title: "It", enum: [null, "", "x"] } }, {}, []);
    await pick(field(third.el, "It"), "None");
    expect(await posted(third.el)).toEqual({ it: null });
  });

  it("of twelve and more are found by typing, and nothing else is taken", async () => {
    const months = Array.from({ length: 12 }, (_, n) => ({ id: n + 1, name: `Month ${n + 1}` }));
    const { el } = await form({ it: { title: "It", type: "integer", referenceRecords: months } });
    expect(field(el, "It").getAttribute("list")).not.toBeNull();
    await type(field(el, "It"), "Mon");
    expect(await submit(el)).toBeNull();
    expect(el.textContent).toContain("Choose one of the list.");
    await type(field(el, "It"), "month 7");
    expect(await posted(el)).toEqual({ it: 7 });
  });
});

describe("required and nullable", () => {
  it("left empty is null, and nothing is said to be missing", async () => {
    const { el } = await form({
      it: { type: ["string", "null"], title: "It" },
      n: { anyOf: [{ type: "integer" }, { type: "null" }] },
    });
    expect(await posted(el)).toEqual({ it: null, n: null });
  });
});

describe("fields filled by something else than a person", () => {
  it("two at once are both kept", async () => {
    const { el } = await form({
      user: { type: "string", title: "User" },
      password: { type: "string", title: "Password" },
    });
    for (const [label, text] of [
      ["User", "ada"],
      ["Password", "p"],
    ] as const) {
      const input = field(el, label);
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    expect(await posted(el)).toEqual({ user: "ada", password: "p" });
  });

  it("without any event count when the form is posted", async () => {
    const { el } = await form({
      user: { type: "string", title: "User" },
      password: { type: "string", title: "Password" },
    });
    field(el, "User").value = "ada";
    field(el, "Password").value = "p";
    expect(await posted(el)).toEqual({ user: "ada", password: "p" });
  });

  it.each(["It", "Connection name"])("none is corrected: %s", async (label) => {
    const { el } = await form({ it: { type: "string", title: "It" } });
    const { attributes } = field(el, label);
    const given = Object.fromEntries([...attributes].map(({ name, value }) => [name, value]));
    expect(given).toMatchObject({ autocapitalize: "off", autocorrect: "off", autocomplete: "off" });
  });
});

describe("names that every object inherits", () => {
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "%s is a field like any other",
    async (name) => {
      const properties = JSON.parse(`{"${name}": {"type": "string", "title": "It"}}`);
      const { el } = await form(properties);
      expect(await submit(el)).toBeNull();
      await type(field(el, "It"), "v");
      expect(JSON.stringify(await posted(el))).toBe(`{"${name}":"v"}`);
    },
  );

  it.each(["__proto__", "constructor", "toString"])("%s as a type or a format does no harm", async (name) => {
    const { el } = await form({ it: { type: name, format: name, title: "It" } });
    await type(field(el, "It"), "v");
    expect(await posted(el)).toEqual({ it: "v" });
  });
});
