"""Firefox and WebKit, driven by WebDriver's commands with events that the browser takes for a person's.

Firefox takes them by Marionette, its own protocol, which needs no further program; WebKitGTK through WebKitWebDriver.
Sources: https://www.w3.org/TR/webdriver2/, https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.browser.lab import free_port

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of an element's reference, by the standard
ENTER, DOWN, ESCAPE, SHIFT = "\ue007", "\ue015", "\ue00c", "\ue008"
TOLD = 40.0  # seconds that a page has for what is waited for

# Marionette's recommended preferences would switch the popup blocker off.
PREFERENCES = {
    "remote.prefs.recommended": False,
    "marionette.port": 0,
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
MINI_BROWSERS = ("webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0")

TAKE = """const said = window.icwAnswers, answer = said?.[arguments[0]];
if (answer) delete said[arguments[0]];
return said ? (answer ?? null) : 'replaced'"""

Send = Callable[[str, str, str, dict[str, Any]], Any]


class WebDriver:
    """One window of a browser; `send(method, path, command, arguments)` carries a command there."""

    def __init__(self, name: str, send: Send) -> None:
        self.name = name
        self._send = send
        self._calls = 0

    def open(self, url: str) -> None:
        """Go to an address."""
        self._send("POST", "/url", "WebDriver:Navigate", {"url": url})

    def js(self, code: str, *arguments: Any) -> Any:
        """What a function's body returns in the page; of a promise, what it comes to."""
        # Not the command for asynchronous scripts: WebKitGTK's never answers.
        self._calls += 1
        begin = (
            "const args = [...arguments], call = args.shift(), said = (window.icwAnswers ??= {});"
            f" (async () => {{ {code} }})().then((value) => {{ said[call] = [value]; }},"
            " (error) => { said[call] = {fault: String(error)}; });"
        )
        self._script(begin, self._calls, *arguments)
        deadline = time.monotonic() + 2 * TOLD
        while (answer := self._script(TAKE, self._calls)) is None:
            assert time.monotonic() < deadline, f"{self.name}: no end of {code}"
            time.sleep(0.02)
        if answer == "replaced":
            raise Gone(f"{self.name}: another page came in between")
        if isinstance(answer, dict):
            raise RuntimeError(answer["fault"])
        return answer[0]

    def _script(self, script: str, *arguments: Any) -> Any:
        body = {"script": script, "args": list(arguments)}
        return self._send("POST", "/execute/sync", "WebDriver:ExecuteScript", body)

    def until(self, code: str, *arguments: Any, seconds: float = TOLD) -> Any:
        """Wait until a function's body returns something true."""
        deadline = time.monotonic() + seconds
        answer = None
        while not answer:
            with contextlib.suppress(Gone):
                answer = self.js(code, *arguments)
            if not answer and time.monotonic() > deadline:
                text = self.js("return (document.querySelector('.icw-card') ?? document.body).innerText")
                raise AssertionError(f"{self.name}: not so: {code} {arguments}; the page says:\n{text[:800]}")
            time.sleep(0.05)
        return answer

    def element(self, selector: str, text: str = "") -> str:
        """The first element in sight with that CSS selector that says `text`, once there is one."""
        code = (
            "return [...document.querySelectorAll(args[0])].find((e) => e.checkVisibility() && !e.disabled"
            " && e.textContent.includes(args[1]))"
        )
        return str(self.until(code, selector, text)[ELEMENT])

    def click(self, selector: str, text: str = "") -> None:
        """Click an element in its middle, as a mouse does."""
        found = self.element(selector, text)
        self._send("POST", f"/element/{found}/click", "WebDriver:ElementClick", {"id": found})

    def type(self, selector: str, text: str) -> None:
        """Type into an element."""
        found = self.element(selector)
        self._send(
            "POST", f"/element/{found}/value", "WebDriver:ElementSendKeys", {"id": found, "text": text}
        )

    def shows(self, text: str, selector: str = ".icw-card") -> None:
        """Wait until an element says this."""
        self.until(
            "return [...document.querySelectorAll(args[1])].some((e) => e.innerText.includes(args[0]))",
            text, selector,
        )  # fmt: skip

    def windows(self) -> list[str]:
        """All tabs and windows."""
        return list(self._send("GET", "/window/handles", "WebDriver:GetWindowHandles", {}))

    def switch(self, window: str) -> None:
        """Go on in that tab or window."""
        self._send("POST", "/window", "WebDriver:SwitchToWindow", {"handle": window})

    def new_window(self, act: Callable[[], None]) -> str:
        """The tab or window that `act` opens."""
        before = set(self.windows())
        act()
        deadline = time.monotonic() + TOLD
        while not (new := set(self.windows()) - before):
            assert time.monotonic() < deadline, f"{self.name}: no tab was opened"
            time.sleep(0.1)
        return new.pop()

    def address(self) -> str:
        """Where this tab is."""
        return str(self._send("GET", "/url", "WebDriver:GetCurrentURL", {}))

    def close_window(self) -> None:
        """Close this tab; go on with `switch`."""
        self._send("DELETE", "/window", "WebDriver:CloseWindow", {})

    def picture(self, path: Path) -> None:
        """Save what is seen."""
        data = self._send("GET", "/screenshot", "WebDriver:TakeScreenshot", {"full": False})
        path.write_bytes(base64.b64decode(data))


