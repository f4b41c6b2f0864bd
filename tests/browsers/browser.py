"""A browser as a person has it: a mouse, a keyboard and tabs, by events that the browser takes for theirs."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

# As WebDriver has keys that write nothing: https://www.w3.org/TR/webdriver2/#keyboard-actions
ENTER, TAB, ESCAPE, SPACE, DOWN, RIGHT = "\ue007", "\ue004", "\ue00c", " ", "\ue015", "\ue014"
SHIFT, CONTROL = "\ue008", "\ue009"
TOLD = 40.0  # seconds that a page has for what is waited for

FIND = """const found = [...document.querySelectorAll(args[0])].find(
  (each) => each.checkVisibility() && !each.disabled && each.textContent.includes(args[1]));"""

# Where to click an element that is in sight, at rest, and under nothing else.
POINT = (
    FIND
    + """
if (!found) return null;
found.scrollIntoView({block: 'nearest', inline: 'nearest'});
const middle = () => {
  const {x, y, width, height} = found.getBoundingClientRect();
  return [Math.floor(x + width / 2), Math.floor(y + height / 2)];
};
const before = middle();
// A tab out of sight draws no frames.
await new Promise((go) => { requestAnimationFrame(() => requestAnimationFrame(go)); setTimeout(go, 500); });
const now = middle();
return String(before) === String(now) && found.contains(document.elementFromPoint(...now)) ? now : null;"""
)
FOCUSED = (
    "const now = document.activeElement; return now.matches(args[0]) && now.textContent.includes(args[1])"
)


SCRATCH = """const field = document.body.appendChild(document.createElement('textarea'));
field.className = 'scratch';
field.value = args[0];
field.select();"""


class Gone(RuntimeError):
    """The tab has closed itself, or shows another page than before."""


class Browser(ABC):
    """One window of a browser."""

    name: str

    @abstractmethod
    def open(self, url: str) -> None:
        """Go to an address."""

    @abstractmethod
    def js(self, code: str, *args: Any) -> Any:
        """What a function's body returns in the page, of a promise what it comes to; `args` is a list in it."""

    @abstractmethod
    def act(self, *sources: dict[str, Any]) -> None:
        """Move the mouse and press keys, as WebDriver writes it (https://www.w3.org/TR/webdriver2/#actions)."""

    @abstractmethod
    def windows(self) -> list[str]:
        """All tabs and windows."""

    @abstractmethod
    def switch(self, window: str) -> None:
        """Go on in that tab or window."""

    @abstractmethod
    def close_window(self, window: str) -> None:
        """Close that tab; go on with `switch`."""

    @abstractmethod
    def picture(self, path: Path) -> None:
        """Save what is seen."""

    def until(self, code: str, *args: Any, seconds: float = TOLD) -> Any:
        """Wait until a function's body returns something true."""
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(Gone):
                if answer := self.js(code, *args):
                    return answer
            if time.monotonic() > deadline:
                text = self.js("return (document.querySelector('.icw-card') ?? document.body).innerText")
                raise AssertionError(f"{self.name}: not so: {code} {args}; the page says:\n{text[:800]}")
            time.sleep(0.05)

    def has(self, selector: str, text: str = "") -> None:
        """Wait until such an element is in sight."""
        self.until(FIND + "return Boolean(found)", selector, text)

    def click(self, selector: str, text: str = "") -> None:
        """Click the first element in sight with that CSS selector that says `text`, in its middle."""
        x, y = self.until(POINT, selector, text)
        self.act(
            {
                "type": "pointer",
                "id": "mouse",
                "parameters": {"pointerType": "mouse"},
                "actions": [
                    {"type": "pointerMove", "x": x, "y": y, "origin": "viewport"},
                    {"type": "pointerDown", "button": 0},
                    {"type": "pointerUp", "button": 0},
                ],
            }
        )

    def keys(self, text: str, *, holding: str = "") -> None:
        """Press one key after the other, into whatever has the focus."""
        pressed = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        down, up = ([{"type": kind, "value": key} for key in holding] for kind in ("keyDown", "keyUp"))
        self.act({"type": "key", "id": "keyboard", "actions": [*down, *pressed, *up]})

    def type(self, selector: str, text: str) -> None:
        """Click into a field and type."""
        self.click(selector)
        self.keys(text)

    def copy(self, text: str) -> None:
        """Put a text on the clipboard, as from another program."""
        self.js(SCRATCH, text)
        self.keys("c", holding=CONTROL)
        self.js("document.querySelector('.scratch').remove()")

    def paste(self, selector: str) -> None:
        """Click into a field and paste."""
        self.click(selector)
        self.keys("v", holding=CONTROL)

    def reach(self, selector: str, text: str = "", *, by: str = TAB) -> None:
        """Press Tab until such an element has the focus."""
        self.has(selector, text)
        for _ in range(60):
            if self.js(FOCUSED, selector, text):
                return
            self.keys(by)
        raise AssertionError(f"{self.name}: Tab does not reach {selector} {text}")

    def shows(self, text: str, selector: str = ".icw-card") -> None:
        """Wait until an element says this."""
        said = (
            "return [...document.querySelectorAll(args[1])].some((each) => each.innerText.includes(args[0]))"
        )
        self.until(said, text, selector)

    def new_window(self, act: Callable[[], None]) -> str:
        """The tab or window that `act` opens."""
        before = set(self.windows())
        act()
        deadline = time.monotonic() + TOLD
        while not (new := set(self.windows()) - before):
            assert time.monotonic() < deadline, f"{self.name}: no tab was opened"
            time.sleep(0.1)
        return new.pop()


def wait(true: Callable[[], Any]) -> None:
    """Wait for a program that was started."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "the browser did not start"
        time.sleep(0.1)


@contextlib.contextmanager
def running(command: Sequence[str], env: dict[str, str], log: Path) -> Iterator[None]:
    """A program and all that it starts."""
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
