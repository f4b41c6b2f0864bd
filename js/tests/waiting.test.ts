// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { pasteOffer } from "../src/strings";
import { app, option, options, page, ticket } from "./fakes";
import { all, button, click, drawn, find, show } from "./shown";

async function waiting() {
  const shown = show({ status: "waiting", preset: "a" });
  shown.model.push(ticket({}, { integration: "a" }));
  shown.model.push(page([app("a")]));
  shown.model.push(options("a", [option(null)]));
  await drawn();
  return shown;
}

afterEach(() => {
  vi.useRealTimers();
});

const said = (el: HTMLElement) => all(el, "[role=status]").map((region) => region.textContent);

it("says until when the sign-in may take, and says nothing where the time of day would not say which day", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date(2026, 10, 26, 14, 25) });
  const { el, model } = await waiting();
  expect(el.textContent).not.toContain("You have until");
  model.push({ kind: "time-left", flow: "f1", seconds: 86_400 });
  await drawn();
  expect(el.textContent).not.toContain("You have until");
  model.push({ kind: "time-left", flow: "f1", seconds: 600 });
  await drawn();
  const end = new Date(2026, 10, 26, 14, 35).toLocaleTimeString([], { timeStyle: "short" });
  expect(end).toContain(":35");
  expect(find(el, ".icw-head .icw-help").textContent).toContain(`You have until ${end}.`);
  expect(said(el)).toContain(`You have until ${end}.`);
  expect(() => button(el, "More time")).toThrow();
});

it("warns before the time is over, and asks for more of it at a press", async () => {
  const { el, model } = await waiting();
  model.push({ kind: "time-left", flow: "f1", seconds: 0.2 });
  await vi.waitFor(() => button(el, "More time"));
  expect(said(el)).toContain("The time to sign in is almost over.");
  button(el, "More time").focus();
  await click(button(el, "More time"));
  expect(model.last("extend")).toMatchObject({ flow: "f1" });
  model.push({ kind: "time-left", flow: "f1", seconds: 600 });
  await drawn();
  expect(el.textContent).not.toContain("almost over");
  expect(said(el).join()).toContain("You have until");
  expect(document.activeElement).toBe(find(el, "h3"));
});

it("announces once that the address may be pasted, in a region that was there before", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], shouldAdvanceTime: true });
  const { el } = await waiting();
  const before = all(el, "[role=status]");
  expect(said(el).join()).not.toContain(pasteOffer);
  await vi.advanceTimersByTimeAsync(15_000);
  await drawn();
  const telling = all(el, "[role=status]").filter((region) => region.textContent?.includes(pasteOffer));
  expect(telling).toHaveLength(1);
  expect(before).toContain(telling[0]);
  const [told] = telling[0]?.children ?? [];
  await vi.advanceTimersByTimeAsync(60_000);
  await drawn();
  expect(telling[0]?.children[0]).toBe(told);
});
