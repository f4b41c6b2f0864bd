"""``/integrations`` and ``/connection-options``: the catalogue as the engine's REST API shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from .catalogue import Integration
from .envelope import bad_request, not_found
from .handlers import ApiHandler
from .selectors import integration_of

__all__ = [
    "ConnectionOptions",
    "ConnectorSpec",
    "IntegrationByQuery",
    "IntegrationHandler",
    "IntegrationsHandler",
    "flag",
    "page_of",
    "public_integration",
    "public_option",
]

DEFAULT_LIMIT = 100
T = TypeVar("T")


def public_option(option: dict[str, Any], *, legacy: bool = False) -> dict[str, Any]:
    """An auth option as the engine shows it: `legacy` has the form in ``ui.schema`` alone."""
    shown: dict[str, Any] = {
        name: option[name]
        for name in ("key", "type", "title", "description", "inputSchema")
        if name in option
    }
    ui = dict(option.get("ui", {}))
    if "inputSchema" in option:
        ui.setdefault("schema", option["inputSchema"])
    if legacy:
        shown.pop("inputSchema", None)
    if ui:
        shown["ui"] = ui
    return shown


def public_integration(item: Integration) -> Integration:
    """`item` without its auth options and without what only the sandbox knows."""
    return {name: value for name, value in item.items() if name not in ("sandbox", "authOptions")}


def public_options(item: Integration) -> list[dict[str, Any]]:
    """The auth options of `item` as the engine shows them."""
    legacy = item.get("sandbox", {}).get("legacyOptions", False)
    return [public_option(option, legacy=legacy) for option in item["authOptions"]]


def page_of(handler: ApiHandler, items: list[T], show: Callable[[T], Any]) -> None:
    """Answers with the page of `items` that ``limit`` and ``cursor`` ask for; a cursor is an offset."""
    limit = _number(handler, "limit", DEFAULT_LIMIT)
    offset = _number(handler, "cursor", 0)
    if not 1 <= limit <= 1000:
        raise bad_request("limit must be a number from 1 to 1000.")
    body: dict[str, Any] = {"items": [show(item) for item in items[offset : offset + limit]]}
    if offset + limit < len(items):
        body["cursor"] = str(offset + limit)
    handler.reply(body)


def _number(handler: ApiHandler, name: str, default: int) -> int:
    text = handler.get_query_argument(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise bad_request(f"{name} must be a whole number.")
    return int(text)


def flag(handler: ApiHandler, name: str) -> bool:
    """Whether the query says yes to `name`."""
    value = handler.get_query_argument(name, "").lower()
    if value not in ("", "0", "1", "false", "true"):
        raise bad_request(f"{name} must be true or false.")
    return value in ("1", "true")


class IntegrationsHandler(ApiHandler):
    """``GET /integrations?search=&limit=&cursor=&includeArchived=``"""

    def get(self) -> None:
        archived = flag(self, "includeArchived")
        items = self.world.catalogue.search(self.get_query_argument("search", ""), include_archived=archived)
        connected = self.world.connections.by_integration(self.caller().key)

        def show(item: Integration) -> Integration:
            shown = public_integration(item)
            if item.get("sandbox", {}).get("listedWithoutId"):
                del shown["id"], shown["uuid"]
            if item["id"] in connected:
                shown["connection"] = self.world.connections.public(connected[item["id"]], embed=False)
            return shown

        page_of(self, items, show)


class IntegrationHandler(ApiHandler):
    """``GET /integrations/{id, key or uuid}``"""

    def get(self, selector: str) -> None:
        self.show(selector)

    def show(self, selector: str) -> None:
        item = self.world.catalogue.get(selector)
        if item is None:
            raise not_found("Integration", selector)
        shown = {**public_integration(item), "authOptions": public_options(item)}
        connection = self.world.connections.by_integration(self.caller().key).get(item["id"])
        if connection is not None:
            shown["connection"] = self.world.connections.public(connection, embed=False)
        self.reply(shown)


class IntegrationByQuery(IntegrationHandler):
    """``GET /integration?key=`` (or ``id=``, ``uuid=``): the clients' path for a selector object."""

    def get(self) -> None:  # type: ignore[override]
        for name in ("id", "key", "uuid"):
            selector = self.get_query_argument(name, "")
            if selector:
                return self.show(selector)
        raise bad_request("Missing required parameter: id, key or uuid.")


class ConnectorSpec(ApiHandler):
    """``GET /integrations/{selector}/connector-spec``: the legacy client reads the kind of auth from it."""

    def get(self, selector: str) -> None:
        item = self.world.catalogue.get(selector)
        if item is None:
            raise not_found("Integration", selector)
        auth: dict[str, Any] = {"options": {each["key"]: public_option(each) for each in item["authOptions"]}}
        if len(item["authOptions"]) == 1:
            auth |= public_option(item["authOptions"][0])
        self.reply({"key": item["key"], "name": item["name"], "auth": auth})


class ConnectionOptions(ApiHandler):
    """``POST /connection-options``: the auth options of an integration or of a connection's integration."""

    def post(self) -> None:
        payload = self.body_object()
        if not isinstance(payload.get("connectorParameters", {}), dict | None):
            raise bad_request("connectorParameters must be an object.")
        self.reply(public_options(integration_of(self.world, self.caller(), payload)))
