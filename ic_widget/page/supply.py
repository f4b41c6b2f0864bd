"""What the kernel fetches from the engine for the page: the catalogue, auth options, the new connection, a link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import ConnectError
from ..flow import ConnectFlow
from .catalogue import Catalogue, current_connection, trimmed
from .messages import HandOff
from .tickets import TicketOffice

__all__ = ["Supply"]


class Supply:
    """Fetches and sends; what cannot be had is sent as a sentence, and returned for Python to raise."""

    def __init__(
        self, catalogue: Catalogue, tickets: TicketOffice, send: Callable[[Mapping[str, Any]], None]
    ) -> None:
        self._catalogue = catalogue
        self._tickets = tickets
        self._send = send
        self._items: dict[str, dict[str, Any]] = {}
        self._after: str | None = None

    async def first(self, flow: ConnectFlow) -> ConnectError | None:
        """What a page shows before anything was chosen."""
        if flow.request.integration is not None:
            return await self.options(flow.request.integration)
        return await self.integrations("", None)

    async def more(self, flow: ConnectFlow) -> None:
        """The next page, for a page that cannot ask: the first alone is short."""
        if flow.request.integration is None and self._after is not None:
            await self.integrations("", self._after)

    async def integrations(self, search: str, cursor: str | None) -> ConnectError | None:
        """One page of the catalogue."""
        page: dict[str, Any] = {"items": [], "next": None, "error": None}
        problem: ConnectError | None = None
        try:
            page["items"], page["next"] = await self._catalogue.page(search, cursor)
            if not search and cursor is None:
                self._after = page["next"]
            await self._tickets.check_token()
        except ConnectError as error:
            problem, page["error"] = error, error.message
        self._send({"kind": "integrations", "search": search, "cursor": cursor, **page})
        return problem

    async def options(self, integration: str) -> ConnectError | None:
        """One integration with its auth options."""
        answer: dict[str, Any] = {"item": None, "options": [], "connection": None, "error": None}
        problem: ConnectError | None = None
        try:
            item, answer["options"] = await self._catalogue.options(integration)
            await self._tickets.check_token()
            self._items[integration] = item
            answer |= {"item": trimmed(item), "connection": current_connection(item)}
        except ConnectError as error:
            problem, answer["error"] = error, error.message
        self._send({"kind": "options", "integration": integration, **answer})
        return problem

    async def connection(self, flow: ConnectFlow) -> None:
        """What the engine says of the connection that `flow` made."""
        made = await flow.details()
        self._send(
            {"kind": "connection", "id": made.id, "name": made.name, "integration": made.integration_key}
        )

    async def link(self, flow: ConnectFlow | None, message: HandOff) -> None:
        """The hand-off page for what was typed."""
        answer: dict[str, str | None] = {"url": None, "error": None}
        try:
            if flow is None or flow.reach is None:
                raise ConnectError("This attempt has already ended. Start a new one.")
            item = self._items.get(message["integration"])
            if item is None:
                item, _ = await self._catalogue.options(message["integration"])
            payload = await self._tickets.payload(flow) | flow.request.choices(
                item,
                flow.engine.parameters_key,
                auth_option=message["auth_option"],
                name=message["name"],
                parameters=message["parameters"],
            )
            answer["url"] = flow.receiver.links(flow.engine.connect_url, payload, flow.reach, flow.launched)()
        except ConnectError as error:
            answer["error"] = error.message
        self._send({"kind": "handoff-link", "flow": message["flow"], **answer})
