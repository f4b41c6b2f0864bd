"""WebKitGTK's own small browser, driven by WebDriver's commands through WebKitWebDriver.

Source: https://www.w3.org/TR/webdriver2/
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.browser.lab import free_port
from tests.browsers.browser import TOLD, Browser, Gone, running, wait
from tests.browsers.install import find_webkit

TIMEOUTS = {"script": 120_000, "pageLoad": 120_000}
# The command for asynchronous scripts never answers in WebKitGTK.
BEGIN = """const [call, ...args] = arguments, said = (window.icwAnswers ??= {});
(async () => { %s })().then(
  (value) => { said[call] = [value ?? null]; }, (error) => { said[call] = {fault: String(error)}; });"""
TAKE = """const said = window.icwAnswers, answer = said?.[arguments[0]];
if (answer) delete said[arguments[0]];
return said ? (answer ?? null) : 'replaced'"""


class WebKit(Browser):
    """WebKit behind a driver at that port."""

    name = "WebKit"

    def __init__(self, port: int) -> None:
        self._port = port
        self._session = ""
        self._calls = 0
        browser = {"binary": str(find_webkit()), "args": ["--automation"]}
        wanted = {"webkitgtk:browserOptions": browser, "timeouts": TIMEOUTS, "acceptInsecureCerts": True}
        made = self._send("POST", "/session", capabilities={"alwaysMatch": wanted})
        self._session = f"/session/{made['sessionId']}"

    def open(self, url: str) -> None:
        self._send("POST", "/url", url=url)

    def js(self, code: str, *args: Any) -> Any:
        self._calls += 1
        self._script(BEGIN % code, self._calls, *args)
        deadline = time.monotonic() + 2 * TOLD
        while (answer := self._script(TAKE, self._calls)) is None:
            assert time.monotonic() < deadline, f"{self.name}: no end of {code}"
            time.sleep(0.02)
        if answer == "replaced":
            raise Gone("another page came in between")
        if isinstance(answer, dict):
            raise RuntimeError(answer["fault"])
        return answer[0]

    def act(self, *sources: dict[str, Any]) -> None:
        self._send("POST", "/actions", actions=sources)

    def windows(self) -> list[str]:
        return list(self._send("GET", "/window/handles"))

    def switch(self, window: str) -> None:
        self._send("POST", "/window", handle=window)

    def close_window(self, window: str) -> None:
        self.switch(window)
        self._send("DELETE", "/window")

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._send("GET", "/screenshot")))

    def quit(self) -> None:
        """End the browser."""
        self._send("DELETE", "")

    def _script(self, script: str, *args: Any) -> Any:
        return self._send("POST", "/execute/sync", script=script, args=args)

    def _send(self, method: str, path: str, **told: Any) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        with contextlib.closing(connection):
            body = json.dumps(told) if method == "POST" else None
            connection.request(method, self._session + path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            value = json.loads(answer.read())["value"]
        if answer.status != 200:
            kind = Gone if value["error"] in ("no such window", "no such frame") else RuntimeError
            raise kind(f"{path}: {value['error']}: {value['message']}")
        return value


@contextlib.contextmanager
def webkit(folder: Path) -> Iterator[WebKit]:
    """WebKitGTK on a screen that nobody sees."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    command = ["xvfb-run", "-a", "-s", "-screen 0 1280x1000x24", "WebKitWebDriver", f"--port={port}"]
    # Its sandbox needs what containers do not allow; the locale says how dates are written.
    env = {"HOME": str(folder), "LC_ALL": "C.UTF-8", "LIBGL_ALWAYS_SOFTWARE": "1"}
    env["WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS"] = "1"
    with running(command, env, folder / "webkit.log"):
        wait(lambda: _accepts(port))
        browser = WebKit(port)
        try:
            yield browser
        finally:
            with contextlib.suppress(RuntimeError, OSError):
                browser.quit()


def _accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
