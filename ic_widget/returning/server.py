"""The HTTP server in the kernel to which browsers bring the engine's answer; one serves any number of attempts.

It serves `Endpoint`s by their nonce and knows nothing of what they do. Built on tornado's HTTP server without
its web framework, whose access log and error pages would print addresses into the cell.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import hashlib
import hmac
import logging
import os
import re
import socket
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ..errors import ConfigurationError
from ..runtime.background import Background, background, require_sockets
from . import pages
from .connections import Connections, Listen, listen, why_not
from .tornado_log import hushed

if TYPE_CHECKING:
    from tornado.httputil import HTTPServerRequest

__all__ = ["CallbackServer", "Endpoint", "Reply", "Request", "server_on"]

_log = logging.getLogger("ic_widget.returning.server")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Type": "text/html; charset=utf-8",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}
# Names and addresses with an optional port (RFC 9110, section 7.2), not whatever a URL parser finds one in.
_HOST = re.compile(r"(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")
_LONGEST_HEADER = 256 * 1024  # errorData of 64 KB, percent-encoded
_LONGEST_BODY = 256 * 1024
_PATIENCE = 10.0  # seconds for a request to arrive whole
_MOST_RETIRED = 1000
_GONE = 410  # the attempt or the page is over, so that the nonce does not count any more


@dataclass(frozen=True)
class Request:
    """What an endpoint may know of a request; headers and cookies stay outside.

    `tail` is the path behind the nonce.
    """

    method: str
    tail: str
    query: str = field(repr=False)
    host: str
    origin: str | None
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Reply:
    """What an endpoint answers; `after` runs once the answer is on its way."""

    page: pages.Page
    headers: dict[str, str] = field(default_factory=dict)
    after: Callable[[], None] | None = None


class Endpoint(Protocol):
    """What is found behind one nonce."""

    def serves_host(self, host: str) -> bool:
        """Whether this public host name (with port) may be used, besides the loopback names."""

    def answer(self, request: Request) -> Reply:
        """Answer one request; runs on the server's thread and must not block."""

    def retired(self) -> Endpoint:
        """What answers in its place once it is retired: it may be kept for long, so nothing that holds much."""


