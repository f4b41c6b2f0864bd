"""The controls of the form that each browser makes its own way: dates and times, secrets, what is pasted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ic_widget.sandbox import Sandbox
from tests.browser.apps import app, fields
from tests.browsers.browser import ENTER, RIGHT, TAB
from tests.browsers.notebook import OneNotebook

TEXT: dict[str, Any] = {"type": "string"}
DATES = fields(
    "day", "hour", "instant", "until",
    day={**TEXT, "format": "date"},
    hour={**TEXT, "format": "time"},
    instant={**TEXT, "format": "date-time"},
    until={**TEXT, "format": "date"},
)  # fmt: skip
SECRETS = fields(
    "email", "api_key", "ssh_key",
    email={**TEXT, "format": "email"},
    api_key={**TEXT, "title": "API key"},
    ssh_key={**TEXT, "title": "SSH key"},
)  # fmt: skip
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----\n"
SECRET = ".icw-secret > input"
HELD = "const {type, value} = document.querySelector(args[0]); return [type, value]"


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """A sandbox with the two apps above."""
    with Sandbox([app("dates", DATES), app("secrets", SECRETS)]) as box:
        yield box


# Firefox goes on to the next part of a date by itself.
WRITTEN = {
    "Firefox": {"day": "02292024", "hour": "022233PM", "instant": "071520241234PM"},
    "WebKit": {
        "day": f"02{RIGHT}29{RIGHT}2024",
        "hour": f"14{RIGHT}22{RIGHT}33",
        "instant": f"07{RIGHT}15{RIGHT}2024{RIGHT}12{RIGHT}34",
    },
}


def test_dates(notebook: OneNotebook, box: Sandbox) -> None:
    """Dates and times are typed as the browser writes them and sent as ISO 8601; half a date is told, not sent."""
    browser, written = notebook.browser, WRITTEN[notebook.browser.name]
    notebook.run(box, "integration='dates'")
    browser.has(".icw-fields input")
    notebook.enter()
    for name in "day", "hour", "instant":
        browser.reach(f"[id$={name}]")
        browser.keys(written[name])
    browser.reach("[id$=until]")
    browser.keys("02")
    browser.reach("button[type=submit]")
    browser.keys(ENTER)
    browser.shows("Check this field: Until.")
    browser.until("return document.activeElement.matches('[id$=until]')")
    browser.keys(written["day"])
    browser.shows("A new tab opens.")
    notebook.connect()
    browser.shows("Dates is connected")
    assert {
        "day": "2024-02-29",
        "hour": "14:22:33",
        "instant": "2024-07-15T12:34:00.000Z",
        "until": "2024-02-29",
    } == box.received[-1]["connectionParameters"]


def test_secrets(notebook: OneNotebook, box: Sandbox) -> None:
    """Show and Hide keep what was typed and the focus; a pasted key keeps its lines; no secret stays in the page."""
    browser = notebook.browser
    notebook.run(box, "integration='secrets'")
    browser.type("[type=email]", "ada@example.com")
    browser.type(SECRET, "typed-1")
    assert ["password", "typed-1"] == browser.js(HELD, SECRET)
    browser.click(".icw-secret > button", "Show")
    browser.has(".icw-secret > button", "Hide")
    assert browser.js("return document.activeElement.innerText === 'Hide'")
    assert ["text", "typed-1"] == browser.js(HELD, SECRET)
    assert not browser.js("return document.documentElement.outerHTML.includes('typed-1')")
    browser.click(".icw-secret > button", "Hide")
    browser.copy(KEY)
    browser.paste("[id$=ssh_key]")
    browser.until("return document.querySelector('[id$=ssh_key]').matches('textarea:focus')")
    masked = browser.js("return document.querySelector('[id$=ssh_key]').value")
    assert [len(KEY), {"•", "\n"}] == [len(masked), set(masked)]
    notebook.connect()
    browser.shows("Secrets is connected")
    assert {"email": "ada@example.com", "api_key": "typed-1", "ssh_key": KEY} == (
        box.received[-1]["connectionParameters"]
    )


def test_a_field_left_for_a_button(notebook: OneNotebook, box: Sandbox) -> None:
    """A wrong field that is left for a button is not judged while the button is pressed, so that the click counts."""
    browser = notebook.browser
    notebook.run(box, "integration='secrets'")
    browser.type("[type=email]", "ada")
    browser.click(".icw-secret > button", "Show")
    browser.has(".icw-secret > button", "Hide")
    assert browser.js("return document.activeElement.innerText === 'Hide'")
    browser.keys(TAB)
    browser.click("[type=email]")
    browser.keys(TAB)
    browser.shows("Enter an email address")
