"""The connections of all tenants: made, replaced, renamed, archived, restored.

Nothing here waits for the network. Who did wait writes by `change`, which reads the document again and writes
only what it is given: what others changed meanwhile stays.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any
from weakref import WeakValueDictionary

from ..envelope import ApiError, Envelope, bad_request, not_found
from .catalogue import Catalogue, Integration, logo
from .store import Document, Store
from .tokens import Tenant

__all__ = ["STATES", "Connections", "now"]

KIND = "connection"
#: What never leaves the store: which tenant, and what the app handed out.
PRIVATE = ("credentials", "input", "tenantKey")
#: Every state of a connection, and the error that it shows.
STATES: dict[str, Envelope | None] = {
    "READY": None,
    "BUILDING": None,
    "DISCONNECTING": None,
    "CLIENT_ACTION_REQUIRED": {
        "type": "connection",
        "key": "connection_is_defunct",
        "message": "The app no longer accepts the credentials.",
    },
    "CONFIGURATION_ERROR": {
        "type": "configuration",
        "message": "The integration is not configured correctly.",
    },
    "SETUP_FAILED": {"type": "internal", "message": "Setting up the connection failed."},
}


def now() -> str:
    """The time as the engine writes it: UTC, with milliseconds."""
    return _stamp(datetime.now(timezone.utc))


class Connections:
    """Connection documents in a store, seen by one tenant at a time."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._changed = asyncio.Event()

    def lock(self, connection_id: str) -> asyncio.Lock:
        """What to hold while its credentials are being renewed or ended: a refresh token is good once."""
        return self._locks.setdefault(connection_id, asyncio.Lock())

    def read(self, connection_id: str) -> Document:
        """The connection with this id as it is now, of whichever tenant."""
        found = self._store.get(KIND, connection_id)
        if found is None:
            raise not_found("Connection", connection_id)
        return found

    def get(self, tenant: str, selector: str) -> Document:
        """The tenant's connection with this id or key, or its only one to the integration with this id or key.

        `ApiError` 404, also for another tenant's; 400 if there are several to the integration.
        """
        found = self._store.get(KIND, selector)
        if found is not None and found["tenantKey"] == tenant:
            return found
        for _, each in self._store.find(KIND, {"tenantKey": tenant, "key": selector, "archivedAt": None}):
            return each
        to_integration = self.to(tenant, selector)
        if len(to_integration) > 1:
            raise bad_request(
                f"There are {len(to_integration)} connections to {selector!r}: name one by its id or key."
            )
        if not to_integration:
            raise not_found("Connection", selector)
        return to_integration[0]

    def to(self, tenant: str, integration: str, *, limit: int = -1) -> list[Document]:
        """The tenant's connections to an integration, by its id, key or uuid: the newest `limit` ones, or all."""
        item = self._catalogue.get(integration)
        if item is None:
            return []
        equal = {"tenantKey": tenant, "integrationId": item["id"], "archivedAt": None}
        return [each for _, each in self._store.find(KIND, equal, limit=limit)]

    def page(
        self,
        tenant: str,
        *,
        equal: dict[str, Any],
        include_archived: bool,
        words: str,
        before: int,
        limit: int,
    ) -> tuple[list[Document], int]:
        """One page of the tenant's connections, newest first, and what to go on `before` (0: no more)."""
        equal = {"tenantKey": tenant, **equal} | ({} if include_archived else {"archivedAt": None})
        found = self._store.find(KIND, equal, words=words, before=before, limit=limit + 1)
        return [each for _, each in found[:limit]], found[limit - 1][0] if len(found) > limit else 0

    def everyone(self, integration: str) -> list[Document]:
        """The connections of all tenants to an integration."""
        item = self._catalogue.get(integration)
        return [each for each in self._store.all(KIND) if item and each["integrationId"] == item["id"]]

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
            for each in self.to(tenant.key, item["id"]):
                self.archive(each["id"])
        connection: Document = {
            "id": secrets.token_hex(12),
            "name": name or item["name"],
            "integrationId": item["id"],
            "connectorId": item["connectorId"],
            "tenantId": tenant.key,
            "userId": tenant.key,
            "user": {"id": tenant.key, "internalId": tenant.key, "name": tenant.name},
            "createdAt": now(),
            "isTest": False,
            "isDeactivated": False,
            "meta": {},
            "canTest": True,
            "tenantKey": tenant.key,
        }
        if key:
            connection["key"] = key
        self._store.put(KIND, connection["id"], connection)
        return self.connect(connection["id"], option_key=option_key, credentials=credentials)

    def connect(
        self, connection_id: str, *, option_key: str, credentials: dict[str, Any], name: str | None = None
    ) -> Document:
        """Gives a connection working credentials, for the first time or again."""
        connection = self.read(connection_id)
        if "archivedAt" in connection:
            self.claim(connection["tenantKey"], connection.get("key"), connection_id)
        changes: dict[str, Any] = {"name": name} if name else {}
        if credentials["type"] in ("oauth1", "oauth2"):
            # What an app asks before the sign-in is no secret, and a reconnect need not ask it again.
            changes["input"] = credentials["values"]
        return self.change(
            connection_id,
            without=("archivedAt", "error", "clientAction"),
            authOptionKey=option_key,
            connected=True,
            disconnected=False,
            isDefunct=False,
            state="READY",
            errors=[],
            canRefreshCredentials="refresh_token" in credentials,
            credentials=credentials,
            **changes,
        )

    def change(self, connection_id: str, *, without: tuple[str, ...] = (), **changes: Any) -> Document:
        """Writes `changes` and takes `without` away; everything else stays as it is by now."""
        connection = {name: value for name, value in self.read(connection_id).items() if name not in without}
        connection |= {**changes, "updatedAt": now()}
        self._store.put(KIND, connection_id, connection)
        self._changed.set()
        self._changed = asyncio.Event()
        return connection

    def disconnect(self, connection_id: str, used: dict[str, Any], error: Envelope | None = None) -> Document:
        """Erases the credentials `used`; others that came meanwhile stay. `error`: why, if nobody asked for it."""
        connection = self.read(connection_id)
        if connection["credentials"] != used:
            return connection
        if error:
            return self.put_in_state(connection_id, "CLIENT_ACTION_REQUIRED", error, credentials={})
        return self.change(
            connection_id, connected=False, disconnected=True, credentials={}, errors=[], without=("error",)
        )

    def put_in_state(
        self, connection_id: str, state: str, error: Envelope | None = None, **changes: Any
    ) -> Document:
        """Gives a connection `state` with all that belongs to it; the error of the state, or `error`."""
        error = error or STATES[state]
        if error:
            changes["error"] = error
        lost = state == "CLIENT_ACTION_REQUIRED"
        if lost:
            description = "Connect again: the app no longer accepts the credentials."
            changes["clientAction"] = {"type": "connect", "description": description}
        return self.change(
            connection_id,
            without=("error", "clientAction"),
            state=state,
            connected=state == "READY",
            disconnected=lost,
            isDefunct=lost,
            errors=[error] if error else [],
            **changes,
        )

    async def built(self, connection_id: str, seconds: float) -> Document:
        """The connection once it is no longer being built, or as it is after so many seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while self.read(connection_id)["state"] == "BUILDING" and loop.time() < end:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), end - loop.time())
        return self.read(connection_id)

    def archive(self, connection_id: str) -> Document:
        return self.change(connection_id, archivedAt=now())

    def claim(self, tenant: str, key: str | None, owner: str | None = None) -> None:
        """`ApiError` if a connection of the tenant other than `owner` has `key`."""
        equal = {"tenantKey": tenant, "key": key, "archivedAt": None}
        if key and any(each["id"] != owner for _, each in self._store.find(KIND, equal)):
            raise ApiError(f"Another connection already has the key {key!r}.", key="already_exists")

    def restore(self, connection_id: str) -> Document:
        """Undoes `archive`; `ApiError` if another connection has taken its key."""
        connection = self.read(connection_id)
        self.claim(connection["tenantKey"], connection.get("key"), connection_id)
        return self.change(connection_id, without=("archivedAt",))

    def public(self, connection: Document, *, embed: bool = True) -> dict[str, Any]:
        """`connection` as the engine shows it, with its integration if `embed`."""
        shown = {name: value for name, value in connection.items() if name not in PRIVATE}
        # A state file of an earlier version does not have it.
        shown.setdefault("userId", connection["tenantKey"])
        renewed = connection["credentials"].get("expires_at")
        if renewed and connection["canRefreshCredentials"]:
            shown["nextCredentialsRefreshAt"] = _stamp(datetime.fromtimestamp(renewed, timezone.utc))
        item = self._catalogue.get(connection["integrationId"])
        if embed and item is not None:
            names = ("id", "uuid", "key", "name", "connectorId")
            shown["integration"] = {name: item[name] for name in names} | {"logoUri": logo(item)}
        return shown


def _stamp(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