class CallbackServer:
    """Listens on 127.0.0.1 while any endpoint is open (RFC 8252 section 7.3); a nonce leads to its endpoint.

    `port` 0 takes a free one.
    """

    def __init__(self, port: int = 0, thread: Background = background, listen: Listen = listen) -> None:
        self._wanted_port = port
        self._thread = thread
        self._listen = listen
        self._connections = Connections(_LONGEST_HEADER + _LONGEST_BODY)
        self._lock = threading.RLock()
        self._open: dict[bytes, tuple[str, Endpoint]] = {}
        self._retired: OrderedDict[bytes, tuple[str, Endpoint]] = OrderedDict()
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget)

    @property
    def port(self) -> int:
        """The port it listens on; 0 while it does not."""
        with self._lock:
            return (
                int(self._socket.getsockname()[1]) if self._socket is not None and self._is_listening() else 0
            )

    def open(self, nonce: str, endpoint: Endpoint) -> int:
        """Serve `endpoint` under ``/<nonce>`` until `retire`; returns the port.

        Raises ConfigurationError with the cause if the server cannot listen; nothing is left running then.
        """
        require_sockets("This way back", 'Use redirect="events" or "paste".')
        try:
            loop = self._thread.hold()
        except OSError as error:  # a loop needs files too
            raise ConfigurationError(why_not(error, self._wanted_port)) from None
        with self._lock:
            if not self._is_listening():
                try:
                    self._start(loop)
                except BaseException:
                    self._thread.release()
                    raise
            self._open[_digest(nonce)] = (nonce, endpoint)
            return self.port

    def retire(self, nonce: str) -> None:
        """Stop keeping the server up for this nonce; it stays known (as ended) while the server runs."""
        with self._lock:
            entry = self._open.pop(_digest(nonce), None)
            if entry is None:
                return
            self._retired[_digest(nonce)] = (nonce, entry[1].retired())
            while len(self._retired) > _MOST_RETIRED:
                self._retired.popitem(last=False)
        self._thread.release()

    def _is_listening(self) -> bool:
        return self._loop is not None and self._loop is self._thread.loop

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        # Not left to the loop's thread: a fork while that imports would hand the child a module locked for good.
        import tornado.httpserver  # noqa: F401

        try:
            listening = self._listen(self._wanted_port)
        except OSError as error:
            raise ConfigurationError(why_not(error, self._wanted_port)) from None
        self._socket, self._loop = listening, loop
        self._connections = Connections(_LONGEST_HEADER + _LONGEST_BODY)
        self._thread.spawn(self._serve(listening, self._connections))

    async def _serve(self, listening: socket.socket, connections: Connections) -> None:
        from tornado.httpserver import HTTPServer

        server = HTTPServer(
            self._take,
            no_keep_alive=True,
            max_header_size=_LONGEST_HEADER,
            max_body_size=_LONGEST_BODY,
            idle_connection_timeout=_PATIENCE,
            body_timeout=_PATIENCE,
        )
        with hushed():
            try:
                await connections.accept(listening, server.handle_stream)
            finally:
                listening.close()
                with self._lock:
                    if self._socket is listening:
                        self._retired.clear()
                await server.close_all_connections()

    def _take(self, request: HTTPServerRequest) -> None:
        self._connections.arrived(getattr(request.connection, "stream", None))
        found, tail, retired = self._find(request.path)
        try:
            reply = Reply(pages.unknown()) if found is None else self._reply(request, found, tail)
        except Exception as error:  # noqa: BLE001  whatever it is, its text may hold what was sent
            _log.debug("request failed: %s", type(error).__name__)
            reply = Reply(pages.unknown())
        status = reply.page.status
        if found is not None and not retired and status != _GONE:
            # Jupyter logs the address of every request it forwarded that was answered 3xx to 5xx, and here the
            # nonce in it still counts.
            status = 200
        _write(request, reply, status)
        try:
            if reply.after is not None:
                # In a context of its own: what others do because of the answer logs as usual.
                contextvars.Context().run(reply.after)
        finally:
            # Close last: it is slower than the write, and must not delay whoever waits for the answer.
            _finish(request)

    def _find(self, path: str) -> tuple[Endpoint | None, str, bool]:
        """The endpoint that `path` leads to, the path behind its nonce, and whether it is retired."""
        nonce, _, tail = path.removeprefix("/").partition("/")
        key = _digest(nonce)
        with self._lock:
            retired = key not in self._open
            known, endpoint = (self._retired if retired else self._open).get(key, ("", None))
        if endpoint is None or not hmac.compare_digest(known.encode(), nonce.encode()):
            return None, tail, retired
        return endpoint, tail, retired

    def _reply(self, request: HTTPServerRequest, endpoint: Endpoint, tail: str) -> Reply:
        host = request.headers.get("Host", "").lower()
        if _HOST.fullmatch(host) is None or not (self._is_ours(host) or endpoint.serves_host(host)):
            return Reply(pages.unknown())
        if any(header in request.headers for header in _PREFETCH_HEADERS):
            return Reply(pages.prefetched())
        return endpoint.answer(
            Request(
                method=request.method or "",
                tail=tail,
                query=request.query,
                host=host,
                origin=request.headers.get("Origin"),
                body=request.body,
            )
        )

    def _is_ours(self, host: str) -> bool:
        return host in (f"127.0.0.1:{self.port}", f"localhost:{self.port}")

    def _forget(self) -> None:
        # Without this, the child's copy would keep the port half alive after the parent has closed it.
        if self._socket is not None:
            self._socket.close()
        self._lock = threading.RLock()
        self._open, self._retired = {}, OrderedDict()
        self._socket = self._loop = None


def _write(request: HTTPServerRequest, reply: Reply, status: int) -> None:
    from tornado.httputil import HTTPHeaders, ResponseStartLine

    page = reply.page
    headers = HTTPHeaders({**_HEADERS, "Content-Security-Policy": page.policy, **reply.headers})
    headers["Content-Length"] = str(len(page.body))
    body = page.body if request.method != "HEAD" else b""
    if request.connection is not None:
        with contextlib.suppress(Exception):  # the browser went away; the answer it brought still counts
            request.connection.write_headers(ResponseStartLine("HTTP/1.1", status, ""), headers, body)


def _finish(request: HTTPServerRequest) -> None:
    if request.connection is not None:
        with contextlib.suppress(Exception):  # as above
            request.connection.finish()


def _digest(nonce: str) -> bytes:
    # Looking a digest up gives away nothing about the nonce by timing, and costs the same for any number of them.
    return hashlib.sha256(nonce.encode("utf-8", "replace")).digest()


_servers: dict[int, CallbackServer] = {}


def server_on(port: int = 0) -> CallbackServer:
    """The one server of this process for `port` (0: for all who need no certain port)."""
    # Without a lock, which a fork might hand to the child locked; `setdefault` is atomic.
    return _servers.get(port) or _servers.setdefault(port, CallbackServer(port))
