"""What stands between a kernel and its engine elsewhere, small and real, on loopback: proxies and relays."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TypeAlias
from urllib.parse import urlsplit

__all__ = ["Buffering", "Proxy", "Relay", "in_thread", "relayed"]

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter


@contextlib.asynccontextmanager
async def listening(
    handle: Callable[[Reader, Writer], Awaitable[None]],
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> AsyncIterator[int]:
    """Handle connections on a free port; whatever is still open at the end is cut off."""
    running: set[asyncio.Task[None]] = set()

    async def guarded(reader: Reader, writer: Writer) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await handle(reader, writer)
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    def connected(reader: Reader, writer: Writer) -> None:
        task = asyncio.ensure_future(guarded(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    server = await asyncio.start_server(connected, host, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.sleep(0)  # the transports that were cut off close in the next turn of the loop


async def copied(reader: Reader, writer: Writer, delay: float = 0.0) -> None:
    """Copy until the end, each piece after `delay` seconds."""
    while piece := await reader.read(65536):
        await asyncio.sleep(delay)
        writer.write(piece)
        await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof() if writer.can_write_eof() else writer.close()


async def kept_back(reader: Reader, writer: Writer, *, head: bool) -> None:
    """Give nothing before the end, or the head of the answer only."""
    begin = b"" if head else await reader.readuntil(b"\r\n\r\n")
    writer.write(begin)
    writer.write(await reader.read())
    writer.close()


async def joined(reader: Reader, writer: Writer, port: int, delay: float = 0.0) -> None:
    """Copy both ways between a client and what listens on `port`."""
    there, back = await asyncio.open_connection("127.0.0.1", port)
    try:
        await asyncio.gather(copied(reader, back, delay), copied(there, writer, delay))
    finally:
        back.transport.abort()


class Relay:
    """Passes connections on to `port`, with a delay in each direction; counts them."""

    def __init__(self, port: int, *, delay: float = 0.0) -> None:
        self.port = port
        self.delay = delay
        self.connections = 0

    async def __call__(self, reader: Reader, writer: Writer) -> None:
        """Handle one connection."""
        self.connections += 1
        await joined(reader, writer, self.port, self.delay)


class Buffering(Relay):
    """One that keeps back event streams, as proxies do that look at a whole answer: the body, or the `head` too."""

    def __init__(self, port: int, *, head: bool = False) -> None:
        super().__init__(port)
        self.head = head

    async def __call__(self, reader: Reader, writer: Writer) -> None:
        """Handle one connection."""
        begin = await reader.readuntil(b"\r\n\r\n")
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            back.write(begin)
            answer = kept_back(there, writer, head=self.head) if b"/sse/" in begin else copied(there, writer)
            await asyncio.gather(copied(reader, back), answer)
        finally:
            back.transport.abort()


def relayed(relay: Relay, tls: ssl.SSLContext | None = None) -> contextlib.AbstractAsyncContextManager[int]:
    """The port on which `relay` listens, over TLS if told so."""
    return listening(relay, tls)


class Proxy:
    """An HTTP proxy: CONNECT and absolute addresses (RFC 9110, 9.3.6; RFC 9112, 3.2.2).

    Every host name leads to the port that `hosts` names for it, so names need not exist. `password`: Basic
    credentials (user:password) that it wants. `says`: what it answers instead of doing anything.
    """

    def __init__(
        self, hosts: dict[str, int], *, password: str | None = None, says: bytes | None = None
    ) -> None:
        self.hosts = hosts
        self.says = says
        self.asked: list[str] = []
        self.port = 0
        self._wanted = None if password is None else base64.b64encode(password.encode()).decode()

    async def _handle(self, reader: Reader, writer: Writer) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, _, headers = head.partition("\r\n")
        method, target, version = line.split(" ")
        self.asked.append(f"{method} {target}")
        if self.says is not None:
            writer.write(self.says)
            await writer.drain()
            return
        if (
            self._wanted is not None
            and f"proxy-authorization: basic {self._wanted}".lower() not in head.lower()
        ):
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await joined(reader, writer, self.hosts[target])
            return
        address = urlsplit(target)
        path = address.path + (f"?{address.query}" if address.query else "")
        there, back = await asyncio.open_connection("127.0.0.1", self.hosts[address.netloc])
        # One request a connection: those that came after it would have to be read here, too.
        headers = re.sub(r"(?im)^connection:.*\r\n", "", headers)
        back.write(f"{method} {path} {version}\r\nConnection: close\r\n{headers}".encode("latin-1"))
        try:
            await asyncio.gather(copied(reader, back), copied(there, writer))
        finally:
            back.transport.abort()

    @contextlib.asynccontextmanager
    async def serving(
        self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
    ) -> AsyncIterator[Proxy]:
        """Serve on the running loop, over TLS if told so."""
        async with listening(self._handle, tls, host) as self.port:
            yield self


@contextlib.contextmanager
def in_thread(relay: Relay) -> Iterator[int]:
    """The port on which `relay` listens on a thread of its own."""
    ready, stop = threading.Event(), asyncio.Event()
    found: list[tuple[int, asyncio.AbstractEventLoop]] = []

    async def serve() -> None:
        async with relayed(relay) as port:
            found.append((port, asyncio.get_running_loop()))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    ready.wait()
    try:
        yield found[0][0]
    finally:
        found[0][1].call_soon_threadsafe(stop.set)
        thread.join()
