"""Connections over HTTP, tenants apart."""

from __future__ import annotations

from typing import Any

import pytest

from ic_widget.sandbox import Sandbox

from .conftest import Client


def test_list_filters_and_newest_first(client: Client) -> None:
    """By integration id or key, by words of the name; the newest comes first."""
    old = client.connected("hacker-news", name="Old news")
    new = client.connected("stripe", input={"apiKey": "sk_1"}, name="Till")
    item = client.get("/integrations/stripe").json
    ids = lambda query: [each["id"] for each in client.get(f"/connections{query}").json["items"]]  # noqa: E731
    assert ids("") == [new, old]
    assert ids("?integrationKey=stripe") == ids(f"?integrationId={item['id']}") == [new]
    assert ids("?search=news+old") == [old]
    assert ids("?integrationKey=nope") == []


def test_connection_shows_its_integration_and_no_secret(client: Client) -> None:
    """The integration is embedded; credentials and input never leave the sandbox."""
    made = client.connected("stripe", input={"apiKey": "sk_planted"})
    answer = client.get(f"/connections/{made}")
    assert answer.json["integration"]["key"] == "stripe"
    assert answer.json["tenantId"] == "demo"
    assert "sk_planted" not in answer.body
    assert "sk_planted" not in client.get("/connections").body


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_rename(client: Client, method: str) -> None:
    """Name, key and meta can be changed; the id cannot."""
    made = client.connected()
    changed = client.send(
        method, f"/connections/{made}", {"name": "N", "key": "k", "meta": {"a": 1}, "id": "x"}
    )
    assert changed.json["id"] == made
    assert client.get("/connections/k").json["name"] == "N"
    assert client.get("/connections/k").json["meta"] == {"a": 1}


@pytest.mark.parametrize(
    "body", [{"name": ""}, {"name": 7}, {"key": ""}, {"key": "k" * 101}, {"meta": []}, []]
)
def test_wrong_change_is_a_bad_request(client: Client, body: Any) -> None:
    """The envelope, and the connection stays as it was."""
    made = client.connected()
    before = client.get(f"/connections/{made}").json
    assert client.send("PATCH", f"/connections/{made}", body).status == 400
    assert client.get(f"/connections/{made}").json == before


def test_archive_and_restore(client: Client) -> None:
    """An archived connection leaves the list, can still be read, and comes back."""
    made = client.connected()
    client.send("DELETE", f"/connections/{made}")
    assert client.get("/connections").json["items"] == []
    assert len(client.get("/connections?includeArchived=true").json["items"]) == 1
    assert "archivedAt" in client.get(f"/connections/{made}").json
    assert "archivedAt" not in client.post(f"/connections/{made}/restore").json
    assert len(client.get("/connections").json["items"]) == 1


def test_a_key_belongs_to_one_connection(client: Client) -> None:
    """A second connection cannot take the key; an archived one cannot come back with it."""
    first = client.connected("hacker-news", connectionKey="k")
    client.send("DELETE", f"/connections/{first}")
    second = client.connected("stripe", input={"apiKey": "sk_1"})
    assert client.send("PATCH", f"/connections/{second}", {"key": "k"}).status == 200
    answer = client.post(f"/connections/{first}/restore")
    assert (answer.status, answer.json["key"]) == (400, "already_exists")
    third = client.connected("hacker-news")
    assert client.send("PATCH", f"/connections/{third}", {"key": "k"}).json["key"] == "already_exists"
    assert "already" in client.connect(integrationKey="hacker-news", connectionKey="k").result["error"]


def test_secrets_are_denied(client: Client) -> None:
    """A tenant's token may not read credentials: 403."""
    made = client.connected()
    answer = client.get(f"/connections/{made}?includeSecrets=true")
    assert (answer.status, answer.json["key"]) == (403, "access_denied")


def test_tenants_never_see_each_other(client: Client, box: Sandbox) -> None:
    """For another tenant the connection does not exist, whatever is asked of it."""
    made = client.connected(connectionKey="k")
    other = Client(box, "other")
    assert other.get("/connections?includeArchived=true").json["items"] == []
    for method, path in (
        ("GET", made),
        ("GET", "k"),
        ("PATCH", made),
        ("DELETE", made),
        ("POST", f"{made}/restore"),
        ("POST", f"{made}/test"),
        ("POST", f"{made}/disconnect"),
        ("POST", f"{made}/refresh-credentials"),
        ("GET", f"{made}/proxy/records"),
    ):
        assert other.send(method, f"/connections/{path}").status == 404
    assert "not found" in other.connect(connectionId=made).result["error"]
    assert "archivedAt" not in client.get(f"/connections/{made}").json
