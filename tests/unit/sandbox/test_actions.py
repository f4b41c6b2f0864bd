"""Actions of the built-in apps: listed, run in each of the ways there are, and logged."""

from __future__ import annotations

import base64
import csv
import io
from typing import Any

import pytest

from ic_widget.sandbox import Sandbox

from .conftest import Client


@pytest.fixture
def made(client: Client) -> str:
    """A connection to HubSpot, whose records are contacts."""
    return client.connected(
        "hubspot", authOptionKey="private-app", input={"accessToken": "t"}, connectionKey="k"
    )


def test_every_app_has_its_actions(client: Client) -> None:
    """Each built-in app lists, gets, makes and changes its records, and has one action that fails and one slow."""
    for item in client.get("/integrations?limit=1000&includeArchived=1").json["items"]:
        keys = [each["key"] for each in client.get(f"/integrations/{item['key']}/actions").json["items"]]
        assert ["list", "get", "create", "update"] == [key.partition("-")[0] for key in keys[:4]]
        assert {"slow", "fail", "export-file"} <= set(keys)


def test_listed_by_each_selector(client: Client, made: str) -> None:
    """By connection id or key, by integration, and below either; a page at a time, by words."""
    item = client.get("/integrations/hubspot").json
    paths = (
        f"/connections/{made}/actions",
        f"/actions?connectionId={made}",
        "/actions?connectionKey=k",
        "/actions?integrationKey=hubspot",
        f"/actions?integrationId={item['id']}",
        "/integrations/hubspot/actions",
    )
    keys = {path: [each["key"] for each in client.get(path).json["items"]] for path in paths}
    assert ["list-contacts", "get-contact"] == keys[paths[0]][:2]
    assert [keys[paths[0]]] * len(paths) == list(keys.values())
    first = client.get("/actions?limit=5").json
    second = client.get(f"/actions?limit=5&cursor={first['cursor']}").json
    assert 10 == len({each["id"] for each in first["items"] + second["items"]})
    found = client.get("/actions?integrationKey=hubspot&intent=new+contact").json["items"]
    assert ["create-contact"] == [each["key"] for each in found]


def test_one_action_by_id_and_key(client: Client, made: str) -> None:
    """The same action by its id, by key and integration, and below the connection, with its two schemas."""
    action = client.get(f"/connections/{made}/actions/create-contact").json
    assert (made, ["name"]) == (action.pop("connectionId"), action["inputSchema"]["required"])
    assert "email" == action["inputSchema"]["properties"]["email"]["format"]
    assert action == client.get(f"/actions/{action['id']}").json
    assert action == client.get("/action?key=create-contact&integrationKey=hubspot").json
    assert action == client.get("/integrations/hubspot/actions/create-contact").json
    assert 400 == client.get("/actions/create-contact").status


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/connections/{id}/actions/create-contact/run", {"name": "Ada"}),
        ("/connections/hubspot/actions/create-contact/run", {"name": "Ada"}),
        ("/actions/create-contact/run?connectionId={id}", {"input": {"name": "Ada"}}),
        ("/actions/create-contact/run?integrationKey=hubspot", {"input": {"name": "Ada"}}),
        ("/action/run?key=create-contact&connectionKey=k", {"input": {"name": "Ada"}}),
        ("/act", {"key": "create-contact", "connectionId": "{id}", "input": {"name": "Ada"}}),
        ("/act", {"key": "create-contact", "integrationKey": "hubspot", "input": {"name": "Ada"}}),
        (
            "/act",
            {"api": {"method": "post", "path": "/records", "body": {"name": "Ada"}}, "connectionKey": "k"},
        ),
        (
            "/act",
            {"api": {"method": "POST", "url": "records", "data": {"name": "Ada"}}, "connectionKey": "k"},
        ),
    ],
)
def test_run_in_every_way(client: Client, made: str, path: str, body: dict[str, Any]) -> None:
    """Each way makes the record, and answers with the output and the run's id."""
    given = {name: made if value == "{id}" else value for name, value in body.items()}
    answer = client.post(path.replace("{id}", made), given)
    assert 200 == answer.status, answer.body
    record = answer.json["output"]
    assert "Ada" == record["name"]
    assert record == client.get(f"/connections/{made}/proxy/records/{record['id']}").json
    log = client.get(f"/action-run-logs/{answer.json['actionRunId']}").json
    assert ("success", made, record) == (log["status"], log["connectionId"], log["output"])


def test_records_from_first_to_last(client: Client, made: str) -> None:
    """List, get and update do what they say."""
    run = lambda key, **given: client.post(f"/connections/{made}/actions/{key}/run", given).json["output"]  # noqa: E731
    listed = run("list-contacts", limit=2)
    assert (2, "2") == (len(listed["items"]), listed["cursor"])
    assert ["c2"] == [each["id"] for each in run("list-contacts", search="hopper")["items"]]
    assert "Ada Lovelace" == run("get-contact", id="c1")["name"]
    assert "Ada King" == run("update-contact", id="c1", name="Ada King")["name"]
    assert "ada@example.com" == run("get-contact", id="c1")["email"]


