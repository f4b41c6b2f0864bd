"""What changes a connection itself: tested, renewed, renamed, disconnected, archived, restored.

Source: the engine's documentation, "Connections". Its published clients send only the renaming, the archiving and
``refresh-credentials``; the other paths are the documentation's alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import ConfigurationError, EngineError
from ..runtime.public_calls import public
from .advice import what_to_do

if TYPE_CHECKING:
    from ..engine.client import EngineClient
    from .connection import Connection

__all__ = ["Tested", "changed", "tested"]

LONGEST_NAME = 1000


@public
@dataclass(frozen=True)
class Tested:
    """What a test of a connection showed: true where the app took the credentials, else `error` says why not."""

    ok: bool
    error: str | None = None

    def __bool__(self) -> bool:
        return self.ok


async def tested(client: EngineClient, connection_id: str) -> Tested:
    """Have the engine ask the app whether it takes the credentials."""
    try:
        answer = client.checked_object(await _sent(client, connection_id, "POST", "/test"))
    except EngineError as error:
        connection = await client.connection(connection_id)
        if error.status in (404, 405) or connection.raw.get("canTest") is False:
            raise ConfigurationError(
                f"The engine cannot test a connection to {connection.integration_key or 'this app'}. Call the app"
                ' instead, such as connection.get("/me").'
            ) from None
        if error.type != "connection":
            raise
        return Tested(False, error.message)
    if answer.get("success") is True:
        return Tested(True)
    connection = await client.connection(connection_id)
    said = connection.error or "The app does not take the credentials."
    return Tested(False, f"{said}{'' if said.endswith('.') else '.'} {connection.advice}".strip())


async def changed(
    client: EngineClient, connection_id: str, method: str, path: str = "", body: Any = None
) -> Connection:
    """The connection after a change, as the engine has it then."""
    answer = await _sent(client, connection_id, method, path, body)
    if isinstance(answer, dict) and answer.get("id") == connection_id:
        return client.connection_of(answer)
    return await client.connection(connection_id)


async def _sent(client: EngineClient, connection_id: str, method: str, path: str, body: Any = None) -> Any:
    """The engine's answer; an error says what to do about the connection, if that is what is wrong."""
    missing = f'There is no connection "{connection_id}" for this tenant; engine.connections() lists them.'
    address = f"/connections/{quote(connection_id, safe='')}{path}"
    try:
        return await client.change(method, address, body=body, not_found_message=missing)
    except EngineError as error:
        failure = error
    if failure.status == 404 and path:
        await client.connection(connection_id)
        raise EngineError(
            f"{client.host} has no way to do that: it does not know .../connections/ID{path} (404).",
            status=404,
        )
    advice = await what_to_do(client, connection_id, failure.data or {})
    message = f"{failure.message}{'' if failure.message.endswith('.') else '.'} {advice}".strip()
    raise EngineError(message, status=failure.status, data=failure.data)
