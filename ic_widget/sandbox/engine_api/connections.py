"""``/connections``: list, read, rename, archive, restore."""

from __future__ import annotations

from typing import Any

from ..envelope import access_denied, bad_request
from ..state.store import Document
from ..web.handlers import ApiHandler

__all__ = ["ConnectionBase", "ConnectionHandler", "ConnectionsHandler", "RestoreHandler"]

KEY = 100
NAME = 1000
#: What a list can be narrowed by, besides the integration: fields of a connection.
FLAGS = ("connected", "disconnected", "isTest")
TEXTS = ("connectorId", "connectorVersion", "externalAppId", "tenantId", "userId")


class ConnectionBase(ApiHandler):
    """One connection of the caller's tenant, by id or key, or by its integration if it is the only one."""

    def connection(self, selector: str) -> Document:
        return self.world.connections.get(self.caller().key, selector)

    def reply_with(self, connection: Document) -> None:
        self.reply(self.world.connections.public(connection))

    def refuse_secrets(self) -> None:
        if self.flag("includeSecrets"):
            raise access_denied("A tenant's token does not show the credentials of a connection.")


class ConnectionsHandler(ConnectionBase):
    """``GET /connections?integrationKey=&search=&connected=&includeArchived=&limit=&cursor=`` and more filters."""

    def get(self) -> None:
        self.refuse_secrets()
        found, cursor = self.world.connections.page(
            self.caller().key,
            equal=self.filters(),
            include_archived=bool(self.flag("includeArchived")),
            words=self.get_query_argument("search", ""),
            before=self.number("cursor", 0),
            limit=self.limit(),
        )
        self.reply_page([self.world.connections.public(each) for each in found], cursor)

    def filters(self) -> dict[str, Any]:
        """What each connection must be equal in."""
        equal: dict[str, Any] = {}
        for name in FLAGS:
            wanted = self.flag(name)
            if wanted is not None:
                equal[name] = wanted
        for name in TEXTS:
            text = self.get_query_argument(name, "")
            if text:
                equal[name] = text
        for name in ("integrationId", "integrationKey"):
            selector = self.get_query_argument(name, "")
            if selector:
                item = self.world.catalogue.get(selector)
                found = item["id"] if item else ""
                # Two selectors that name different integrations leave nothing.
                equal["integrationId"] = found if equal.get("integrationId", found) == found else ""
        return equal


class ConnectionHandler(ConnectionBase):
    """``GET``, ``PATCH``, ``PUT`` and ``DELETE /connections/{selector}``"""

    async def get(self, selector: str) -> None:
        connection = self.connection(selector)
        self.refuse_secrets()
        if self.flag("wait"):
            seconds = self.number("timeout", 60)
            if not 1 <= seconds <= 60:
                raise bad_request("timeout must be a number of seconds from 1 to 60.")
            connection = await self.world.connections.built(connection["id"], seconds)
        self.reply_with(connection)

    def patch(self, selector: str) -> None:
        connection = self.connection(selector)
        changes = self.changes()
        self.world.connections.claim(self.caller().key, changes.get("key"), connection["id"])
        gone = tuple(name for name, value in changes.items() if value is None)
        kept = {name: value for name, value in changes.items() if value is not None}
        self.reply_with(self.world.connections.change(connection["id"], without=gone, **kept))

    def put(self, selector: str) -> None:
        self.patch(selector)

    def delete(self, selector: str) -> None:
        self.reply_with(self.world.connections.archive(self.connection(selector)["id"]))

    def changes(self) -> dict[str, Any]:
        """Name, key and meta from the body (key null: no key); what else a client sends back is ignored."""
        body = self.body_object()
        changes: dict[str, Any] = {}
        for name, longest in (("name", NAME), ("key", KEY)):
            if name in body:
                value = body[name]
                good = isinstance(value, str) and 1 <= len(value) <= longest
                if not good and not (name == "key" and value is None):
                    raise bad_request(f"{name} must be a text of 1 to {longest} characters.")
                changes[name] = value
        if "meta" in body:
            if not isinstance(body["meta"], dict):
                raise bad_request("meta must be an object.")
            changes["meta"] = body["meta"]
        return changes


class RestoreHandler(ConnectionBase):
    """``POST /connections/{selector}/restore``: undoes an archiving."""

    def post(self, selector: str) -> None:
        self.reply_with(self.world.connections.restore(self.connection(selector)["id"]))
