"""Which integration, connection and auth option a request means."""

from __future__ import annotations

from typing import Any

from ..envelope import ApiError, bad_request, not_found
from ..state.catalogue import Integration
from ..state.store import Document
from ..state.tokens import Tenant
from ..state.world import World

__all__ = ["auth_option", "connection_of", "integration_of", "text"]


def text(payload: dict[str, Any], name: str, *, longest: int = 1000) -> str | None:
    """`payload[name]` if it is a string with something in it; null and "" count as not given."""
    value = payload.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise bad_request(f"{name} must be a string.")
    if len(value) > longest:
        raise bad_request(f"{name} must have at most {longest} characters.")
    return value


def connection_of(world: World, tenant: Tenant, payload: dict[str, Any]) -> Document | None:
    """The tenant's own connection that `connectionId` names."""
    connection_id = text(payload, "connectionId")
    if connection_id is None:
        return None
    return world.connections.get(tenant.key, connection_id)


def integration_of(world: World, tenant: Tenant, payload: dict[str, Any]) -> Integration:
    """The one integration that all selectors given in `payload` mean; `ApiError` if none, or not one."""
    catalogue = world.catalogue
    found: list[Integration] = []
    for name, find in (
        ("integrationId", catalogue.get),
        ("integrationKey", catalogue.get),
        ("connectorId", catalogue.by_connector),
    ):
        selector = text(payload, name)
        if selector is not None:
            item = find(selector)
            if item is None:
                raise not_found("Connector" if name == "connectorId" else "Integration", selector)
            found.append(item)
    connection = connection_of(world, tenant, payload)
    if connection is not None:
        item = catalogue.get(connection["integrationId"])
        if item is None:
            raise not_found("Integration", connection["integrationId"])
        found.append(item)
    if not found:
        raise bad_request("Missing required parameter: integrationId, integrationKey or connectionId.")
    if any(item is not found[0] for item in found):
        names = " and ".join(sorted({repr(item["key"]) for item in found}))
        raise bad_request(f"The request names more than one integration: {names}.")
    return found[0]


def auth_option(item: Integration, key: str | None) -> dict[str, Any]:
    """The auth option of `item` to use: `key`, or the first. `ApiError` if the integration cannot be used."""
    unusable = {
        "has no auth options: it is not configured yet": not item["authOptions"],
        "lacks parameters that the workspace has to set": item["hasMissingParameters"],
        "is deactivated": item["isDeactivated"],
        "is archived": "archivedAt" in item,
    }
    for reason, true in unusable.items():
        if true:
            raise ApiError(
                f"{item['name']} {reason}.", kind="configuration", data={"integrationKey": item["key"]}
            )
    if key is None:
        return dict(item["authOptions"][0])
    for option in item["authOptions"]:
        if option["key"] == key:
            return dict(option)
    keys = ", ".join(option["key"] for option in item["authOptions"])
    raise bad_request(f"{item['name']} has no auth option {key!r}; it has {keys}.")
