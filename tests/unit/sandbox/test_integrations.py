"""The catalogue over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from ic_widget.sandbox import Sandbox

from .conftest import Client


def entries(count: int) -> list[dict[str, Any]]:
    """A catalogue of that many apps."""
    option = {"key": "public", "type": "client-credentials"}
    return [{"key": f"app-{n}", "name": f"App {n:05}", "authOptions": [option]} for n in range(count)]


def test_pages_follow_the_cursor_to_the_end() -> None:
    """2,500 apps come as three pages, each once, and the last page has no cursor."""
    with Sandbox(entries(2500)) as box:
        client = Client(box)
        seen: list[str] = []
        cursor, pages = "0", 0
        while cursor is not None:
            page = client.get(f"/integrations?limit=1000&cursor={cursor}").json
            seen += [item["key"] for item in page["items"]]
            cursor = page.get("cursor")
            pages += 1
    assert pages == 3
    assert len(set(seen)) == len(seen) == 2500


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "cursor=x", "limit=-1"])
def test_wrong_page_is_a_bad_request(client: Client, query: str) -> None:
    """A limit or cursor that is none gets the envelope with status 400."""
    answer = client.get(f"/integrations?{query}")
    assert answer.status == 400
    assert answer.json["type"] == "bad_request"


def test_search_finds_every_word_anywhere(client: Client) -> None:
    """Words are looked for in name, key, description and categories, without case."""
    keys = {item["key"] for item in client.get("/integrations?search=MARKETING+contacts").json["items"]}
    assert "mailchimp" not in keys
    assert {"hubspot", "activecampaign"} <= keys
    assert client.get("/integrations?search=nothing+like+it").json["items"] == []


def test_archived_ones_only_on_request(client: Client) -> None:
    """An archived app is in the list only with includeArchived."""
    assert client.get("/integrations?search=google%2B").json["items"] == []
    found = client.get("/integrations?search=google%2B&includeArchived=true").json["items"]
    assert [item["key"] for item in found] == ["google-plus"]


def test_one_integration_by_id_key_and_uuid(client: Client) -> None:
    """The same integration comes by any of its three names, with its auth options."""
    by_key = client.get("/integrations/hubspot").json
    assert client.get(f"/integrations/{by_key['id']}").json == by_key
    assert client.get(f"/integrations/{by_key['uuid']}").json == by_key
    assert client.get("/integration?key=hubspot").json == by_key
    assert [option["key"] for option in by_key["authOptions"]] == ["oauth", "private-app"]


def test_unknown_integration_is_not_found(client: Client) -> None:
    """404 with the engine's key for it."""
    answer = client.get("/integrations/nope")
    assert (answer.status, answer.json["key"]) == (404, "not_found")


def test_options_by_key_id_and_connection(client: Client) -> None:
    """Auth options come by integration key, id, connector and connection."""
    item = client.get("/integrations/hacker-news").json
    expected = item["authOptions"]
    selectors = (
        {"integrationKey": "hacker-news"},
        {"integrationId": item["id"]},
        {"connectorId": item["connectorId"]},
        {"connectionId": client.connected("hacker-news")},
    )
    assert [client.post("/connection-options", each).json for each in selectors] == [expected] * 4


def test_options_never_show_what_only_the_sandbox_knows(client: Client) -> None:
    """The sandbox's own settings of an option stay inside."""
    for item in client.get("/integrations?limit=1000&includeArchived=1").json["items"]:
        assert "sandbox" not in item
        for option in client.get(f"/integrations/{item['key']}").json["authOptions"]:
            assert "sandbox" not in option


def test_an_older_app_has_its_form_in_ui_schema_alone(client: Client) -> None:
    """Pipedrive is one of those that still answer in the legacy shape."""
    (option,) = client.post("/connection-options", {"integrationKey": "pipedrive"}).json
    assert "inputSchema" not in option
    assert option["ui"]["schema"]["required"] == ["companyDomain", "apiToken"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"integrationKey": 7}, 400),
        ({"integrationKey": "nope"}, 404),
        ({"connectionId": "nope"}, 404),
        ({"integrationKey": "github", "integrationId": "hubspot"}, 400),
        ({"integrationKey": "github", "connectorParameters": 1}, 400),
        ([], 400),
    ],
)
def test_wrong_options_request(client: Client, body: Any, status: int) -> None:
    """No selector, two selectors for different apps, unknown ones, wrong types: the envelope."""
    answer = client.post("/connection-options", body)
    assert answer.status == status
    assert answer.json["type"] == "bad_request"


def test_catalogue_is_varied_enough(client: Client) -> None:
    """There are at least 40 apps that can be connected, and some that cannot, each for another reason."""
    items = client.get("/integrations?limit=1000&includeArchived=true").json["items"]
    unusable = [
        item["key"]
        for item in items
        if item["isDeactivated"]
        or item["hasMissingParameters"]
        or "archivedAt" in item
        or "authType" not in item
    ]
    assert sorted(unusable) == ["google-plus", "salesforce-marketing-cloud", "workday", "x-twitter"]
    assert len(items) - len(unusable) >= 40
    assert any("logoUri" not in item for item in items)
    assert any("id" not in item for item in items)


def test_integration_shows_the_callers_connection(client: Client, box: Sandbox) -> None:
    """The caller's connection is embedded in list and detail, and nobody else's."""
    made = client.connected("hacker-news")
    assert client.get("/integrations/hacker-news").json["connection"]["id"] == made
    listed = {item["key"]: item for item in client.get("/integrations?limit=1000").json["items"]}
    assert [key for key, item in listed.items() if "connection" in item] == ["hacker-news"]
    assert "connection" not in Client(box, "other").get("/integrations/hacker-news").json
