"""Planted secrets go through every flow in real JupyterLab; then they are looked for wherever they must not be."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from ic_widget.sandbox import Sandbox
from tests.browser.conftest import OpenNotebook
from tests.browser.driver import Driver, allow, deny
from tests.browser.explore_driver import ExploreDriver
from tests.browser.lab import Lab, free_port
from tests.browser.notebook import Notebook
from tests.browser.profile import profile
from tests.browser.witness import Witness
from tests.two_secrets import sandbox

KEY, WRONG, PASSWORD = "planted-key-5b1c", "wrong-planted-key-77ad", "planted-password-c04e"
PRESET, HANDED = "planted-preset-9e2b", "planted-handed-1d6f"
SECOND, EXPLORED = "planted-passphrase-8c3a", "planted-explored-47de"
TYPED = {
    "key": KEY,
    "refused key": WRONG,
    "passphrase": SECOND,
    "password": PASSWORD,
    "handed key": HANDED,
    "what is filled in to try it": EXPLORED,
}

# The secrets come by a file, so that the notebook's own source has none; everything is logged.
PRELUDE = """
import io, json, logging, os, pathlib, sys, traceback
import ipywidgets
from IPython.display import display
from ic_widget import *
given = json.loads(pathlib.Path("given.json").read_text())
def both(name):
    return {"apiKey": given[name], "passphrase": given["second"]}
engine = Engine(given["token"], api_uri=given["url"])
logged = io.StringIO()
logging.basicConfig(level=logging.DEBUG, stream=logged, force=True)
%xmode Verbose
widgets = []
def show(**keywords):
    widgets.append(ConnectWidget(**{"engine": engine, "integration": "two-secrets", **keywords}))
    return widgets[-1]
def fail(_):
    raise RuntimeError("the user's own")
def secrets():
    flows = [w._session.flow for w in widgets]
    return [flow.attempt.nonce for flow in flows]
def seen():
    found = [repr(w) + str(w) for w in widgets] + [logged.getvalue()]
    for w in widgets:
        found.append(str({name: getattr(w, name) for name in w.traits() if name not in ("_esm", "_css", "comm")}))
        found.append(str(w._repr_mimebundle_()))
        flow = w._session.flow
        found += [repr(thing) for thing in (flow, flow.attempt, flow.request, flow.receiver, flow.connection)]
        if w.explorer is not None:
            found += [repr(w.explorer), repr(w.explorer.response), str(w.explorer.get_state("_uid"))]
            try:
                raise w.explorer.error or ConnectError("none")
            except ConnectError:
                found.append(traceback.format_exc())
        try:
            w.wait(0.01)
        except ConnectError:
            found.append(traceback.format_exc())
    state = ipywidgets.Widget.get_manager_state(drop_defaults=False)
    for model in state["state"].values():
        found.append(json.dumps({**model["state"], "_esm": "", "_css": ""}))
    return found
"""


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """A sandbox with an app that asks for two secrets."""
    with sandbox() as box:
        yield box


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser profile for all tests of this file."""
    with profile(browser) as context:
        yield context


@pytest.fixture(scope="module")
def attentive(context: BrowserContext) -> Witness:
    """Sees everything from the first page on."""
    return Witness(context)


@pytest.fixture(scope="module")
def desk(attentive: Witness) -> Page:
    """The tab of all notebooks of this file."""
    return attentive.context.new_page()


@pytest.fixture
def witness(attentive: Witness) -> Witness:
    """Knows nothing of earlier tests."""
    attentive.forget()
    return attentive


@pytest.fixture
def token(box: Sandbox, tenant: str) -> str:
    """The token that the kernel is given."""
    return box.token(tenant)


@pytest.fixture
def given(lab: Lab, box: Sandbox, token: str) -> Iterator[None]:
    """The file by which the kernel gets its secrets."""
    path = lab.folder / "given.json"
    path.write_text(
        json.dumps({"token": token, "url": box.url, "preset": PRESET, "handed": HANDED, "second": SECOND})
    )
    yield
    path.unlink()


