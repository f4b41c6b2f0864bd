"""The servers that are compared, each in a thread of its own, and each answering with the same page as ours.

Every one closes the connection after its answer, as ours and the peers' do.
"""

from __future__ import annotations

import asyncio
import http.server
import socketserver
import threading
import time
import wsgiref.simple_server
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse

from ic_widget import pages

__all__ = ["ANSWER", "SERVERS", "flows", "tornado_server"]

ANSWER = "connectionId=6548d1a2b3c4d5e6f7a8b9c0"
PAGE = pages.connected().body
TYPE = "text/html; charset=utf-8"


def flows(engine: Any, pending: int) -> tuple[int, str]:
    """Our own server with `pending` flows waiting, and the address of one that has its answer already.

    Asking that address again takes the whole way: look the nonce up, read the answer, compare, show the page.
    """
    from ic_widget import ConnectFlow
    from ic_widget.returning.answer import from_query

    waiting = [ConnectFlow(engine, integration="github") for _ in range(pending + 1)]
    for flow in waiting:
        flow.prepare()
    deadline = time.monotonic() + 60
    while any(flow.receiver.events is None for flow in waiting) and time.monotonic() < deadline:
        time.sleep(0.05)  # opening their event streams must not be measured
    done = waiting[-1].attempt
    done.settle(from_query(ANSWER), "redirect")
    done.publish()
    _kept.append(waiting)
    return waiting[0].receiver.port, f"/{done.nonce}"


def tornado_server(arrived: Callable[[], object] = lambda: None) -> tuple[int, str]:
    """The least that tornado can do: one handler that takes the answer, calls `arrived` and shows a page."""
    import tornado.web
    from tornado.httpserver import HTTPServer
    from tornado.netutil import bind_sockets

    class Handler(tornado.web.RequestHandler):
        def get(self) -> None:
            self.application.settings["answer"] = self.get_query_argument("connectionId")
            arrived()
            self.set_header("Content-Type", TYPE)
            self.finish(PAGE)

    sockets = bind_sockets(0, "127.0.0.1")

    async def serve() -> None:
        application = tornado.web.Application([("/callback", Handler)], log_function=lambda _: None)
        HTTPServer(application, no_keep_alive=True).add_sockets(sockets)
        await asyncio.Event().wait()

    _thread(lambda: asyncio.run(serve()))
    return sockets[0].getsockname()[1], "/callback"


def plain_http_server() -> tuple[int, str]:
    """`http.server` in one thread, a request at a time, as MSAL's receiver has it."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.server.answer = self.path  # type: ignore[attr-defined]
            self.send_response(200)
            self.send_header("Content-type", TYPE)
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
            pass

    return _serve(http.server.HTTPServer(("127.0.0.1", 0), Handler))


def wsgi_server() -> tuple[int, str]:
    """`wsgiref` in one thread, a request at a time, as google-auth-oauthlib's receiver has it."""

    class Quiet(wsgiref.simple_server.WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
            pass

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        environ["answer"] = environ["QUERY_STRING"]
        start_response("200 OK", [("Content-type", TYPE)])
        return [PAGE]

    return _serve(wsgiref.simple_server.make_server("127.0.0.1", 0, application, handler_class=Quiet))


def raw_asyncio() -> tuple[int, str]:
    """A canned answer written to the socket whatever was asked: less is not possible in Python."""
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {TYPE}\r\nContent-Length: {len(PAGE)}\r\nConnection: close\r\n\r\n"
    )
    canned = head.encode() + PAGE
    ready: list[int] = []
    listening = threading.Event()

    class Canned(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            self.transport.write(canned)  # type: ignore[attr-defined]
            self.transport.close()

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Canned, "127.0.0.1", 0)
        ready.append(server.sockets[0].getsockname()[1])
        listening.set()
        await server.serve_forever()

    _thread(lambda: asyncio.run(serve()))
    listening.wait()
    return ready[0], "/callback"


SERVERS: dict[str, Callable[[], tuple[int, str]]] = {
    "raw asyncio": raw_asyncio,
    "tornado": tornado_server,
    "http.server": plain_http_server,
    "wsgiref": wsgi_server,
}
"""Each returns the port it listens on and the path to ask."""

_kept: list[object] = []


def _serve(server: socketserver.BaseServer) -> tuple[int, str]:
    _thread(server.serve_forever)
    return server.server_address[1], "/callback"  # type: ignore[index, return-value]


def _thread(work: Callable[[], object]) -> None:
    threading.Thread(target=work, daemon=True).start()
