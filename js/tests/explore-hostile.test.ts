// @vitest-environment happy-dom
import { expect, it } from "vitest";
import explorer from "../src/explore";
import { FakeModel } from "./fakes";
import { all, button, click, drawn, field, find, shown, type } from "./shown";

const MARKUP = '<img src=x onerror="window.owned = 1"><script>window.owned = 1</script>';
const LINK = "[press](javascript:window.owned=1) ![x](https://tracker.example/x.png)";

/** An explorer whose engine and app put markup wherever they may say something. */
async function show() {
  const model = new FakeModel();
  explorer.initialize({ model });
  const el = document.createElement("div");
  document.body.append(el);
  shown(explorer.render({ model, el }));
  model.push({ kind: "connection", id: "x1", name: MARKUP, app: MARKUP, problem: MARKUP, called: "x" });
  const items = [{ key: MARKUP, name: MARKUP, description: MARKUP + LINK }];
  model.push({ kind: "actions", error: null, items });
  await drawn();
  return { model, el };
}

/** Nothing but what the page itself draws: no picture, script or frame, no address that runs. */
function harmless(el: HTMLElement) {
  expect(all(el, "img, script, iframe, object, embed, [onerror], [onclick], [srcdoc]")).toEqual([]);
  expect(all(el, "a").map((link) => link.getAttribute("href") ?? "")).not.toContainEqual(
    expect.stringMatching(/^javascript:/i),
  );
  expect("owned" in window).toBe(false);
}

async function answered(model: FakeModel, more: Record<string, unknown>, state: string) {
  const { call, action, shown } = model.last("run") as Record<string, unknown>;
  model.push({ kind: "call", call, action, input: shown, state, status: 200, seconds: 0.2, began: 1 });
  const result = { kind: "result", call, output: null, cuts: {}, file: null, error: null, data: null };
  model.push({ ...result, ...more });
  await drawn();
}

it("shows names, descriptions, forms, answers and errors as text", async () => {
  const { model, el } = await show();
  harmless(el);
  expect(find(el, "h3").textContent).toContain("<img src=x");

  await type(field(el, "Path"), "/records");
  find(el, "form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await drawn();
  await answered(model, { output: [{ [MARKUP]: MARKUP, [`${MARKUP}2`]: { deep: MARKUP } }] }, "succeeded");
  harmless(el);
  expect(all(el, "td")[0]?.textContent).toBe(MARKUP);
  await click(button(el, "Tree"));
  harmless(el);
  expect(find(el, "[role=tree]").textContent).toContain("<img src=x");

  find(el, "form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await drawn();
  const data = { message: MARKUP, causedByError: { message: LINK, type: MARKUP } };
  await answered(model, { error: MARKUP, data, output: MARKUP }, "failed");
  harmless(el);
  expect(find(el, ".icw-error").textContent).toContain("<img src=x");

  const select = field(el, "What to run") as unknown as HTMLSelectElement;
  select.value = `=${MARKUP}`;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  const schema = {
    description: MARKUP + LINK,
    properties: { [MARKUP]: { title: MARKUP, description: LINK, enum: [MARKUP, "b"], default: MARKUP } },
  };
  model.push({ kind: "action", key: MARKUP, error: null, schema });
  await drawn();
  harmless(el);
  expect(el.textContent).toContain("press");
});
