"""What people paste, drop, fill in by other programs and undo, in JupyterLab, and what the engine received."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from ic_widget.sandbox import Sandbox
from tests.browser.apps import app, fields
from tests.browser.driver import Driver, setup
from tests.browser.keyboard import enter_notebook, reach
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.profile import profile

TEXT: dict[str, Any] = {"type": "string"}
SECRET: dict[str, Any] = {**TEXT, "isSensitive": True}
PEOPLE = [{"id": "a", "name": "Ada"}, {"id": "b", "name": "Ada"}, {"id": "c", "name": "a"}]
LONG = 9007199254740993
MOMENT: dict[str, Any] = {**TEXT, "format": "date-time"}
KEYS = ("sshKey", "signingKey", "clientCert", "caCert", "serviceAccountKey", "apiSecret")
ADDRESSES = {
    "host": TEXT,
    "subdomain": TEXT,
    "email": {**TEXT, "format": "email"},
    "url": {**TEXT, "format": "uri"},
}

APPS = [
    app("keys", fields(*KEYS, **dict.fromkeys(KEYS, SECRET))),
    app("ends", fields("apiKey", *ADDRESSES, "note", apiKey=SECRET, **ADDRESSES, note=TEXT)),
    app(
        "numbers",
        fields(
            "amount", "count", "size", "zip",
            amount={"type": "number"}, count={"type": "integer"}, size={"type": "number"}, zip=TEXT,
            given={"type": "integer"}, preset={"type": "integer", "default": LONG},
            listed={"type": "integer", "enum": [LONG - 2, LONG], "default": LONG},
        ),
    ),
    app(
        "choices",
        fields(
            "zone", "empty", "owner", "author", "region", "proxy",
            zone={"enum": [None, "eu", "us"]}, empty={**TEXT, "enum": ["", "x"]},
            owner={"referenceRecords": PEOPLE}, author={"referenceRecords": PEOPLE, "allowCustom": True},
            region={**TEXT, "enum": ["eu", "us"], "nullable": True}, proxy={"type": ["string", "null"]},
            group={**fields("a", a=TEXT), "additionalProperties": True},
        ),
    ),
    app(
        "moments",
        fields(
            "seconds", "spaced", "offset", "midnight",
            seconds={**MOMENT, "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
            spaced={**MOMENT, "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"},
            offset={**MOMENT, "pattern": r"^\S+T\S+[+-]\d\d:\d\d$"},
            midnight={**MOMENT, "pattern": "T00:00:00Z$", "description": "Write 2024-01-31T00:00:00Z."},
            repeated={**MOMENT, "default": "2026-11-01T06:30:00Z"},
        ),
    ),
    app("filled", fields("user", "password", "key", "note", user=TEXT, password=SECRET, key=SECRET, note=TEXT)),
]  # fmt: skip
PRESETS = {"numbers": {"given": LONG}, "choices": {"group": {"a": "1", "more": [LONG, None]}}}
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----"

Form = Callable[[str], Driver]


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """A sandbox with those apps."""
    with Sandbox(APPS) as box:
        yield box


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser in New York, where an hour comes twice on 1 November 2026."""
    with profile(browser, timezone_id="America/New_York") as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield context


@pytest.fixture(scope="module")
def form(lab: Lab, box: Sandbox, context: BrowserContext) -> Iterator[Form]:
    """`form("keys")` is the form of that app in a new widget."""
    cells = [
        setup(box, "values", f"integration={each['key']!r}, parameters={PRESETS.get(each['key'], {})}") + "w"
        for each in APPS
    ]
    notebook = Notebook(lab, context.new_page(), cells)

    def show(key: str) -> Driver:
        index = [each["key"] for each in APPS].index(key)
        notebook.run(index)
        driver = Driver(notebook.cell(index))
        expect(driver.button(f"Connect {key.title()}")).to_be_enabled()
        enter_notebook(driver.widget)
        return driver

    yield show
    notebook.close()