class Gone(RuntimeError):
    """The tab has closed itself, or shows another page than before."""


@contextlib.contextmanager
def firefox(folder: Path) -> Iterator[WebDriver]:
    """Firefox with a profile in `folder`."""
    profile = folder / "firefox"
    profile.mkdir(parents=True)
    lines = [f'user_pref("{name}", {json.dumps(value)});' for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines))
    command = [str(find_firefox()), "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    command += ["--width=1200", "--height=900"]
    with _running(command, {"HOME": str(folder)}, folder / "firefox.log"):
        active = profile / "MarionetteActivePort"
        _wait(lambda: active.exists() and active.read_text().strip())
        with socket.create_connection(("127.0.0.1", int(active.read_text())), timeout=120) as connection:
            stream = connection.makefile("rb")
            _packet(stream)
            number = 0

            def send(_method: str, _path: str, command: str, arguments: dict[str, Any]) -> Any:
                nonlocal number
                number += 1
                data = json.dumps([0, number, command, arguments]).encode()
                connection.sendall(f"{len(data)}:".encode() + data)
                _kind, _number, error, result = _packet(stream)
                return _value(error, result)

            send("", "", "WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"timeouts": TIMEOUTS}}})
            yield WebDriver("Firefox", send)


TIMEOUTS = {"script": 120_000, "pageLoad": 120_000}


@contextlib.contextmanager
def webkit(folder: Path) -> Iterator[WebDriver]:
    """WebKitGTK's own small browser, on a screen that nobody sees."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    command = ["xvfb-run", "-a", "-s", "-screen 0 1280x1000x24", "WebKitWebDriver", f"--port={port}"]
    # Its sandbox needs what containers do not allow.
    env = {"HOME": str(folder), "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
    session = ""

    def send(method: str, path: str, _command: str, arguments: dict[str, Any]) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            body = json.dumps(arguments) if method == "POST" else None
            connection.request(method, session + path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            value = json.loads(answer.read())["value"]
        finally:
            connection.close()
        return _value(None if answer.status == 200 else value, {"value": value})

    with _running(command, env, folder / "webkit.log"):
        _wait(lambda: _accepts(port))
        browser = {"binary": str(find_webkit()), "args": ["--automation"]}
        wanted = {"webkitgtk:browserOptions": browser, "timeouts": TIMEOUTS}
        made = send("POST", "/session", "", {"capabilities": {"alwaysMatch": wanted}})
        session = f"/session/{made['sessionId']}"
        try:
            yield WebDriver("WebKit", send)
        finally:
            with contextlib.suppress(RuntimeError, OSError):
                send("DELETE", "", "", {})


def find_firefox() -> str | None:
    """Path of Firefox."""
    return next(
        filter(None, [os.environ.get("FIREFOX"), *map(shutil.which, ("firefox-esr", "firefox"))]), None
    )


def find_webkit() -> Path | None:
    """Path of WebKitGTK's small browser, where its driver and a screen are there too."""
    found = (path for name in MINI_BROWSERS for path in Path("/usr/lib").glob(f"*/{name}/MiniBrowser"))
    return next(found, None) if shutil.which("WebKitWebDriver") and shutil.which("xvfb-run") else None


def _packet(stream: Any) -> Any:
    size = b""
    while (byte := stream.read(1)) != b":":
        if not byte:
            raise RuntimeError("Firefox has ended")
        size += byte
    return json.loads(stream.read(int(size)))


def _value(error: dict[str, Any] | None, result: Any) -> Any:
    if error is not None:
        kind = Gone if error.get("error") in ("no such window", "no such frame") else RuntimeError
        raise kind(f"{error.get('error')}: {error.get('message')}")
    return result.get("value", result) if isinstance(result, dict) else result


def _accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _wait(true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "the browser did not start"
        time.sleep(0.1)


@contextlib.contextmanager
def _running(command: Sequence[str], env: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env={**os.environ, **env}, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield
    finally:
        # What it has started ends with it: a session of its own is a group of its own.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        process.wait(20)
