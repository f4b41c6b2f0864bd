"""Each kind of field in JupyterLab: filled by keyboard alone, posted, and what the engine received."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from ic_widget.sandbox import Sandbox
from tests.browser.apps import app, fields
from tests.browser.driver import Driver, setup
from tests.browser.keyboard import enter_notebook, press, reach, type_into
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.profile import profile

TEXT: dict[str, Any] = {"type": "string"}

APPS = [
    app(
        "texts",
        fields(
            "plain", "secret", "pem", "email", "site",
            plain={**TEXT, "title": "Plain text", "pattern": "^[a-z]+-[0-9]+$", "minLength": 3, "maxLength": 8},
            secret={**TEXT, "isSensitive": True},
            pem={**TEXT, "title": "Private key", "isSensitive": True},
            email={**TEXT, "format": "email"},
            site={**TEXT, "format": "uri", "examples": ["https://acme.example"]},
            region={**TEXT, "default": "eu", "x-unknown": {"a": 1}, "colour": "red"},
            left_empty={**TEXT, "minLength": 3},
        ),
    ),
    app(
        "numbers",
        fields(
            "number", "port", "flag", "agreed",
            number={"type": "number"},
            port={"type": "integer", "minimum": 1, "maximum": 65535},
            flag={"type": "boolean"},
            agreed={"type": "boolean"},
            day={**TEXT, "format": "date"},
            hour={**TEXT, "format": "time"},
            instant={**TEXT, "format": "date-time"},
            unsaid={"type": "boolean"},
            ratio={"type": "number"},
        ),
    ),
    app(
        "choices",
        fields(
            "colour", "level", "record", "listed", "own",
            colour={**TEXT, "enum": ["red", "green", "blue"]},
            level={"type": "integer", "enum": [1, 2, 3]},
            record={
                "type": "number",
                "referenceRecords": [{"id": 11, "name": "Eleven"}, {"id": 12, "name": "Twelve"}],
            },
            listed={**TEXT, "enum": ["north", "south"], "allowCustom": True},
            own={**TEXT, "enum": ["north", "south"], "allowCustom": True},
            unchosen={**TEXT, "enum": ["x", "y"]},
        ),
    ),
    app(
        "nested",
        fields(
            "server", "tags", "people", "labels",
            server=fields("host", host=TEXT, port={"type": "integer"}),
            tags={"type": "array", "items": TEXT, "maxItems": 2},
            people={"type": "array", "items": fields("name", name=TEXT, age={"type": "integer"})},
            labels={"type": "object", "additionalProperties": {"type": "number"}},
            empty_group=fields(a=TEXT),
            empty_list={"type": "array", "items": TEXT},
        ),
    ),
    app(
        "branches",
        fields(
            "login", "amount",
            login={
                "anyOf": [
                    {"title": "Password", **fields("user", user=TEXT)},
                    {"title": "Token", **fields("id", id={"type": "integer"})},
                ]
            },
            amount={"type": ["integer", "string"]},
            either={"oneOf": [{"type": "boolean", "title": "Switch"}, {"type": "string", "title": "Word"}]},
        ),
    ),
    app(
        "pasted",
        fields(
            "ssh_key", "api_key", "subdomain", "big", "at", "month", "names",
            ssh_key=TEXT,
            api_key={**TEXT, "title": "API key"},
            subdomain={**TEXT, "examples": ["acme"]},
            big={"type": "integer"},
            account={"type": "integer"},
            lowest={"type": "array", "items": {"type": "integer"}},
            at={**TEXT, "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
            month={"type": "integer", "referenceRecords": [{"id": n, "name": f"Month {n}"} for n in range(1, 13)]},
            names={"type": "array", "items": TEXT},
            since={**TEXT, "format": "date-time", "default": "2026-11-01T06:30:00+02:00"},
        ),
    ),
    app(
        "optional",
        fields(
            spec=fields("image", image={**TEXT, "default": "x"}, tag={**TEXT, "default": "latest"}),
            tunnel={"title": "SSH tunnel", **fields("host", host=TEXT, port={"type": "integer", "default": 22})},
            proxy=fields("address", address=TEXT, scheme={**TEXT, "default": "http"}),
        ),
    ),
    app(
        "oddities",
        fields(
            "untyped", "kind",
            fixed={**TEXT, "title": "Fixed", "readOnly": True, "default": "as it is"},
            once={**TEXT, "writeOnly": True},
            untyped={"title": "No type"},
            kind={**TEXT, "enum": ["a", "b"]},
            follows={**TEXT, "title": {"$var": "$.kind"}, "description": {"$var": "$.nowhere.to.be.found"}},
            computed={"$concat": ["a", {"$var": "$.kind"}]},
            table={**TEXT, "title": "Table", "referenceCollection": {"key": "tables"}},
        ),
    ),
]  # fmt: skip

PRESETS = {"pasted": ", parameters={'account': 9007199254740993, 'lowest': [-9007199254740995]}"}
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----\n"


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """A sandbox whose apps ask for each kind of field."""
    with Sandbox(APPS) as box:
        yield box


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser profile for all tests of this file."""
    with profile(browser, timezone_id="Europe/Berlin") as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield context


