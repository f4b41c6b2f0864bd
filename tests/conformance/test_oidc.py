"""The sandbox as an OAuth 2 client of a certified authorization server, by a browser on its own pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from ic_widget.sandbox import Sandbox

from .clients import Customer, SdkError, Site
from .oidc import certified


@pytest.fixture(scope="module")
def box(packages: Path) -> Iterator[Sandbox]:
    """A sandbox whose one app signs in at oidc-provider."""
    with certified() as box:
        yield box


def open_popup(page: Page, site: Site, box: Sandbox, **payload: Any) -> None:
    """Posts the payload as the widget's form does, in this tab."""
    given = {
        "token": box.token(),
        "integrationKey": "certified",
        "redirectUri": f"{site.url}/back",
        **payload,
    }
    page.goto(f"{site.url}/site.html")
    page.evaluate(
        """([action, payload]) => {
            const form = document.createElement("form");
            form.method = "POST";
            form.action = action;
            form.append(Object.assign(document.createElement("input"), { name: "payload", value: payload }));
            document.body.append(form);
            form.submit();
        }""",
        [f"{box.url}/connect", json.dumps(given)],
    )


def log_in(page: Page) -> None:
    """oidc-provider's own login page."""
    page.get_by_placeholder("Enter any login").fill("ada")
    page.get_by_placeholder("and password").fill("x")
    page.get_by_role("button", name="Sign-in").click()


def allow(page: Page) -> None:
    """Its own consent page."""
    page.get_by_role("button", name="Continue").click()


def result(page: Page, site: Site) -> dict[str, str]:
    """The parameters the engine sent back."""
    page.wait_for_url(f"{site.url}/back?*")
    return {name: values[-1] for name, values in parse_qs(urlsplit(page.url).query).items()}


def connected(page: Page, site: Site, box: Sandbox, **payload: Any) -> str:
    """The id of a new connection."""
    open_popup(page, site, box, **payload)
    log_in(page)
    allow(page)
    return result(page, site)["connectionId"]


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab."""
    return context.new_page()


def test_login_and_consent(page: Page, site: Site, box: Sandbox, context: BrowserContext) -> None:
    """The connection calls the provider's API as the user who signed in, and its token can be renewed."""
    made = connected(page, site, box)
    call = context.request
    headers = {"Authorization": f"Bearer {box.token()}"}
    assert call.get(f"{box.url}/connections/{made}/proxy/me", headers=headers).json() == {"sub": "ada"}
    renewed = call.post(f"{box.url}/connections/{made}/refresh-credentials", headers=headers)
    assert renewed.json()["connected"] is True
    assert call.post(f"{box.url}/connections/{made}/test", headers=headers).json() == {"success": True}


def test_denied(page: Page, site: Site, box: Sandbox) -> None:
    """Cancelling at the provider comes back as access_denied."""
    open_popup(page, site, box)
    page.get_by_role("link", name="Cancel").click()
    assert json.loads(result(page, site)["errorData"])["key"] == "access_denied"


def test_wrong_state(page: Page, site: Site, box: Sandbox, context: BrowserContext) -> None:
    """A state that was changed on the way is an error page, and makes no connection."""
    tenant = "wrong-state"

    def change_state(route: Route) -> None:
        location = route.fetch(max_redirects=0).headers["location"]
        route.fulfill(status=303, headers={"Location": location.replace("state=", "state=x")})

    context.route("**/connect", change_state)
    open_popup(page, site, box, token=box.token(tenant))
    log_in(page)
    allow(page)
    expect(page.get_by_role("alert")).to_contain_text("unknown, finished or too old")
    headers = {"Authorization": f"Bearer {box.token(tenant)}"}
    assert context.request.get(f"{box.url}/connections", headers=headers).json()["items"] == []


def test_disconnect_revokes(page: Page, site: Site, box: Sandbox, context: BrowserContext) -> None:
    """Disconnecting kills the refresh token at the provider, and reconnecting repairs the connection."""
    made = connected(page, site, box)
    headers = {"Authorization": f"Bearer {box.token()}"}
    answer = context.request.post(f"{box.url}/connections/{made}/disconnect", headers=headers)
    assert answer.json()["disconnected"] is True
    open_popup(page, site, box, connectionId=made)
    # The provider remembers the login and asks for consent alone, since the grant was revoked.
    allow(page)
    assert result(page, site)["connectionId"] == made
    assert context.request.get(f"{box.url}/connections/{made}/proxy/me", headers=headers).json() == {
        "sub": "ada"
    }


def test_code_is_good_once(page: Page, site: Site, box: Sandbox, context: BrowserContext) -> None:
    """The callback called again is refused, and the connection stays."""
    seen: list[str] = []
    page.on(
        "request", lambda request: seen.append(request.url) if "/oauth-callback?" in request.url else None
    )
    made = connected(page, site, box)
    page.goto(seen[0])
    expect(page.get_by_role("alert")).to_contain_text("unknown, finished or too old")
    headers = {"Authorization": f"Bearer {box.token()}"}
    assert context.request.get(f"{box.url}/connections/{made}", headers=headers).json()["connected"] is True


def test_expired_code(page: Page, site: Site, packages: Path) -> None:
    """A code that is too old when it arrives ends the attempt with the provider's error."""
    with certified(late=3600) as box:
        open_popup(page, site, box)
        log_in(page)
        allow(page)
        error = json.loads(result(page, site)["errorData"])
        assert (error["type"], error["key"]) == ("connection", "invalid_grant")


def test_cross_origin_opener_policy(page: Page, site: Site, packages: Path) -> None:
    """A provider that cuts the tab off from its opener does not keep the result from coming back."""
    with certified(coop="same-origin") as box:
        assert connected(page, site, box)


@pytest.mark.parametrize("answer", ["allow", "deny"])
def test_clients_popup(customer: Customer, answer: str) -> None:
    """The published clients connect through it like through any other app."""
    with customer.page.expect_popup() as popup:
        customer.click(["integration", "certified"], ["connect"])
    if answer == "allow":
        log_in(popup.value)
        allow(popup.value)
        assert customer.result()["name"] == "Certified"
    else:
        popup.value.get_by_role("link", name="Cancel").click()
        with pytest.raises(SdkError) as caught:
            customer.result()
        assert caught.value.data["key"] == "access_denied"