def control(driver: Driver, name: str) -> Locator:
    """The control of the field with that name."""
    return driver.widget.locator(f'[id$="-f_47_{name}"]')


def received(driver: Driver, box: Sandbox) -> dict[str, Any]:
    """Connect; what the engine received."""
    before = len(box.received)
    driver.connect()
    driver.shows("is connected")
    (call,) = box.received[before:]
    parameters: dict[str, Any] = call["connectionParameters"]
    return parameters


def paste(field: Locator, text: str) -> None:
    """Paste as from another program."""
    reach(field)
    field.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    field.page.keyboard.press("ControlOrMeta+V")


def test_undone(form: Form, box: Sandbox) -> None:
    """What was undone is not sent, and what was done again is; a secret behind dots loses nothing to an undo."""
    driver = form("filled")
    keyboard = driver.page.keyboard
    for name in "user", "password", "note":
        control(driver, name).focus()
        keyboard.type("kept")
        control(driver, name).blur()
        control(driver, name).focus()
        keyboard.press("End")
        keyboard.insert_text(" not")
        keyboard.press("Control+z")
        expect(control(driver, name)).to_have_value("kept")
    keyboard.press("Control+Shift+z")
    expect(control(driver, "note")).to_have_value("kept not")
    paste(control(driver, "key"), "a\nb")
    keyboard.type("cd")
    keyboard.press("Control+z")
    assert {"user": "kept", "password": "kept", "key": "a\nbcd", "note": "kept not"} == received(driver, box)


def key_of_composition(driver: Driver, field: Locator) -> None:
    """The Enter that ends a composition, as WebKit sends it: after the composition, with key code 229."""
    field.focus()
    session = driver.page.context.new_cdp_session(driver.page)
    session.send("Input.imeSetComposition", {"text": "か", "selectionStart": 1, "selectionEnd": 1})
    session.send("Input.insertText", {"text": "加"})
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": "\r", **key})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    session.detach()


def test_composed(form: Form, box: Sandbox) -> None:
    """The Enter that ends a composition posts nothing, in any field, and what was composed is sent."""
    driver = form("filled")
    names = ("user", "password", "note", "key")
    for name in names:
        key_of_composition(driver, control(driver, name))
        expect(control(driver, name)).to_have_value("加")
    expect(driver.widget.get_by_text("Fill this in.")).to_have_count(0)
    assert 1 == len(driver.page.context.pages)
    assert dict.fromkeys(names, "加") == received(driver, box)


def test_filled_without_an_event(form: Form, box: Sandbox) -> None:
    """What a password manager put into the fields without a key or an event is posted."""
    driver = form("filled")
    for name in "user", "password", "key", "note":
        control(driver, name).evaluate("(field, text) => { field.value = text; }", f"my {name}")
    assert {name: f"my {name}" for name in ("user", "password", "key", "note")} == received(driver, box)


def test_dragged(form: Form, box: Sandbox) -> None:
    """Text that is dragged from one field into another is moved."""
    driver = form("filled")
    control(driver, "note").fill("dragged")
    control(driver, "note").select_text()
    control(driver, "note").drag_to(control(driver, "user"))
    expect(control(driver, "user")).to_have_value("dragged")
    expect(control(driver, "note")).to_have_value("")
    for name in "password", "key", "note":
        control(driver, name).fill("x")
    assert {"user": "dragged", "password": "x", "key": "x", "note": "x"} == received(driver, box)


def test_keys(form: Form, box: Sandbox) -> None:
    """A key of several lines arrives in whatever field it is pasted, with any line ends and without a last one."""
    driver = form("keys")
    ends = ["\n", "\r\n", "\r"]
    for n, name in enumerate(KEYS):
        paste(control(driver, name), (KEY + "\n" * (n % 2)).replace("\n", ends[n % 3]))
        expect(control(driver, name)).to_be_focused()
        expect(control(driver, name)).to_have_value(re.compile(r"^•{35}\n•{15}\n•{33}\n?$"))
    assert {name: KEY + "\n" * (n % 2) for n, name in enumerate(KEYS)} == received(driver, box)


