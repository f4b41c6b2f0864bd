"""Everything one sandbox is made of, handed to every handler."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any, TypedDict, cast

from ..envelope import access_denied
from ..faults import Faults
from . import tokens
from .attempts import Attempts
from .catalogue import Catalogue
from .connections import Connections
from .events import EventHub
from .grants import Provider
from .store import Store

__all__ = ["Credentials", "Received", "World"]

RECEIVED = 1000


@dataclass(frozen=True)
class Credentials:
    """The workspace of this sandbox; random, and new at each start."""

    workspace_key: str = field(default_factory=lambda: f"sandbox-{secrets.token_hex(8)}")
    workspace_secret: str = field(default_factory=lambda: secrets.token_hex(64), repr=False)


class Received(TypedDict, total=False):
    """What a browser sent to ``/connect`` or ``/connection-popup``; only what was sent is there.

    What was typed is in `input` at ``/connect`` and in `connectionParameters` at ``/connection-popup``:
    ``engine.parameters_key`` says which. `integrationId` or `integrationKey` names the app, `connectionId` the
    connection that is signed in again, `connectionKey` is the key of a new one.
    """

    token: str
    requestId: str
    redirectUri: str
    integrationId: str
    integrationKey: str
    authOptionKey: str
    connectionId: str
    connectionKey: str
    name: str
    input: dict[str, Any]
    connectionParameters: dict[str, Any]
    connectorParameters: dict[str, Any]
    allowMultipleConnections: bool
    customState: Any


@dataclass
class World:
    """Shared by all handlers of one sandbox, and used on its thread alone but for `received` and `faults`."""

    credentials: Credentials
    store: Store
    catalogue: Catalogue
    connections: Connections
    attempts: Attempts
    events: EventHub
    provider: Provider
    faults: Faults = field(default_factory=Faults)
    tenants: frozenset[str] | None = None
    #: Where browsers reach it, and where it listens; the same unless there is a proxy in between.
    url: str = ""
    local_url: str = ""
    received: list[Received] = field(default_factory=list, repr=False)

    @property
    def callback_uri(self) -> str:
        """Where providers send the user back to."""
        return f"{self.url}/oauth-callback"

    def tenant(self, token: str | None) -> tokens.Tenant:
        """The tenant `token` speaks for; `ApiError` 401 or 403."""
        tenant = tokens.check(token, self.credentials.workspace_key, self.credentials.workspace_secret)
        if self.tenants is not None and tenant.key not in self.tenants:
            raise access_denied(f"The tenant {tenant.key!r} is not one of this sandbox's tenants.")
        return tenant

    async def settle(self) -> None:
        """Ends what is open, in good order as far as a second allows."""
        self.events.drop()
        for _ in range(100):
            if not self.events.open_streams:
                break
            await asyncio.sleep(0.01)

    def remember(self, payload: dict[str, Any]) -> None:
        self.received.append(cast(Received, payload))
        del self.received[:-RECEIVED]
