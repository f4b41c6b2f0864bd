"""The engine's event stream: the result of an attempt, without a redirect."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import EngineError
from .backoff import Backoff, retry_after
from .client import EngineClient
from .credentials import Secret
from .sse import EventParser, TooLongError

if TYPE_CHECKING:
    from tornado.httpclient import HTTPRequest

    from .transport import Response

__all__ = ["listen"]

IDLE = 90.0
"""Seconds without a byte after which a stream counts as dead: a proxy or NAT may have dropped it silently."""


async def listen(
    client: EngineClient,
    request_id: str,
    *,
    opened: Callable[[], object] = lambda: None,
    idle: float = IDLE,
) -> AsyncGenerator[dict[str, Any], None]:
    """Yield the events of the attempt `request_id`, as the engine has them, until the caller leaves.

    The token is sent as the current engine's client does, and left out, as the legacy one does, where the
    engine refuses the stream with it. `opened` is called each time the stream is up. A stream that breaks,
    ends or is silent for `idle` seconds is opened again; so is one that the engine is too busy for, after a
    while. Raises EngineError if the engine has no such stream, or refuses it. Closing the generator, or
    cancelling, closes the socket.
    """
    from .transport import TransportError, open_response

    path = f"/sse/connection-events/{quote(request_id, safe='')}"
    backoff = Backoff(client.random)
    parser = EventParser()
    rejected: Secret | None = None
    refusal: EngineError | None = None
    while True:
        token = await client.token(rejected=rejected)
        asked: float | None = None
        request = _request(client, path, token if refusal is None else None, parser.last_event_id)
        try:
            async with open_response(request, idle=idle) as response:
                if response.status == 401 and client.renewable and rejected is None:
                    rejected = token
                    continue
                if response.status in (400, 401, 403):
                    refusal = _once_more(refusal, _refused(client, response, token))
                    continue
                if response.status == 429 or response.status >= 500:
                    asked = retry_after(response.headers)
                else:
                    _check(client, response, token)
                    rejected = None
                    opened()
                    parser = EventParser(parser.last_event_id, parser.retry)
                    while chunk := await response.chunk():
                        backoff = Backoff(client.random)
                        for event in parser.feed(chunk):
                            found = _parsed(event.data)
                            if found.get("requestId") == request_id:
                                yield found
        except (TransportError, TooLongError):
            pass
        if parser.retry is not None:
            asked = max(asked or 0.0, parser.retry / 1000)
        await client.sleep(backoff.next(asked))


def _request(client: EngineClient, path: str, token: Secret | None, last_event_id: str) -> HTTPRequest:
    # Compressed, an event could be held back until a block is full: no gzip.
    headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity", "Cache-Control": "no-cache"}
    if last_event_id:
        headers["Last-Event-ID"] = last_event_id
    # The token goes where the engine's own client puts it: its browser cannot set a header on a stream.
    request = client.request("GET", path, token, {"token": token}, headers=headers)
    request.decompress_response = False
    return request


def _once_more(before: EngineError | None, now: EngineError) -> EngineError:
    """What to say if the next try, without a token, is refused as well; that was it if there was one `before`."""
    if before is not None:
        raise before
    return now


def _refused(client: EngineClient, response: Response, token: Secret) -> EngineError:
    from .transport import Answer

    return client.error(Answer(response.status, response.reason, response.headers, b""), token)


def _check(client: EngineClient, response: Response, token: Secret) -> None:
    if response.status == 404:
        raise EngineError(
            f"{client.host} has no event stream for connections. Use another return path (redirect=), "
            "or paste the address you end on.",
            status=404,
        )
    if response.status != 200:
        raise _refused(client, response, token)
    kind = response.headers.get("Content-Type", "nothing").partition(";")[0].strip().lower()
    if kind != "text/event-stream":
        raise EngineError(
            f"{client.host} answered with {kind} instead of an event stream. Check that no sign-in page of a "
            "proxy is in between, or use another return path (redirect=).",
            status=200,
        )


def _parsed(data: str) -> dict[str, Any]:
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}
