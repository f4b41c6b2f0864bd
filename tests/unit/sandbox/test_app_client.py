"""What becomes of a connection's credentials: used, renewed, refused, erased."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ic_widget.sandbox import Sandbox

from .conftest import PAGE, Client
from .slow_provider import slow_provider
from .test_oauth2 import answer_consent, sign_in


def by_oauth(client: Client, integration: str = "github", **payload: Any) -> str:
    """The id of a connection made by signing in and allowing."""
    _, page = sign_in(client, integration, **payload)
    answer = answer_consent(client, page, "allow", integration)
    return client.get(answer.location, token=None, headers=PAGE).result["connectionId"]


def by_key(client: Client) -> str:
    """The id of a connection made with a key."""
    return client.connected("stripe", input={"apiKey": "sk_1"})


def test_proxy_calls_the_app(client: Client) -> None:
    """Records are listed, made, changed and deleted through the connection, by OAuth and by key."""
    for made in (by_oauth(client), by_key(client)):
        path = f"/connections/{made}/proxy/records"
        before = client.get(path).json["items"]
        assert len(before) >= 3
        created = client.post(path, {"title": "New"})
        assert (created.status, created.json["title"]) == (201, "New")
        one = f"{path}/{created.json['id']}"
        assert client.send("PATCH", one, {"title": "Newer"}).json["title"] == "Newer"
        assert client.get(one).json["title"] == "Newer"
        assert client.send("DELETE", one).status == 204
        assert client.get(one).status == 404
        assert client.get(path).json["items"] == before


def test_proxy_hands_on_status_and_query(client: Client) -> None:
    """What the app answers comes back as it is, also when it is an error of the app."""
    made = by_key(client)
    assert client.get(f"/connections/{made}/proxy/nothing/here?x=1").status == 404
    assert client.get(f"/connections/{made}/proxy/me?x=1").json["app"] == "stripe"
    head = client.send("HEAD", f"/connections/{made}/proxy/me")
    assert (200, "") == (head.status, head.body)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "nothing/here", None, 404),
        ("GET", "", None, 404),
        ("GET", "records/nope", None, 404),
        ("DELETE", "me", None, 405),
        ("POST", "records", "no JSON", 400),
        ("POST", "records", [1], 400),
    ],
)
def test_errors_of_the_app_are_its_own(
    client: Client, method: str, path: str, body: Any, status: int
) -> None:
    """Behind the proxy an error has the app's shape: the clients would take the engine's for the engine's."""
    answer = client.send(method, f"/connections/{by_key(client)}/proxy/{path}".rstrip("/"), body)
    assert status == answer.status
    assert ["error"] == list(answer.json)


def test_proxy_passes_headers_on() -> None:
    """What the caller and the app send goes through, but for what the engine drops; a repeated one stays two."""
    with slow_provider() as (provider, _, client, made):
        provider.go.set()
        dropped = {"X-Request-Id": "1", "X-Forwarded-For": "a", "X-Forwarded-Anything": "b", "TE": "trailers"}
        headers = {"X-Mine": "yes", "If-None-Match": '"1"', "Accept": "text/csv", **dropped}
        answer = client.get(f"/connections/{made}/proxy/x", headers=headers)
        got = provider.requests[-1]
    assert {"x-mine": "yes", "if-none-match": '"1"', "accept": "text/csv"}.items() <= got.items()
    assert "Bearer access-1" == got["authorization"]
    assert not {name.lower() for name in dropped} & set(got)
    assert "one, two" == ", ".join(value for name, value in answer.every if name == "X-App")


