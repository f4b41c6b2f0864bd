"""Both clients in Chromium: connecting and reconnecting, and each way a result can reach them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from ic_widget.sandbox import Sandbox

from .clients import Customer, SdkError, Site

STRIPE = {"authOptionKey": "api-key", "parameters": {"apiKey": "sk_1"}}


def sign_in(popup: Page, answer: str = "Allow") -> None:
    """What a user does at the provider."""
    popup.get_by_role("button", name="Sign in").click()
    popup.get_by_role("button", name=answer).click()


def connect(customer: Customer, integration: str, **given: Any) -> Page:
    """Clicks the site's button and returns the popup."""
    with customer.page.expect_popup() as popup:
        customer.click(["integration", integration], ["connect", given])
    return popup.value


def test_client_credentials_in_a_hidden_frame(customer: Customer, box: Sandbox) -> None:
    """A key is connected without any window: the client posts into an invisible frame."""
    customer.click(["integration", "stripe"], ["connect", {**STRIPE, "name": "Till"}])
    connection = customer.result()
    assert (connection["name"], connection["connected"]) == ("Till", True)
    assert len(customer.context.pages) == 1
    assert box.received[-1]["requestId"]


def test_refused_key_is_a_typed_error(customer: Customer) -> None:
    """Type, message and cause of a refusal arrive as the engine sent them."""
    wrong = {"authOptionKey": "api-key", "parameters": {"apiKey": "wrong"}}
    customer.click(["integration", "stripe"], ["connect", wrong])
    with pytest.raises(SdkError) as caught:
        customer.result()
    assert caught.value.data["type"] == "connection"
    assert caught.value.data["causedByError"]["message"] == "the credentials are not valid"
    assert len(customer.context.pages) == 1


def test_missing_parameter_is_a_typed_error(customer: Customer) -> None:
    """A request that is wrong from the start reaches the client as well."""
    customer.click(["integration", "stripe"], ["connect", {"authOptionKey": "api-key", "parameters": {}}])
    with pytest.raises(SdkError) as caught:
        customer.result()
    assert caught.value.data["type"] == "bad_request"
    assert caught.value.data["data"]["parameters"][0]["path"] == "apiKey"


def test_oauth2_in_a_popup(customer: Customer) -> None:
    """Sign in, allow, and connect() resolves with the connection; the client sees it in its list."""
    sign_in(connect(customer, "github"))
    connection = customer.result()
    customer.click(["connections"], ["find"])
    assert [each["id"] for each in customer.result()["items"]] == [connection["id"]]


def test_oauth1_in_a_popup(customer: Customer) -> None:
    """The same with OAuth 1."""
    sign_in(connect(customer, "trello"))
    assert customer.result()["integration"]["key"] == "trello"


def test_oauth2_that_asks_first(customer: Customer, box: Sandbox) -> None:
    """Parameters go along under the name each client uses."""
    popup = connect(customer, "zendesk", parameters={"subdomain": "acme"})
    expect(popup.get_by_text("acme")).to_be_visible()
    sign_in(popup)
    assert customer.result()["name"] == "Zendesk"
    sent = box.received[-1]
    assert sent.get("input", sent.get("connectionParameters")) == {"subdomain": "acme"}


def test_denied_consent_is_a_typed_error(customer: Customer) -> None:
    """Denying rejects connect() with a connection error."""
    sign_in(connect(customer, "github"), "Deny")
    with pytest.raises(SdkError) as caught:
        customer.result()
    assert (caught.value.data["type"], caught.value.data["key"]) == ("connection", "access_denied")


def test_closed_popup_resolves_with_nothing(customer: Customer) -> None:
    """Closing the popup is no error to the clients: connect() gives null."""
    connect(customer, "github").close()
    assert customer.result() is None


def test_by_event_stream_alone(customer: Customer) -> None:
    """With no opener to post to, the event stream brings the result."""
    popup = connect(customer, "github")
    popup.add_init_script("window.opener = null;")
    sign_in(popup)
    assert customer.result()["name"] == "GitHub"


def test_by_message_alone(customer: Customer) -> None:
    """With the event stream cut off, the message to the opener brings the result."""
    customer.page.route("**/sse/**", lambda route: route.abort())
    sign_in(connect(customer, "github"))
    assert customer.result()["name"] == "GitHub"