@pytest.fixture(scope="module")
def form(lab: Lab, box: Sandbox, context: BrowserContext) -> Iterator[Callable[[str], Driver]]:
    """`form("texts")` is the form of that app, with the focus on the cell that shows it; one cell for each app."""
    cells = [
        setup(box, "fields", f"integration={each['key']!r}{PRESETS.get(each['key'], '')}") + "w"
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


def box_(driver: Driver, label: str, nth: int = 0) -> Locator:
    """A text box by the beginning of its label."""
    return driver.widget.get_by_role("textbox", name=re.compile(f"^{label}")).nth(nth)


def choice(driver: Driver, label: str) -> Locator:
    """A list to choose from, with or without free text, by its label."""
    return driver.widget.get_by_role("combobox", name=re.compile(f"^{label}"))


def sent(driver: Driver, box: Sandbox) -> dict[str, Any]:
    """Connect by keyboard; what the engine received."""
    before = len(box.received)
    button = driver.widget.get_by_role("button", name=re.compile("^Connect "))
    press(button, "Enter")
    driver.shows("is connected")
    assert before + 1 == len(box.received)
    parameters: dict[str, Any] = box.received[-1]["connectionParameters"]
    return parameters


def unfold(driver: Driver) -> None:
    """Open the optional settings with the keyboard."""
    press(driver.widget.locator("summary", has_text="Optional settings"), "Enter")


def test_texts(form: Callable[[str], Driver], box: Sandbox) -> None:
    """Text, secrets of one line and of several, addresses, a default; empty optional text is left out."""
    driver = form("texts")
    type_into(box_(driver, "Plain text"), "ab-123")
    type_into(box_(driver, "Secret"), " s3cret with spaces ")
    type_into(box_(driver, "Private key"), "-----BEGIN\nabc\n-----END")
    type_into(box_(driver, "Email"), "ada@example.com")
    expect(driver.widget.get_by_text("White space at the ends is left out.")).to_have_count(1)
    for attribute in ("autocapitalize", "autocorrect", "spellcheck"):
        expect(box_(driver, "Plain text")).to_have_attribute(attribute, re.compile("off|false"))
    expect(box_(driver, "Site")).to_have_attribute("placeholder", "e.g. https://acme.example")
    type_into(box_(driver, "Site"), "https://ada.example/x?y=1")
    assert {
        "plain": "ab-123",
        "secret": "s3cret with spaces",
        "pem": "-----BEGIN\nabc\n-----END",
        "email": "ada@example.com",
        "site": "https://ada.example/x?y=1",
        "region": "eu",
    } == sent(driver, box)


def test_numbers_and_dates(form: Callable[[str], Driver], box: Sandbox) -> None:
    """Numbers are numbers, bounds are said in words, booleans are true or false, dates are ISO 8601."""
    driver = form("numbers")
    type_into(box_(driver, "Number"), "-1.5e3")
    type_into(box_(driver, "Port"), "70000")
    press(driver.widget.get_by_role("checkbox", name="Flag"), " ")
    expect(driver.widget.get_by_text("Enter a number of at most 65535.")).to_be_visible()
    driver.page.keyboard.press("Shift+Tab")
    type_into(box_(driver, "Port"), "8443")
    expect(driver.widget.get_by_text("Enter a number of at most")).to_have_count(0)
    unfold(driver)
    type_into(driver.widget.get_by_label("Day"), "02292024")
    type_into(driver.widget.get_by_label("Hour"), "022233PM")
    type_into(driver.widget.get_by_label("Instant"), "07152024")
    driver.page.keyboard.press("ArrowRight")  # a year may have six digits
    driver.page.keyboard.type("1234PM")
    assert {
        "number": -1500,
        "port": 8443,
        "flag": True,
        "agreed": False,
        "day": "2024-02-29",
        "hour": "14:22:33",
        "instant": "2024-07-15T10:34:00.000Z",
    } == sent(driver, box)


def test_choices(form: Callable[[str], Driver], box: Sandbox) -> None:
    """A choice sends its value with its type, a record its id, and a choice that allows more what was typed."""
    driver = form("choices")
    press(choice(driver, "Colour"), "g")
    press(choice(driver, "Level"), "ArrowDown", "ArrowDown", "ArrowDown")
    press(choice(driver, "Record"), "T")
    type_into(choice(driver, "Listed"), "south")
    type_into(choice(driver, "Own"), "up, then left")
    assert {
        "colour": "green",
        "level": 3,
        "record": 12,
        "listed": "south",
        "own": "up, then left",
    } == sent(driver, box)


def test_nested(form: Callable[[str], Driver], box: Sandbox) -> None:
    """Groups, lists of text and of groups, and free names; groups and lists left empty are left out."""
    driver = form("nested")
    type_into(box_(driver, "Host"), "db.acme.example")
    type_into(box_(driver, "Port"), "5432")
    type_into(box_(driver, "Tag 1"), "second")
    press(driver.button("Add tag"), "Enter")
    expect(box_(driver, "Tag 2")).to_be_focused()
    expect(driver.button("Add tag")).to_be_disabled()
    driver.page.keyboard.type("first")
    press(driver.button("Move tag 2 up"), "Enter")
    expect(box_(driver, "Tag 1")).to_be_focused()
    for number, (name, age) in enumerate([("Ada", "36"), ("Bob", "")]):
        if number:
            press(driver.button("Add person"), "Enter")
            enter_notebook(driver.widget)
        type_into(box_(driver, "Name", number), name)
        if age:
            type_into(box_(driver, "Age", number), age)
    press(driver.button("Remove person 2"), "Enter")
    labels = driver.widget.get_by_role("group", name=re.compile("^Labels"))
    press(labels.get_by_role("button", name="Add a value"), "Enter")
    enter_notebook(driver.widget)
    type_into(labels.get_by_role("textbox", name="Name"), "weight")
    type_into(labels.get_by_role("textbox", name="Value"), "2.5")
    assert {
        "server": {"host": "db.acme.example", "port": 5432},
        "tags": ["first", "second"],
        "people": [{"name": "Ada", "age": 36}],
        "labels": {"weight": 2.5},
    } == sent(driver, box)


def test_branches(form: Callable[[str], Driver], box: Sandbox) -> None:
    """The user chooses among alternatives, and what was typed into one that was left is not sent."""
    driver = form("branches")
    type_into(box_(driver, "User"), "ada")
    enter_notebook(driver.widget)
    press(choice(driver, "Kind of Login"), "T")
    type_into(box_(driver, "Id"), "7")
    press(choice(driver, "Kind of Amount"), "T")
    type_into(box_(driver, "Amount"), "42")
    press(choice(driver, "Kind of Either"), "W")
    type_into(box_(driver, "Word"), "yes")
    assert {"login": {"id": 7}, "amount": "42", "either": "yes"} == sent(driver, box)


def test_oddities(form: Callable[[str], Driver], box: Sandbox) -> None:
    """What the form cannot know does no harm: no type, formulas, references, fields one cannot write."""
    driver = form("oddities")
    type_into(box_(driver, "No type"), "something")
    press(choice(driver, "Kind"), "b")
    unfold(driver)
    expect(driver.widget.get_by_text("as it is")).to_be_visible()
    expect(driver.widget).not_to_contain_text("$var")
    expect(box_(driver, "Fixed")).to_have_count(0)
    expect(box_(driver, "Once")).to_have_attribute("type", "password")
    type_into(box_(driver, "Once"), "w1")
    type_into(box_(driver, "b"), "free")
    type_into(box_(driver, "Table"), "tbl_1")
    received = sent(driver, box)
    assert {"untyped": "something", "kind": "b", "once": "w1", "follows": "free", "table": "tbl_1"} == {
        name: value for name, value in received.items() if name != "fixed"
    }


def paste_into(control: Locator, text: str) -> None:
    """Reach `control` and paste, as from another program."""
    keyboard = reach(control)
    control.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    keyboard.press("ControlOrMeta+V")


def test_pasted(form: Callable[[str], Driver], box: Sandbox) -> None:
    """Keys keep their lines, ends are trimmed, long numbers keep their digits, what nobody touched is sent as given."""
    driver = form("pasted")
    paste_into(box_(driver, "Ssh key"), KEY)
    expect(box_(driver, "Ssh key")).to_be_focused()
    paste_into(box_(driver, "API key"), "\u200b sk_live_x\u00a0")
    paste_into(box_(driver, "Subdomain"), "https://acme.example.com/")
    press(driver.button("Use “acme”"), "Enter")
    type_into(box_(driver, "Big"), "9007199254740993")
    type_into(driver.widget.get_by_label("At"), "07152024")
    driver.page.keyboard.press("ArrowRight")
    driver.page.keyboard.type("1234PM")
    type_into(choice(driver, "Month"), "month 7")
    paste_into(box_(driver, "Name 1"), "Ada\r\nBob\n")
    expect(box_(driver, "Name 2")).to_have_value("Bob")
    assert {
        "ssh_key": KEY,
        "api_key": "sk_live_x",
        "subdomain": "acme",
        "big": 9007199254740993,
        "account": 9007199254740993,
        "lowest": [-9007199254740995],
        "at": "2024-07-15T10:34:00Z",
        "month": 7,
        "names": ["Ada", "Bob"],
        "since": "2026-11-01T06:30:00+02:00",
    } == sent(driver, box)


def test_optional_groups(form: Callable[[str], Driver], box: Sandbox) -> None:
    """What is shown is sent: a group of defaults is, one that would be incomplete is behind a button until added."""
    driver = form("optional")
    expect(box_(driver, "Image")).to_have_value("x")
    expect(box_(driver, "Host")).to_have_count(0)
    press(driver.button("Add SSH tunnel"), "Enter")
    expect(box_(driver, "Host")).to_be_focused()
    driver.page.keyboard.type("bastion")
    press(driver.button("Add proxy"), "Enter")
    press(driver.button("Remove proxy"), "Enter")
    expect(driver.button("Add proxy")).to_be_focused()
    assert {
        "spec": {"image": "x", "tag": "latest"},
        "tunnel": {"host": "bastion", "port": 22},
    } == sent(driver, box)
