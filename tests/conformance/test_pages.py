"""The sandbox's own pages: marked, accessible, usable by keyboard, in light and dark."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from ic_widget.sandbox import Sandbox
from tests.browser.profile import profile


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab in each colour scheme, as narrow as a phone."""
    scheme: Literal["light", "dark"] = request.param
    with profile(browser, color_scheme=scheme, viewport={"width": 320, "height": 640}) as context:
        yield context.new_page()


def popup(box: Sandbox, integration: str, **payload: Any) -> str:
    """The address that opens a connection without a redirect."""
    given = {"token": box.token(), "integrationKey": integration, **payload}
    query = {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
    return f"{box.url}/connect?{urlencode(query)}"


def check(page: Page) -> None:
    """No accessibility violation, the mark in sight, nothing wider than the window."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    expect(page.get_by_role("banner")).to_contain_text("Sandbox")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_sign_in_by_keyboard(page: Page, box: Sandbox) -> None:
    """Sign in, be refused, sign in again, allow: by keyboard alone, every page accessible."""
    page.goto(popup(box, "zendesk", input={"subdomain": "acme"}))
    check(page)
    page.get_by_label("Password").focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_label("Password")).to_have_accessible_description(
        "The e-mail address or the password is wrong. Try again."
    )
    assert page.title().startswith("Error: ")
    check(page)
    page.get_by_label("Email").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading")).to_have_text("Allow access to Zendesk?")
    check(page)
    page.get_by_role("button", name="Allow").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading")).to_have_text("Zendesk is connected")
    check(page)


def test_failure_error_and_start_page(page: Page, box: Sandbox) -> None:
    """The page of a failure, the page of a request that makes no sense, and the start page."""
    page.goto(popup(box, "stripe", input={"apiKey": "wrong"}))
    expect(page.get_by_role("alert")).to_contain_text("the credentials are not valid")
    check(page)
    page.goto(f"{box.url}/connect?token=x")
    expect(page.get_by_role("alert")).to_contain_text("not a valid token")
    check(page)
    page.goto(box.url)
    check(page)


def test_redirected_twice(page: Page, box: Sandbox) -> None:
    """The fault "redirect-twice" really calls the address twice."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url) if "/back?" in request.url else None)
    box.faults.set("redirect-twice")
    page.goto(popup(box, "hacker-news", redirectUri=f"{box.url}/back"))
    page.wait_for_url("**/back?connectionId=*")
    assert len(seen) == 2
    assert seen[0] == seen[1]
