"""Both clients, in Node and in Chromium: catalogue, connections, errors."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, build_opener

import pytest

from ic_widget.sandbox import Sandbox

from .clients import Customer, NodeClients, SdkError

Call = Callable[..., Any]


@pytest.fixture(params=["node", "chromium"])
def client(request: pytest.FixtureRequest, node: NodeClients, tabs: dict[str, Customer], sdk: str) -> Call:
    """Calls a chain on a new client with the options given first; in Chromium from another origin."""

    def in_chromium(options: dict[str, Any], *calls: list[Any]) -> Any:
        tabs[sdk].begin(options)
        tabs[sdk].click(*calls)
        return tabs[sdk].result()

    return in_chromium if request.param == "chromium" else partial(node.call, sdk)


@pytest.fixture
def call(client: Call, options: dict[str, Any]) -> Call:
    """The same for the tenant "demo"."""
    return partial(client, options)


def connect(box: Sandbox, integration: str, **payload: Any) -> None:
    """Makes a connection as a form would."""
    given = {"token": box.token(), "integrationKey": integration, **payload}
    form = urlencode({"payload": json.dumps(given)}).encode()
    build_opener().open(Request(f"{box.url}/connect", form)).close()  # noqa: S310 - our own address


def test_find_all_over_2500(client: Call) -> None:
    """findAll pages from cursor 0 to the end and has each integration once."""
    entries = [{"key": f"app-{n}", "name": f"App {n:05}"} for n in range(2500)]
    with Sandbox(entries) as box:
        options = {"token": box.token(), "apiUri": box.url}
        items = client(options, ["integrations"], ["findAll"])
    assert [item["key"] for item in items] == [f"app-{n}" for n in range(2500)]


def test_find_search_and_page(call: Call) -> None:
    """find takes search, limit and cursor."""
    found = call(["integrations"], ["find", {"search": "hubspot"}])
    assert [item["key"] for item in found["items"]] == ["hubspot"]
    first = call(["integrations"], ["find", {"limit": 2}])
    second = call(["integrations"], ["find", {"limit": 2, "cursor": first["cursor"]}])
    assert len({item["key"] for item in first["items"] + second["items"]}) == 4


def test_one_integration_by_any_name(call: Call) -> None:
    """get works by id, key and uuid, given as a string or as an object."""
    item = call(["integration", "github"], ["get"])
    assert item["name"] == "GitHub"
    for selector in (item["id"], item["uuid"], {"key": "github"}, {"id": item["id"]}, {"uuid": item["uuid"]}):
        assert call(["integration", selector], ["get"]) == item


def test_auth_options(call: Call, sdk: str) -> None:
    """The kinds of auth are where each client reads them."""
    if sdk == "membrane":
        found = call(["post", "/connection-options", {"integrationKey": "hubspot"}])
        assert {each["key"]: each["type"] for each in found} == {
            "oauth": "oauth2",
            "private-app": "client-credentials",
        }
        assert found[1]["inputSchema"]["required"] == ["accessToken"]
    else:
        auth = call(["integration", "hubspot"], ["getConnectorSpec"])["auth"]
        assert auth["options"]["private-app"]["type"] == "client-credentials"
        assert call(["integration", "stripe"], ["getConnectorSpec"])["auth"]["type"] == "client-credentials"


def test_connections(call: Call, box: Sandbox) -> None:
    """Find, get, rename, archive, restore, test and disconnect."""
    connect(box, "stripe", input={"apiKey": "sk_1"})
    connect(box, "hacker-news")
    found = call(["connections"], ["find", {"integrationKey": "stripe"}])["items"]
    made = found[0]["id"]
    assert len(found) == 1
    assert call(["connection", made], ["get"])["integration"]["key"] == "stripe"
    assert call(["connection", made], ["patch", {"name": "Till"}])["name"] == "Till"
    assert call(["connection", made], ["put", {"name": "Till 2"}])["name"] == "Till 2"
    call(["connection", made], ["archive"])
    assert call(["connections"], ["find", {"integrationKey": "stripe"}])["items"] == []
    call(["post", f"connections/{made}/restore"])
    assert call(["connections"], ["find", {"integrationKey": "stripe"}])["items"][0]["name"] == "Till 2"
    assert call(["post", f"connections/{made}/test"]) == {"success": True}
    assert call(["post", f"connections/{made}/disconnect"])["connected"] is False


def test_legacy_disconnect(node: NodeClients, options: dict[str, Any], box: Sandbox) -> None:
    """The legacy client disconnects an integration."""
    connect(box, "hacker-news")
    ended = node.call("integration-app", options, ["integration", "hacker-news"], ["disconnect"])
    assert ended["disconnected"] is True
    with pytest.raises(SdkError) as caught:
        node.call("integration-app", options, ["integration", "github"], ["disconnect"])
    assert caught.value.data["key"] == "not_found"


def test_proxy(call: Call, box: Sandbox) -> None:
    """The clients' proxy lists and makes records at the app."""
    connect(box, "stripe", input={"apiKey": "sk_1"})
    made = call(["connections"], ["find"])["items"][0]["id"]
    record = call(["connection", made], ["proxy"], ["post", "/records", {"amount": 5}])
    items = call(["connection", made], ["proxy"], ["get", "/records"])["items"]
    assert record in items
    assert (
        call(["connection", made], ["proxy"], ["patch", f"/records/{record['id']}", {"amount": 6}])["amount"]
        == 6
    )
    call(["connection", made], ["proxy"], ["delete", f"/records/{record['id']}"])
    assert len(call(["connection", made], ["proxy"], ["get", "/records"])["items"]) == len(items) - 1


