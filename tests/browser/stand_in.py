"""Pages that forbid what VS Code and Colab forbid, with the real front end in them and a real widget behind.

Chromium is shown made-up pages under the hosts' names; nothing leaves this machine. What the widget and the page
say to each other goes through Playwright, as it goes through the host's own channel there.
"""

from __future__ import annotations

import json
import queue
from collections.abc import Callable, Iterable
from typing import Any, cast

from playwright.sync_api import ConsoleMessage, Frame, Page, Route

from ic_widget.base_widget import BaseWidget

TRAITS = (
    "status", "connection_id", "error", "error_data", "preset", "redirect", "redirect_reason", "_uid", "_rows",
)  # fmt: skip

OUTPUT = """<!doctype html><html><head><meta charset="utf-8">STYLES</head>
<body {body}><div id="out"></div><script type="module">
  const models = new Map();
  // What a host's manager of widgets has for those within others: @jupyter-widgets/base, ManagerBase.
  const widget_manager = {
    get_model: async (id) => models.get(id),
    create_view: async ({ module, model }) => {
      const el = document.createElement("div");
      return { el, remove: module.render({ model: model(), el }) };
    },
  };
  for (const [id, { name, state }] of Object.entries(STATES)) {
    const listeners = new Map();
    const of = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
    const model = () => ({
      get: (trait) => state[trait],
      on: (event, listener) => of(event).add(listener),
      off: (event, listener) => of(event).delete(listener),
      send: (content) => window.toKernel(id, content),
      widget_manager,
    });
    const { default: module } = await import(`/${name}.js`);
    models.set(id, { module, model, state, of });
    module.initialize?.({ model: model() });
  }
  window.fromKernel = (id, { method, state: change, content }) => {
    const { state, of } = models.get(id);
    if (method === "custom") for (const listener of of("msg:custom")) listener(content, []);
    if (method !== "update") return;
    Object.assign(state, change);
    for (const trait in change) for (const listener of of(`change:${trait}`)) listener();
  };
  const { module, model } = models.get(SHOWN);
  module.render({ model: model(), el: document.getElementById("out") });
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


STATIC = {".js": ("_esm", "text/javascript"), ".css": ("_css", "text/css")}


class _Comm:
    """What ipywidgets needs of a comm; what is sent waits in `sent` until the page takes it, with the comm's id."""

    def __init__(self, comm_id: str, sent: queue.Queue[tuple[str, dict[str, Any]]]) -> None:
        self.comm_id = comm_id
        self.sent = sent
        self.receive: Callable[[dict[str, Any]], None] = lambda message: None

    def on_msg(self, receive: Callable[[dict[str, Any]], None]) -> None:
        self.receive = receive

    def send(self, data: dict[str, Any] | None = None, **_: Any) -> None:
        self.sent.put((self.comm_id, json.loads(json.dumps(data))))

    def close(self, **_: Any) -> None:
        pass


def _state(widget: BaseWidget) -> dict[str, Any]:
    return {name: getattr(widget, name) for name in TRAITS if widget.has_trait(name)}


class StandIn:
    """A page of `kind` that shows `widget` in its output frame, whose body has the attributes `body`.

    `within` are the widgets that it shows within itself. The frame is `height` pixels high.
    """

    def __init__(
        self,
        kind: str,
        page: Page,
        widget: BaseWidget,
        body: str | None = None,
        height: int = 500,
        within: Iterable[BaseWidget] = (),
    ) -> None:
        self.page = page
        self.widget = widget
        self.kind = kind
        self.opened: list[str] = []
        self.complaints: list[str] = []
        #: Ids of the page's messages whose acknowledgement has not been carried back.
        self.unanswered: set[str] = set()
        self._page = KINDS[kind] if body is None else {**KINDS[kind], "body": body}
        self._height = height
        self._sent: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self._widgets: dict[str, BaseWidget] = {each.model_id: each for each in (*within, widget)}
        for model_id, each in self._widgets.items():
            each.comm = _Comm(model_id, self._sent)
        if "outer" in self._page:
            page.context.route(f"{self._page['outer']}**", self._serve_outer)
        page.context.route(f"{self._page['inner']}**", self._serve_inner)
        page.expose_binding("toKernel", lambda _source, *message: self._to_kernel(*message))
        page.expose_binding("openExternal", lambda _source, url: self.opened.append(url))
        page.on("console", self._complain)
        page.goto(str(self._page.get("outer", self._page["inner"])))
        self.frame: Frame = next(f for f in page.frames if f.url.startswith(str(self._page["inner"])))
        self.frame.wait_for_function("() => window.ready", polling=50)

    def until(self, true: Callable[[], Any]) -> Any:
        """Carry messages to the page until this is so."""
        while not (answer := true()):
            while not self._sent.empty():
                model_id, data = self._sent.get()
                self.frame.evaluate("(message) => window.fromKernel(...message)", [model_id, data])
                self.unanswered.discard(str(data.get("content", {}).get("id")))
            self.page.wait_for_timeout(20)
        return answer

    def _to_kernel(self, model_id: str, content: dict[str, Any]) -> None:
        self.unanswered.add(str(content.get("id")))
        self._widgets[model_id].comm.receive(
            {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
        )

    def _complain(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _serve_outer(self, route: Route) -> None:
        frame = f'<iframe sandbox="{self._page["sandbox"]}" src="{self._page["inner"]}" width=700'
        route.fulfill(
            body=f"<!doctype html><html><body>{frame} height={self._height}></iframe></body></html>",
            content_type="text/html",
        )

    def _serve_inner(self, route: Route) -> None:
        kinds = {type(each).__name__: each for each in self._widgets.values()}
        name, dot, suffix = route.request.url.rpartition("/")[2].partition(".")
        if dot:
            trait, content_type = STATIC[dot + suffix]
            route.fulfill(body=getattr(kinds[name], trait), content_type=content_type)
            return
        states = {
            model_id: {"name": type(each).__name__, "state": _state(each)}
            for model_id, each in self._widgets.items()
        }
        styles = "".join(f'<link rel="stylesheet" href="/{name}.css">' for name in kinds)
        text = OUTPUT.replace("STYLES", styles).replace("STATES", json.dumps(states))
        text = text.replace("SHOWN", json.dumps(self.widget.model_id)).replace(
            "EXTRA", str(self._page["extra"])
        )
        text = text.replace("{body}", str(self._page["body"]))
        route.fulfill(
            body=text, content_type="text/html", headers=dict(cast("dict[str, str]", self._page["headers"]))
        )
