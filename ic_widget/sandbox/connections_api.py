"""``/connections``: list, read, rename, archive, restore."""

from __future__ import annotations

from typing import Any

from .envelope import access_denied, bad_request
from .handlers import ApiHandler
from .integrations import flag, page_of
from .store import Document

__all__ = ["ConnectionBase", "ConnectionHandler", "ConnectionsHandler", "RestoreHandler", "Self"]

KEY = 100
NAME = 1000


class ConnectionsHandler(ApiHandler):
    """``GET /connections?integrationId=&integrationKey=&search=&includeArchived=&limit=&cursor=``"""

    def get(self) -> None:
        found = self.world.connections.of(self.caller().key, include_archived=flag(self, "includeArchived"))
        for name in ("integrationId", "integrationKey"):
            selector = self.get_query_argument(name, "")
            if selector:
                item = self.world.catalogue.get(selector)
                found = [each for each in found if item and each["integrationId"] == item["id"]]
        words = self.get_query_argument("search", "").casefold().split()
        found = [each for each in found if all(word in each["name"].casefold() for word in words)]
        page_of(self, found, self.world.connections.public)


class ConnectionBase(ApiHandler):
    """One connection of the caller's tenant."""

    def connection(self, selector: str) -> Document:
        return self.world.connections.get(self.caller().key, selector)

    def reply_with(self, connection: Document) -> None:
        self.reply(self.world.connections.public(connection))


class ConnectionHandler(ConnectionBase):
    """``GET``, ``PATCH``, ``PUT`` and ``DELETE /connections/{id or key}``"""

    def get(self, selector: str) -> None:
        connection = self.connection(selector)
        if flag(self, "includeSecrets"):
            raise access_denied("A tenant's token does not show the credentials of a connection.")
        self.reply_with(connection)

    def patch(self, selector: str) -> None:
        connection = self.connection(selector)
        changes = self.changes()
        self.world.connections.claim(self.caller().key, changes.get("key"), connection["id"])
        self.reply_with(self.world.connections.save(connection, **changes))

    def put(self, selector: str) -> None:
        self.patch(selector)

    def delete(self, selector: str) -> None:
        self.reply_with(self.world.connections.archive(self.connection(selector)))

    def changes(self) -> dict[str, Any]:
        """Name, key and meta from the body; anything else a client may send back unchanged is ignored."""
        body = self.body_object()
        changes: dict[str, Any] = {}
        for name, longest in (("name", NAME), ("key", KEY)):
            if name in body:
                value = body[name]
                if not isinstance(value, str) or not 1 <= len(value) <= longest:
                    raise bad_request(f"{name} must be a text of 1 to {longest} characters.")
                changes[name] = value
        if "meta" in body:
            if not isinstance(body["meta"], dict):
                raise bad_request("meta must be an object.")
            changes["meta"] = body["meta"]
        return changes


class RestoreHandler(ConnectionBase):
    """``POST /connections/{id}/restore``: undoes an archiving."""

    def post(self, selector: str) -> None:
        self.reply_with(self.world.connections.restore(self.connection(selector)))


class Self(ApiHandler):
    """``GET /self``: the tenant that the token speaks for."""

    def get(self) -> None:
        tenant = self.caller()
        workspace = self.world.credentials.workspace_key
        self.reply(
            {"id": tenant.key, "internalId": tenant.key, "name": tenant.name, "workspaceKey": workspace}
        )
