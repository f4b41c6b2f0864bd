"""Stand-ins for an engine, on loopback: one that answers as a test says, and one that speaks raw bytes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine
from tornado.netutil import bind_sockets

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Reply:
    """What the fake answers: `body` as JSON, unless it is bytes; `open`: more could come, but does not."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    open: bool = False


class FakeEngine:
    """Answers each request with what `answer` returns for it, and keeps the requests."""

    def __init__(self, answer: Callable[[HTTPServerRequest], Reply] | list[Reply]) -> None:
        replies = iter(answer) if isinstance(answer, list) else None
        self._answer = answer if callable(answer) else lambda _: next(replies or iter(()))
        self.requests: list[HTTPServerRequest] = []
        self.url = ""

    def _handle(self, request: HTTPServerRequest) -> None:
        self.requests.append(request)
        reply = self._answer(request)
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        kind = "octet-stream" if isinstance(reply.body, bytes) else "json"
        given = {"Content-Type": f"application/{kind}", "Content-Length": str(len(body)), **reply.headers}
        if reply.open:
            del given["Content-Length"]
        assert request.connection is not None
        start = ResponseStartLine("", reply.status, "Told So")
        request.connection.write_headers(start, HTTPHeaders(given), body)
        if not reply.open:
            request.connection.finish()

    def query(self, index: int = -1) -> dict[str, list[str]]:
        """The query of a request."""
        return parse_qs(self.requests[index].query)

    @contextlib.asynccontextmanager
    async def serving(self, **options: Any) -> AsyncIterator[FakeEngine]:
        """Serve on the running loop."""
        sockets = bind_sockets(0, "127.0.0.1")
        server = HTTPServer(self._handle, **options)
        server.add_sockets(sockets)
        scheme = "https" if options.get("ssl_options") else "http"
        self.url = f"{scheme}://127.0.0.1:{sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.stop()
            await server.close_all_connections()

    @contextlib.contextmanager
    def in_thread(self) -> Iterator[FakeEngine]:
        """Serve on a thread of its own."""
        ready, stop = threading.Event(), asyncio.Event()
        loop: list[asyncio.AbstractEventLoop] = []

        async def serve() -> None:
            async with self.serving():
                loop.append(asyncio.get_running_loop())
                ready.set()
                await stop.wait()

        thread = threading.Thread(target=asyncio.run, args=(serve(),))
        thread.start()
        ready.wait()
        try:
            yield self
        finally:
            loop[0].call_soon_threadsafe(stop.set)
            thread.join()


class RawEngine:
    """Reads the head of a request, then runs a `talk`: one for each connection, the last for all after."""

    def __init__(self, *talks: Talk) -> None:
        self.talks = talks
        self.head_first = True
        self.arrived = asyncio.Event()
        self._running: list[asyncio.Task[None]] = []
        self.heads: list[str] = []
        self.closed = asyncio.Event()
        self.url = ""

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode() if self.head_first else "")
            self.arrived.set()
            talk = self.talks[min(len(self.heads), len(self.talks)) - 1]
            await talk(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def until_closed(self, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        """A talk that says nothing, until the other side closes."""
        await reader.read()
        self.closed.set()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[RawEngine]:
        """Serve on the running loop; waits until every talk has ended."""

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._running.append(asyncio.ensure_future(self._handle(reader, writer)))

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            await asyncio.gather(*self._running)


def a_closed_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def says(*pieces: bytes) -> Talk:
    """A talk that sends `pieces` and closes."""

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return talk


def shown(error: BaseException) -> str:
    """All that a verbose traceback shows of `error`: the local variables of each frame but the test's own."""
    assert error.__traceback__ is not None
    inner = error.with_traceback(error.__traceback__.tb_next)
    return "".join(traceback.TracebackException.from_exception(inner, capture_locals=True).format())
