"""Connections over HTTP, tenants apart."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ic_widget.sandbox import Sandbox
from ic_widget.sandbox.state.connections import STATES
from ic_widget.sandbox.state.tokens import Tenant

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
    assert (
        ids(f"?integrationKey=stripe&integrationId={client.get('/integrations/hacker-news').json['id']}")
        == []
    )


def test_every_filter_narrows(client: Client, box: Sandbox) -> None:
    """Each filter of the clients leaves what fits it and nothing else; one that is no flag is refused."""
    till = client.connected("stripe", input={"apiKey": "sk_1"})
    news = client.connected("hacker-news")
    client.post(f"/connections/{news}/disconnect")
    ids = lambda query: {each["id"] for each in client.get(f"/connections?{query}").json["items"]}  # noqa: E731
    connector = client.get("/integrations/stripe").json["connectorId"]
    for query, expected in (
        ("connected=true", {till}),
        ("connected=0", {news}),
        ("disconnected=1", {news}),
        (f"connectorId={connector}", {till}),
        ("isTest=true", set()),
        ("isTest=false", {till, news}),
        ("userId=demo", {till, news}),
        ("tenantId=demo", {till, news}),
        ("tenantId=other", set()),
        ("externalAppId=x", set()),
    ):
        assert expected == ids(query), query
    for no_flag in ("maybe", "%1C"):
        assert 400 == client.get(f"/connections?connected={no_flag}").status
    assert 403 == client.get("/connections?includeSecrets=true").status


def test_pages_of_connections(client: Client) -> None:
    """Each connection comes once, also when one is made between two pages."""
    made = [client.connected(allowMultipleConnections=True) for _ in range(5)]
    first = client.get("/connections?limit=2&cursor=0").json
    client.connected(allowMultipleConnections=True)
    second = client.get(f"/connections?limit=3&cursor={first['cursor']}").json
    assert made[::-1] == [each["id"] for each in first["items"] + second["items"]]
    assert "cursor" not in second


def work(box: Sandbox, client: Client, path: str) -> int:
    """How many steps SQLite needs for what `path` answers: the same question costs the same each time."""
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    box._do(lambda world: world.store._db.set_progress_handler(step, 1))
    assert 200 == client.get(path).status
    box._do(lambda world: world.store._db.set_progress_handler(None, 0))
    return steps[0]


def test_a_list_costs_what_it_shows(client: Client, box: Sandbox) -> None:
    """Other tenants' connections and archived ones make no list, and no look-up, any slower."""
    client.connected("hacker-news", connectionKey="k")
    client.connected("stripe", input={"apiKey": "sk_1"})
    paths = (
        "/connections?limit=2",
        "/connections?integrationKey=stripe",
        "/connections/k",
        "/connections/stripe",
        "/integrations?limit=3",
        "/integrations/stripe",
    )
    before = {path: work(box, client, path) for path in paths}

    def others(world: Any) -> None:
        for name in ("stripe", "hacker-news", "github"):
            item = world.catalogue.get(name)
            for tenant in ("demo", "other", "another"):
                for _ in range(30):
                    made = world.connections.create(
                        Tenant(tenant, tenant),
                        item,
                        option_key="o",
                        credentials={"type": "proxy"},
                        keep_others=True,
                    )
                    if tenant == "demo":
                        world.connections.archive(made["id"])

    box._do(others)
    # To see that nothing more follows may cost a step, however much there is.
    slower = [path for path, was in before.items() if work(box, client, path) > was + 1]
    assert [] == slower


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


def test_key_can_be_taken_away(client: Client) -> None:
    """PATCH with key null leaves no key, and another connection may have it."""
    made = client.connected(connectionKey="k")
    assert "key" not in client.send("PATCH", f"/connections/{made}", {"key": None}).json
    assert 404 == client.get("/connections/k").status
    assert client.connected("hacker-news", connectionKey="k")
    assert 400 == client.send("PATCH", f"/connections/{made}", {"name": None}).status


def test_connection_by_its_integration(client: Client) -> None:
    """An integration's id or key means its only connection, before the proxy too; of two it names none."""
    made = client.connected("stripe", input={"apiKey": "sk_1"})
    item = client.get("/integrations/stripe").json
    for selector in ("stripe", item["id"]):
        assert made == client.get(f"/connections/{selector}").json["id"]
        assert "stripe" == client.get(f"/connections/{selector}/proxy/me").json["app"]
    assert 404 == client.get("/connections/github").status
    client.connected("stripe", input={"apiKey": "sk_2"}, allowMultipleConnections=True)
    answer = client.get("/connections/stripe")
    assert (400, "There are 2 connections to 'stripe': name one by its id or key.") == (
        answer.status,
        answer.json["message"],
    )


def test_fields_the_clients_require(client: Client) -> None:
    """A connection has what both clients' types want in each: id, name, userId, createdAt, updatedAt."""
    shown = client.get(f"/connections/{client.connected()}").json
    assert "demo" == shown["userId"]
    assert {"id", "name", "createdAt", "updatedAt", "isTest", "isDeactivated"} <= shown.keys()


@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_can_be_seen(client: Client, box: Sandbox, state: str) -> None:
    """Each state comes with what belongs to it; only one that is READY can be called, and READY brings it back."""
    made = client.connected()
    box.put_in_state(made, state)
    shown = client.get(f"/connections/{made}").json
    assert (state, state == "READY") == (shown["state"], shown["connected"])
    assert (state == "CLIENT_ACTION_REQUIRED") == ("clientAction" in shown)
    assert (STATES[state] is not None) == bool(shown["errors"]) == ("error" in shown)
    answer = client.get(f"/connections/{made}/proxy/me")
    assert (200 if state == "READY" else 400) == answer.status
    box.put_in_state(made, "READY")
    assert 200 == client.get(f"/connections/{made}/proxy/me").status


def test_unknown_state_names_the_known_ones(box: Sandbox) -> None:
    """A state that does not exist is a ValueError that lists the others."""
    with pytest.raises(ValueError, match=r"no state 'DEAD'; there are BUILDING, "):
        box.put_in_state("x", "DEAD")


def test_wait_for_what_is_being_built(client: Client, box: Sandbox) -> None:
    """With wait=true the answer comes once the state leaves BUILDING, or after the seconds given."""
    made = client.connected()
    box.put_in_state(made, "BUILDING")
    assert "BUILDING" == client.get(f"/connections/{made}?wait=true&timeout=1").json["state"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.get, f"/connections/{made}?wait=true&timeout=60")
        client.get("/integrations?limit=1")
        box.put_in_state(made, "READY")
        assert "READY" == waiting.result(10).json["state"]
    assert 400 == client.get(f"/connections/{made}?wait=true&timeout=61").status


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
