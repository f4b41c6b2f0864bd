"""Who may speak to the sandbox."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest

from ic_widget.sandbox import Sandbox

from .conftest import Client


def status(client: Client, token: str | None) -> int:
    """What a plain read is answered with."""
    return client.get("/integrations?limit=1", token=token).status


@pytest.mark.parametrize("algorithm", ["HS256", "HS512"])
def test_current_and_legacy_claims(client: Client, box: Sandbox, algorithm: str) -> None:
    """Both sets of claims are good, with either algorithm, and name the tenant."""
    made = client.connected()
    exp = int(time.time()) + 60
    for claims in (
        {"workspaceKey": box.workspace_key, "tenantKey": "demo", "exp": exp},
        {"iss": box.workspace_key, "id": "demo", "name": "Demo", "exp": exp},
    ):
        token = jwt.encode(claims, box.workspace_secret, algorithm=algorithm)
        assert client.get(f"/connections/{made}", token=token).status == 200


@pytest.mark.parametrize(
    "change",
    [
        {"workspaceKey": "other"},
        {"tenantKey": ""},
        {"tenantKey": 7},
        {"tenantKey": None},
        {"exp": 1},
        {"exp": "soon"},
    ],
)
def test_wrong_claims_are_not_authenticated(client: Client, box: Sandbox, change: dict[str, Any]) -> None:
    """Another workspace, no tenant, an expired token: 401."""
    claims = {"workspaceKey": box.workspace_key, "tenantKey": "demo", "exp": time.time() + 60, **change}
    assert status(client, jwt.encode(claims, box.workspace_secret, algorithm="HS512")) == 401


def test_wrong_signature_and_no_token(client: Client, box: Sandbox) -> None:
    """A forged token, an unsigned one, garbage and none at all: 401 with the engine's key."""
    claims = {"workspaceKey": box.workspace_key, "tenantKey": "demo", "exp": time.time() + 60}
    forged = jwt.encode(claims, "x" * 64, algorithm="HS512")
    unsigned = jwt.encode(claims, "", algorithm="none")
    for token in (forged, unsigned, "x.y.z", "pat-1", None):
        answer = client.get("/integrations", token=token)
        assert answer.status == 401
        assert answer.json["key"] == "not_authenticated"


def test_every_start_has_its_own_workspace(box: Sandbox) -> None:
    """Key and secret are random, and a token of one sandbox is no good for another."""
    with Sandbox() as other:
        assert other.workspace_key != box.workspace_key
        assert status(Client(box), other.token()) == 401


def test_token_in_an_address_is_for_event_streams_alone(client: Client) -> None:
    """Only browsers' event streams cannot send a header; elsewhere a token in an address is none."""
    assert client.get(f"/integrations?limit=1&token={client.token}", token=None).status == 401


def test_only_named_tenants(client: Client) -> None:
    """With a list of tenants another one's token gets 403."""
    with Sandbox(tenants=["a", "b"]) as box:
        assert status(Client(box, "a"), Client(box, "a").token) == 200
        assert Client(box, "c").get("/integrations").json["key"] == "access_denied"
