"""``/integrations`` and ``/connection-options``: the catalogue as the engine's REST API shows it."""

from __future__ import annotations

from typing import Any

from ..envelope import bad_request, not_found
from ..state.catalogue import Integration, logo
from ..web.handlers import ApiHandler
from ..web.selectors import integration_of

__all__ = [
    "ConnectionOptions",
    "ConnectorSpec",
    "IntegrationByQuery",
    "IntegrationHandler",
    "IntegrationsHandler",
]


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


class IntegrationBase(ApiHandler):
    """What an integration is shown with: the caller's newest connection to it."""

    def with_connection(self, item: Integration, shown: Integration) -> Integration:
        for connection in self.world.connections.to(self.caller().key, item["id"], limit=1):
            shown["connection"] = self.world.connections.public(connection, embed=False)
        return shown


class IntegrationsHandler(IntegrationBase):
    """``GET /integrations?search=&limit=&cursor=&includeArchived=``"""

    def get(self) -> None:
        archived = bool(self.flag("includeArchived"))
        items = self.world.catalogue.search(self.get_query_argument("search", ""), include_archived=archived)
        limit, offset = self.limit(), self.number("cursor", 0)
        page = [self.listed(item) for item in items[offset : offset + limit]]
        self.reply_page(page, offset + limit if offset + limit < len(items) else 0)

    def listed(self, item: Integration) -> Integration:
        shown = self.with_connection(item, public_integration(item))
        if item.get("sandbox", {}).get("listedWithoutId"):
            del shown["id"], shown["uuid"]
        return shown


class IntegrationHandler(IntegrationBase):
    """``GET /integrations/{id, key or uuid}``"""

    def get(self, selector: str) -> None:
        self.show(selector)

    def show(self, selector: str) -> None:
        item = self.world.catalogue.get(selector)
        if item is None:
            raise not_found("Integration", selector)
        shown = {**public_integration(item), "logoUri": logo(item), "authOptions": public_options(item)}
        self.reply(self.with_connection(item, shown))


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