def test_whole_address_goes_to_the_app_alone() -> None:
    """A full address is called if it is the app's; the credentials go to no other."""
    with slow_provider() as (provider, _, client, made):
        provider.go.set()
        path = f"/connections/{made}/proxy"
        assert 200 == client.get(f"{path}/{provider.url}/api/x?y=1").status
        assert 200 == client.get(f"{path}/{provider.url.replace('://', ':/')}/api/x").status
        refused = client.get(f"{path}/http://127.0.0.1:1/api/x")
    assert (400, "bad_request") == (refused.status, refused.json["type"])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("GET proxy/x", "GET proxy/x"),
        ("GET proxy/x", "POST test"),
        ("POST refresh-credentials", "POST refresh-credentials"),
        ("POST refresh-credentials", "POST proxy/x"),
    ],
)
def test_two_calls_at_once_renew_once(first: str, second: str) -> None:
    """Both succeed: the second looks again once the first has renewed, and the refresh token is used once."""
    with slow_provider() as (provider, _, client, made), ThreadPoolExecutor(2) as pool:
        send = lambda call: client.send(call.split()[0], f"/connections/{made}/{call.split()[1]}")  # noqa: E731
        one = pool.submit(send, first)
        assert provider.asked.wait(10)
        other = pool.submit(send, second)
        for call in (first, second):
            assert "refresh" in call or provider.called.acquire(timeout=10)
        # The engine has heard of it once it answers what was sent after it.
        assert 200 == client.get(f"/connections/{made}").status
        provider.go.set()
        assert [200, 200] == [one.result(10).status, other.result(10).status]
        assert 0 == provider.refused
        assert client.get(f"/connections/{made}").json["connected"] is True
        assert 200 == client.get(f"/connections/{made}/proxy/x").status


def test_a_refresh_undoes_nothing() -> None:
    """A name, a key, meta and an archiving that were answered during a refresh are still there after it."""
    with slow_provider() as (provider, _, client, made), ThreadPoolExecutor(1) as pool:
        refresh = pool.submit(client.post, f"/connections/{made}/refresh-credentials")
        assert provider.asked.wait(10)
        client.send("PATCH", f"/connections/{made}", {"name": "N", "key": "k", "meta": {"a": 1}})
        client.send("DELETE", f"/connections/{made}")
        provider.go.set()
        assert 200 == refresh.result(10).status
        connection = client.get(f"/connections/{made}").json
    assert ("N", "k", {"a": 1}) == tuple(connection[name] for name in ("name", "key", "meta"))
    assert "archivedAt" in connection


def test_a_refresh_gives_way_to_newer_credentials() -> None:
    """A connection that was connected again while a refresh was refused keeps the new credentials."""
    with slow_provider() as (provider, box, client, made), ThreadPoolExecutor(1) as pool:
        refresh = pool.submit(client.post, f"/connections/{made}/refresh-credentials")
        assert provider.asked.wait(10)
        newer = {"type": "oauth2", "values": {}, "access_token": "access-7", "refresh_token": "refresh-7"}
        box._do(lambda world: world.connections.connect(made, option_key="o", credentials=newer))
        provider.number = 7
        provider.go.set()
        refresh.result(10)
        assert client.get(f"/connections/{made}").json["connected"] is True
        assert 200 == client.get(f"/connections/{made}/proxy/x").status


def test_accounts_are_apart(client: Client) -> None:
    """Two keys are two accounts: what one makes the other does not see."""
    first = by_key(client)
    second = client.connected("stripe", input={"apiKey": "sk_2"}, allowMultipleConnections=True)
    client.post(f"/connections/{first}/proxy/records", {"amount": 1})
    count = lambda made: len(client.get(f"/connections/{made}/proxy/records").json["items"])  # noqa: E731
    assert count(first) == count(second) + 1


def test_app_takes_no_stranger(client: Client) -> None:
    """The app's own API refuses a call without, or with wrong, credentials."""
    assert client.get("/provider/github/api/me", token=None).status == 401
    assert client.get("/provider/github/api/me", token="access_1_2").status == 401
    assert client.get("/provider/stripe/api/me", token="wrong").status == 401
    assert client.get("/provider/hacker-news/api/me", token=None).status == 200


def test_token_of_one_app_is_no_good_for_another(client: Client, box: Sandbox) -> None:
    """An access token works at the app it was made for only."""
    by_oauth(client)
    grant = next(box._running.store.all("grant"))
    assert client.get("/provider/github/api/me", token=grant["access_token"]).status == 200
    assert client.get("/provider/slack/api/me", token=grant["access_token"]).status == 401


def test_expired_access_is_renewed_by_itself(client: Client, box: Sandbox) -> None:
    """When the access token has expired, the refresh token is used, and the call succeeds."""
    made = by_oauth(client)
    box.expire_access("github")
    assert client.get(f"/connections/{made}/proxy/me").status == 200
    assert client.get(f"/connections/{made}").json["connected"] is True


