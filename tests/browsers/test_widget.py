"""What a person does with the widget, in Firefox and in WebKit, by events that the browser takes for theirs."""

from __future__ import annotations

import contextlib
import time

from ic_widget.sandbox import Sandbox
from tests.browser.picture import WITHOUT_CODE, host_picture
from tests.browsers.browser import DOWN, ENTER, Gone
from tests.browsers.notebook import OneNotebook

FOCUSED = "return document.activeElement.closest('.icw-field')?.innerText"
BOTTOM = "return document.querySelector('.icw-card').getBoundingClientRect().bottom;"
HEADING = (
    "return document.activeElement.matches('.icw-title') && document.activeElement.innerText === args[0]"
)
ACTIVE = """const box = document.querySelector('.icw-card [role=combobox]');
return document.getElementById(box.getAttribute('aria-activedescendant'))?.querySelector('.icw-app-name').innerText"""


def test_connect(notebook: OneNotebook, box: Sandbox) -> None:
    """The search takes a slip, one click opens the tab, and the answer comes straight to the kernel."""
    notebook.run(box)
    notebook.choose("GitHub", "githb")
    notebook.allow(notebook.connect())
    notebook.browser.shows("GitHub is connected")
    (connection,) = box.engine(notebook.tenant).connections()
    notebook.browser.shows(connection.id)
    browser = notebook.browser
    host_picture(browser.name.lower(), browser.picture, lambda: browser.js(WITHOUT_CODE + BOTTOM))
    assert ["connected", connection.id, "loopback"] == notebook.value(
        "[w.status, w.connection_id, w.redirect]"
    )


def test_keyboard_alone(notebook: OneNotebook, box: Sandbox) -> None:
    """From the cell to the connection without a mouse; the focus ends on the heading that says so."""
    notebook.run(box)
    notebook.enter()
    notebook.browser.reach(".icw-card [role=combobox]")
    notebook.browser.keys("github")
    notebook.browser.until("return document.querySelector('[role=option]')?.innerText.includes('GitHub')")
    notebook.browser.keys(ENTER)
    notebook.browser.reach(".icw-card button[type=submit]", "Connect GitHub")
    tab = notebook.browser.new_window(lambda: notebook.browser.keys(ENTER))
    notebook.browser.switch(tab)
    for button in "Sign in", "Allow":
        notebook.browser.reach("button", button)
        with contextlib.suppress(Gone):
            notebook.browser.keys(ENTER)
    notebook.browser.switch(notebook.window)
    notebook.browser.until(HEADING, "GitHub is connected")


def test_busy(notebook: OneNotebook, box: Sandbox) -> None:
    """`display(w); w.wait()` in one cell works, although the kernel reads no message of the page meanwhile."""
    notebook.run(box, then="display(w)\nprint(w.wait().integration_key)", finish=False)
    notebook.choose("GitHub", "github")
    notebook.allow(notebook.connect())
    assert "github" == notebook.finish().split()[-1]
    notebook.browser.shows("GitHub is connected")


def test_form(notebook: OneNotebook, box: Sandbox) -> None:
    """A form sent too early puts the focus on its wrong field; a typed secret reaches the engine only."""
    notebook.run(box, "integration='stripe'")
    notebook.browser.click(".icw-card button[type=submit]", "Connect Stripe")
    notebook.browser.shows("Fill this in.")
    assert "Secret key" in notebook.browser.until(FOCUSED)
    notebook.browser.keys("sk_typed")
    notebook.browser.shows("A new tab opens.")
    notebook.connect("Connect Stripe")
    notebook.browser.shows("Stripe is connected")
    assert {"apiKey": "sk_typed"} == box.received[-1]["connectionParameters"]
    assert not notebook.browser.js("return document.documentElement.outerHTML.includes('sk_typed')")


def test_catalogue(notebook: OneNotebook, box: Sandbox) -> None:
    """Arrow keys go through the list, Enter takes the row, and the app can be changed again."""
    notebook.run(box)
    notebook.browser.has("[role=option]")
    notebook.browser.type(".icw-card [role=combobox]", "crm" + DOWN + DOWN)
    active = notebook.browser.until(ACTIVE)
    notebook.browser.keys(ENTER)
    notebook.browser.shows(active, ".icw-card .icw-title")
    notebook.browser.click(".icw-card button", "Change app")
    notebook.browser.has("[role=option]")
    assert notebook.browser.until("return document.activeElement.matches('.icw-card [role=combobox]')")


def test_paste(notebook: OneNotebook, box: Sandbox) -> None:
    """Where neither the redirect nor the event stream gets through, pasting is offered, and the id is enough."""
    box.faults.set("events-missing")
    try:
        notebook.run(box, "integration='github', redirect_base='http://127.0.0.1:4/nobody'")
        notebook.allow(notebook.connect())
        connections = box.engine(notebook.tenant).connections
        while not connections():
            time.sleep(0.1)
        notebook.browser.shows("Finished there, but nothing happens here?")
        notebook.browser.copy(connections()[0].id)
        notebook.browser.paste(".icw-paste input")
        notebook.browser.click(".icw-paste button", "Connect with this")
        notebook.browser.shows("GitHub is connected")
    finally:
        box.faults.clear()
    assert ["connected", connections()[0].id] == notebook.value("[w.status, w.connection_id]")
