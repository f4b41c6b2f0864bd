"""The form as a whole: when it says what is wrong, what it does with secrets, and what it leaves alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from ic_widget.sandbox import Sandbox
from tests.browser.apps import app, fields
from tests.browser.driver import Driver, setup
from tests.browser.keyboard import reach, type_into
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.profile import profile

SIGNUP = fields(
    "email", "port", "password", "privateKey",
    zone={"type": "string", "title": "Zone"},
    email={"type": "string", "format": "email"},
    port={"type": "integer", "minimum": 1},
    password={"type": "string"},
    note={"type": "string"},
    privateKey={"type": "string", "title": "Private key"},
)  # fmt: skip
HELP = """Ask **your** admin, see [the manual](https://docs.example/x) or [this](javascript:alert(1)).

<img src=x onerror="window.hacked = 1"><b>raw</b>"""
WAYS = {
    "key": "ways",
    "name": "Ways",
    "authOptions": [
        {
            "key": "one", "type": "client-credentials", "title": "First way",
            "inputSchema": fields("a", a={"type": "string"}), "ui": {"helpUri": "javascript:alert(2)"},
        },
        {
            "key": "two", "type": "client-credentials", "title": "Second way", "description": HELP,
            "inputSchema": fields("b", b={"type": "string", "description": HELP}),
            "ui": {"helpUri": "https://help.example/two"},
        },
    ],
}  # fmt: skip
PRESETS = {
    "email": "ada@example.com",
    "port": 99,
    "password": "preset-pass",
    "note": "preset-note",
    "privateKey": "pk",
}
CELLS = {
    "plain": "integration='signup'",
    "secrets": "integration='signup'",
    "presets": f"integration='signup', parameters={PRESETS}, sensitive={{'note': True, 'password': False}}",
    "ways": "integration='ways'",
    "several": "integration='ways', allow_multiple=True",
    "all": "",
}
Show = Callable[[str], Driver]


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """A sandbox with the two apps above."""
    with Sandbox([app("signup", SIGNUP), WAYS]) as box:
        yield box


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser profile for all tests of this file."""
    with profile(browser) as context:
        yield context


@pytest.fixture(scope="module")
def notebook(lab: Lab, box: Sandbox, context: BrowserContext) -> Iterator[Notebook]:
    """One notebook with a cell for each entry of `CELLS`."""
    cells = [setup(box, "form", keywords) + "w" for keywords in CELLS.values()]
    notebook = Notebook(lab, context.new_page(), [*cells, "w"])
    yield notebook
    notebook.close()


@pytest.fixture(scope="module")
def show(notebook: Notebook) -> Show:
    """`show("plain")` runs that cell of `CELLS` and is its widget."""

    def run(name: str) -> Driver:
        index = list(CELLS).index(name)
        notebook.run(index)
        driver = Driver(notebook.cell(index))
        driver.widget.get_by_role("textbox").or_(driver.widget.get_by_role("combobox")).first.wait_for()
        return driver

    return run


def field(driver: Driver, label: str) -> Locator:
    """A text field, secret or not, by its label."""
    return driver.widget.get_by_label(re.compile(rf"^{label}( \(optional\))?$"))


def html(driver: Driver) -> str:
    """Everything in the page's document."""
    return driver.page.content()


def test_validation(show: Show, box: Sandbox) -> None:
    """A field is judged once it was left, everything on submit, and then the first wrong field has the focus."""
    driver = show("plain")
    email, problem = field(driver, "Email"), driver.widget.get_by_text("Enter an email address, such as")
    type_into(email, "ada")
    expect(email).not_to_have_attribute("aria-invalid", "true")
    reach(field(driver, "Port"))
    expect(problem).to_be_visible()
    expect(email).to_have_accessible_description(re.compile("Enter an email address"))
    email.fill("ada@x.y")
    expect(problem).to_have_count(0)
    driver.submit()
    expect(field(driver, "Port")).to_be_focused()
    driver.shows("Check these fields: Port, Password, Private key.")
    expect(driver.widget.get_by_text("Fill this in.")).to_have_count(3)
    expect(field(driver, "Zone")).not_to_have_attribute("aria-invalid", "true")
    driver.page.keyboard.type("1.5")
    driver.shows("Enter a whole number.")
    field(driver, "Port").fill("0")
    driver.shows("Enter a number of at least 1.")
    field(driver, "Port").fill("1")
    driver.shows("Check these fields: Password, Private key.")
    assert 1 == len(driver.page.context.pages)
    assert [] == box.received


def test_secrets(show: Show, notebook: Notebook, box: Sandbox) -> None:
    """Typed secrets are in no attribute and no text, dots while masked in several lines, and gone after the post."""
    driver = show("secrets")
    driver.fill(Email="ada@x.y", Port="1")
    password, key = field(driver, "Password"), field(driver, "Private key")
    password.fill("wrong-planted-1")
    key.fill("planted\nline-3")
    key.press("Backspace")
    key.press("2")
    expect(password).to_have_attribute("type", "password")
    expect(key).to_have_value("•••••••\n••••••")
    assert "line-2" not in driver.widget.aria_snapshot()
    for secret in password, key:
        expect(secret).to_have_attribute("autocomplete", "new-password")
    driver.button("Show Password").click()
    driver.button("Show Private key").click()
    expect(password).to_have_attribute("type", "text")
    expect(key).to_have_value("planted\nline-2")
    assert "planted" not in html(driver)
    driver.button("Hide Password").click()
    expect(password).to_have_attribute("type", "password")
    driver.connect()
    driver.shows("Signup was not connected")
    assert {
        "email": "ada@x.y",
        "port": 1,
        "password": "wrong-planted-1",
        "privateKey": "planted\nline-2",
    } == (box.received[-1]["connectionParameters"])
    expect(field(driver, "Email")).to_have_value("ada@x.y")
    for secret in password, key:
        expect(secret).to_have_value("")
    assert "planted" not in html(driver)
    assert "planted" not in notebook.save()


def test_presets(show: Show, box: Sandbox) -> None:
    """What Python presets is filled in and editable, also secrets; `sensitive` decides what is one."""
    driver = show("presets")
    expect(field(driver, "Email")).to_have_value("ada@example.com")
    expect(field(driver, "Note")).to_have_attribute("type", "password")
    expect(field(driver, "Note")).to_have_value("preset-note")
    expect(field(driver, "Password")).to_have_attribute("type", "text")
    for preset in "preset-note", "preset-pass":
        assert preset not in driver.widget.evaluate("(widget) => widget.outerHTML")
    field(driver, "Port").fill("100")
    field(driver, "Note").fill("typed-note")
    driver.widget.get_by_text("Optional settings").click()
    field(driver, "Connection name").fill("Ours")
    driver.connect()
    driver.shows("Signup is connected")
    received = box.received[-1]
    assert "Ours" == received["name"]
    assert {
        "email": "ada@example.com",
        "port": 100,
        "password": "preset-pass",
        "note": "typed-note",
        "privateKey": "pk",
    } == received["connectionParameters"]


def test_ways_to_sign_in(show: Show, box: Sandbox) -> None:
    """Several auth options are a choice that says what each asks; help is a safe link and never HTML."""
    driver = show("ways")
    first = driver.widget.get_by_role("radio", name=re.compile("First way"))
    expect(first).to_be_checked()
    expect(driver.widget.get_by_role("link")).to_have_count(0)
    reach(first).press("ArrowDown")
    second = driver.widget.get_by_role("radio", name=re.compile("Second way"))
    expect(second).to_be_checked()
    expect(second).to_have_accessible_description(re.compile("Asks for: B"))
    expect(field(driver, "A")).to_have_count(0)
    links = driver.widget.get_by_role("link")
    manual = "https://docs.example/x"
    assert sorted([manual, manual, "https://help.example/two"]) == sorted(
        str(link.get_attribute("href")) for link in links.all()
    )
    for link in links.all():
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", re.compile("noopener"))
    expect(driver.widget.locator("img:not(.icw-logo *), b, script")).to_have_count(0)
    driver.shows('<img src=x onerror="window.hacked = 1"><b>raw</b>')
    driver.fill(B="2")
    expect(driver.widget.get_by_text("This replaces")).to_have_count(0)
    driver.connect()
    driver.shows("Ways is connected")
    assert ["two", {"b": "2"}] == [box.received[-1][k] for k in ("authOptionKey", "connectionParameters")]
    driver.button("Connect again").click()
    driver.shows("This replaces your connection “Ways”")
    several = show("several")
    field(several, "A").wait_for()
    expect(several.widget.get_by_text("This replaces")).to_have_count(0)


READ = (
    """() => [...document.querySelectorAll('.icw-form')].map((form) => new FormData(form).get('payload'))"""
)


def test_a_script_that_reads_the_form(show: Show, box: Sandbox) -> None:
    """Password managers and session recorders get nothing from the form, and their reading is no launch."""
    driver = show("secrets")
    driver.fill(Email="ada@x.y", Port="1", Password="planted-2", Private_key="planted-3")
    received = len(box.received)
    assert {None} == set(driver.page.evaluate(READ))
    expect(field(driver, "Password")).to_have_value("planted-2")
    driver.connect()
    driver.shows("Signup is connected")
    assert received + 1 == len(box.received)
    assert "planted-2" == box.received[-1]["connectionParameters"]["password"]


def test_order(show: Show) -> None:
    """Fields come in the order of the schema's properties."""
    driver = show("plain")
    field(driver, "Private key").wait_for()
    labels = driver.widget.locator("label").all_inner_texts()
    shown = [re.sub(r" (\*|\(optional\))$", "", label) for label in labels if label]
    assert ["Zone", "Email", "Port", "Password", "Note", "Private key"] == shown[:6]


NOTEBOOK = """() => {
  const {content} = jupyterapp.shell.currentWidget;
  return [content.mode, content.activeCellIndex, content.model.sharedModel.cells.map((cell) => cell.source)];
}"""


def test_keys_stay_in_the_widget(show: Show, notebook: Notebook) -> None:
    """No key typed into the widget is a command to the notebook."""
    show("plain")
    driver = show("all")
    search = driver.widget.get_by_role("combobox")
    search.click()
    before = notebook.page.evaluate(NOTEBOOK)
    for key in [*"abcdxyzmr1hjkdd00ii", "ArrowDown", "ArrowUp", "Escape", "Home"]:
        search.press(key)
    search.fill("Signup")
    search.press("Enter")
    for control in field(driver, "Email"), driver.button("Show Password"), driver.button("Change app"):
        control.focus()
        for key in [*"abdd00ym", "ArrowDown", "ArrowUp", "Escape"]:
            control.press(key)
    expect(field(driver, "Email")).to_have_value("abdd00ym")
    assert before == notebook.page.evaluate(NOTEBOOK)
    assert "idle" == notebook.kernel_status


def test_ids(show: Show, notebook: Notebook) -> None:
    """Widgets on one page, also two views of one, share no ids."""
    for name in CELLS:
        show(name)
    notebook.run(len(CELLS))
    notebook.cell(len(CELLS)).get_by_role("combobox").wait_for()
    ids = notebook.page.evaluate("() => [...document.querySelectorAll('.icw [id]')].map((each) => each.id)")
    assert len(ids) > 20
    assert len(ids) == len(set(ids))