def test_refresh_credentials(client: Client) -> None:
    """Refreshing works again and again, since each refresh token replaces the one before."""
    made = by_oauth(client)
    for _ in range(3):
        assert client.post(f"/connections/{made}/refresh-credentials").json["connected"] is True
    assert client.get(f"/connections/{made}/proxy/me").status == 200


def test_keys_cannot_be_refreshed(client: Client) -> None:
    """A connection by key says so in canRefreshCredentials, and refreshing it is a bad request."""
    made = by_key(client)
    assert client.get(f"/connections/{made}").json["canRefreshCredentials"] is False
    assert client.post(f"/connections/{made}/refresh-credentials").json["type"] == "bad_request"


@pytest.mark.parametrize(("integration", "way"), [("github", by_oauth), ("stripe", by_key)])
def test_revoked_at_the_app(client: Client, box: Sandbox, integration: str, way: object) -> None:
    """The test fails, the connection turns disconnected with the reason, calls say what to do."""
    made = way(client)  # type: ignore[operator]
    assert client.post(f"/connections/{made}/test").json == {"success": True}
    box.revoke(integration)
    box.expire_access(integration)
    assert client.post(f"/connections/{made}/test").json == {"success": False}
    connection = client.get(f"/connections/{made}").json
    assert (connection["connected"], connection["disconnected"]) == (False, True)
    assert connection["error"]["type"] == "connection"
    assert ("CLIENT_ACTION_REQUIRED", "connect") == (connection["state"], connection["clientAction"]["type"])
    assert "connection_is_defunct" == connection["errors"][0]["key"]
    answer = client.get(f"/connections/{made}/proxy/me")
    assert (answer.status, answer.json["key"]) == (400, "connection_is_defunct")


def test_reconnect_repairs_a_revoked_connection(client: Client, box: Sandbox) -> None:
    """The same id is connected again and works, with no error left."""
    made = by_oauth(client)
    box.revoke("github")
    client.post(f"/connections/{made}/test")
    assert by_oauth(client, connectionId=made) == made
    connection = client.get(f"/connections/{made}").json
    assert connection["connected"] is True
    assert not {"error", "clientAction"} & set(connection)
    assert ("READY", False) == (connection["state"], connection["isDefunct"])
    assert client.get(f"/connections/{made}/proxy/me").status == 200


def test_reconnect_need_not_ask_again(client: Client, box: Sandbox) -> None:
    """What was asked before the sign-in is remembered for the reconnect, and can be changed with it."""
    made = by_oauth(client, "zendesk", input={"subdomain": "acme"})
    box.revoke("zendesk")
    start, _ = sign_in(client, "zendesk", connectionId=made)
    assert "site=acme" in start
    start, _ = sign_in(client, "zendesk", connectionId=made, input={"subdomain": "other"})
    assert "site=other" in start


def test_disconnect_erases_and_revokes(client: Client, box: Sandbox) -> None:
    """After disconnecting nothing secret is stored, and the token is dead at the provider too."""
    made = by_oauth(client)
    token = next(box._running.store.all("grant"))["access_token"]
    answer = client.post(f"/connections/{made}/disconnect").json
    assert (answer["connected"], answer["disconnected"]) == (False, True)
    assert next(box._running.store.all("connection"))["credentials"] == {}
    assert client.get("/provider/github/api/me", token=token).status == 401
    assert client.get(f"/connections/{made}/proxy/me").json["key"] == "connection_is_defunct"


def test_expired_code_is_refused(client: Client, box: Sandbox) -> None:
    """A code that comes too late ends the attempt with the provider's reason."""
    _, page = sign_in(client)
    answer = answer_consent(client, page, "allow")
    box.expire_codes()
    back = client.get(answer.location, token=None, headers=PAGE)
    assert "expired" in back.result["error"]
    assert client.get("/connections").json["items"] == []


def test_token_expired_while_the_user_was_away(client: Client, box: Sandbox) -> None:
    """An engine token that ran out before the provider sent the user back makes no connection."""
    _, page = sign_in(client)
    answer = answer_consent(client, page, "allow")
    box.faults.set("token-expires", times=1)
    assert "expired" in client.get(answer.location, token=None, headers=PAGE).result["error"]