def test_self(call: Call, box: Sandbox) -> None:
    """The clients' own tenant."""
    assert call(["self"], ["get"])["id"] == "demo"


def test_tenants_own_credentials(node: NodeClients, sdk: str, options: dict[str, Any]) -> None:
    """A client that is given credentials sends them by itself and is not awaited: a refusal would end Node."""
    node.call(sdk, {**options, "credentials": {"a": 1}}, ["connections"], ["find"])
    assert {"a": 1} == node.call(sdk, options, ["self"], ["get"])["credentials"]
    assert "Demo" == node.call(sdk, options, ["self"], ["patch", {"name": "Demo"}])["name"]


def signed_in(box: Sandbox) -> str:
    """The id of a connection with OAuth credentials, made at the sandbox's own provider."""
    tenant = box._running.tenant(box.token())
    made: list[str] = []

    def connect(world: Any) -> None:
        item = world.catalogue.get("github")
        tokens = world.provider.grant("github", "ada@example.com")
        credentials = {"type": "oauth2", "values": {}, "expires_at": time.time() + 3600, **tokens}
        connection = world.connections.create(tenant, item, option_key="oauth", credentials=credentials)
        made.append(connection["id"])

    box._do(connect)
    return made[0]


@pytest.mark.parametrize(
    "calls", [("proxy", "proxy"), ("proxy", "test"), ("refresh", "refresh"), ("test", "refresh")]
)
def test_calls_at_once_after_expiry(
    node: NodeClients, sdk: str, options: dict[str, Any], box: Sandbox, calls: tuple[str, str]
) -> None:
    """Calls that find the access token expired at the same time all succeed, and the connection lives on."""
    made = signed_in(box)
    chains: dict[str, list[Any]] = {
        "proxy": [["connection", made], ["proxy"], ["get", "/me"]],
        "test": [["post", f"connections/{made}/test"]],
        "refresh": [["connection", made], ["refreshCredentials"]],
    }
    box.faults.set("provider-slow", 50)
    box.expire_access("github")
    for value in node.together(sdk, options, *(chains[each] for each in calls * 3)):
        assert value.get("success", True)
    assert node.call(sdk, options, ["connection", made], ["get"])["connected"] is True


def test_rename_during_a_refresh(node: NodeClients, sdk: str, options: dict[str, Any], box: Sandbox) -> None:
    """A name that was answered while credentials were being renewed is there afterwards."""
    made = signed_in(box)
    box.faults.set("provider-slow", 200)
    rename: list[list[Any]] = [["connection", made], ["patch", {"name": "Renamed"}]]
    _, renamed = node.together(sdk, options, [["connection", made], ["refreshCredentials"]], rename)
    assert "Renamed" == renamed["name"]
    assert "Renamed" == node.call(sdk, options, ["connection", made], ["get"])["name"]


def test_dead_connection(call: Call, box: Sandbox) -> None:
    """After a revocation the clients get their own key, and the connection says what to do."""
    made = signed_in(box)
    box.revoke("github")
    for _ in range(2):
        with pytest.raises(SdkError) as caught:
            call(["connection", made], ["proxy"], ["get", "/me"])
        assert ("ConnectionError", "connection_is_defunct") == (caught.value.kind, caught.value.data["key"])
    shown = call(["connection", made], ["get"])
    assert ("CLIENT_ACTION_REQUIRED", "connect", True) == (
        shown["state"],
        shown["clientAction"]["type"],
        shown["disconnected"],
    )


