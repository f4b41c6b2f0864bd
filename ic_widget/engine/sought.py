"""Which connection is an attempt's, where nothing brings it: what is looked for among those there are."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from ..connection.connection import Connection
from .client import EngineClient

__all__ = ["Sought", "made"]


@dataclass(frozen=True)
class Sought:
    """Which connection is the attempt's where the stream is held back: a new one, or the one to sign in again.

    `since` is the time of the launch on this machine's clock, in seconds since 1970; `integration` a key or id.
    `known` are ids that earlier attempts came to: the engine's clock is known to the second only, so that a program
    which signs in again and again would take the last one's for its own.
    """

    since: float
    integration: str | None = None
    reconnect: str | None = None
    known: Collection[str] = ()


async def made(client: EngineClient, sought: Sought, since: float) -> list[Connection]:
    """The connections that `sought` may mean, made or, if to be signed in again, changed `since` then."""
    if sought.reconnect is not None:
        connection = await client.connection(sought.reconnect)
        # One that lost its access a moment ago has changed, too.
        changed = not connection.needs_reconnect and _time(connection.raw.get("updatedAt")) >= since
        return [connection] if changed else []
    connections = await client.connections(integration=sought.integration)
    new = (one for one in connections if not one.archived and one.id not in sought.known)
    return [one for one in new if _time(one.raw.get("createdAt")) >= since]


def _time(given: object) -> float:
    """An ISO 8601 time of the engine in seconds since 1970, UTC where it names no zone; 0 if it is none."""
    try:
        moment = datetime.datetime.fromisoformat(str(given).replace("Z", "+00:00"))
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)).timestamp()
