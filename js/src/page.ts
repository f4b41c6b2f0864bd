/** What kind of page the widget is shown on. */
import type { Page } from "./reach";
import type { Model } from "./widget";

/** What Jupyter's own page says of itself; null elsewhere. */
function jupyterConfig(document: Document): { baseUrl?: unknown; appName?: unknown } | null {
  try {
    return JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "null");
  } catch {
    return null;
  }
}

export function describePage(window: Window): Page {
  const { document, location } = window;
  const config = jupyterConfig(document);
  const base = config?.baseUrl;
  return {
    origin: location.origin,
    base_url: typeof base === "string" ? new URL(base, location.origin).pathname.replace(/\/*$/, "/") : null,
    host: hostOf(document, location, config?.appName),
  };
}

/** A notebook is saved with the page's copy of the state, where the module's text would be nine tenths of it. */
export function saveLine(model: Model, host: Page["host"]): void {
  const saved = model.get("_saved_esm");
  if (!saved || host === "marimo") return;
  model.set("_esm", saved, { silent: true });
  for (const name of ["_css", "_saved_esm"]) model.set(name, "", { silent: true });
}

function hostOf(document: Document, location: Location, appName: unknown): Page["host"] {
  if (appName === "JupyterLab") return "jupyterlab";
  if (appName === "Jupyter Notebook") return "notebook";
  if (location.protocol === "vscode-webview:" || document.body.dataset.vscodeThemeKind) return "vscode";
  if (/(^|\.)(googleusercontent|colab\.research\.google)\.com$/.test(location.hostname)) return "colab";
  return document.querySelector("marimo-filename, marimo-code, marimo-island") ? "marimo" : "other";
}
