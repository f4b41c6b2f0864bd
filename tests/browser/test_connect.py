"""Connecting, from the first click to the trait, in real JupyterLab."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from ic_widget.sandbox import Sandbox
from tests.browser.conftest import OpenNotebook
from tests.browser.driver import Driver, allow, deny, setup


def test_oauth2(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """Choosing an app, signing in and allowing access puts the connection's id into the kernel."""
    notebook = next_notebook([setup(box, tenant) + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.choose("GitHub")
    tab = widget.connect()
    allow(tab)
    widget.shows("GitHub is connected")
    assert ["connected", None] == notebook.value("[w.status, w.error]")
    (connection,) = box.engine(tenant).connections()
    assert [connection.id, "github"] == notebook.value("[w.connection_id, w.connection.integration_key]")
    expect(widget.widget).to_contain_text(connection.id)


def test_success_page_tidies_up(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """The page that took the answer closes itself."""
    notebook = next_notebook([setup(box, tenant, "integration='github'") + "w"])
    notebook.run(0)
    tab = Driver(notebook.cell(0)).connect()
    with tab.expect_event("close"):
        allow(tab)


def test_consent_denied_then_allowed(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """A denied consent is an error in the widget, the tab and the kernel, and the next try works."""
    notebook = next_notebook([setup(box, tenant, "integration='github'") + "w", "w.wait()"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    tab = widget.connect()
    deny(tab)
    expect(tab.get_by_role("heading")).to_have_text("Not connected")
    assert "connectionId" not in tab.url
    assert "?" not in tab.url
    status, error = notebook.value("[w.status, w.error]")
    assert "failed" == status
    widget.shows(error)
    assert error in notebook.run(1)
    allow(widget.connect())
    widget.shows("GitHub is connected")
    assert ["connected", None] == notebook.value("[w.status, w.error]")


def test_client_credentials(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """A typed key reaches the engine, and nothing but the engine."""
    notebook = next_notebook([setup(box, tenant) + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.choose("Stripe")
    widget.fill(Secret_key="sk_test_planted")
    widget.connect()
    widget.shows("Stripe is connected")
    assert {"apiKey": "sk_test_planted"} == box.received[-1]["connectionParameters"]
    assert notebook.value("w.connection_id") == box.engine(tenant).connections()[0].id
    assert "sk_test_planted" not in notebook.save()


def test_refused_key_then_another(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """A refused key shows why, closes its tab, and is what the focus is on: another one can be typed at once."""
    notebook = next_notebook([setup(box, tenant, "integration='stripe'") + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.fill(Secret_key="wrong-key")
    tab = widget.connect()
    if not tab.is_closed():
        tab.wait_for_event("close")
    widget.button("Try again").wait_for()
    status, error, data = notebook.value("[w.status, w.error, w.error_data]")
    assert ["failed", "connection"] == [status, data["type"]]
    assert "causedByError" in data
    widget.shows(error)
    key = widget.widget.get_by_role("textbox", name="Secret key")
    expect(key).to_be_focused()
    expect(key).to_have_accessible_description(
        re.compile(r"The app did not accept what was sent\. Enter this again\.$")
    )
    expect(key).to_have_attribute("aria-invalid", "true")
    widget.shows("Check this field: Secret key.")
    widget.fill(Secret_key="sk_right")
    expect(key).not_to_have_attribute("aria-invalid", "true")
    widget.connect()
    widget.shows("Stripe is connected")
    assert "connected" == notebook.value("w.status")


def test_nothing_to_ask(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """An app that asks nothing needs one click."""
    notebook = next_notebook([setup(box, tenant, "integration='hacker-news'") + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.connect()
    widget.shows("Hacker News is connected")


def test_shown_twice(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """One widget in two cells is one attempt in two views."""
    notebook = next_notebook([setup(box, tenant, "integration='github'") + "w", "w"])
    notebook.run(0)
    notebook.run(1)
    first, second = Driver(notebook.cell(0)), Driver(notebook.cell(1))
    tab = second.connect()
    first.shows("Finish connecting GitHub")
    allow(tab)
    first.shows("GitHub is connected")
    second.shows("GitHub is connected")
    assert 1 == len(box.engine(tenant).connections())


def test_connect_endpoint(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """The engine's current /connect, which calls the typed values input, is a setting of Engine."""
    cell = setup(box, tenant, "integration='stripe'").replace(
        "api_uri=", "connect_endpoint='/connect', api_uri="
    )
    notebook = next_notebook([cell + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.fill(Secret_key="sk_current")
    widget.connect()
    widget.shows("Stripe is connected")
    assert {"apiKey": "sk_current"} == box.received[-1]["input"]
