"""What to do about a connection that does not work, found out where the engine's error does not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import EngineError

if TYPE_CHECKING:
    from ..engine.client import EngineClient

__all__ = ["what_to_do"]

DEEPEST = 10


async def what_to_do(client: EngineClient, connection_id: str, error: Mapping[str, Any]) -> str:
    """A sentence about the engine's `error`, empty where it has nothing to do with the connection.

    That a connection is at fault is said by the error's type, or that of an error which caused it; what is wrong with
    it, by the connection itself.
    """
    for _ in range(DEEPEST):
        if error.get("type") == "connection":
            break
        cause = error.get("causedByError")
        if not isinstance(cause, Mapping):
            return ""
        error = cause
    if error.get("key") == "rate_limit_exceeded":
        return "Wait a minute and try again."
    try:
        return (await client.connection(connection_id)).advice
    except EngineError:
        return ""
