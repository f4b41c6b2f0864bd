"""One HTTP exchange with the engine, over tornado's HTTP/1.1 connection.

`tornado.httpclient` leaves a socket open when its caller is cancelled, and reports an over-large answer, a
broken one and a dropped connection alike. Here the socket closes when the caller leaves, and each has a
sentence of its own. Import this module late: it brings tornado along.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import socket
import ssl
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
from tornado.iostream import IOStream, SSLIOStream, StreamClosedError

from .tokens import Secret

__all__ = ["Answer", "Request", "Response", "TransportError", "exchange", "open_response"]

CONNECT_TIMEOUT = 10.0
ADDRESS_TIMEOUT = 3.0
"""Seconds for one of several addresses of a host, so that a dead IPv6 route leaves time for IPv4."""
TOTAL_TIMEOUT = 60.0
"""Seconds for a whole exchange: the engine's own limit."""
MAX_BODY = 30 * 1024 * 1024
"""Bytes of an answer, unpacked: the engine's own limit."""


class TransportError(Exception):
    """No usable answer came. The text is a sentence for the user; `transient`: trying again may help."""

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


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
        return await asyncio.wait_for(_exchange(request, max_body), timeout)
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
    stream = await _connect(request)
    response = Response(request.host, stream, max_body)
    parameters = HTTP1ConnectionParameters(no_keep_alive=True, max_body_size=sys.maxsize, decompress=True)
    connection = HTTP1Connection(stream, True, parameters)
    reading = asyncio.ensure_future(response.read(connection))
    try:
        _send(request, connection)
        await asyncio.wait_for(response.head(), head_timeout)
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

    def __init__(self, host: str, stream: IOStream, max_body: int) -> None:
        self._host = host
        self._stream = stream
        self._room = max_body
        self._arrived: asyncio.Queue[bytes | ResponseStartLine] = asyncio.Queue()
        self._complete = False

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

    async def read(self, connection: HTTP1Connection) -> None:
        """Read from `connection` to its end, which is marked by an empty piece."""
        with contextlib.suppress(StreamClosedError):
            await connection.read_response(self)
        self._arrived.put_nowait(b"")

    # What tornado calls. None of it waits: being cancelled in here, tornado would log a traceback.

    def headers_received(self, start_line: Any, headers: HTTPHeaders) -> None:
        """Take the head; informational ones (1xx) are passed over."""
        if start_line.code >= 200:
            self.headers = headers
            self._arrived.put_nowait(start_line)

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


async def _connect(request: Request) -> IOStream:
    host = request.host
    trying = _try_addresses(host, secure=request.url.startswith("https:"))
    try:
        return await asyncio.wait_for(trying, CONNECT_TIMEOUT)
    except asyncio.TimeoutError:
        problem, transient = f"{host} did not answer within {CONNECT_TIMEOUT:g} seconds", False
    except socket.gaierror:
        problem, transient = f"The host name {host} could not be found", True
    except ssl.SSLCertVerificationError as error:
        raise TransportError(
            f"The certificate of {host} was not accepted ({error.verify_message}). Behind a company's proxy, "
            "set SSL_CERT_FILE to the file with its certificate and restart the kernel."
        ) from None
    except ssl.SSLError as error:
        problem, transient = f"{host} could not be spoken to over TLS ({error.reason})", False
    except (OSError, StreamClosedError) as error:
        reason = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
        problem, transient = f"Could not connect to {host}{reason}", True
    raise TransportError(
        f"{problem}. Check the network and api_uri= (MEMBRANE_API_URI).", transient=transient
    )


async def _try_addresses(netloc: str, *, secure: bool) -> IOStream:
    address = urlsplit(f"//{netloc}")
    host = address.hostname or ""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, address.port or (443 if secure else 80), type=socket.SOCK_STREAM)
    candidates = _alternating(found)
    while candidates:
        family, sockaddr = candidates.pop(0)
        plain = socket.socket(family)
        stream = SSLIOStream(plain, ssl_options=_tls()) if secure else IOStream(plain)
        try:
            connected = stream.connect(sockaddr, server_hostname=host)
            await asyncio.wait_for(connected, ADDRESS_TIMEOUT if candidates else None)
            return stream
        except (OSError, StreamClosedError, asyncio.TimeoutError) as error:
            stream.close()
            if not candidates:
                raise _cause(error) from None
        except BaseException:
            stream.close()
            raise
    raise socket.gaierror


def _alternating(found: list[Any]) -> list[tuple[int, Any]]:
    """Addresses with IPv6 and IPv4 in turns (RFC 8305, section 4), in the resolver's order otherwise."""
    families: dict[int, list[tuple[int, Any]]] = {}
    for family, _, _, _, sockaddr in found:
        families.setdefault(family, []).append((family, sockaddr))
    turns = itertools.zip_longest(*families.values())
    return [candidate for turn in turns for candidate in turn if candidate is not None]


def _cause(error: Exception) -> BaseException:
    real = error.real_error if isinstance(error, StreamClosedError) else None
    return real or error


@functools.cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
