import { Window } from "happy-dom";
import { describe, expect, it } from "vitest";
import { describePage } from "../src/page";

/** A page at an address, with this in its body. */
function page(url: string, body = "", config?: object): globalThis.Window {
  const window = new Window({ url });
  window.document.body.innerHTML = body;
  if (config) {
    const script = window.document.createElement("script");
    script.id = "jupyter-config-data";
    script.type = "application/json";
    script.textContent = JSON.stringify(config);
    window.document.head.append(script);
  }
  return window as unknown as globalThis.Window;
}

describe("what kind of page it is", () => {
  it("JupyterLab, with the base URL that the server gave it", () => {
    const lab = page("https://hub.example/user/alice/lab", "", {
      appName: "JupyterLab",
      baseUrl: "/user/alice/",
    });
    expect(describePage(lab)).toEqual({
      origin: "https://hub.example",
      base_url: "/user/alice/",
      host: "jupyterlab",
    });
  });

  it.each([
    ["/user/a b/", "/user/a%20b/"],
    ["/user/%C3%A9", "/user/%C3%A9/"],
    ["/", "/"],
    ["https://hub.example/user/x/", "/user/x/"],
  ])("a base URL %j as a path %j", (baseUrl, path) => {
    expect(describePage(page("https://hub.example/lab", "", { baseUrl })).base_url).toBe(path);
  });

  it.each<[string, globalThis.Window]>([
    [
      "notebook",
      page("http://localhost:8888/notebooks/a", "", { appName: "Jupyter Notebook", baseUrl: "/" }),
    ],
    ["vscode", page("vscode-webview://abc/index.html")],
    ["colab", page("https://abc-colab.googleusercontent.com/outputframe.html")],
    ["marimo", page("http://localhost:2718/", "<marimo-filename></marimo-filename>")],
    ["other", page("https://example.com/", "", undefined)],
  ])("%s", (host, window) => {
    expect(describePage(window).host).toBe(host);
  });

  it("other, when Jupyter's page data cannot be read", () => {
    const window = page("https://example.com/", '<i id="jupyter-config-data">{</i>');
    expect(describePage(window)).toMatchObject({ base_url: null, host: "other" });
  });
});
