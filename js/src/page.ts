/** What kind of page the widget is shown on. */
import type { Page } from "./reach";

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
    hostname: location.hostname,
    base_url: typeof base === "string" ? new URL(base, location.origin).pathname.replace(/\/*$/, "/") : null,
    host: hostOf(document, location, config?.appName),
  };
}

function hostOf(document: Document, location: Location, appName: unknown): Page["host"] {
  if (appName === "JupyterLab") return "jupyterlab";
  if (appName === "Jupyter Notebook") return "notebook";
  if (location.protocol === "vscode-webview:" || document.body.dataset.vscodeThemeKind) return "vscode";
  if (/(^|\.)(googleusercontent|colab\.research\.google)\.com$/.test(location.hostname)) return "colab";
  return document.querySelector("marimo-filename, marimo-code, marimo-island") ? "marimo" : "other";
}