@pytest.fixture
def planted(
    witness: Witness, given: None, open_notebook: OpenNotebook, lab: Lab, box: Sandbox, token: str
) -> Iterator[Callable[..., Notebook]]:
    """`planted(cells)` opens a notebook; after the test nothing planted may be anywhere it must not be."""
    opened: list[tuple[Notebook, int]] = []

    def open_it(*cells: str) -> Notebook:
        notebook = open_notebook([PRELUDE, *cells])
        notebook.run(0)
        opened.append((notebook, len(cells)))
        return notebook

    yield open_it
    [(notebook, cells)] = opened
    for page in witness.context.pages:
        # The provider's own page keeps what is typed there; a page of success closes itself at any moment.
        if not page.url.startswith(box.url):
            with contextlib.suppress(Error):
                witness.look(page)
    # Before the kernel is asked, because what it answers goes over the same wire.
    wire = [seen for seen in witness.sightings if seen.place.startswith("comm")]
    for text in notebook.value("seen()"):
        witness.note("kernel", text)
    nonces = notebook.value("secrets()")
    witness.note("saved notebook", notebook.save())
    witness.note("exported page", exported(notebook))
    witness.note("output", "".join(notebook.output(index) for index in range(1, cells + 1)))
    witness.note("log of JupyterLab and its kernels", lab.log.read_text(errors="replace"))
    codes = {
        code
        for seen in witness.sightings
        if seen.place == "request" and "/oauth-callback" in seen.text
        for code in parse_qs(urlsplit(seen.text).query).get("code", [])
    }

    for name, value in TYPED.items():
        assert [] == [f"{name} in {seen.place}" for seen in witness.of(value)]
        assert witness.posted(value) <= {f"{box.url}/connection-popup", *_sign_in(witness, box)}, name
    # The one message that carries the token, and what Python itself wants in the form.
    for name, value in {"token": token, "preset": PRESET}.items():
        carriers = [
            seen
            for seen in witness.of(value)
            if not (seen.place == "comm to page" and '"ticket"' in seen.text)
        ]
        assert [] == [f"{name} in {seen.place}" for seen in carriers]
        assert witness.posted(value) <= {f"{box.url}/connection-popup"}, name
    # A code belongs to the engine: the browser carries it there in an address, and it goes nowhere else.
    for code in codes:
        elsewhere = [
            seen
            for seen in witness.of(code)
            if not (seen.place == "request" and seen.text.startswith(box.url))
        ]
        assert [] == [f"code in {seen.place}" for seen in elsewhere]
    for nonce in nonces:
        kept = ("kernel", "saved notebook", "exported page", "output", "storage", "console")
        assert [] == [f"nonce in {seen.place}" for seen in witness.of(nonce) if seen.place in kept]
    assert bool(nonces) == any(token in seen.text for seen in wire)


def _sign_in(witness: Witness, box: Sandbox) -> set[str]:
    """The provider's own page, which asks for the password."""
    return {address for address in witness.posted(PASSWORD) if address.startswith(f"{box.url}/provider/")}


def exported(notebook: Notebook) -> str:
    """The saved notebook as a page, as File > Save and Export makes it."""
    page, _ = HTMLExporter().from_filename(str(notebook.path))
    return str(page)


def sign_in(tab: Page) -> None:
    """Sign in with the planted password."""
    tab.get_by_label("Password").fill(PASSWORD)


def test_success_and_a_failing_function(planted: Callable[..., Notebook]) -> None:
    """OAuth 2 that works, and a function of the user's that fails."""
    notebook = planted("w = show(integration='github')\nw.on_connect(fail)\nw", "print(w.wait())")
    notebook.run(1)
    widget = Driver(notebook.cell(1))
    tab = widget.connect()
    sign_in(tab)
    allow(tab)
    widget.shows("GitHub is connected")

    assert "github" in notebook.run(2)


def test_denied(planted: Callable[..., Notebook]) -> None:
    """A consent that is denied, and the traceback of waiting for it."""
    notebook = planted("w = show(integration='github')\nw", "w.wait()")
    notebook.run(1)
    widget = Driver(notebook.cell(1))
    tab = widget.connect()
    sign_in(tab)
    deny(tab)
    widget.button("Try again").wait_for()

    assert "ConnectionRejected" in notebook.run(2)


def test_refused_then_accepted(planted: Callable[..., Notebook]) -> None:
    """A key that is refused, the traceback, then one that is accepted; what was typed is gone from the page."""
    notebook = planted("w = show()\nw", "w.wait()")
    notebook.run(1)
    widget = Driver(notebook.cell(1))
    widget.fill(Secret_key=WRONG, Passphrase=SECOND)
    widget.connect()
    widget.button("Try again").wait_for()
    assert "ConnectionRejected" in notebook.run(2)

    widget.retry()
    widget.fill(Secret_key=KEY, Passphrase=SECOND)
    widget.connect()
    widget.shows("Two Secrets is connected")
    notebook.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")


