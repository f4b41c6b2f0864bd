"""Both clients, in Node: actions, their runs, and what the clients send of connection requests."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ic_widget.sandbox import Sandbox

from .clients import NodeClients, SdkError
from .test_rest import connect

Call = Callable[..., Any]
CONTACTS = ["list-contacts", "get-contact", "create-contact", "update-contact", "export-file", "slow", "fail"]


@pytest.fixture
def call(node: NodeClients, sdk: str, options: dict[str, Any], box: Sandbox) -> Call:
    """Calls a chain for the tenant "demo", who has a connection to HubSpot."""
    connect(box, "hubspot", authOptionKey="private-app", input={"accessToken": "t"}, connectionKey="k")
    return partial(node.call, sdk, options)


def keys(items: list[dict[str, Any]]) -> list[str]:
    """The keys of actions."""
    return [each["key"] for each in items]


def test_actions_are_listed(call: Call) -> None:
    """By connection, by integration, and all of them to the last page."""
    assert CONTACTS == keys(call(["connection", "k"], ["actions"], ["list"])["items"])
    assert CONTACTS == keys(call(["integration", "hubspot"], ["actions"], ["list"])["items"])
    assert CONTACTS == keys(call(["actions"], ["find", {"integrationKey": "hubspot"}])["items"])
    everything = call(["actions"], ["findAll"])
    assert len(everything) > 400
    assert len({each["id"] for each in everything}) == len(everything)


def test_one_action(call: Call) -> None:
    """By id, by key and integration, and of the connection: the same schemas."""
    found = call(["action", {"key": "create-contact", "integrationKey": "hubspot"}], ["get"])
    assert found == call(["action", found["id"]], ["get"])
    of_connection = call(["connection", "k"], ["action", "create-contact"], ["get"])
    assert found["inputSchema"] == of_connection["inputSchema"]


def test_run_on_a_connection(call: Call) -> None:
    """Both clients send the input itself; output and run id come back."""
    made = call(["connection", "k"], ["action", "create-contact"], ["run", {"name": "Ada"}])
    record = made["output"]
    assert ("Ada", True) == (record["name"], bool(made["actionRunId"]))
    changed = call(
        ["connection", "k"], ["action", "update-contact"], ["run", {"id": record["id"], "name": "B"}]
    )
    assert "B" == changed["output"]["name"]
    assert (
        "B"
        == call(["connection", "k"], ["action", "get-contact"], ["run", {"id": record["id"]}])["output"][
            "name"
        ]
    )
    assert record["id"] in [
        each["id"]
        for each in call(["connection", "k"], ["action", "list-contacts"], ["run", {}])["output"]["items"]
    ]


def test_run_by_the_current_client(node: NodeClients, options: dict[str, Any], call: Call) -> None:
    """The current client also runs an action with ``{"input": ...}`` and the connection in the query."""
    run = ["run", {"name": "Ada"}, {"connectionKey": "k"}]
    made = node.call("membrane", options, ["action", "create-contact"], run)
    assert "Ada" == made["output"]["name"]


def test_failures_are_typed(call: Call, box: Sandbox) -> None:
    """A refusal by the app, a wrong input and an unknown action arrive with their types, the run's id included."""
    with pytest.raises(SdkError) as caught:
        call(["connection", "k"], ["action", "fail"], ["run", {}])
    assert "action_run" == caught.value.data["type"]
    run_id = caught.value.data["data"]["actionRunId"]
    log = call(["get", f"/action-run-logs/{run_id}", {"details": True}])
    assert ("error", 422) == (log["status"], log["details"][0]["response"]["status"])
    with pytest.raises(SdkError) as caught:
        call(["connection", "k"], ["action", "create-contact"], ["run", {}])
    assert [{"path": "name", "message": "is required"}] == caught.value.data["data"]["parameters"]
    with pytest.raises(SdkError) as caught:
        call(["connection", "k"], ["action", "nope"], ["run", {}])
    assert "not_found" == caught.value.data["key"]


def test_act(call: Call) -> None:
    """What neither client has a method for goes through their plain calls."""
    made = call(["post", "/act", {"key": "create-contact", "connectionKey": "k", "input": {"name": "Ada"}}])
    assert "Ada" == made["output"]["name"]
    api = {"method": "GET", "path": "/me"}
    assert "hubspot" == call(["post", "/act", {"api": api, "connectionKey": "k"}])["output"]["app"]
    assert 2 == len(call(["get", "/action-run-logs", {"status": "success"}])["items"])


def test_connection_request(call: Call, box: Sandbox) -> None:
    """A request is pending until the connect page is called with its id, and then names the connection."""
    asked = call(["post", "/connection-requests", {"integrationKey": "hacker-news"}])
    assert "pending" == asked["status"]
    connect(box, "hacker-news", connectionRequestId=asked["requestId"])
    ended = call(["get", f"/connection-requests/{asked['requestId']}"])
    assert "success" == ended["status"]
    assert "hacker-news" == call(["connection", ended["resultConnectionId"]], ["get"])["integration"]["key"]


def test_pages_and_bytes_through_the_proxy(call: Call) -> None:
    """A long list by cursor, a whole address, and bytes, as far as the clients let them through."""
    page = call(["connection", "k"], ["proxy"], ["get", "/activity/by-cursor?limit=100"])
    assert (100, "100") == (len(page["items"]), page["nextCursor"])
    page = call(["connection", "k"], ["proxy"], ["get", "/activity/by-url?limit=100"])
    following = call(["get", f"/connections/k/proxy/{page['next']}"])
    assert 101 == following["items"][0]["id"]
    sent = call(["post", "/connections/k/proxy/echo", {"a": [1]}])
    assert {"a": [1]} == sent
