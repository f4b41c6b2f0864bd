"""One HTTP exchange with the engine, by tornado's HTTP client, and a sentence for each way it may fail.

Import this module late: it brings tornado along.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from tornado.httpclient import HTTPRequest
from tornado.httputil import HTTPHeaders, parse_response_start_line
from tornado.iostream import IOStream, StreamClosedError
from tornado.queues import Queue
from tornado.simple_httpclient import HTTPTimeoutError, SimpleAsyncHTTPClient
from tornado.tcpclient import TCPClient

from ..runtime.tornado_log import hushed

__all__ = ["Answer", "HTTPRequest", "Response", "TransportError", "exchange", "open_response"]

CONNECT_TIMEOUT = 10.0
TOTAL_TIMEOUT = 60.0
"""Seconds for a whole exchange: the engine's own limit."""
TIMED_OUT = (HTTPTimeoutError, TimeoutError, asyncio.TimeoutError)
"""What tornado raises, by its version; on Python 3.10 the latter two differ."""
MAX_BODY = 30 * 1024 * 1024
"""Bytes of an answer, unpacked: the engine's own limit."""


class TransportError(Exception):
    """No usable answer came. The text is a sentence for the user; `transient`: trying again may help."""

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    reason: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


async def exchange(
    request: HTTPRequest, *, timeout: float = TOTAL_TIMEOUT, max_body: int = MAX_BODY
) -> Answer:
    """Send `request` and read the whole answer, whatever its status. Redirects are not followed.

    Raises TransportError if none came within `timeout` seconds or it is longer than `max_body` bytes.
    """
    async with open_response(request, timeout=timeout, max_body=max_body) as response:
        body = bytearray()
        while chunk := await response.chunk():
            body += chunk
        return Answer(response.status, response.reason, response.headers, bytes(body))


@contextlib.asynccontextmanager
async def open_response(
    request: HTTPRequest, *, timeout: float = 0.0, idle: float | None = None, max_body: int = sys.maxsize
) -> AsyncIterator[Response]:
    """Send `request`, wait for the head of the answer; leaving the context closes the socket.

    Raises TransportError, as does reading on, if the host cannot be reached, breaks off, sends nothing for
    `idle` seconds, or has not sent all after `timeout` seconds (0: no limit).
    """
    with hushed():
        response = Response(request, timeout, idle, max_body)
        try:
            await response.head()
            yield response
        finally:
            response.close()