def test_cancelled_and_timed_out(planted: Callable[..., Notebook]) -> None:
    """Sign-ins that are cancelled, and that nobody finishes."""
    notebook = planted(
        "w = show(integration='github')\nw",
        "w.wait()",
        "v = show(integration='github', timeout=2)\nv",
        "v.wait()",
    )
    notebook.run(1)
    widget = Driver(notebook.cell(1))
    tab = widget.connect()
    sign_in(tab)
    widget.button("Cancel").click()
    expect(widget.button("Cancel")).to_have_count(0)
    assert "ConnectCancelled" in notebook.run(2)

    notebook.run(3)
    widget = Driver(notebook.cell(3))
    sign_in(widget.connect())
    assert "ConnectTimeout" in notebook.run(4)


def test_engine_down(planted: Callable[..., Notebook]) -> None:
    """An engine that cannot be reached, with a token and with values from Python."""
    dead = f"Engine(given['token'], api_uri='http://127.0.0.1:{free_port()}')"
    notebook = planted(
        f"w = show(engine={dead}, parameters={{'apiKey': given['preset']}})\nw",
        "w.wait()",
        f"ConnectFlow({dead}, integration='two-secrets', parameters=both('preset')).start()",
    )
    notebook.run(1)
    Driver(notebook.cell(1)).shows("Could not connect")

    assert "EngineError" in notebook.run(2)
    assert "EngineError" in notebook.run(3)


def test_values_from_python(planted: Callable[..., Notebook]) -> None:
    """A secret that Python gives is in the form, and reaches the engine as a typed one does."""
    notebook = planted("w = show(parameters={'apiKey': given['preset']})\nw", "w.wait()")
    notebook.run(1)
    widget = Driver(notebook.cell(1))
    widget.fill(Passphrase=SECOND)
    widget.connect()
    widget.shows("Two Secrets is connected")

    assert "two-secrets" in notebook.run(2)


def test_trying_it_out(planted: Callable[..., Notebook]) -> None:
    """Secrets in a header, a form and a body of JSON, sent to the app, and the form filled again from the history."""
    notebook = planted("w = show()\nw", "w.explorer.response")
    notebook.run(1)
    widget = Driver(notebook.cell(1))
    widget.fill(Secret_key=KEY, Passphrase=SECOND)
    widget.connect()
    widget.shows("Two Secrets is connected")
    widget.button("Try it").click()
    x = ExploreDriver(notebook.cell(1))
    x.field("Method").select_option("POST")
    x.field("Path").fill("/nothing-here")
    x.add("Headers", "X-Api-Key", EXPLORED)
    x.body("JSON", json.dumps({"password": EXPLORED}))
    x.run()
    x.ends("Failed: 404")
    x.widget.get_by_text("History (1)").click()
    x.widget.get_by_role("button", name="POST /nothing-here").click()
    x.shows("Secrets are not kept")
    assert 'getpass("password")' in x.widget.locator("pre").inner_text()
    notebook.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")

    assert "404" in notebook.run(2)


def test_hand_off_page(planted: Callable[..., Notebook], witness: Witness, box: Sandbox, lab: Lab) -> None:
    """The hand-off page posts what Python gave, works once, and leaves nothing in any address."""
    notebook = planted(
        "flow = ConnectFlow(engine, integration='two-secrets', parameters=both('handed')).start()\n"
        "pathlib.Path('url').write_text(flow.url); None",
        "flow.wait()",
        "flow.url",
    )
    notebook.run(1)
    url = (lab.folder / "url").read_text()
    tab = witness.context.new_page()
    tab.goto(url)
    expect(tab.get_by_role("heading")).to_have_text("Connected")
    assert "?" not in tab.url
    assert "two-secrets" in notebook.run(2)
    assert {"apiKey": HANDED, "passphrase": SECOND} == box.received[-1]["connectionParameters"]
    tab = witness.context.new_page()
    tab.goto(url)
    expect(tab.get_by_role("heading")).to_have_text(re.compile("Link already used|Not found"))
    assert "ended" in notebook.run(3)


def test_the_witness_sees(witness: Witness, page: Page) -> None:
    """The search itself finds a planted value wherever it looks."""
    page.goto("data:text/html,<title>planted-x</title>")
    page.evaluate("() => console.log('planted-x')")
    page.route(
        "http://witness.localhost/**",
        lambda route: route.fulfill(body="<input>planted-x", content_type="text/html"),
    )
    page.goto("http://witness.localhost/")
    page.evaluate("() => { localStorage.x = document.querySelector('input').value = 'planted-x' }")
    page.evaluate("() => fetch('?planted-x')")
    witness.look(page)

    seen = {seen.place for seen in witness.of("planted-x")}
    assert {"address", "console", "document", "fields", "request", "storage"} == seen