def test_ends(form: Form, box: Sandbox) -> None:
    """What cannot be seen at the ends of a secret or an address is left out, and it is said; inner space stays."""
    driver = form("ends")
    paste(control(driver, "apiKey"), "\u200b\ufeff sk live\u00a0\t")
    paste(control(driver, "host"), "\u00a0db.example.com\u200d")
    paste(control(driver, "subdomain"), "\u2060acme ")
    paste(control(driver, "email"), "\u200bada@bücher.example\u00a0")
    paste(control(driver, "url"), "\ufeffhttps://example.com/a b\u200c")
    paste(control(driver, "note"), " as it is ")
    expect(driver.widget.get_by_text("White space at the ends is left out.")).to_have_count(5)
    assert {
        "apiKey": "sk live",
        "host": "db.example.com",
        "subdomain": "acme",
        "email": "ada@bücher.example",
        "url": "https://example.com/a b",
        "note": " as it is ",
    } == received(driver, box)


def test_numbers(form: Form, box: Sandbox) -> None:
    """What is no number is said, not guessed at; the wheel changes none; long ones keep their digits."""
    driver = form("numbers")
    amount = control(driver, "amount")
    for typed in "1,5", "1.234,5", "-":
        amount.fill(typed)
        driver.submit()
        driver.shows("Enter a number. Write it like 1234.5.")
        expect(amount).to_be_focused()
    amount.fill("1e3")
    control(driver, "count").fill("0042")
    control(driver, "size").fill("1.50")
    control(driver, "zip").fill("00420")
    box_of = amount.bounding_box()
    assert box_of is not None
    driver.page.mouse.move(box_of["x"] + 9, box_of["y"] + 9)
    amount.focus()
    driver.page.mouse.wheel(0, 3)
    expect(amount).to_have_value("1e3")
    got = received(driver, box)
    assert {
        "amount": 1000, "count": 42, "size": 1.5, "zip": "00420",
        "given": LONG, "preset": LONG, "listed": LONG,
    } == got  # fmt: skip
    assert isinstance(got["count"], int)


def test_choices(form: Form, box: Sandbox) -> None:
    """Null, an empty text and records of one name can be chosen; what no field asks for goes along in its group."""
    driver = form("choices")
    control(driver, "zone").select_option(label="None")
    control(driver, "empty").select_option(label="(empty)")
    control(driver, "owner").select_option(label="Ada (b)")
    control(driver, "author").fill("a (c)")
    assert {
        "zone": None,
        "empty": "",
        "owner": "b",
        "author": "c",
        "region": None,
        "proxy": None,
        "group": {"a": "1", "more": [LONG, None]},
    } == received(driver, box)


def test_moments(form: Form, box: Sandbox) -> None:
    """A moment is written as its pattern takes it, or is text; one given in the repeated hour does not shift."""
    driver = form("moments")
    for name in "seconds", "spaced", "offset":
        control(driver, name).fill("2026-02-01T10:00")
    expect(control(driver, "midnight")).to_have_attribute("type", "text")
    expect(driver.widget.get_by_text("Write 2024-01-31T00:00:00Z.")).to_be_visible()
    control(driver, "midnight").fill("2024-01-31T00:00:00Z")
    repeated = control(driver, "repeated")
    expect(repeated).to_have_value("2026-11-01T01:30")
    repeated.fill("2026-11-01T01:31")
    repeated.fill("2026-11-01T01:30")
    assert {
        "seconds": "2026-02-01T15:00:00Z",
        "spaced": "2026-02-01 10:00:00",
        "offset": "2026-02-01T15:00:00.000+00:00",
        "midnight": "2024-01-31T00:00:00Z",
        "repeated": "2026-11-01T06:30:00Z",
    } == received(driver, box)
