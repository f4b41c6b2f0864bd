"""The result of an attempt without a redirect: the engine's event stream, or a look at the connections."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import ConnectError, EngineError
from ..runtime.single_thread import IN_BROWSER
from ..transport.backoff import Backoff, clock_difference, retry_after
from ..transport.failures import RefusedError, TransportError
from ..transport.http import Answer, Request
from ..transport.secret import Secret
from ..transport.sse import EventParser, TooLongError
from .client import EngineClient
from .sought import Sought, made

if TYPE_CHECKING:
    import httpx

__all__ = ["Pace", "listen"]


@dataclass(frozen=True)
class Pace:
    """Seconds.

    `idle`: without a byte a stream counts as dead: a proxy or NAT may have dropped it silently. `patience`: without
    the first byte it counts as held back: the engine begins each stream with one. `look`: between two looks at the
    connections meanwhile; `building`: how long the engine holds its answer for one that is still being built.
    """

    idle: float = 90.0
    patience: float = 5.0
    look: float = 3.0
    building: float = 30.0


def _nothing() -> None:
    return None


async def listen(
    client: EngineClient,
    request_id: str,
    *,
    opened: Callable[[], object] = _nothing,
    held_back: Callable[[], object] = _nothing,
    sought: Callable[[], Sought | None] = _nothing,
    pace: Pace = Pace(),
) -> AsyncGenerator[dict[str, Any], None]:
    """Yield the events of the attempt `request_id`, as the engine has them, until the caller leaves.

    The token is sent as the current engine's client does, and left out, as the legacy one does, where the
    engine refuses the stream with it. `opened` is called each time the stream is up. A stream that breaks,
    ends or is silent is opened again; so is one that the engine is too busy for, after a while.

    Where no byte came in time, because something on the way holds the stream back, `held_back` is called once, and the
    connections are looked at beside it: what `sought()` describes (None: nothing yet) is yielded as an event of type
    ``newConnectionCreated``. They are looked at once, too, where the stream comes up when something is sought already:
    an event is sent only to those who listen by then.

    Raises EngineError if the engine has no such stream or refuses it, and where a proxy or an untrusted certificate
    stopped it from the first. Closing the generator, or cancelling, closes the socket.
    """
    found: asyncio.Queue[dict[str, Any] | BaseException] = asyncio.Queue()
    stream = _Stream(client, request_id, opened, held_back, sought, pace, found.put_nowait)
    tasks = [
        asyncio.ensure_future(_reported(work, found))
        for work in (stream.run(), _look(client, request_id, stream, sought, pace, found.put_nowait))
    ]
    try:
        while True:
            event = await found.get()
            if isinstance(event, BaseException):
                raise event
            yield event
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _reported(work: Any, found: asyncio.Queue[dict[str, Any] | BaseException]) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001  raised again where the events are taken
        found.put_nowait(error)


class _Stream:
    """The stream itself, opened again and again; `clock` is how far the engine's clock is ahead.

    `held_back` says that no byte comes. `look_due` is set while the stream may not have brought all that happened since
    `heard_until`, a time of ours.
    """

    def __init__(
        self,
        client: EngineClient,
        request_id: str,
        opened: Callable[[], object],
        held_back: Callable[[], object],
        sought: Callable[[], Sought | None],
        pace: Pace,
        emit: Callable[[dict[str, Any]], object],
    ) -> None:
        self.look_due = asyncio.Event()
        self.heard_until = 0.0
        self.clock = 0.0
        self.held_back = self._gap = False
        self._last_byte = 0.0
        self._sought = sought
        self._client = client
        self._request_id = request_id
        self._opened = opened
        self._tell_held_back = held_back
        self._backoff = Backoff(client.random)
        self._parser = EventParser()
        self._told = False
        self._was_up = False
        self._pace = pace
        self._emit = emit

    async def run(self) -> None:
        """Emit each event of the attempt. Raises EngineError for what trying again will not change."""
        client = self._client
        path = f"/sse/connection-events/{quote(self._request_id, safe='')}"
        rejected: Secret | None = None
        refusal: EngineError | None = None
        while True:
            token = await client.token(rejected=rejected)
            asked: float | None = None
            self.heard_until = self._last_byte
            request = _request(client, path, token if refusal is None else None, self._parser.last_event_id)
            first_byte = asyncio.get_running_loop().call_later(self._pace.patience, self._is_held_back)
            try:
                async with client.http.stream(request, idle=self._pace.idle) as response:
                    if response.status_code == 401 and client.renewable and rejected is None:
                        rejected = token
                        continue
                    if response.status_code in (400, 401, 403):
                        refusal = _once_more(refusal, _refused(client, response, token))
                        continue
                    if response.status_code == 429 or response.status_code >= 500:
                        asked = retry_after(response.headers)
                    else:
                        _check(client, response, token)
                        rejected = None
                        await self._follow(response, first_byte)
            except RefusedError as error:
                if not self._was_up:
                    raise EngineError(str(error)) from None
            except (TransportError, TooLongError):
                # A browser does not say whether the engine lets this page read its other answers only.
                if IN_BROWSER and not self._was_up:
                    self._is_held_back()
            finally:
                first_byte.cancel()
            if self._parser.retry is not None:
                asked = max(asked or 0.0, self._parser.retry / 1000)
            await client.sleep(self._backoff.next(asked))

    async def _follow(self, response: httpx.Response, first_byte: asyncio.TimerHandle) -> None:
        self._was_up = True
        self.clock = clock_difference(response.headers) or 0.0
        self._opened()
        wanted = self._sought()
        if wanted is not None and (wanted.integration or wanted.reconnect):
            self._gap = True
            self.look_due.set()
        self._parser = EventParser(self._parser.last_event_id, self._parser.retry)
        async for chunk in response.aiter_raw():
            first_byte.cancel()
            self._last_byte = time.time()
            self.held_back = False
            self._look_if_due()
            self._backoff = Backoff(self._client.random)
            for data in self._parser.feed(chunk):
                event = _parsed(data)
                if event.get("requestId") == self._request_id:
                    self._emit(event)

    def looked(self) -> None:
        """What had happened by now is known."""
        self._gap = False
        self._look_if_due()

    def _look_if_due(self) -> None:
        if not self._gap and not self.held_back:
            self.look_due.clear()

    def _is_held_back(self) -> None:
        self.held_back = True
        self.look_due.set()
        if not self._told:
            self._told = True
            self._tell_held_back()


async def _look(
    client: EngineClient,
    request_id: str,
    stream: _Stream,
    sought: Callable[[], Sought | None],
    pace: Pace,
    emit: Callable[[dict[str, Any]], object],
) -> None:
    """Emit the connection that is sought, once, where the stream may not have brought it."""
    while True:
        await stream.look_due.wait()
        wanted = sought()
        if wanted is not None:
            try:
                # The Date header has whole seconds. One made just before is another's, unless nothing else brings this
                # attempt's: where the stream is held back, the first second counts, too.
                doubt = -1.0 if stream.held_back else 1.0
                since = max(wanted.since, stream.heard_until) + stream.clock + doubt
                new = await made(client, wanted, since)
                # More than one: nobody can tell which is this attempt's, as yet.
                if len(new) == 1:
                    connection = await client.connection(new[0].id, wait=pace.building)
                    emit(
                        {
                            "requestId": request_id,
                            "type": "newConnectionCreated",
                            "connection": connection.raw,
                        }
                    )
                    return
                if doubt > 0:
                    stream.looked()
            except ConnectError:
                pass  # the next look may succeed; the stream says what is wrong for good
        await asyncio.sleep(pace.look)


def _request(client: EngineClient, path: str, token: Secret | None, last_event_id: str) -> Request:
    # Compressed, an event could be held back until a block is full: no gzip.
    headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity", "Cache-Control": "no-cache"}
    if last_event_id:
        headers["Last-Event-ID"] = last_event_id
    # The token goes where the engine's own client puts it: its browser cannot set a header on a stream.
    return client.request("GET", path, token, {"token": token.reveal() if token else None}, headers=headers)


def _once_more(before: EngineError | None, now: EngineError) -> EngineError:
    """Remember the refusal and retry once without a token; a second refusal raises the first."""
    if before is not None:
        raise before
    return now


def _refused(client: EngineClient, response: httpx.Response, token: Secret) -> EngineError:
    return client.error(Answer(response.status_code, response.reason_phrase, response.headers, b""), token)


def _check(client: EngineClient, response: httpx.Response, token: Secret) -> None:
    if response.status_code == 404:
        raise EngineError(
            f"{client.host} has no event stream for connections. Use another return path (redirect=), "
            "or paste the address you end on.",
            status=404,
        )
    if response.status_code != 200:
        raise _refused(client, response, token)
    kind = response.headers.get("Content-Type", "nothing").partition(";")[0].strip().lower()
    if kind != "text/event-stream":
        raise EngineError(
            f"{client.host} answered with {kind} instead of an event stream. Check that {client.no_sign_in_page},"
            " or use another return path (redirect=).",
            status=200,
        )


def _parsed(data: str) -> dict[str, Any]:
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}
