// @vitest-environment happy-dom
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { AuthOption } from "../src/messages";
import { option, options, ticket } from "./fakes";
import { drawn, find, show, submit } from "./shown";

interface RealForm {
  key: string;
  option: AuthOption;
  values: { [name: string]: string };
}

/** Made by tests/real_forms.py. */
const forms: RealForm[] = process.env.FORMS ? JSON.parse(readFileSync(process.env.FORMS, "utf8")) : [];

describe.skipIf(!forms.length)("the forms of real apps", () => {
  it.each(forms)("$key posts what was filled in", async ({ key, option: asked, values }) => {
    const { el, model } = show({ preset: key });
    model.push(ticket({}, { integration: key }));
    model.push(options(key, [{ ...option(null), ...asked }]));
    await drawn();
    for (const [name, value] of Object.entries(values)) {
      const id = name.replace(/[^\w-]/g, (letter) => `_${letter.charCodeAt(0)}_`);
      const control = find<HTMLInputElement | HTMLSelectElement>(el, `[id$="-f_47_${id}"]`);
      const chosen = [...control.querySelectorAll("option")].find((each) => each.textContent === value);
      control.value = chosen?.value ?? value;
      control.dispatchEvent(new Event(chosen ? "change" : "input", { bubbles: true }));
    }
    const posted = await submit(el);
    expect(posted, el.textContent ?? "").not.toBeNull();
    expect(JSON.parse(posted?.payload ?? "{}")[ticket().parameters_key]).toEqual(values);
  });
});
