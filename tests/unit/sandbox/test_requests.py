"""Connection requests: asked for by a program, answered by a person."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from ic_widget.sandbox import Sandbox

from .conftest import PAGE, Client
from .test_oauth2 import answer_consent, visit


def ask(client: Client, **body: Any) -> dict[str, Any]:
    """A new connection request."""
    answer = client.post("/connection-requests", body)
    assert 200 == answer.status, answer.body
    return dict(answer.json)


def fill_in(client: Client, request: dict[str, Any], **fields: str) -> Any:
    """What comes after the form at the request's address was sent."""
    path = request["url"].removeprefix(client.box.url)
    return client.post(path, urlencode(fields), token=None, headers=PAGE)


def test_form_makes_the_connection(client: Client) -> None:
    """The page asks for what the app asks, and the request then names the connection."""
    request = ask(
        client, integrationKey="stripe", name="Till", redirectUri="http://127.0.0.1:1/back", prompt="Hello"
    )
    assert ("pending", "demo") == (request["status"], request["tenantId"])
    page = client.get(request["url"], token=None, headers=PAGE)
    assert 'type="password"' in page.body
    assert "Hello" in page.body
    back = fill_in(client, request, apiKey="sk_1")
    assert "connectionId=" in back.location
    ended = client.get(f"/connection-requests/{request['requestId']}").json
    connection = client.get(f"/connections/{ended['resultConnectionId']}").json
    assert ("success", "Till") == (ended["status"], connection["name"])
    assert "sk_1" not in str(ended)
    assert 404 == client.get(request["url"], token=None, headers=PAGE).status


def test_numbers_of_the_form_are_numbers(client: Client) -> None:
    """A port that was typed fits its schema, and one that is no number is refused in words."""
    fields = {"host": "h", "database": "d", "user": "u", "password": "p"}
    request = ask(client, integrationKey="postgresql")
    assert "port must be integer" in fill_in(client, request, **fields, port="many").body
    assert "pending" == client.get(f"/connection-requests/{request['requestId']}").json["status"]
    fill_in(client, request, **fields, port="5432")
    ended = client.get(f"/connection-requests/{request['requestId']}").json
    assert ("success", False) == (ended["status"], "resultError" in ended)


def test_refused_and_then_right(client: Client) -> None:
    """A refusal is in the request until a later try succeeds."""
    request = ask(client, integrationKey="stripe")
    fill_in(client, request, apiKey="wrong")
    ended = client.get(f"/connection-requests/{request['requestId']}").json
    assert ("error", "connection") == (ended["status"], ended["resultError"]["type"])
    fill_in(client, request, apiKey="sk_1")
    assert "success" == client.get(f"/connection-requests/{request['requestId']}").json["status"]


def test_signing_in(client: Client) -> None:
    """With OAuth the page leads to the provider and the way back answers the request."""
    request = ask(client, integrationKey="github")
    start = fill_in(client, request)
    page = client.get(start.location, token=None, headers=PAGE)
    form = urlencode({"visit": visit(page), "email": "a@example.com", "password": "x"})
    page = client.post("/provider/github/sign-in", form, token=None, headers=PAGE)
    client.get(answer_consent(client, page, "allow").location, token=None, headers=PAGE)
    assert "success" == client.get(f"/connection-requests/{request['requestId']}").json["status"]


def test_reconnect_by_request(client: Client) -> None:
    """A request for a connection connects that one again."""
    made = client.connected("stripe", input={"apiKey": "sk_1"})
    request = ask(client, connectionId=made)
    fill_in(client, request, apiKey="sk_2")
    assert made == client.get(f"/connection-requests/{request['requestId']}").json["resultConnectionId"]


def test_request_belongs_to_its_tenant(client: Client, box: Sandbox) -> None:
    """Another tenant neither sees it nor answers it by its own attempt."""
    request = ask(client, integrationKey="stripe")
    other = Client(box, "other")
    assert 404 == other.get(f"/connection-requests/{request['requestId']}").status
    back = other.connect(
        integrationKey="stripe", input={"apiKey": "x"}, connectionRequestId=request["requestId"]
    )
    assert "not found" in back.result["error"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"integrationKey": "nope"}, 404),
        ({"integrationKey": "stripe", "redirectUri": "javascript:x"}, 400),
        ({"integrationKey": "stripe", "allowMultipleConnections": 1}, 400),
        ({"connectionId": "nope"}, 404),
    ],
)
def test_wrong_request(client: Client, body: dict[str, Any], status: int) -> None:
    """What cannot be connected is refused when it is asked for."""
    assert status == client.post("/connection-requests", body).status
