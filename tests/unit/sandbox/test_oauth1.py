"""OAuth 1, three-legged: the engine's side signs with oauthlib, the provider checks by hand."""

from __future__ import annotations

import json

import pytest
from oauthlib.oauth1 import Client as Signer

from ic_widget.sandbox import Sandbox
from ic_widget.sandbox.state.oauth1_grants import authorization_parameters

from .conftest import PAGE, Client
from .test_app_client import by_oauth
from .test_oauth2 import answer_consent, sign_in


def test_consent_leads_back_with_a_connection(client: Client) -> None:
    """Request token, consent, verifier, access token: the connection works on signed calls."""
    made = by_oauth(client, "trello")
    assert client.get(f"/connections/{made}/proxy/me?a=b%20c&a=%C3%A9").json["account"] == "demo@example.com"
    assert client.post(f"/connections/{made}/test").json == {"success": True}


def test_denied(client: Client) -> None:
    """A refusal goes back as a connection error, and the request token is used up."""
    _, page = sign_in(client, "trello")
    answer = answer_consent(client, page, "deny", "trello")
    back = client.get(answer.location, token=None, headers=PAGE)
    assert json.loads(back.result["errorData"])["key"] == "access_denied"
    assert client.get(answer.location, token=None, headers=PAGE).status == 400


def test_wrong_verifier(client: Client) -> None:
    """A verifier nobody gave out makes no connection."""
    _, page = sign_in(client, "trello")
    answer = answer_consent(client, page, "allow", "trello")
    forged = answer.location[: answer.location.index("oauth_verifier=")] + "oauth_verifier=guess"
    assert "verifier" in client.get(forged, token=None, headers=PAGE).result["error"]


def test_revoked(client: Client, box: Sandbox) -> None:
    """After revoking at the app the connection turns disconnected."""
    made = by_oauth(client, "trello")
    box.revoke("trello")
    assert client.post(f"/connections/{made}/test").json == {"success": False}
    assert client.get(f"/connections/{made}").json["connected"] is False


@pytest.mark.parametrize("fault", ["secret", "method", "nonce", "header"])
def test_provider_checks_the_signature(client: Client, box: Sandbox, fault: str) -> None:
    """A wrong secret, a signature for another request, a repeated nonce and no signature: 401."""
    by_oauth(client, "trello")
    token = next(box._running.store.all("oauth1-token"))
    provider = box._running.provider
    signer = Signer(
        provider.client_id,
        "wrong" if fault == "secret" else provider.client_secret,
        token["oauth_token"],
        token["oauth_token_secret"],
    )
    uri = f"{box.url}/provider/trello/api/me"
    _, headers, _ = signer.sign(uri, "POST" if fault == "method" else "GET")
    if fault == "header":
        headers = {"Authorization": "OAuth garbage"}
    first = client.get("/provider/trello/api/me", token=None, headers=headers).status
    again = client.get("/provider/trello/api/me", token=None, headers=headers).status
    assert (first, again) == (200 if fault == "nonce" else 401, 401)


def test_header_is_read_as_the_rfc_says() -> None:
    """The example of RFC 5849 section 3.5.1, percent-encoding undone."""
    header = 'OAuth realm="Example", oauth_token="kkk9", oauth_signature="bYT5CMsGcbgUdFHObYMEfcx6bsw%3D"'
    assert authorization_parameters(header)["oauth_signature"] == "bYT5CMsGcbgUdFHObYMEfcx6bsw="
    assert authorization_parameters("Bearer x") == {}
