// @vitest-environment happy-dom
import { expect, it, vi } from "vitest";
import saved from "../src/saved";
import { FakeModel } from "./fakes";
import { show } from "./shown";

function restored(traits: Record<string, unknown>) {
  const model = new FakeModel(traits);
  const el = document.createElement("div");
  const end = saved.render({ model, el });
  const isVisible = () => el.querySelector("p")?.style.visibility !== "hidden";
  return { model, el, end, isVisible };
}

it("says in one line that it is from before, with nothing to press and nothing that moves", () => {
  const { el } = restored({ status: "idle", preset: "github" });
  expect(el.textContent).toBe("From an earlier session: run the cell to connect.");
  expect(el.querySelectorAll("button, a, input, [class*=spinner]")).toHaveLength(0);
});

it("names what was connected, as text", () => {
  const traits = {
    status: "connected",
    connection_id: "c-1",
    _connection_name: "<b>My</b> GitHub",
    preset: "github",
  };
  const { el } = restored(traits);
  expect(el.textContent).toContain("It was connected: <b>My</b> GitHub, c-1");
  expect(el.querySelector("code")?.textContent).toBe("c-1");
  expect(restored({ connection_id: "c-1", preset: "github" }).el.textContent).toContain("github, c-1");
});

it("asks a kernel that may still know it for the module once it is shown, however often", () => {
  const { model, el } = restored({ _uid: "shown twice" });
  saved.render({ model, el });
  expect(model.sent).toEqual([{ kind: "module" }]);
  expect(restored({ _uid: "another" }).model.sent).toEqual([{ kind: "module" }]);
});

it("gives the kernel a moment to answer before it says anything", () => {
  vi.useFakeTimers();
  const { isVisible } = restored({});
  const answered = restored({});
  answered.end();
  expect(isVisible()).toBe(false);
  vi.advanceTimersByTime(500);
  expect([isVisible(), answered.isVisible()]).toEqual([true, false]);
  vi.useRealTimers();
});

it("takes the place of the module in the page's copy of the state, which is what is saved", () => {
  const { model } = show({ _esm: "module", _css: "style", _saved_esm: "line" });
  expect([model.get("_esm"), model.get("_css")]).toEqual(["line", ""]);
  expect(show({ _esm: "module" }).model.get("_esm")).toBe("module");
});
