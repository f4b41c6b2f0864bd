// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import several from "../src/several";
import { FakeModel } from "./fakes";
import { all, drawn, find } from "./shown";

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
  document.body.replaceChildren();
});

const row = (app: string, state = "missing", text = "not connected yet") => ({
  app,
  model: app,
  state,
  text,
});

async function show(...rows: ReturnType<typeof row>[]) {
  const model = new FakeModel({ _rows: rows });
  for (const { app } of rows) {
    const widget = document.createElement("div");
    widget.innerHTML = `<input aria-label="${app}">`;
    if (app !== "Nowhere") model.others.set(app, widget);
  }
  const el = document.createElement("div");
  document.body.append(el);
  ends.push(several.render({ model, el }));
  await drawn();
  const open = () => all(el, "details[open] > summary .icw-label").map((each) => each.textContent);
  const said = () => find(el, "[role=status]").textContent;
  return { model, el, open, said };
}

it("has a row for each app with its state and its widget, the first that is missing unfolded", async () => {
  const { el, open, said } = await show(row("A", "connected", "connected as Work"), row("B"), row("C"));
  expect(all(el, "summary").map((each) => each.textContent)).toEqual([
    "Aconnected as Work",
    "Bnot connected yet",
    "Cnot connected yet",
  ]);
  expect(all(el, "details input")).toHaveLength(3);
  expect(open()).toEqual(["B"]);
  expect(said()).toBe("1 of 3 connected. Missing: B, C.");
});

it("folds what is connected, hands its focus to its row, and unfolds the next", async () => {
  const { model, el, open, said } = await show(row("A"), row("B"), row("C"));
  find(el, "[aria-label=A]").focus();
  model.change({ _rows: [row("A", "connected", "connected"), row("B"), row("C")] });
  expect(open()).toEqual(["B"]);
  expect(document.activeElement?.textContent).toBe("Aconnected");
  model.change({ _rows: ["A", "B", "C"].map((app) => row(app, "connected", "connected")) });
  expect(open()).toEqual([]);
  expect(said()).toBe("All 3 are connected.");
});

it("begins at the top again, and leaves alone what somebody has unfolded", async () => {
  const { model, el, open } = await show(row("A"), row("B"), row("C"));
  find<HTMLDetailsElement>(el, "details").open = false;
  const second = all(el, "details")[1] as HTMLDetailsElement;
  second.open = true;
  find(second, "input").focus();
  model.change({ _rows: [row("A"), row("B"), row("C", "connected", "connected")] });
  expect(open()).toEqual(["B"]);
  expect(document.activeElement).toBe(find(el, "[aria-label=B]"));
  model.change({ _rows: [row("A"), row("B", "connected"), row("C", "connected")] });
  expect(open()).toEqual(["A"]);
});

it("says so where a page shows no widget within another", async () => {
  const { el } = await show(row("Nowhere"), row("B"));
  expect(find(el, "details").textContent).toContain("Run a cell for this app alone to connect Nowhere.");
});

it("shows names as text, without what turns their letters around", async () => {
  const { el } = await show(row("<b>A</b>\u202e"), row("B"));
  expect(all(el, "b")).toHaveLength(0);
  expect(el.textContent).not.toContain("\u202e");
});

it("takes its views away with it", async () => {
  const { model, el } = await show(row("A"), row("B"));
  ends.splice(0)[0]?.();
  expect([el.children.length, model.listeners]).toEqual([0, 0]);
  expect([...model.others.values()].filter((each) => each.isConnected)).toEqual([]);
});
