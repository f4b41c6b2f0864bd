"""The connections of all tenants: made, replaced, renamed, archived, restored."""

from __future__ import annotations

import secrets
from datetime import datetime, timezone
from typing import Any

from .catalogue import Catalogue, Integration
from .envelope import ApiError, not_found
from .store import Document, Store
from .tokens import Tenant

__all__ = ["Connections", "now"]

KIND = "connection"
#: What never leaves the store: which tenant, and what the app handed out.
PRIVATE = ("credentials", "input", "tenantKey")


def now() -> str:
    """The time as the engine writes it: UTC, with milliseconds."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Connections:
    """Connection documents in a store, seen by one tenant at a time."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue

    def get(self, tenant: str, selector: str) -> Document:
        """The tenant's connection with this id or key; `ApiError` 404 also for another tenant's."""
        found = self._store.get(KIND, selector)
        if found is not None and found["tenantKey"] == tenant:
            return found
        for each in self._store.all(KIND):
            if each["tenantKey"] == tenant and each.get("key") == selector and "archivedAt" not in each:
                return each
        raise not_found("Connection", selector)

    def of(self, tenant: str, *, include_archived: bool = False) -> list[Document]:
        """The tenant's connections, newest first."""
        mine = [each for each in self._store.all(KIND) if each["tenantKey"] == tenant]
        return [each for each in reversed(mine) if include_archived or "archivedAt" not in each]

    def everyone(self, integration_key: str) -> list[Document]:
        """The connections of all tenants to an integration."""
        item = self._catalogue.get(integration_key)
        return [each for each in self._store.all(KIND) if item and each["integrationId"] == item["id"]]

    def by_integration(self, tenant: str) -> dict[str, Document]:
        """The tenant's newest connection to each integration, by the integration's id."""
        return {each["integrationId"]: each for each in reversed(self.of(tenant))}

    def create(
        self,
        tenant: Tenant,
        item: Integration,
        *,
        option_key: str,
        credentials: dict[str, Any],
        name: str | None = None,
        key: str | None = None,
        keep_others: bool = False,
    ) -> Document:
        """A new connection. It replaces the tenant's others to this integration unless `keep_others`."""
        self.claim(tenant.key, key)
        if not keep_others:
            for each in self.of(tenant.key):
                if each["integrationId"] == item["id"]:
                    self.archive(each)
        stamp = now()
        connection: Document = {
            "id": secrets.token_hex(12),
            "name": name or item["name"],
            "integrationId": item["id"],
            "connectorId": item["connectorId"],
            "tenantId": tenant.key,
            "user": {"id": tenant.key, "internalId": tenant.key, "name": tenant.name},
            "createdAt": stamp,
            "meta": {},
            "canTest": True,
            "tenantKey": tenant.key,
        }
        if key:
            connection["key"] = key
        return self.connect(connection, option_key=option_key, credentials=credentials)

    def connect(self, connection: Document, *, option_key: str, credentials: dict[str, Any]) -> Document:
        """Gives `connection` working credentials, for the first time or again."""
        connection.pop("archivedAt", None)
        connection.pop("error", None)
        if credentials["type"] in ("oauth1", "oauth2"):
            # What an app asks before the sign-in is no secret, and a reconnect need not ask it again.
            connection["input"] = credentials["values"]
        return self.save(
            connection,
            authOptionKey=option_key,
            connected=True,
            disconnected=False,
            isDefunct=False,
            state="READY",
            errors=[],
            canRefreshCredentials="refresh_token" in credentials,
            credentials=credentials,
        )

    def save(self, connection: Document, **changes: Any) -> Document:
        connection |= changes
        connection["updatedAt"] = now()
        self._store.put(KIND, connection["id"], connection)
        return connection

    def disconnect(self, connection: Document, error: dict[str, Any] | None = None) -> Document:
        """Erases the credentials; `error` says why if nobody asked for it."""
        if error:
            connection |= {"error": error}
        errors = [error] if error else []
        return self.save(connection, connected=False, disconnected=True, credentials={}, errors=errors)

    def archive(self, connection: Document) -> Document:
        return self.save(connection, archivedAt=now())

    def claim(self, tenant: str, key: str | None, owner: str | None = None) -> None:
        """`ApiError` if a connection of the tenant other than `owner` has `key`."""
        if key and any(each.get("key") == key and each["id"] != owner for each in self.of(tenant)):
            raise ApiError(f"Another connection already has the key {key!r}.", key="already_exists")

    def restore(self, connection: Document) -> Document:
        """Undoes `archive`; `ApiError` if another connection has taken its key."""
        self.claim(connection["tenantKey"], connection.get("key"), connection["id"])
        connection.pop("archivedAt", None)
        return self.save(connection)

    def public(self, connection: Document, *, embed: bool = True) -> dict[str, Any]:
        """`connection` as the engine shows it, with its integration if `embed`."""
        shown = {name: value for name, value in connection.items() if name not in PRIVATE}
        item = self._catalogue.get(connection["integrationId"])
        if embed and item is not None:
            shown["integration"] = {
                name: item[name]
                for name in ("id", "uuid", "key", "name", "logoUri", "connectorId")
                if name in item
            }
        return shown