class Response:
    """An answer as it arrives."""

    status: int
    reason: str
    headers: HTTPHeaders

    def __init__(self, request: HTTPRequest, timeout: float, idle: float | None, max_body: int) -> None:
        self._host = urlsplit(request.url).netloc
        self._timeout = timeout
        self._idle = None if idle is None else timedelta(seconds=idle)
        self._room = max_body
        self._lines: list[str] = []
        self._arrived: Queue[bytes | None] = Queue()
        # What may come packed has to go through tornado, which unpacks it.
        self._dialer = _Dialer(self._end, self._take if request.decompress_response is False else None)
        options = {
            "connect_timeout": CONNECT_TIMEOUT,
            "request_timeout": timeout,
            "follow_redirects": False,
            "header_callback": self._take_line,
            "streaming_callback": self._take,
        }
        # The limit is ours to check: tornado reports a longer answer like one that broke off.
        client = SimpleAsyncHTTPClient(force_instance=True, defaults=options, max_body_size=sys.maxsize)
        client.tcp_client = self._dialer
        self._fetching = client.fetch(request, raise_error=False)
        self._fetching.add_done_callback(self._end)

    async def head(self) -> None:
        """Wait until `status`, `reason` and `headers` are there."""
        await self.chunk()

    async def chunk(self) -> bytes:
        """The next piece of the body, unpacked; empty at its end."""
        try:
            piece = await self._arrived.get(self._idle)
        except TIMED_OUT:
            raise TransportError(f"{self._host} fell silent. Try again in a while.", transient=True) from None
        if piece is not None:
            return piece
        if self._room < 0:
            raise TransportError(
                f"{self._host} sent a longer answer than the engine ever gives. Check that api_uri= is right."
            )
        error = self._fetching.exception() if self._fetching.done() else StreamClosedError()
        if error is not None:
            raise self._broken(error) if self._dialer.stream else self._unreachable(error)
        return b""

    def close(self) -> None:
        """Close the socket, whatever is still to come."""
        # Cancelling what `fetch` returned would leave it open.
        self._dialer.leave()

    # What tornado calls. None of it raises: tornado would log a traceback.

    def _take_line(self, line: str) -> None:
        self._lines.append(line)
        if line == "\r\n":
            start = parse_response_start_line(self._lines[0].rstrip("\r\n"))
            self.status = start.code
            # tornado makes "None" of a missing one.
            self.reason = "" if start.reason == "None" else start.reason
            self.headers = HTTPHeaders.parse("".join(self._lines[1:]))
            self._lines.clear()
            if self.status >= 200:  # informational ones are passed over
                self._arrived.put_nowait(b"")

    def _take(self, piece: bytes) -> None:
        self._room -= len(piece)
        if self._room < 0:
            self.close()
        elif piece:
            self._arrived.put_nowait(piece)

    def _end(self, _: object) -> None:
        if self._fetching.done():
            self._fetching.exception()  # seen, so that asyncio does not log it as never retrieved
        self._arrived.put_nowait(None)

    def _broken(self, error: BaseException) -> TransportError:
        timed_out = isinstance(error, HTTPTimeoutError)
        if timed_out:
            problem = f"did not answer within {self._timeout:g} seconds"
        elif hasattr(self, "headers"):
            problem = "broke off its answer"
        else:
            problem = "closed the connection without an answer"
        return TransportError(f"{self._host} {problem}. Try again in a while.", transient=not timed_out)

    def _unreachable(self, error: BaseException) -> TransportError:
        if isinstance(error, ssl.SSLCertVerificationError):
            return TransportError(
                f"The certificate of {self._host} was not accepted ({error.verify_message}). Behind a company's proxy, "
                "set SSL_CERT_FILE to the file with its certificate and restart the kernel."
            )
        transient = False
        if isinstance(error, TIMED_OUT):
            seconds = min(CONNECT_TIMEOUT, self._timeout or CONNECT_TIMEOUT)
            problem = f"{self._host} did not answer within {seconds:g} seconds"
        elif isinstance(error, ssl.SSLError):
            problem = f"{self._host} could not be spoken to over TLS ({error.reason})"
        elif isinstance(error, socket.gaierror):
            problem, transient = f"The host name {self._host} could not be found", True
        else:
            reason = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
            problem, transient = f"Could not connect to {self._host}{reason}", True
        return TransportError(
            f"{problem}. Check the network and api_uri= (MEMBRANE_API_URI).", transient=transient
        )


class _Dialer(TCPClient):
    """Remembers its one connection, so that it can be closed from outside."""

    def __init__(self, end: Callable[[object], None], take: Callable[[bytes], None] | None) -> None:
        super().__init__()
        self.stream: IOStream | None = None
        self._left = False
        self._end = end
        self._take = take

    async def connect(self, *args: Any, **options: Any) -> IOStream:
        # The task of the fetch. After a reset (tornado 6.6) or an answer that is no HTTP (before 6.6) it ends,
        # but what `fetch` returned never does.
        running = asyncio.current_task()
        if running is not None:
            running.add_done_callback(self._end)
        stream = await super().connect(*args, **options)
        if self._left:
            stream.close()
            raise StreamClosedError
        if self._take is not None:
            stream.read_until_close = self._read_until_close  # type: ignore[method-assign]
        self.stream = stream
        return stream

    async def _read_until_close(self) -> bytes:
        # Before 6.6, tornado holds back a body without length or chunks until the connection ends.
        with contextlib.suppress(StreamClosedError):
            while self.stream is not None and self._take is not None:
                self._take(await self.stream.read_bytes(65536, partial=True))
        return b""

    def leave(self) -> None:
        """Close the connection; while dialling, as soon as it is there (`CONNECT_TIMEOUT` at most)."""
        self._left = True
        if self.stream is not None:
            self.stream.close()
