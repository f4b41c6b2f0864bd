"""What goes wrong before a tab opens: a sentence in the widget, the same as an exception, and a next try that works."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ic_widget.sandbox import Sandbox
from tests.browser.conftest import OpenNotebook
from tests.browser.driver import Driver, allow, setup


@pytest.mark.parametrize(
    ("integration", "error"),
    [("no-such-app", 'There is no integration "no-such-app"'), ("workday", "no way to sign in")],
)
def test_integration_cannot_be_connected(
    next_notebook: OpenNotebook, box: Sandbox, tenant: str, integration: str, error: str
) -> None:
    """An unknown integration, or one without auth options, is said in the widget and raised by wait()."""
    notebook = next_notebook([setup(box, tenant, f"integration={integration!r}") + "w", "w.wait()"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.shows(error)
    assert "failed" == notebook.value("w.status")
    assert error in notebook.value("w.error")
    assert error in notebook.run(1)


def test_missing_required_field(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """Connecting without a required value names the field and opens nothing."""
    notebook = next_notebook([setup(box, tenant, "integration='stripe'") + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.submit()
    expect(widget.widget.get_by_role("textbox", name="Secret key")).to_be_focused()
    expect(widget.widget.get_by_role("textbox", name="Secret key")).to_have_attribute("aria-invalid", "true")
    assert 1 == len(notebook.page.context.pages)
    assert "idle" == notebook.value("w.status")
    widget.fill(Secret_key="sk_1")
    widget.connect()
    widget.shows("Stripe is connected")


def test_no_token(next_notebook: OpenNotebook) -> None:
    """Without a token and without an environment the cell says which four ways there are."""
    notebook = next_notebook(["from ic_widget import ConnectWidget\nConnectWidget()"])
    output = notebook.run(0)
    assert "ConfigurationError" in output
    assert "one of four ways" in output


def test_unknown_keyword(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """A mistyped keyword is a TypeError that names the nearest real one."""
    notebook = next_notebook([setup(box, tenant, "integraton='github'")])
    assert (
        "TypeError: ConnectWidget() has no keyword integraton=. Did you mean integration=?" in notebook.run(0)
    )


FETCHING = """
from ic_widget import Engine, ConnectWidget
tokens = [{token!r}]
w = ConnectWidget(Engine(lambda: tokens[-1], api_uri={url!r}), integration={integration!r})
w
"""


def test_expired_token(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """An expired token is said as such, and after a new one is there the widget's own button goes on."""
    expired = box.token(tenant, expires_in=-60)
    notebook = next_notebook(
        [FETCHING.format(token=expired, url=box.url, integration="hacker-news"), "w.wait()"]
    )
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.shows("gave a token that expired at")
    assert "gave a token that expired at" in notebook.run(1)
    notebook.execute(f"tokens.append({box.token(tenant)!r})")
    widget.retry()
    widget.connect()
    widget.shows("Hacker News is connected")


@pytest.mark.parametrize("integration", ["github", None])
def test_engine_unreachable(next_notebook: OpenNotebook, tenant: str, integration: str | None) -> None:
    """An engine that cannot be reached is said in both places; once it is back, trying again works."""
    with Sandbox() as gone:
        cell = FETCHING.format(token=gone.token(tenant), url=gone.url, integration=integration)
        port = int(gone.url.rpartition(":")[2])
    notebook = next_notebook([cell, "w.wait()"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.shows("Could not connect to 127.0.0.1", timeout=40_000)
    assert "Could not connect to 127.0.0.1" in notebook.run(1)
    with Sandbox(port=port) as back:
        notebook.execute(f"tokens.append({back.token(tenant)!r})")
        widget.retry()
        if integration is None:
            widget.choose("GitHub")
        allow(widget.connect())
        widget.shows("GitHub is connected")
        assert "connected" == notebook.value("w.status")