def test_file_comes_whole(client: Client, made: str) -> None:
    """A file is its name, its type and its bytes in base 64, text or picture."""

    def run(kind: str) -> dict[str, Any]:
        return dict(
            client.post(f"/connections/{made}/actions/export-file/run", {"format": kind}).json["output"]
        )

    text = run("csv")
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(text["content"]).decode())))
    assert ("contacts.csv", "Karen Spärck Jones") == (text["name"], rows[2]["name"])
    assert base64.b64decode(run("png")["content"]).startswith(b"\x89PNG")


def test_failure_has_its_run_and_its_cause(client: Client, made: str) -> None:
    """An action that the app refuses is an error of type action_run, and its log has the raw exchange."""
    answer = client.post(f"/connections/{made}/actions/fail/run", {})
    assert (400, "action_run") == (answer.status, answer.json["type"])
    assert "the app answered 422" in answer.json["causedByError"]["message"]
    run_id = answer.json["data"]["actionRunId"]
    plain = client.get(f"/action-run-logs/{run_id}").json
    assert ("error", False) == (plain["status"], "details" in plain)
    (exchange,) = client.get(f"/action-run-logs/{run_id}?details=true").json["details"]
    assert (("POST", "status/422"), 422) == (
        (exchange["request"]["method"], exchange["request"]["path"]),
        exchange["response"]["status"],
    )


def test_run_with_a_dead_connection(client: Client, box: Sandbox, made: str) -> None:
    """The cause says that the connection is defunct, and the run is logged as an error."""
    box.revoke("hubspot")
    answer = client.post(f"/connections/{made}/actions/list-contacts/run", {})
    assert "connection_is_defunct" == answer.json["causedByError"]["key"]
    assert 1 == len(client.get("/action-run-logs?status=error").json["items"])


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/connections/k/actions/create-contakt/run", {}, 404, "Did you mean 'create-contact'?"),
        ("/connections/k/actions/create-contact/run", {}, 400, "name is required"),
        ("/connections/k/actions/list-contacts/run", {"limit": 0}, 400, "limit must be at least 1"),
        ("/actions/create-contact/run", {"input": {}}, 400, "with which connection"),
        ("/actions/fail/run?connectionKey=k", {"input": 1}, 400, "input must be an object"),
        ("/act", {"key": "fail"}, 400, "connectionId"),
        ("/act", {"key": "fail", "id": "x", "connectionKey": "k"}, 400, "exactly one of"),
        ("/act", {"connectionKey": "k"}, 400, "exactly one of"),
        ("/act", {"key": "fail", "connectionKey": "k", "foo": 1}, 400, "Not known here: foo"),
        ("/act", {"code": "1", "connectionKey": "k"}, 400, "runs no code"),
        ("/act", {"api": {"method": "GET"}, "connectionKey": "k"}, 400, "api.path is missing"),
        ("/act", {"api": {"path": "x", "method": "TRACE"}, "connectionKey": "k"}, 400, "'TRACE'"),
        ("/act", {"api": {"path": "x", "no": 1}, "connectionKey": "k"}, 400, "api must be an object with"),
        ("/act", {"key": "fail", "connectionKey": "nope"}, 404, "'nope' not found"),
    ],
)
def test_wrong_run(
    client: Client, made: str, path: str, body: dict[str, Any], status: int, words: str
) -> None:
    """What cannot be run is said in the envelope, and leaves no log."""
    answer = client.post(path, body)
    assert (status, True) == (answer.status, words in answer.json["message"]), answer.body
    assert [] == client.get("/action-run-logs").json["items"]


def test_logs_are_filtered_and_the_tenants_own(client: Client, box: Sandbox, made: str) -> None:
    """Newest first, by action and status, a page at a time; another tenant sees none."""
    for key in ("list-contacts", "fail", "list-contacts"):
        client.post(f"/connections/{made}/actions/{key}/run", {})
    action = client.get("/integrations/hubspot/actions/list-contacts").json["id"]
    assert 2 == len(client.get(f"/action-run-logs?actionId={action}").json["items"])
    assert ["fail"] == [
        each["name"].lower() for each in client.get("/action-run-logs?status=error").json["items"]
    ]
    first = client.get("/action-run-logs?limit=2").json
    rest = client.get(f"/action-run-logs?cursor={first['cursor']}").json
    assert (2, 1, False) == (len(first["items"]), len(rest["items"]), "cursor" in rest)
    other = Client(box, "other")
    assert [] == other.get("/action-run-logs").json["items"]
    assert 404 == other.get(f"/action-run-logs/{first['items'][0]['id']}").status
    assert 400 == client.get("/action-run-logs?status=maybe").status
