"""The sandbox as an OAuth 2 client and as the provider it speaks to."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from .conftest import PAGE, Answer, Client


def visit(page: Answer) -> str:
    """What names the visit in the page's form."""
    found = re.search(r'name="visit" value="([^"]+)"', page.body)
    assert found, page.body
    return found[1]


def sign_in(
    client: Client, integration: str = "github", password: str = "demo", **payload: Any
) -> tuple[str, Answer]:
    """The address of the provider's page and the page that follows the sign-in."""
    start = client.connect(integrationKey=integration, **payload)
    page = client.get(start.location, token=None, headers=PAGE)
    form = urlencode({"visit": visit(page), "email": "demo@example.com", "password": password})
    return start.location, client.post(f"/provider/{integration}/sign-in", form, token=None, headers=PAGE)


def answer_consent(client: Client, page: Answer, answer: str, integration: str = "github") -> Answer:
    """Presses Allow or Deny."""
    form = urlencode({"visit": visit(page), "answer": answer})
    return client.post(f"/provider/{integration}/consent", form, token=None, headers=PAGE)


def test_consent_leads_back_with_a_connection(client: Client) -> None:
    """Signing in and allowing ends at the redirect address with the id of a connection that exists."""
    _, page = sign_in(client)
    back = client.get(answer_consent(client, page, "allow").location, token=None, headers=PAGE)
    assert back.location.startswith("http://127.0.0.1:1/back?connectionId=")
    connection = client.get(f"/connections/{back.result['connectionId']}").json
    assert (connection["name"], connection["connected"], connection["state"]) == ("GitHub", True, "READY")


def test_denied_consent_leads_back_with_the_error(client: Client) -> None:
    """Denying ends at the redirect address with a connection error that names its cause."""
    _, page = sign_in(client)
    back = client.get(answer_consent(client, page, "deny").location, token=None, headers=PAGE)
    error = json.loads(back.result["errorData"])
    assert error["type"] == "connection"
    assert error["key"] == "access_denied"
    assert error["causedByError"]["message"] == "The user did not allow it."
    assert client.get("/connections").json["items"] == []


def test_authorization_asks_for_pkce_and_state(client: Client) -> None:
    """The address at the provider carries an S256 challenge and an unguessable state."""
    location, _ = sign_in(client)
    query = parse_qs(urlsplit(location).query)
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) == 43
    assert len(query["state"][0]) >= 43


def test_state_is_good_once(client: Client) -> None:
    """The same answer of the provider a second time is refused and changes nothing."""
    _, page = sign_in(client)
    answer = answer_consent(client, page, "allow")
    client.get(answer.location, token=None, headers=PAGE)
    again = client.get(answer.location, token=None, headers=PAGE)
    assert again.status == 400
    assert len(client.get("/connections").json["items"]) == 1


def test_wrong_state_is_refused(client: Client) -> None:
    """A callback with a state nobody gave out is an error page, and no redirect."""
    answer = client.get("/oauth-callback?code=x&state=guess", token=None, headers=PAGE)
    assert answer.status == 400
    assert "location" not in answer.headers


def test_wrong_password_asks_again(client: Client) -> None:
    """The provider's page says that the password is wrong and lets the user try again."""
    _, page = sign_in(client, password="wrong one")
    assert "is wrong" in page.body
    assert visit(page)


def test_provider_refuses_a_request_without_pkce(client: Client) -> None:
    """An authorization request without a challenge goes back with invalid_request."""
    location, _ = sign_in(client)
    without = re.sub(r"&code_challenge=[^&]+", "", location)
    answer = client.get(without, token=None, headers=PAGE)
    assert answer.result["error"] == "invalid_request"


def test_provider_sends_nobody_to_an_unregistered_address(client: Client) -> None:
    """A redirect_uri that is not the engine's own is an error page, and no redirect."""
    location, _ = sign_in(client)
    foreign = re.sub(r"redirect_uri=[^&]+", "redirect_uri=http%3A%2F%2Fevil.example", location)
    answer = client.get(foreign, token=None, headers=PAGE)
    assert answer.status == 400
    assert "location" not in answer.headers


def test_app_that_asks_first_gets_its_parameter(client: Client) -> None:
    """Zendesk's subdomain is required, and shows on the provider's page."""
    missing = client.connect(integrationKey="zendesk")
    assert "subdomain" in missing.result["error"]
    start = client.connect(integrationKey="zendesk", input={"subdomain": "acme"})
    assert "acme" in client.get(start.location, token=None, headers=PAGE).body


def test_key_taken_while_the_user_was_away(client: Client) -> None:
    """Its key taken meanwhile, the attempt goes back with the reason and makes nothing."""
    _, page = sign_in(client, connectionKey="mine")
    client.connected("hacker-news", connectionKey="mine")
    back = client.get(answer_consent(client, page, "allow").location, token=None, headers=PAGE)
    assert json.loads(back.result["errorData"])["key"] == "already_exists"
    assert len(client.get("/connections").json["items"]) == 1
