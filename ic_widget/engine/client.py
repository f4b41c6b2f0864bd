"""What this package reads from the engine's REST interface. Async, bound to no loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

from ..connection.actions import Action
from ..connection.connection import Connection
from ..errors import ConfigurationError, EngineError
from ..runtime.nearest import nearest
from ..transport.redaction import without_credentials
from ..transport.rest import HALF, Rest
from .auth_options import auth_options

__all__ = ["EngineClient"]

PAGE = 1000
"""Items on a page: the engine's maximum."""


class EngineClient(Rest):
    """The engine's integrations and the tenant's connections.

    All methods raise EngineError when the engine answers with an error or cannot be reached, and
    ConfigurationError when there is no token to be had.
    """

    connect_endpoint = "/connection-popup"
    """The path that a new connection, or one to sign in to again, is posted to."""

    async def integrations_page(
        self,
        search: str | None = None,
        cursor: str | None = None,
        limit: int = PAGE,
        *,
        include_archived: bool = False,
    ) -> tuple[list[dict[str, Any]], str | None]:
        """One page of integrations, and the cursor of the next page (None: this is the last)."""
        query = {"search": search, "limit": str(limit), "cursor": cursor, **_archived(include_archived)}
        items, following = self._page(await self.read("GET", "/integrations", query))
        return [_integration(item) for item in items], following

    async def integrations(
        self, search: str | None = None, *, include_archived: bool = False
    ) -> list[dict[str, Any]]:
        """All integrations, page by page."""
        query = {"search": search, **_archived(include_archived)}
        return [_integration(item) async for item in self.listed("/integrations", query)]

    async def integration(self, key_or_id: str) -> dict[str, Any]:
        """One integration. An unknown one is an EngineError with status 404 that names the nearest."""
        path = f"/integrations/{_segment('integration', key_or_id)}"
        said = f'There is no integration "{key_or_id}" for this tenant'
        try:
            return _integration(self.checked_object(await self.read("GET", path, not_found_message=said)))
        except EngineError as error:
            if error.message != said:
                raise
            unknown = error
        near = await self._nearest(key_or_id)
        advice = f'. Did you mean "{near}"?' if near else "; engine.integrations() lists them."
        raise EngineError(said + advice, status=unknown.status, data=unknown.data)

    async def _nearest(self, given: str) -> str | None:
        """The key of the integration whose key or name is nearest to what was `given`, if one is near."""
        try:
            items, _ = await self.integrations_page()
        except (EngineError, ConfigurationError):
            return None
        keys = {
            str(item[name]).casefold(): item.get("key")
            for name in ("name", "key")
            for item in items
            if item.get(name)
        }
        near = nearest(given.casefold(), keys, cutoff=0.7)
        return keys[near[0]] if near else None

    async def auth_options(
        self, key_or_id: str, connector_parameters: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """The ways to authorize a connection, as `schema.auth_options` has them; none: not configured."""
        _segment("integration", key_or_id)
        body: dict[str, Any] = {"integrationKey": key_or_id}
        if connector_parameters is not None:
            body["connectorParameters"] = dict(connector_parameters)
        try:
            return auth_options(await self.read("POST", "/connection-options", body=body))
        except EngineError as error:
            if error.status not in (404, 405):
                raise
        # Unknown integration, an id in place of a key, or an engine from before /connection-options?
        item = await self.integration(key_or_id)
        if isinstance(item.get("key"), str) and item["key"] != key_or_id:
            return await self.auth_options(item["key"], connector_parameters)
        return auth_options(item.get("authOptions"))

    async def connections(
        self,
        *,
        integration: str | None = None,
        search: str | None = None,
        include_archived: bool = False,
    ) -> list[Connection]:
        """All connections of the tenant, or those to one `integration` (key or id)."""
        query = {"search": search, **_archived(include_archived)}
        if integration is not None:
            query |= await self._integration_query(integration)
        return [Connection.from_engine(item, self) async for item in self.listed("/connections", query)]

    async def connection(self, connection_id: str, *, wait: float | None = None) -> Connection:
        """One connection. An unknown one is an EngineError with status 404.

        With `wait` the engine holds its answer while the connection is being built, for 1 to 60 seconds.
        """
        path = f"/connections/{_segment('connection', connection_id)}"
        query = None if wait is None else {"wait": "true", "timeout": str(max(1, min(60, round(wait))))}
        advice = f'There is no connection "{connection_id}" for this tenant; engine.connections() lists them.'
        found = self.checked_object(await self.read("GET", path, query, not_found_message=advice))
        return Connection.from_engine(found, self)

    async def actions(
        self, *, connection: str | None = None, integration: str | None = None, search: str | None = None
    ) -> list[Action]:
        """All actions, or those of one `connection` (id) or `integration` (key or id)."""
        query = {"connectionId": connection, "search": search}
        if integration is not None:
            query |= await self._integration_query(integration)
        return [Action.from_engine(item) async for item in self.listed("/actions", query)]

    async def _integration_query(self, key_or_id: str) -> dict[str, str | None]:
        item = await self.integration(key_or_id)
        found = item.get("id")
        return {"integrationId": str(found)} if found else {"integrationKey": key_or_id}

    async def listed(self, path: str, query: Mapping[str, str | None]) -> AsyncIterator[dict[str, Any]]:
        """The items of a list of the engine's, page by page."""
        seen: set[str] = set()
        cursor: str | None = None
        while True:
            asked = {**query, "limit": str(PAGE), "cursor": cursor}
            items, cursor = self._page(await self.read("GET", path, asked))
            for item in items:
                yield item
            if cursor is None:
                return
            if cursor in seen:
                raise EngineError(
                    f"{self.host} gave the same page of {path} twice, so the list never ends. "
                    "Report this to whoever runs the engine."
                )
            seen.add(cursor)

    def connection_of(self, raw: Mapping[str, Any]) -> Connection:
        """The connection that the engine describes with `raw`."""
        return Connection.from_engine(raw, self)

    def _page(self, answer: object) -> tuple[list[dict[str, Any]], str | None]:
        page = self.checked_object(answer)
        items = page.get("items")
        if not isinstance(items, list):
            raise self.unexpected()
        cursor = page.get("cursor")
        following = str(cursor) if isinstance(cursor, str | int) and not isinstance(cursor, bool) else ""
        return [item for item in items if isinstance(item, dict)], following or None


def _archived(included: bool) -> dict[str, str | None]:
    return {"includeArchived": "true"} if included else {}


def _integration(raw: dict[str, Any]) -> dict[str, Any]:
    """An integration as the engine has it, but for the credentials of the connection in it."""
    there = raw.get("connection")
    return {**raw, "connection": without_credentials(there)} if isinstance(there, Mapping) else raw


def _segment(kind: str, name: object) -> str:
    """`name` as one segment of a path (RFC 3986, section 3.3)."""
    if not isinstance(name, str) or not name.strip() or name in (".", ".."):
        raise ConfigurationError(f"Name the {kind} by its key or id, as text.")
    try:
        return quote(name, safe="")
    except UnicodeEncodeError:
        problem = HALF
    raise ConfigurationError(problem)
