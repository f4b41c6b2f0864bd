"""The engine's published clients, driven from Python: in Node by lines of JSON, in Chromium by a page."""

from __future__ import annotations

import json
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from playwright.sync_api import BrowserContext, Page

HERE = Path(__file__).parent
SDKS = ("integration-app", "membrane")


class SdkError(Exception):
    """What a client threw: `kind` is its class, `data` the engine's error as the client parsed it."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.kind: str = error["class"]
        self.data: dict[str, Any] = error["data"] or {}


class NodeClients:
    """Both clients in one Node process."""

    def __enter__(self) -> NodeClients:
        self._process = subprocess.Popen(
            ["node", "node_driver.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def call(self, sdk: str, options: dict[str, Any], *calls: list[Any]) -> Any:
        """The result of a chain of calls on a new client; `SdkError` if one of them throws."""
        return self._ask(sdk=sdk, options=options, calls=calls)

    def together(self, sdk: str, options: dict[str, Any], *chains: list[list[Any]]) -> list[Any]:
        """The results of several chains that one new client makes at once; `SdkError` if one of them throws."""
        return list(self._ask(sdk=sdk, options=options, together=chains))

    def _ask(self, **message: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise SdkError(answer["error"])
        return answer["value"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class Site:
    """A customer's web site with both clients on it, on an origin that is not the engine's."""

    def __enter__(self) -> Site:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(HERE)))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        # "localhost" against the sandbox's 127.0.0.1: another site, and still a trustworthy origin.
        self.url = f"http://localhost:{self._server.server_port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


class Customer:
    """The site in a browser tab with one of the clients; its button starts what a test wants a click to start."""

    def __init__(self, context: BrowserContext, site: Site, sdk: str) -> None:
        self.context = context
        self._sdk = sdk
        self._address = f"{site.url}/site.html"
        self.page: Page = context.new_page()

    def begin(self, options: dict[str, Any]) -> None:
        """A new client in the tab, which is alone again and keeps nothing of the test before."""
        for page in self.context.pages:
            if page is not self.page:
                page.close()
        self.page.unroute_all()
        self.context.clear_cookies()
        if self.page.url != self._address:
            self.page.goto(self._address)
            self.page.evaluate("(sdk) => load(sdk)", self._sdk)
        self.page.evaluate("(options) => start(options)", options)

    def click(self, *calls: list[Any]) -> None:
        """Clicks the button, which makes the calls; the page stays free meanwhile."""
        self.page.evaluate("(calls) => { window.calls = calls; window.answer = undefined; }", list(calls))
        self.page.get_by_role("button", name="Connect").click()

    def result(self) -> Any:
        """What the calls came to; `SdkError` if they threw."""
        self.page.wait_for_function("() => window.answer !== undefined", polling=20)
        answer = self.page.evaluate("() => window.answer")
        if "error" in answer:
            raise SdkError(answer["error"])
        return answer["value"]
