"""One HTTP exchange with the engine, over tornado's HTTP/1.1 connection.

`tornado.httpclient` leaves a socket open when its caller is cancelled, and reports an over-large answer, a
broken one and a dropped connection alike. Here the socket closes when the caller leaves, and each has a
sentence of its own. Import this module late: it brings tornado along.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters
from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream, StreamClosedError

from .dial import TransportError, dial
from .tokens import Secret
from .within import within

__all__ = ["Answer", "Request", "Response", "TransportError", "exchange", "open_response"]

TOTAL_TIMEOUT = 60.0
"""Seconds for a whole exchange: the engine's own limit."""
MAX_BODY = 30 * 1024 * 1024
"""Bytes of an answer, unpacked: the engine's own limit."""


CHUNK = 64 * 1024


@dataclass(frozen=True)
class Request:
    """What is sent. Nothing but the method is in its repr: address, headers and body hold secrets."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """Host and port as the address has them."""
        return urlsplit(self.url).netloc

    @property
    def target(self) -> Secret:
        """Path and query (RFC 9112, section 3.2.1)."""
        address = urlsplit(self.url)
        return Secret((address.path or "/") + (f"?{address.query}" if address.query else ""))


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    reason: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


async def exchange(request: Request, *, timeout: float = TOTAL_TIMEOUT, max_body: int = MAX_BODY) -> Answer:
    """Send `request` and read the whole answer, whatever its status. Redirects are not followed.

    Raises TransportError if none came within `timeout` seconds or it is longer than `max_body` bytes.
    """
    try:
        return await within(timeout, _exchange(request, max_body))
    except asyncio.TimeoutError:
        sentence = f"{request.host} did not answer within {timeout:g} seconds. Try again in a while."
    raise TransportError(sentence)


async def _exchange(request: Request, max_body: int) -> Answer:
    async with open_response(request, max_body=max_body) as response:
        body = bytearray()
        while chunk := await response.chunk():
            body += chunk
        return Answer(response.status, response.reason, response.headers, bytes(body))


@contextlib.asynccontextmanager
async def open_response(
    request: Request, *, max_body: int = sys.maxsize, head_timeout: float = TOTAL_TIMEOUT
) -> AsyncIterator[Response]:
    """Send `request`, wait for the head of the answer; leaving the context closes the socket.

    Raises TransportError, as does reading on, if the host cannot be reached or breaks off.
    """
    async with dial(request.host, secure=request.url.startswith("https:")) as stream:
        parameters = HTTP1ConnectionParameters(no_keep_alive=True, max_body_size=sys.maxsize, decompress=True)
        connection = HTTP1Connection(stream, True, parameters)
        response = Response(request.host, connection, stream, max_body)
        reading = asyncio.ensure_future(response.read())
        try:
            _send(request, connection)
            await within(head_timeout, response.head())
            yield response
        finally:
            stream.close()
            reading.cancel()
            await asyncio.wait({reading})


def _send(request: Request, connection: HTTP1Connection) -> None:
    headers = HTTPHeaders({"Host": request.host, "Connection": "close", "Accept-Encoding": "gzip"})
    headers.update(request.headers)
    if request.body is not None:
        headers["Content-Length"] = str(len(request.body))
    connection.write_headers(RequestStartLine(request.method, request.target, ""), headers)
    if request.body is not None:
        connection.write(request.body)
    connection.finish()


class Response(HTTPMessageDelegate):
    """An answer as it arrives."""

    status: int
    reason: str
    headers: HTTPHeaders

    def __init__(self, host: str, connection: HTTP1Connection, stream: IOStream, max_body: int) -> None:
        self._host = host
        self._connection = connection
        self._stream = stream
        self._room = max_body
        self._arrived: asyncio.Queue[bytes | ResponseStartLine] = asyncio.Queue()
        self._complete = False
        self._detached = False

    async def head(self) -> None:
        """Wait until `status`, `reason` and `headers` are there."""
        start = await self._arrived.get()
        if not isinstance(start, ResponseStartLine):
            raise TransportError(
                f"{self._host} closed the connection without an answer. Try again in a while.", transient=True
            )
        self.status, self.reason = start.code, start.reason

    async def chunk(self) -> bytes:
        """The next piece of the body, unpacked; empty at its end."""
        piece = cast("bytes", await self._arrived.get())
        if not piece and self._room < 0:
            raise TransportError(
                f"{self._host} sent a longer answer than the engine ever gives. Check that api_uri= is right."
            )
        if not piece and not self._complete:
            raise TransportError(f"{self._host} broke off its answer. Try again in a while.", transient=True)
        return piece

    async def read(self) -> None:
        """Read to the end of the answer, which is marked by an empty piece."""
        with contextlib.suppress(StreamClosedError):
            await self._connection.read_response(self)
            while self._detached:
                self.data_received(await self._stream.read_bytes(CHUNK, partial=True))
        self._complete = self._complete or self._detached
        self._arrived.put_nowait(b"")

    # What tornado calls. None of it waits: being cancelled in here, tornado would log a traceback.

    def headers_received(self, start_line: Any, headers: HTTPHeaders) -> None:
        """Take the head; informational ones (1xx) are passed over."""
        if start_line.code >= 200:
            self.headers = headers
            self._arrived.put_nowait(start_line)
            if headers.get("Content-Type", "").startswith("text/event-stream") and not (
                "Content-Length" in headers or "Transfer-Encoding" in headers
            ):
                # A body that ends with the connection: tornado before 6.6 gives all of it, at that end.
                self._connection.detach()
                self._detached = True

    def data_received(self, chunk: bytes) -> None:
        """Take a piece of the body, up to the limit."""
        self._room -= len(chunk)
        if self._room < 0:
            self._stream.close()
        elif chunk:
            self._arrived.put_nowait(chunk)

    def finish(self) -> None:
        """Note that nothing is missing."""
        self._complete = True
