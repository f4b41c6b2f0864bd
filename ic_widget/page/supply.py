"""What the kernel fetches from the engine for the page: the catalogue, auth options, the new connection, a link."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from ..connection.connection import Connection
from ..errors import ConnectError
from ..launch import ConnectRequest, check_presets
from ..returning.flow import Flow
from ..returning.success import unconfirmed
from .catalogue import Catalogue, current_connection, shown_connection, trimmed
from .integers import restored, spelled
from .logos import with_safe_logo
from .messages import ConnectionMade, HandOff, HandOffLink, IntegrationsPage, OptionsList, ToPage
from .tickets import Tickets

__all__ = ["Supply"]


class Supply:
    """Fetches data and sends it to the page; on failure sends the sentence and returns the error for Python."""

    def __init__(self, catalogue: Catalogue, tickets: Tickets, send: Callable[[ToPage], None]) -> None:
        self._catalogue = catalogue
        self._tickets = tickets
        self._send = send
        self._items: dict[str, dict[str, Any]] = {}
        self._after: str | None = None

    async def ahead(self, flow: Flow) -> None:
        """Fetch what the page will need first, before there is one. Raises nothing: a page that asks is told."""
        request, needed = flow.request, [self._tickets.token_ahead(flow)]
        if request.integration is not None:
            needed.append(self._catalogue.options_ahead(request.integration))
        elif request.reconnect is None:
            needed.append(self._catalogue.page_ahead("", None))
        await asyncio.gather(*needed)

    async def first(self, flow: Flow) -> ConnectError | None:
        """What a page shows before anything was chosen."""
        if flow.request.integration is not None:
            return await self.options(flow.request.integration, flow.request)
        return await self.integrations("", None)

    async def more(self, flow: Flow) -> None:
        """The next page, for a page that cannot ask: the first alone is short."""
        if flow.request.integration is None and self._after is not None:
            await self.integrations("", self._after)

    async def integrations(self, search: str, cursor: str | None) -> ConnectError | None:
        """One page of the catalogue; of a list that somebody goes through, the next is fetched meanwhile."""
        page: IntegrationsPage = {
            "kind": "integrations",
            "search": search,
            "cursor": cursor,
            "items": [],
            "next": None,
            "error": None,
        }
        problem: ConnectError | None = None
        try:
            items, page["next"] = await self._catalogue.page(search, cursor)
            page["items"] = [self._shown(item) for item in items]
            if not search and cursor is None:
                self._after = page["next"]
            await self._tickets.check_token()
        except ConnectError as error:
            problem, page["error"] = error, error.message
        self._send(page)
        if cursor is not None and page["next"] is not None:
            await self._catalogue.page_ahead(search, page["next"])
        return problem

    async def options(
        self, integration: str, request: ConnectRequest, ready: Awaitable[None] | None = None
    ) -> ConnectError | None:
        """One integration with its auth options, and the connection that is there or is signed in again.

        They are sent once all is `ready` for the tab that they lead to.
        """
        answer: OptionsList = {
            "kind": "options",
            "integration": integration,
            "item": None,
            "options": [],
            "connection": None,
            "error": None,
        }
        problem: ConnectError | None = None
        try:
            found = self._catalogue.options(integration)
            (item, answer["options"]), _ = await asyncio.gather(found, ready or asyncio.sleep(0))
            if integration == request.integration:
                check_presets(integration, answer["options"], request.parameters)
            await self._tickets.check_token()
            self._items[integration] = item
            again, there = request.reconnect, current_connection(item)
            answer["item"] = self._shown(trimmed(item))
            answer["connection"] = shown_connection(again) if isinstance(again, Connection) else there
        except ConnectError as error:
            problem, answer["error"] = error, error.message
        self._send(spelled(answer))
        return problem

    def _shown(self, item: dict[str, Any]) -> dict[str, Any]:
        page, offers = self._tickets.viewers.page, self._catalogue
        origin = None if page is None else page.origin
        return with_safe_logo(item, offers.engine_address, origin, foreign=offers.foreign_logos)

    def name_of(self, integration: str | None) -> str:
        """The app's name for people, where it was asked for."""
        return str(self._items.get(integration or "", {}).get("name") or integration or "")

    async def connection(self, flow: Flow) -> None:
        """What the engine says of the connection that `flow` made."""
        self._catalogue.forget()
        made = await flow.details()
        if made is not None:
            message: ConnectionMade = {
                "kind": "connection",
                "id": made.id,
                "name": made.name,
                "integration": made.integration_key,
                "app": made.app,
                "problem": shown_connection(made).get("problem") or unconfirmed(made),
                "place": flow.engine.client.place,
            }
            self._send(message)

    async def link(self, flow: Flow | None, message: HandOff) -> None:
        """The hand-off page for what was typed."""
        answer: HandOffLink = {
            "kind": "handoff-link",
            "flow": message["flow"],
            "url": None,
            "hint": None,
            "error": None,
        }
        try:
            if flow is None:
                raise ConnectError("This attempt has already ended. Start a new one.")
            item = self._items.get(message["integration"])
            if item is None:
                item, _ = await self._catalogue.options(message["integration"])
            payload = await self._tickets.payload(flow) | flow.request.choices(
                item,
                flow.engine.parameters_key,
                auth_option=message["auth_option"],
                name=message["name"],
                parameters=restored(message["parameters"]),
            )
            if message["connection"] is not None:
                payload["connectionId"] = message["connection"]
            if message["several"]:
                payload["allowMultipleConnections"] = True
            answer["url"] = flow.link(payload, lambda: flow.launched(message["integration"]))()
            address = urlsplit(answer["url"])
            if address.hostname == "127.0.0.1":
                answer["hint"] = (
                    "If that page cannot be reached, the kernel runs on another machine: forward its port"
                    f" {address.port} (in VS Code: Ports view) and open it again."
                )
        except ConnectError as error:
            answer["error"] = error.message
        self._send(answer)
