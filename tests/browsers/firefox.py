"""Firefox, driven by WebDriver BiDi, which it speaks without a further program.

Source: https://w3c.github.io/webdriver-bidi/
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websocket import WebSocket, create_connection

from tests.browsers.browser import Browser, Gone, running, wait
from tests.browsers.install import find_firefox

# The recommended preferences of its remote agent would switch the popup blocker off.
PREFERENCES = {
    "remote.prefs.recommended": False,
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "extensions.update.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
CAPABILITIES = {"acceptInsecureCerts": True, "unhandledPromptBehavior": {"beforeUnload": "accept"}}


class Firefox(Browser):
    """Firefox at the other end of a socket."""

    name = "Firefox"

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._number = 0
        self._command("session.new", capabilities={"alwaysMatch": CAPABILITIES})
        (self._tab,) = self.windows()

    def open(self, url: str) -> None:
        self._command("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def js(self, code: str, *args: Any) -> Any:
        function = f"async (given) => JSON.stringify((await (async (args) => {{ {code} }})(JSON.parse(given))) ?? null)"
        answer = self._command(
            "script.callFunction",
            functionDeclaration=function,
            awaitPromise=True,
            target={"context": self._tab},
            arguments=[{"type": "string", "value": json.dumps(args)}],
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def act(self, *sources: dict[str, Any]) -> None:
        self._command("input.performActions", context=self._tab, actions=sources)

    def windows(self) -> list[str]:
        return [each["context"] for each in self._command("browsingContext.getTree", maxDepth=0)["contexts"]]

    def switch(self, window: str) -> None:
        self._tab = window
        self._command("browsingContext.activate", context=window)

    def close_window(self, window: str) -> None:
        # Without `switch`: of a tab that closes itself just now, activating it is never answered.
        self._command("browsingContext.close", context=window)

    def picture(self, path: Path) -> None:
        answer = self._command("browsingContext.captureScreenshot", context=self._tab)
        path.write_bytes(base64.b64decode(answer["data"]))

    def _command(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while (answer := json.loads(self._socket.recv())).get("id") != self._number:
            pass
        if answer["type"] == "error":
            # A page that is left takes the script in it along: "unknown error" is of what was to answer there.
            gone = answer["error"] in ("no such frame", "no such window", "unknown error")
            raise (Gone if gone else RuntimeError)(f"{method}: {answer['error']}: {answer['message']}")
        return answer["result"]


@contextlib.contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Firefox with a profile in `folder`."""
    profile = folder / "firefox"
    profile.mkdir(parents=True)
    lines = [f'user_pref("{name}", {json.dumps(value)});' for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines))
    command = [str(find_firefox()), "--headless", "--remote-debugging-port=0", "--no-remote"]
    # With a page to begin with, the focus is in the page and not in the address bar.
    command += ["--profile", str(profile), "--width=1200", "--height=900", "data:text/html,begin"]
    with running(command, {"HOME": str(folder)}, folder / "firefox.log"):
        server = profile / "WebDriverBiDiServer.json"
        wait(lambda: server.exists() and server.read_text().endswith("}"))
        port = json.loads(server.read_text())["ws_port"]
        # It refuses whoever names an origin: pages do.
        socket = create_connection(f"ws://127.0.0.1:{port}/session", timeout=120, suppress_origin=True)
        with contextlib.closing(socket):
            yield Firefox(socket)
