"""What makes an answer a success: a living connection of the app asked for, and no other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..connection.connection import Connection

__all__ = ["error_behind", "unconfirmed", "why_no_success"]

_SKEW = 120.0  # seconds by which this machine's clock and the engine's may differ


def why_no_success(
    connection: Connection, *, integration: str | None, reconnect: str | None, since: float | None = None
) -> str | None:
    """Why this connection cannot be what an attempt came to, in a sentence; None if it can.

    `integration` is the key or id asked for, `reconnect` the id of the connection to be signed in again. With
    `since`, in seconds since 1970, it must also have been made or changed after that. What the engine does not say
    counts as right.
    """
    app = connection.integration_key or connection.integration_id
    known = {connection.integration_key, connection.integration_id} - {None}
    if integration is not None and known and integration not in known:
        return f"That is a connection to {app!r}, not to {integration!r}. Sign in to {integration!r} and try again."
    if reconnect is not None and connection.id != reconnect:
        return "That is another connection than the one that was to be signed in again. Start again."
    if connection.archived:
        return "That connection has been archived, so it cannot be used. Start again to make a new one."
    if connection.being_set_up:
        return None
    if not connection.connected:
        return _what_is_wrong(connection)
    changed = _seconds(connection.raw.get("updatedAt")) or _seconds(connection.raw.get("createdAt"))
    if since is not None and changed is not None and changed < since - _SKEW:
        return (
            "That connection was there before this attempt. Finish signing in, then paste the address or the id of"
            " the connection that you made."
        )
    return None


def unconfirmed(connection: Connection) -> str | None:
    """A sentence where the engine could not be asked about this connection, so that its id is all that is known."""
    return (
        None
        if connection.raw
        else "The engine could not be asked about this connection, so it is not confirmed."
    )


def error_behind(connection: Connection) -> dict[str, Any]:
    """The engine's error object of a connection that does not work, with the connection and what it asks for."""
    error = connection.error_data or {
        "type": "connection",
        "message": connection.error or connection.condition,
    }
    about: dict[str, Any] = {"connectionId": connection.id}
    if connection.client_action:
        about["clientAction"] = connection.client_action
    more = error.get("data")
    return {**error, "data": {**(more if isinstance(more, dict) else {}), **about}}


def _what_is_wrong(connection: Connection) -> str:
    action = connection.client_action
    reason = connection.error or f"the engine says {connection.state or 'that it is disconnected'}"
    said = f"The connection was made, but does not work: {reason.rstrip('.')}."
    wanted = action.get("description")
    if isinstance(wanted, str) and wanted and wanted != reason:
        said += f" {wanted.rstrip('.')}."
    url = action.get("uiUrl")
    if isinstance(url, str) and url.startswith(("https://", "http://")):
        return f"{said} Do it at {url}"
    return said if wanted else f"{said} Sign in again to mend it."


def _seconds(text: object) -> float | None:
    try:
        return (
            datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if isinstance(text, str) else None
        )
    except ValueError:
        return None
