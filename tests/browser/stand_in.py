"""Pages that forbid what VS Code and Colab forbid, with the real front end in them and a real widget behind.

Chromium is shown made-up pages under the hosts' names; nothing leaves this machine. What the widget and the page
say to each other goes through Playwright, as it goes through the host's own channel there.
"""

from __future__ import annotations

import json
import queue
from collections.abc import Callable
from typing import Any, cast

from playwright.sync_api import ConsoleMessage, Frame, Page, Route

from ic_widget.base_widget import BaseWidget

TRAITS = (
    "status", "connection_id", "error", "error_data", "preset", "redirect", "redirect_reason", "_uid",
)  # fmt: skip

OUTPUT = """<!doctype html><html><head><meta charset="utf-8"><link rel="stylesheet" href="/widget.css"></head>
<body {body}><div id="out"></div><script type="module">
  import widget from "/widget.js";
  const state = STATE, listeners = new Map();
  const of = (name) => listeners.get(name) ?? listeners.set(name, new Set()).get(name);
  const model = () => ({
    get: (name) => state[name],
    on: (name, listener) => of(name).add(listener),
    off: (name, listener) => of(name).delete(listener),
    send: (content) => window.toKernel(content),
  });
  window.fromKernel = ({ method, state: change, content }) => {
    if (method === "custom") for (const listener of of("msg:custom")) listener(content, []);
    if (method !== "update") return;
    Object.assign(state, change);
    for (const name in change) for (const listener of of(`change:${name}`)) listener();
  };
  widget.initialize({ model: model() });
  widget.render({ model: model(), el: document.getElementById("out") });
  window.ready = true;
  EXTRA
</script></body></html>"""

# The notebook webview takes clicks on links away from the browser and has the editor open them.
VSCODE_LINKS = """
  document.body.addEventListener("click", (event) => {
    for (const node of event.composedPath()) {
      if (!(node instanceof HTMLAnchorElement) || !node.href) continue;
      window.openExternal(node.href);
      event.preventDefault();
      event.stopPropagation();
      return;
    }
  });
"""
# microsoft/vscode: src/vs/workbench/contrib/webview/browser/webviewElement.ts and
# src/vs/workbench/contrib/notebook/browser/view/renderers/backLayerWebView.ts
VSCODE_POLICY = (
    "default-src 'none'; connect-src https:; img-src https: data:; font-src data:;"
    " script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"
)
KINDS = {
    "vscode": {
        "outer": "https://vscode.test/",
        "inner": "https://webview.vscode.test/",
        "sandbox": "allow-scripts allow-same-origin allow-downloads allow-pointer-lock",
        "headers": {"Content-Security-Policy": VSCODE_POLICY},
        "body": 'data-vscode-theme-kind="vscode-dark"',
        "extra": VSCODE_LINKS,
    },
    "colab": {
        "outer": "https://colab.test/",
        "inner": "https://output-colab.googleusercontent.com/",
        "sandbox": "allow-downloads allow-forms allow-pointer-lock allow-popups allow-popups-to-escape-sandbox"
        " allow-same-origin allow-scripts allow-modals",
        "headers": {},
        "body": "",
        "extra": "",
    },
    # Any other page, with the widget right in it.
    "page": {"inner": "https://page.test/", "headers": {}, "body": "", "extra": ""},
}


STATIC = {"widget.js": ("_esm", "text/javascript"), "widget.css": ("_css", "text/css")}


class _Comm:
    """What ipywidgets needs of a comm; what is sent waits in `sent` until the page takes it."""

    comm_id = "stand-in"

    def __init__(self) -> None:
        self.sent: queue.Queue[dict[str, Any]] = queue.Queue()
        self.receive: Callable[[dict[str, Any]], None] = lambda message: None

    def on_msg(self, receive: Callable[[dict[str, Any]], None]) -> None:
        self.receive = receive

    def send(self, data: dict[str, Any] | None = None, **_: Any) -> None:
        self.sent.put(json.loads(json.dumps(data)))

    def close(self, **_: Any) -> None:
        pass


class StandIn:
    """A page of `kind` that shows `widget` in its output frame, whose body has the attributes `body`.

    The frame is `height` pixels high.
    """

    def __init__(
        self, kind: str, page: Page, widget: BaseWidget, body: str | None = None, height: int = 500
    ) -> None:
        self.page = page
        self.widget = widget
        self.opened: list[str] = []
        self.complaints: list[str] = []
        self._kind = KINDS[kind] if body is None else {**KINDS[kind], "body": body}
        self._height = height
        self._comm = _Comm()
        widget.comm = self._comm
        if "outer" in self._kind:
            page.context.route(f"{self._kind['outer']}**", self._serve_outer)
        page.context.route(f"{self._kind['inner']}**", self._serve_inner)
        page.expose_binding("toKernel", lambda _source, content: self._to_kernel(content))
        page.expose_binding("openExternal", lambda _source, url: self.opened.append(url))
        page.on("console", self._complain)
        page.goto(str(self._kind.get("outer", self._kind["inner"])))
        self.frame: Frame = next(f for f in page.frames if f.url.startswith(str(self._kind["inner"])))
        self.frame.wait_for_function("() => window.ready", polling=50)

    def until(self, true: Callable[[], Any]) -> Any:
        """Carry messages to the page until this is so."""
        while not (answer := true()):
            while not self._comm.sent.empty():
                self.frame.evaluate("(message) => window.fromKernel(message)", self._comm.sent.get())
            self.page.wait_for_timeout(20)
        return answer

    def _to_kernel(self, content: dict[str, Any]) -> None:
        self._comm.receive({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})

    def _complain(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _serve_outer(self, route: Route) -> None:
        frame = f'<iframe sandbox="{self._kind["sandbox"]}" src="{self._kind["inner"]}" width=700'
        route.fulfill(
            body=f"<!doctype html><html><body>{frame} height={self._height}></iframe></body></html>",
            content_type="text/html",
        )

    def _serve_inner(self, route: Route) -> None:
        for name, (trait, kind) in STATIC.items():
            if route.request.url.endswith(name):
                route.fulfill(body=getattr(self.widget, trait), content_type=kind)
                return
        state = {name: getattr(self.widget, name) for name in TRAITS if self.widget.has_trait(name)}
        text = OUTPUT.replace("STATE", json.dumps(state)).replace("EXTRA", str(self._kind["extra"]))
        text = text.replace("{body}", str(self._kind["body"]))
        route.fulfill(
            body=text, content_type="text/html", headers=dict(cast("dict[str, str]", self._kind["headers"]))
        )
