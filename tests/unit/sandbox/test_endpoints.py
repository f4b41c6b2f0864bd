"""The provider's token endpoint, called by clients that get it wrong."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from ic_widget.sandbox import Sandbox

from .conftest import Answer, Client
from .test_oauth2 import answer_consent, sign_in


def redeem(client: Client, box: Sandbox, app: str = "github", **changes: Any) -> Answer:
    """Redeems a fresh code as an eavesdropper would: with everything right but for `changes`."""
    _, page = sign_in(client)
    back = answer_consent(client, page, "allow")
    state = parse_qs(urlsplit(back.location).query)["state"][0]
    world = box._running
    form = {
        "grant_type": "authorization_code",
        "code": back.result["code"],
        "redirect_uri": f"{box.url}/oauth-callback",
        "code_verifier": world.attempts.take(state).pending["verifier"],
        "client_id": world.provider.client_id,
        "client_secret": world.provider.client_secret,
        **changes,
    }
    return client.post(f"/provider/{app}/token", urlencode(form), token=None)


def test_everything_right(client: Client, box: Sandbox) -> None:
    """The tokens are of type Bearer, expire, and carry the scope that was asked for."""
    tokens = redeem(client, box).json
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 3600, "read:user repo")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "x" * 64}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"code": "guess"}, "invalid_grant"),
        ({"redirect_uri": "http://evil.example"}, "invalid_grant"),
        ({"client_secret": "guess"}, "invalid_client"),
        ({"client_id": "guess"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"app": "slack"}, "invalid_grant"),
    ],
)
def test_one_thing_wrong(client: Client, box: Sandbox, changes: dict[str, str], error: str) -> None:
    """A wrong verifier, code, address, client or app gets the error of RFC 6749, and no token."""
    answer = redeem(client, box, **changes)
    assert answer.status == (401 if error == "invalid_client" else 400)
    assert answer.json["error"] == error
    assert "access_token" not in answer.json


def test_refresh_token_is_good_once(client: Client, box: Sandbox) -> None:
    """A refresh token that was used is refused; so is one of another app."""
    provider = box._running.provider
    form = {
        "grant_type": "refresh_token",
        "refresh_token": redeem(client, box).json["refresh_token"],
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
    }
    post = lambda app: client.post(f"/provider/{app}/token", urlencode(form), token=None)  # noqa: E731
    assert post("slack").json["error"] == "invalid_grant"
    assert "access_token" in post("github").json
    assert post("github").json["error"] == "invalid_grant"
