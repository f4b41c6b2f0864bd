"""A notebook of one cell in JupyterLab, in any browser."""

from __future__ import annotations

import ast
import contextlib
import json
from typing import Any

from ic_widget.sandbox import Sandbox
from tests.browser.driver import setup
from tests.browser.lab import Lab
from tests.browser.notebook import CELLS, EVALUATE, IS, START, new_notebook, text_of
from tests.browsers.webdriver import ENTER, Gone, WebDriver


class OneNotebook:
    """The page is reached through `driver`; `text` is what the cell printed or raised."""

    def __init__(self, lab: Lab, driver: WebDriver, tenant: str) -> None:
        self.lab = lab
        self.driver = driver
        self.window = driver.windows()[0]
        self.tenant = tenant

    def run(self, box: Sandbox, keywords: str = "", then: str = "w", *, finish: bool = True) -> None:
        """Open a notebook whose cell makes `w`, and run it."""
        path = new_notebook(self.lab, [setup(box, self.tenant, keywords) + then])
        self.driver.open(self.lab.address(path.name))
        self.driver.until(f"return ({IS})(args[0])", "idle", seconds=120)
        self.driver.js(f"({START})(args[0])", 0)
        if finish:
            self.finish()

    def finish(self) -> str:
        """Wait for the end of the cell; return its text."""
        self.driver.js("await window.icRuns[0]")
        (cell,) = self.driver.js(f"return ({CELLS})()")
        return "".join(map(text_of, cell["outputs"]))

    def value(self, expression: str) -> Any:
        """What a Python expression is in the idle kernel."""
        answer = self.driver.js(f"return ({EVALUATE})(args[0])", f"__import__('json').dumps({expression})")
        return json.loads(ast.literal_eval(answer["data"]["text/plain"]))

    def choose(self, app: str, typed: str) -> None:
        """Search for an app and take the first hit with the keyboard."""
        self.driver.click(".icw-card [role=combobox]")
        self.driver.type(".icw-card [role=combobox]", typed)
        self.driver.until("return document.querySelector('[role=option]')?.innerText.includes(args[0])", app)
        self.driver.type(".icw-card [role=combobox]", ENTER)
        self.driver.shows(app, ".icw-card .icw-title")

    def connect(self, button: str = "Connect") -> str:
        """Click the connect button; the tab that opens."""
        return self.driver.new_window(lambda: self.driver.click(".icw-card button[type=submit]", button))

    def allow(self, tab: str) -> None:
        """Sign in and allow access in that tab, and come back."""
        self.driver.switch(tab)
        self.driver.click("button", "Sign in")
        with contextlib.suppress(Gone):
            self.driver.click("button", "Allow")
        self.driver.switch(self.window)

    def close(self) -> None:
        """Shut the kernel down."""
        self.driver.js("await jupyterapp?.shell.currentWidget?.sessionContext.shutdown()")
