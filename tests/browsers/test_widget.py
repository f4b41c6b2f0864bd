"""What a person does with the widget, in Firefox and in WebKit, by events that the browser takes for theirs."""

from __future__ import annotations

import time

from ic_widget.sandbox import Sandbox
from tests.browsers.notebook import OneNotebook
from tests.browsers.webdriver import DOWN, ENTER

FOCUSED = "return document.activeElement?.closest('.icw-field')?.innerText"


def test_connect(notebook: OneNotebook, box: Sandbox) -> None:
    """The search takes a slip, one click opens the tab, and the answer comes straight to the kernel."""
    notebook.run(box)
    notebook.choose("GitHub", "githb")
    notebook.allow(notebook.connect())
    notebook.driver.shows("GitHub is connected")
    (connection,) = box.engine(notebook.tenant).connections()
    notebook.driver.shows(connection.id)
    assert ["connected", connection.id, "loopback"] == notebook.value(
        "[w.status, w.connection_id, w.redirect]"
    )


def test_busy(notebook: OneNotebook, box: Sandbox) -> None:
    """`display(w); w.wait()` in one cell works, although the kernel reads no message of the page meanwhile."""
    notebook.run(box, then="display(w)\nprint(w.wait().integration_key)", finish=False)
    notebook.choose("GitHub", "github")
    notebook.allow(notebook.connect())
    assert "github" == notebook.finish().strip()
    notebook.driver.shows("GitHub is connected")


def test_form(notebook: OneNotebook, box: Sandbox) -> None:
    """A form sent too early puts the focus on its wrong field; a typed secret reaches the engine only."""
    notebook.run(box, "integration='stripe'")
    notebook.driver.click(".icw-card button[type=submit]", "Connect Stripe")
    notebook.driver.shows("Fill this in.")
    assert "Secret key" in notebook.driver.until(FOCUSED)
    notebook.driver.type(".icw-fields input", "sk_typed")
    notebook.driver.shows("A new tab opens.")
    notebook.connect("Connect Stripe")
    notebook.driver.shows("Stripe is connected")
    assert {"apiKey": "sk_typed"} == box.received[-1]["connectionParameters"]
    assert not notebook.driver.js("return document.documentElement.outerHTML.includes('sk_typed')")


def test_catalogue(notebook: OneNotebook, box: Sandbox) -> None:
    """Arrow keys go through the list, Enter takes the row, and the app can be changed again."""
    notebook.run(box)
    notebook.driver.element("[role=option]")
    notebook.driver.click(".icw-card [role=combobox]")
    notebook.driver.type(".icw-card [role=combobox]", "crm" + DOWN + DOWN)
    active = notebook.driver.until(
        "const box = document.querySelector('.icw-card [role=combobox]');"
        "const row = document.getElementById(box.getAttribute('aria-activedescendant'));"
        "return row?.querySelector('.icw-name, [class*=name]')?.textContent ?? row?.innerText.split('\\n')[0]"
    )
    notebook.driver.type(".icw-card [role=combobox]", ENTER)
    notebook.driver.shows(active, ".icw-card .icw-title")
    notebook.driver.click(".icw-card button", "Change app")
    notebook.driver.element("[role=option]")


def test_paste(notebook: OneNotebook, box: Sandbox) -> None:
    """Where neither the redirect nor the event stream gets through, the connection's id is pasted."""
    box.faults.set("events-missing")
    try:
        notebook.run(box, "integration='github', redirect_base='http://127.0.0.1:9/nobody'")
        notebook.allow(notebook.connect())
        connections = box.engine(notebook.tenant).connections
        while not connections():
            time.sleep(0.1)
        notebook.driver.type(".icw-paste input", connections()[0].id)
        notebook.driver.click(".icw-paste button", "Connect with this")
        notebook.driver.shows("GitHub is connected")
    finally:
        box.faults.clear()
    assert ["connected", connections()[0].id] == notebook.value("[w.status, w.connection_id]")
