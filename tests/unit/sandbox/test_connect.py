"""/connect and /connection-popup: what goes in, and how it ends."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from ic_widget.sandbox import Sandbox

from .conftest import PAGE, Client

BACK = "http://127.0.0.1:1/back"


@pytest.mark.parametrize(
    ("path", "parameters"), [("/connect", "input"), ("/connection-popup", "connectionParameters")]
)
@pytest.mark.parametrize("way", ["query", "form", "json"])
def test_every_way_in_makes_a_connection(client: Client, path: str, parameters: str, way: str) -> None:
    """Query, form field and JSON body, on both paths, end at the redirect address with a connectionId."""
    given = {"apiKey": "sk_test_1"}
    payload = {"token": client.token, "integrationKey": "stripe", "redirectUri": BACK, parameters: given}
    if way == "query":
        query = urlencode({**payload, parameters: json.dumps(given)})
        answer = client.get(f"{path}?{query}", token=None)
    elif way == "form":
        answer = client.post(path, urlencode({"payload": json.dumps(payload)}), token=None)
    else:
        answer = client.post(path, payload, token=None)
    assert answer.status == 303
    assert client.get(f"/connections/{answer.result['connectionId']}").json["name"] == "Stripe"


def test_refused_key_comes_back_as_a_connection_error(client: Client) -> None:
    """A key that begins with "wrong" is refused: type connection, with the cause inside, and nothing made."""
    answer = client.connect(integrationKey="stripe", input={"apiKey": "wrong-key"})
    error = json.loads(answer.result["errorData"])
    assert answer.result["error"] == error["message"]
    assert error["type"] == "connection"
    assert error["causedByError"]["message"] == "the credentials are not valid"
    assert "wrong-key" not in answer.location
    assert client.get("/connections").json["items"] == []


def test_redirect_keeps_the_query_it_had(client: Client) -> None:
    """Parameters are added to the address, not put in place of its own."""
    answer = client.connect(integrationKey="hacker-news", redirectUri=f"{BACK}?a=1&b=%20")
    assert answer.location.startswith(f"{BACK}?a=1&b=%20&connectionId=")


def test_without_redirect_a_page_tells_the_opener(client: Client) -> None:
    """The page carries the event for window.opener and says that it can be closed."""
    answer = client.connect(integrationKey="hacker-news", redirectUri=None, requestId="r1")
    assert answer.status == 200
    assert '"requestId": "r1", "type": "newConnectionCreated"' in answer.body
    assert "You can close this tab" in answer.body
    assert "Sandbox" in answer.body


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"integrationKey": "nope"}, "'nope' not found"),
        ({}, "integrationId, integrationKey or connectionId"),
        ({"integrationKey": "stripe"}, "apiKey is required"),
        ({"integrationKey": "stripe", "input": {"apiKey": ""}}, "apiKey is required"),
        ({"integrationKey": "stripe", "input": {"apiKey": 7}}, "apiKey must be string"),
        ({"integrationKey": "stripe", "input": "x"}, "input must be an object"),
        ({"integrationKey": "stripe", "authOptionKey": "nope"}, "no auth option 'nope'"),
        ({"integrationKey": "github", "integrationId": "stripe"}, "more than one integration"),
        ({"integrationKey": "workday"}, "has no auth options"),
        ({"integrationKey": "google-plus"}, "is archived"),
        ({"integrationKey": "x-twitter"}, "is deactivated"),
        ({"integrationKey": "salesforce-marketing-cloud"}, "lacks parameters"),
        ({"integrationKey": "hacker-news", "connectionId": "nope"}, "'nope' not found"),
        ({"integrationKey": "hacker-news", "name": 7}, "name must be a string"),
        ({"integrationKey": "hacker-news", "allowMultipleConnections": "x"}, "must be true or false"),
        ({"integrationKey": "postgresql", "input": {"port": 0}}, "port must be at least 1"),
    ],
)
def test_wrong_request_goes_back_with_the_error(client: Client, payload: dict[str, Any], words: str) -> None:
    """Once token and redirect are good, a browser is sent back; a program gets 4xx and the envelope."""
    back = client.connect(**payload)
    assert words in back.result["error"]
    assert json.loads(back.result["errorData"])["message"] == back.result["error"]
    plain = client.connect(headers={}, **payload)
    assert plain.status in (400, 404)
    assert words in plain.json["message"]


@pytest.mark.parametrize(
    "uri",
    ["javascript:alert(1)", "ftp://a.example/", "/back", "http://", "data:text/html,x", "http://a b/", 7],
)
def test_unsafe_redirect_is_never_followed(client: Client, uri: Any) -> None:
    """An address that is not http(s) gets an error page, or the envelope, and no redirect."""
    page = client.connect(integrationKey="hacker-news", redirectUri=uri)
    assert page.status == 400
    assert "location" not in page.headers
    assert page.headers["content-type"].startswith("text/html")
    assert (
        client.connect(headers={}, integrationKey="hacker-news", redirectUri=uri).json["type"]
        == "bad_request"
    )


@pytest.mark.parametrize(
    "body", ["payload=", "payload=%7B", "payload=%5B%5D", "payload=1", "payload=%22%5Cud800%22"]
)
def test_bad_json_is_an_error_page(client: Client, body: str) -> None:
    """A payload that is no JSON object: a page for browsers, the envelope for programs."""
    assert client.post("/connect", body, token=None, headers=PAGE).status == 400
    assert "JSON" in client.post("/connect", body, token=None).json["message"]


@pytest.mark.parametrize("value", ["NaN", "1e999", "[" * 60 + "]" * 60, "[" * 9000 + "]" * 9000])
def test_json_that_no_answer_could_carry(client: Client, value: str) -> None:
    """NaN, infinity and endless nesting are bad requests, here and in the body of a change."""
    payload = f'{{"token": "{client.token}", "integrationKey": "hacker-news", "input": {{"a": {value}}}}}'
    assert client.post("/connect", urlencode({"payload": payload}), token=None).status == 400
    made = client.connected()
    headers = {"Content-Type": "application/json"}
    body = f'{{"meta": {{"a": {value}}}}}'
    assert client.send("PATCH", f"/connections/{made}", body, headers).status == 400


def test_token_is_checked_before_anything_is_sent_back(client: Client, box: Sandbox) -> None:
    """Without a good token the redirect address is not used: it may be anybody's."""
    for token in ("", "x", box.token(expires_in=-1)):
        answer = client.connect(integrationKey="hacker-news", token=token)
        assert answer.status == 401
        assert "location" not in answer.headers


