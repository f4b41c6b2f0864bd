"""A tornado application on a daemon thread and loop of its own, on an address checked beforehand."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import json
import socket
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import TypeVar

from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.web import Application

from ic_widget.errors import ConfigurationError

__all__ = ["Server", "is_loopback", "listen"]

#: Bytes of a request's body; the engine's own limit.
LARGEST_REQUEST = 10 * 1024 * 1024
#: A body beyond this is cut off without an answer.
ENDLESS = 1024 * LARGEST_REQUEST
TOO_LARGE = {"type": "bad_request", "message": "The request is larger than 10 MB, the most the engine takes."}
PATIENCE = 10.0

T = TypeVar("T")


class Server:
    """Serves `app` on the open socket `listening` until `stop`.

    Then it awaits `settle` on its loop, and calls `ended` when no handler runs any more.
    """

    def __init__(
        self,
        app: Application,
        listening: socket.socket,
        settle: Callable[[], Awaitable[None]],
        ended: Callable[[], None],
    ) -> None:
        self._app = app
        self._listening = listening
        self._settle = settle
        self._ended = ended
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ic-widget-sandbox", daemon=True)

    def start(self) -> None:
        """Returns once it answers."""
        self._thread.start()
        self._started.wait()

    def stop(self) -> None:
        """Ends it and frees the port; calling it again is fine."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(PATIENCE)

    def do(self, change: Callable[[], T]) -> T:
        """Runs `change` on the server's own thread and returns what it returns; what it raises comes back."""
        done: Future[T] = Future()

        def run() -> None:
            try:
                result = change()
            except Exception as error:  # noqa: BLE001 - handed to the caller
                done.set_exception(error)
            else:
                done.set_result(result)

        self._loop.call_soon_threadsafe(run)
        return done.result(PATIENCE)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            self._ended()

    async def _serve(self) -> None:
        server = HTTPServer(Limited(self._app), max_body_size=ENDLESS)
        server.add_socket(self._listening)
        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._started.set()
        await self._stop.wait()
        server.stop()
        await self._settle()
        await server.close_all_connections()


class Limited(HTTPServerConnectionDelegate):
    """Answers a request that is too large with words; tornado would answer with an empty 400, or hang up."""

    def __init__(self, app: Application) -> None:
        self._app = app

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        return LimitedRequest(self._app.start_request(server_conn, request_conn), request_conn)

    def on_close(self, server_conn: object) -> None:
        self._app.on_close(server_conn)


class LimitedRequest(HTTPMessageDelegate):
    """Passes a request on to `inner` as long as it is not too large, and drops the rest of one that is."""

    def __init__(self, inner: HTTPMessageDelegate, connection: HTTPConnection) -> None:
        self._inner = inner
        self._connection = connection
        self._received = 0

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        return self._inner.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        self._received += len(chunk)
        return self._inner.data_received(chunk) if self._received <= LARGEST_REQUEST else None

    def finish(self) -> None:
        if self._received <= LARGEST_REQUEST:
            return self._inner.finish()
        self._inner.on_connection_close()
        body = json.dumps(TOO_LARGE).encode()
        headers = HTTPHeaders(
            {
                "Content-Type": "application/json; charset=utf-8",
                "Content-Length": str(len(body)),
                # Or a page of another origin could not read it.
                "Access-Control-Allow-Origin": "*",
            }
        )
        line = ResponseStartLine("HTTP/1.1", 413, "Request Entity Too Large")
        self._connection.write_headers(line, headers, body)
        return self._connection.finish()

    def on_connection_close(self) -> None:
        self._inner.on_connection_close()


def listen(address: str, port: int) -> socket.socket:
    """A socket that listens; `ConfigurationError` that names address and port if it cannot."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    other_port = "Choose another port, or 0 for a free one."
    try:
        listening = socket.create_server((address, port), family=family, backlog=128)
    except OverflowError:
        raise ConfigurationError(
            f"There is no port {port}: it must be from 0 to 65535. {other_port}"
        ) from None
    except OSError as error:
        port_is_it = error.errno in (errno.EADDRINUSE, errno.EACCES)
        advice = other_port if port_is_it else "Choose an address of this machine."
        # create_server adds once more what address it was.
        reason = str(error.strerror or error).partition(" (while ")[0]
        raise ConfigurationError(
            f"The sandbox cannot listen on {address} port {port}: {reason}. {advice}"
        ) from None
    listening.setblocking(False)
    return listening


def is_loopback(address: str) -> bool:
    """Whether only programs on this machine can reach `address`."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