def test_key_is_taken_away_and_selectors(call: Call, box: Sandbox) -> None:
    """``key: null`` takes the key away; an integration's key selects its only connection, before the proxy too."""
    connect(box, "stripe", input={"apiKey": "sk_1"}, connectionKey="k")
    assert "k" == call(["connection", "stripe"], ["get"])["key"]
    assert "stripe" == call(["connection", "stripe"], ["proxy"], ["get", "/me"])["app"]
    assert "key" not in call(["connection", "k"], ["patch", {"key": None}])


def test_filters(call: Call, box: Sandbox) -> None:
    """The filters of the clients narrow the list."""
    connect(box, "stripe", input={"apiKey": "sk_1"})
    connect(box, "hacker-news")
    call(["post", "connections/stripe/disconnect"])
    names = lambda **query: [each["name"] for each in call(["connections"], ["find", query])["items"]]  # noqa: E731
    assert ["Hacker News"] == names(connected=True)
    assert ["Stripe"] == names(disconnected=True)
    assert [] == names(isTest=True)
    assert [] == names(tenantId="other")


def test_error_of_the_app_is_no_error_of_the_engine(call: Call, box: Sandbox) -> None:
    """What the app itself refuses through the proxy does not become one of the clients' engine errors."""
    connect(box, "hacker-news")
    with pytest.raises(SdkError) as caught:
        call(["connection", "hacker-news"], ["proxy"], ["get", "/nope"])
    # A bundler numbers names that it finds twice.
    assert "AxiosError" == caught.value.kind.partition("$")[0]


def test_minted_token(node: NodeClients, box: Sandbox) -> None:
    """The current client mints its own token from key and secret, and the sandbox takes it."""
    options = {
        "workspaceKey": box.workspace_key,
        "workspaceSecret": box.workspace_secret,
        "tenantKey": "minted",
        "apiUri": box.url,
    }
    assert node.call("membrane", options, ["self"], ["get"])["id"] == "minted"


def test_refresh_credentials_error_is_typed(call: Call, box: Sandbox) -> None:
    """Credentials that cannot be refreshed are a bad request to the clients."""
    connect(box, "stripe", input={"apiKey": "sk_1"})
    made = call(["connections"], ["find"])["items"][0]["id"]
    with pytest.raises(SdkError) as caught:
        call(["connection", made], ["refreshCredentials"])
    assert caught.value.kind == "BadRequestError"


@pytest.mark.parametrize(
    ("chain", "kind", "key"),
    [
        ([["integration", "nope"], ["get"]], "BadRequestError", "not_found"),
        ([["connection", "nope"], ["get"]], "BadRequestError", "not_found"),
        ([["integrations"], ["find", {"limit": 5000}]], "BadRequestError", None),
        ([["get", "no/such/path"]], "BadRequestError", "not_found"),
    ],
)
def test_typed_errors(call: Call, chain: list[Any], kind: str, key: str | None) -> None:
    """404 and 400 arrive as the clients' own error classes with type, key and message, also from a page."""
    with pytest.raises(SdkError) as caught:
        call(*chain)
    assert (caught.value.kind, caught.value.data.get("key")) == (kind, key)
    assert caught.value.data["type"] == "bad_request"
    # The legacy client's build for browsers adds a space.
    assert caught.value.data["message"] == str(caught.value).rstrip()


def test_not_authenticated(client: Call, box: Sandbox) -> None:
    """An expired token and one of another workspace arrive as not_authenticated."""
    with Sandbox() as other:
        tokens = [box.token(expires_in=-60), other.token()]
    for token in tokens:
        with pytest.raises(SdkError) as caught:
            client({"token": token, "apiUri": box.url}, ["integrations"], ["find"])
        assert caught.value.data["key"] == "not_authenticated"


def test_access_denied(call: Call, box: Sandbox) -> None:
    """Asking for the credentials arrives as access_denied."""
    connect(box, "hacker-news")
    made = call(["connections"], ["find"])["items"][0]["id"]
    with pytest.raises(SdkError) as caught:
        call(["connection", made], ["get", {"includeSecrets": True}])
    assert caught.value.data["key"] == "access_denied"


def test_rate_limit_and_internal(call: Call, box: Sandbox) -> None:
    """429 and 500, by setting and by header, arrive with their types."""
    box.faults.set("rate-limit", times=1)
    with pytest.raises(SdkError) as caught:
        call(["integrations"], ["find"])
    assert caught.value.data["key"] == "rate_limit_exceeded"
    with pytest.raises(SdkError) as caught:
        call(["get", "/integrations", {}, {"headers": {"X-Sandbox-Fault": "internal"}}])
    assert caught.value.kind == "InternalError"
    assert caught.value.data["data"]["errorId"]
    assert call(["integrations"], ["find", {"limit": 1}])["items"]