def test_a_new_connection_replaces_the_old_one(client: Client) -> None:
    """One connection per integration and tenant; the one before is archived."""
    first, second = client.connected(), client.connected()
    assert first != second
    assert [each["id"] for each in client.get("/connections").json["items"]] == [second]
    assert "archivedAt" in client.get(f"/connections/{first}").json


def test_many_connections_on_request(client: Client) -> None:
    """With allowMultipleConnections the one before stays."""
    first = client.connected()
    second = client.connected(allowMultipleConnections=True)
    assert {each["id"] for each in client.get("/connections").json["items"]} == {first, second}


def test_connection_id_reconnects(client: Client) -> None:
    """The same connection gets new credentials and keeps its id, its name and its auth option."""
    made = client.connected(
        "hubspot", authOptionKey="private-app", input={"accessToken": "pat-1"}, name="Mine"
    )
    again = client.connect(connectionId=made, input={"accessToken": "pat-2"})
    assert again.result["connectionId"] == made
    connection = client.get(f"/connections/{made}").json
    assert (connection["name"], connection["authOptionKey"]) == ("Mine", "private-app")


def test_refused_reconnect_leaves_the_connection_as_it_was(client: Client) -> None:
    """A wrong key on reconnect changes nothing."""
    made = client.connected("stripe", input={"apiKey": "sk_1"})
    before = client.get(f"/connections/{made}").json
    client.connect(connectionId=made, input={"apiKey": "wrong"})
    assert client.get(f"/connections/{made}").json == before


def test_received_shows_what_was_sent(client: Client, box: Sandbox) -> None:
    """Tests can read the payloads, newest last; printing the sandbox shows none."""
    client.connect(integrationKey="stripe", input={"apiKey": "sk_secret"}, customState="s")
    assert box.received[-1]["input"] == {"apiKey": "sk_secret"}
    assert box.received[-1]["customState"] == "s"
    assert "sk_secret" not in repr(box)


def test_custom_state_is_not_in_the_redirect(client: Client) -> None:
    """Nothing says that the engine returns it, so nobody may depend on it."""
    assert (
        "secret-state"
        not in client.connect(integrationKey="hacker-news", customState="secret-state").location
    )


def test_any_branch_and_nested_object_are_checked(client: Client) -> None:
    """Snowflake takes one of two kinds of authentication; what fits neither is named."""
    given: dict[str, Any] = {"account": "a", "user": "u", "authentication": {"token": "t"}}
    assert "connectionId" in client.connect(integrationKey="snowflake", input=given).result
    given["authentication"] = {"other": 1}
    error = client.connect(integrationKey="snowflake", input=given).result["error"]
    assert "authentication.other is not known" in error
