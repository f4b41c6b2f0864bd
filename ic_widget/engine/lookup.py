"""Finding a connection that is there already: by id, key or name, or as the one that works of an app."""

from __future__ import annotations

from collections.abc import Iterable

from ..connection.connection import Connection
from ..errors import ConfigurationError, EngineError
from .client import EngineClient

__all__ = ["connection_with_key", "named_connection", "usable_connections"]

_MOST_LISTED = 5


async def named_connection(client: EngineClient, named: str) -> Connection:
    """The connection with this id, key or unique name.

    Raises ConfigurationError that says what there is, or that it is archived.
    """
    try:
        found = await client.connection(named)
    except (EngineError, ConfigurationError) as error:
        # 400: the engine took it for an app's key, and there are several connections to that app.
        if isinstance(error, EngineError) and error.status not in (400, 404):
            raise
        found = await _with_name(client, named)
    if found.archived:
        raise ConfigurationError(
            f"The connection {_shown(found)} has been archived, so nobody can sign in to it again. Leave it out to"
            " make a new connection."
        )
    return found


async def connection_with_key(client: EngineClient, key: str) -> Connection | None:
    """The living connection that was given this `key`, if there is one."""
    try:
        found = await client.connection(key)
    except EngineError as error:
        if error.status not in (400, 404):
            raise
        return None
    # The engine takes ids and the keys of apps there as well.
    return found if found.raw.get("key") == key and not found.archived else None


async def usable_connections(client: EngineClient, integration: str) -> list[Connection]:
    """The connections to `integration` that work or are being set up; without one, those that do not work."""
    living = [each for each in await client.connections(integration=integration) if not each.archived]
    usable = [each for each in living if each.connected or each.being_set_up]
    return usable or living


async def _with_name(client: EngineClient, name: str) -> Connection:
    everything = await client.connections(include_archived=True)
    living = [each for each in everything if not each.archived]
    named = [each for each in living if each.name == name]
    if len(named) == 1:
        return named[0]
    if named:
        ids = ", ".join(repr(each.id) for each in named)
        raise ConfigurationError(
            f"{len(named)} connections have the name {name!r}. Name one by its id: {ids}."
        )
    archived = next((each for each in everything if each.name == name), None)
    if archived is not None:
        return archived
    have = f"you have {listed(living)}" if living else "you have none yet"
    raise ConfigurationError(f"There is no connection {name!r}; {have}.")


def listed(connections: Iterable[Connection]) -> str:
    """Their names and apps, for a sentence; at most a few of them."""
    shown = [_shown(each) for each in connections]
    more = len(shown) - _MOST_LISTED
    return ", ".join(shown[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _shown(connection: Connection) -> str:
    app = connection.integration_key or connection.integration_id
    return repr(connection.name or connection.id) + (f" ({app})" if app else "")
