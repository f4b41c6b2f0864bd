/**
 * What a notebook is saved with in the place of the widget's module, whose text would be nine tenths of the file:
 * it says what the widget was. A kernel that still knows the widget is asked for the module, and sends it.
 */
import type { Model } from "./widget";

const EARLIER = "From an earlier session: run the cell";
const CONNECTED = "It was connected:";

function initialize({ model }: { model: Model }) {
  model.send({ kind: "module" });
}

function renderView({ model, el }: { model: Model; el: HTMLElement }) {
  const line = document.createElement("p");
  line.lang = "en";
  line.style.cssText = "margin:4px 0;color:inherit;font-size:var(--jp-ui-font-size1,13px)";
  const id = model.get("connection_id");
  line.textContent = `${EARLIER} ${model.get("status") ? "to connect" : "again"}.`;
  if (typeof id === "string") {
    const name = model.get("_connection_name") ?? model.get("preset");
    const code = document.createElement("code");
    code.textContent = id;
    line.append(` ${CONNECTED} ${typeof name === "string" ? `${name}, ` : ""}`, code);
  }
  el.append(line);
}

export default { initialize, render: renderView };
