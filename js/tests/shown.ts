/** A widget shown on a page, driven as a person would. */
import { afterEach } from "vitest";
import widget from "../src/widget";
import { FakeModel } from "./fakes";

const views: (() => void)[] = [];

// A view left open would be drawn once more by a timer, after the test's page is gone.
afterEach(() => {
  for (const remove of views.splice(0)) remove();
  document.body.replaceChildren();
});

/** After the redraw that a change brings about. */
export const drawn = () => new Promise<void>((resolve) => setTimeout(resolve, 20));

/** What is shown by `render` is removed after the test. */
export function shown(remove: ReturnType<typeof widget.render>): () => void {
  const end = remove ?? (() => {});
  views.push(end);
  return end;
}

export function show(traits: Record<string, unknown> = {}) {
  const model = new FakeModel(traits);
  const end = widget.initialize({ model });
  return { model, end, ...view(model) };
}

/** One more output cell with the same model. */
export function view(model: FakeModel) {
  const el = document.createElement("div");
  document.body.append(el);
  return { el, remove: shown(widget.render({ model, el })) };
}

export function find<T extends HTMLElement = HTMLElement>(el: Element, selector: string): T {
  const found = el.querySelector<T>(selector);
  if (!found) throw new Error(`nothing matches ${selector} in ${el.innerHTML}`);
  return found;
}

export const all = (el: Element, selector: string) => [...el.querySelectorAll<HTMLElement>(selector)];

/** The control that a label names. */
export function field(el: Element, label: string): HTMLInputElement {
  const found = all(el, "label").find((each) => each.textContent?.startsWith(label)) as
    | HTMLLabelElement
    | undefined;
  if (!found) throw new Error(`no label ${label}`);
  return find<HTMLInputElement>(el, `[id="${found.htmlFor}"]`);
}

export function button(el: Element, name: string): HTMLButtonElement {
  const found = all(el, "button").find(
    (each) => (each.getAttribute("aria-label") ?? each.textContent) === name,
  );
  if (!found) throw new Error(`no button ${name} in ${el.textContent}`);
  return found as HTMLButtonElement;
}

export async function type(input: HTMLInputElement, text: string): Promise<void> {
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await drawn();
}

export async function press(input: HTMLElement, key: string): Promise<KeyboardEvent> {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  input.dispatchEvent(event);
  await drawn();
  return event;
}

export async function click(element: HTMLElement): Promise<void> {
  element.click();
  await drawn();
}

/** Submit the form as a click on its button does; the posted fields, or null if it was stopped. */
export async function submit(el: Element): Promise<Record<string, string> | null> {
  const form = find<HTMLFormElement>(el, "form");
  const going = form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  const formData = new FormData();
  if (going) form.dispatchEvent(Object.assign(new Event("formdata"), { formData }));
  await drawn();
  return going ? (Object.fromEntries(formData) as Record<string, string>) : null;
}