def test_hidden_frame_by_message_alone(customer: Customer) -> None:
    """In the hidden frame there is no opener: the message goes to the parent."""
    customer.page.route("**/sse/**", lambda route: route.abort())
    customer.click(["integration", "stripe"], ["connect", STRIPE])
    assert customer.result()["name"] == "Stripe"


@pytest.mark.parametrize("answer", ["Allow", "Deny"])
def test_same_window_with_redirect(customer: Customer, site: Site, answer: str) -> None:
    """sameWindow leaves the page for the provider and comes back to redirectUri with the result."""
    back = f"{site.url}/site.html?from=engine"
    customer.click(["integration", "github"], ["connect", {"sameWindow": True, "redirectUri": back}])
    sign_in(customer.page, answer)
    customer.page.wait_for_url(f"{back}&*")
    result = parse_qs(urlsplit(customer.page.url).query)
    assert result["from"] == ["engine"]
    assert ("connectionId" in result, "error" in result) == (answer == "Allow", answer == "Deny")


def test_reconnect_with_a_key(customer: Customer) -> None:
    """reconnect() gives the same connection new credentials, in the hidden frame."""
    customer.click(["integration", "stripe"], ["connect", STRIPE])
    made = customer.result()["id"]
    again = {"authOptionKey": "api-key", "parameters": {"apiKey": "sk_2"}}
    customer.click(["connection", made], ["reconnect", again])
    assert customer.result()["id"] == made


def test_reconnect_repairs_what_was_revoked(customer: Customer, box: Sandbox) -> None:
    """A connection revoked at the app is connected again by the user, under the same id."""
    sign_in(connect(customer, "github"))
    made = customer.result()["id"]
    box.revoke("github")
    box.expire_access("github")
    customer.click(["post", f"connections/{made}/test"])
    assert customer.result() == {"success": False}
    customer.click(["connection", made], ["get"])
    assert customer.result()["disconnected"] is True
    with customer.page.expect_popup() as popup:
        customer.click(["connection", made], ["reconnect"])
    sign_in(popup.value)
    connection = customer.result()
    assert (connection["id"], connection["connected"]) == (made, True)


def test_failed_reconnect(customer: Customer, sdk: str) -> None:
    """A refused reconnect rejects; the current client also says which connection it was."""
    customer.click(["integration", "stripe"], ["connect", STRIPE])
    made = customer.result()["id"]
    wrong = {"authOptionKey": "api-key", "parameters": {"apiKey": "wrong"}}
    customer.click(["connection", made], ["reconnect", wrong])
    with pytest.raises(SdkError) as caught:
        customer.result()
    if sdk == "membrane":
        assert caught.value.data["data"]["connectionId"] == made


def test_one_connection_unless_asked_for_more(customer: Customer) -> None:
    """A second connect() replaces the first connection; with allowMultipleConnections both stay."""
    for more in ({}, {}, {"allowMultipleConnections": True}):
        customer.click(["integration", "stripe"], ["connect", {**STRIPE, **more}])
        customer.result()
    customer.click(["connections"], ["find"])
    assert len(customer.result()["items"]) == 2


def test_without_a_key_the_auth_kind_decides(customer: Customer, sdk: str) -> None:
    """Given no auth option, the legacy client knows a key-only app by its kind, the current one opens a popup."""
    given = {"parameters": {"apiKey": "sk_1"}}
    if sdk == "membrane":
        connect(customer, "stripe", **given)
    else:
        customer.click(["integration", "stripe"], ["connect", given])
    assert customer.result()["name"] == "Stripe"


def test_cut_off_from_the_popup(customer: Customer, box: Sandbox) -> None:
    """Behind Cross-Origin-Opener-Policy the clients think the popup closed; the connection is made all the same."""
    box.faults.set("coop")
    popup = connect(customer, "github")
    assert customer.result() is None
    sign_in(popup)
    expect(popup.get_by_role("heading")).to_have_text("GitHub is connected")
    customer.click(["connections"], ["find"])
    assert [each["name"] for each in customer.result()["items"]] == ["GitHub"]
