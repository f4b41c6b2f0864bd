"""A notebook of one cell in JupyterLab, in any browser."""

from __future__ import annotations

import ast
import contextlib
import json
from typing import Any

from ic_widget.sandbox import Sandbox
from tests.browser.driver import setup
from tests.browser.lab import Lab
from tests.browser.notebook import CELLS, CLOSE, EVALUATE, IS, OPEN, START, new_notebook, text_of
from tests.browsers.browser import ENTER, Browser, Gone


class OneNotebook:
    """The page is reached through `browser`; the answers of the engine's apps belong to `tenant`."""

    def __init__(self, lab: Lab, browser: Browser, tenant: str) -> None:
        self.lab = lab
        self.browser = browser
        self.window = browser.windows()[0]
        self.tenant = tenant
        self._opened: list[str] = []

    def run(self, box: Sandbox, keywords: str = "", then: str = "w", *, finish: bool = True) -> None:
        """Open a notebook whose cell makes `w`, and run it."""
        path = new_notebook(self.lab, [setup(box, self.tenant, keywords) + then])
        self._opened.append(path.name)
        if self.browser.js("return location.href.startsWith(args[0])", f"{self.lab.url}lab"):
            self.browser.js(f"await ({OPEN})(args[0])", path.name)
        else:
            self.browser.open(self.lab.address(path.name))
        self.browser.until(f"return ({IS})(args[0])", "idle", seconds=120)
        self.browser.js(f"({START})(args[0])", 0)
        if finish:
            self.finish()

    def finish(self) -> str:
        """Wait for the end of the cell; return what it printed or raised."""
        self.browser.js("await window.icRuns[0]")
        (cell,) = self.browser.js(f"return ({CELLS})()")
        return "".join(map(text_of, cell["outputs"]))

    def value(self, expression: str) -> Any:
        """What a Python expression is in the idle kernel."""
        answer = self.browser.js(f"return ({EVALUATE})(args[0])", f"__import__('json').dumps({expression})")
        return json.loads(ast.literal_eval(answer["data"]["text/plain"]))

    def enter(self) -> None:
        """Put the focus on the cell, as Esc does, with all of the widget still ahead of Tab."""
        self.browser.js("await jupyterapp.commands.execute('notebook:enter-command-mode')")

    def choose(self, app: str, typed: str) -> None:
        """Search for an app and take the first hit with the keyboard."""
        self.browser.type(".icw-card [role=combobox]", typed)
        self.browser.until("return document.querySelector('[role=option]')?.innerText.includes(args[0])", app)
        self.browser.keys(ENTER)
        self.browser.shows(app, ".icw-card .icw-title")

    def connect(self, button: str = "Connect") -> str:
        """Click the connect button; the tab that opens."""
        return self.browser.new_window(lambda: self.browser.click(".icw-card button[type=submit]", button))

    def allow(self, tab: str) -> None:
        """Sign in and allow access in that tab, and come back."""
        self.browser.switch(tab)
        self.browser.click("button", "Sign in")
        with contextlib.suppress(Gone):
            self.browser.click("button", "Allow")
        self.browser.switch(self.window)

    def close(self) -> None:
        """Shut the kernel down, and close the notebook and all other tabs."""
        for window in self.browser.windows():
            if window != self.window:
                with contextlib.suppress(Gone):
                    self.browser.close_window(window)
        self.browser.switch(self.window)
        for name in self._opened:
            self.browser.js(f"await ({CLOSE})(args[0])", name)
