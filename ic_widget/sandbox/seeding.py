"""A connection made by a person who is not there: what a test begins with."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from ic_widget.errors import ConnectionRejected

from .person import sign_in
from .state.events import Listener
from .state.world import World

__all__ = ["connected"]


def connected(
    do: Callable[[Callable[[World], Any]], Any], url: str, token: str, tenant: str, wanted: Mapping[str, Any]
) -> str:
    """The id of the connection that ``/connect`` at `url` makes of `wanted`. ConnectionRejected: it made none.

    `do` runs a function on the sandbox's thread.
    """
    request_id = secrets.token_hex(16)
    given = {name: value for name, value in wanted.items() if value is not None}
    query = {**given, "input": json.dumps(given["input"]), "token": token, "requestId": request_id}
    if "allowMultipleConnections" in query:
        query["allowMultipleConnections"] = "true"
    # The event says what came of it, whatever the page shows.
    listener: Listener = do(lambda world: world.events.open(request_id, tenant))
    try:
        heading = sign_in(f"{url}/connect?{urlencode(query)}")
        event = do(lambda _: None if listener.queue.empty() else listener.queue.get_nowait())
    finally:
        do(lambda world: world.events.close(request_id, listener))
    if event is None:
        raise ConnectionRejected(f"The sign-in ended at the page {heading!r}, without a connection.")
    if event["type"] == "newConnectionFailure":
        raise ConnectionRejected(event["error"], data=event["errorData"])
    return str(event["connection"]["id"])
