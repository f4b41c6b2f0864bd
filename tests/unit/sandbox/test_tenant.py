"""``/self``."""

from __future__ import annotations

from typing import Any

import pytest

from ic_widget.sandbox import Sandbox

from .conftest import Client


def test_self_is_the_tenant_of_the_token(client: Client, box: Sandbox) -> None:
    """It names the tenant and the workspace."""
    expected = {"id": "demo", "internalId": "demo", "name": "demo", "workspaceKey": box.workspace_key}
    assert expected == client.get("/self").json


def test_self_keeps_what_a_tenant_sends(client: Client, box: Sandbox) -> None:
    """Credentials, fields and meta stay with the tenant, and with no other; what is not given stays as it was."""
    sent = client.send("PATCH", "/self", {"credentials": {"a": 1}, "fields": {"plan": "x"}, "unknown": 1})
    assert (200, {"a": 1}) == (sent.status, sent.json["credentials"])
    shown = client.send("PATCH", "/self", {"name": "Demo"}).json
    assert ("Demo", {"a": 1}, {"plan": "x"}) == (shown["name"], shown["credentials"], shown["fields"])
    assert "unknown" not in shown
    assert "credentials" not in Client(box, "other").get("/self").json


@pytest.mark.parametrize("body", [{"credentials": 1}, {"name": ""}, {"meta": []}, []])
def test_wrong_change_is_a_bad_request(client: Client, body: Any) -> None:
    """The envelope, and nothing is kept."""
    assert 400 == client.send("PATCH", "/self", body).status
    assert "meta" not in client.get("/self").json
