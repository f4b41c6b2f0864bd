/**
 * What stands in the place of the widget's module, whose text is nine tenths of its state: in a saved notebook, and in
 * a page that is opened while the kernel goes on, which hears of all widgets there ever were. Where it is shown it asks
 * for the module; of a kernel that no longer knows the widget it says what that was.
 */
import type { Model } from "./widget";

const EARLIER = "From an earlier session: run the cell";
const CONNECTED = "It was connected:";

/** By `_uid`, for which an answer was asked: one more would put the module's text into what is saved. */
const asked = new Set<unknown>();

function renderView({ model, el }: { model: Model; el: HTMLElement }) {
  const line = document.createElement("p");
  line.lang = "en";
  line.style.cssText = "margin:4px 0;color:inherit;font-size:var(--jp-ui-font-size1,13px);visibility:hidden";
  const id = model.get("connection_id");
  line.textContent = `${EARLIER} ${model.get("status") ? "to connect" : "again"}.`;
  if (typeof id === "string") {
    const name = model.get("_connection_name") ?? model.get("preset");
    const code = document.createElement("code");
    code.textContent = id;
    line.append(` ${CONNECTED} ${typeof name === "string" ? `${name}, ` : ""}`, code);
  }
  el.append(line);
  const uid = model.get("_uid");
  if (!asked.has(uid)) model.send({ kind: "module" });
  asked.add(uid);
  // A kernel that knows the widget answers before that.
  const silent = setTimeout(() => {
    line.style.visibility = "";
  }, 500);
  return () => clearTimeout(silent);
}

export default { render: renderView };
