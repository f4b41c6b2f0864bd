"""A network of some length before a server: ``python -m benchmarks.relay PORT CA`` relays TLS to 127.0.0.1:PORT.

It writes the certificate authority that a client has to trust to the file CA, prints the port it listens on, and for
each line on its input how many connections it has taken since the last.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Awaitable, Callable

import trustme

__all__ = ["ROUND_TRIP"]

ROUND_TRIP = 0.1
"""Seconds: each direction is delayed by half of it."""


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: float = 0, delay: float = 0
) -> None:
    """Copy one direction; every byte arrives `delay` seconds later, none before `first` seconds have passed."""
    loop = asyncio.get_running_loop()
    line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def write() -> None:
        chunk = b"."
        while chunk:
            due, chunk = await line.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            writer.write(chunk)
            await writer.drain()
        writer.close()

    async def read() -> None:
        begun, chunk = loop.time(), b"."
        while chunk:
            try:
                chunk = await reader.read(65536)
            except OSError:
                chunk = b""
            line.put_nowait((max(loop.time(), begun + first) + delay, chunk))

    await asyncio.gather(read(), write(), return_exceptions=True)


async def _serve(port: int, authority: str) -> None:
    """Client, delay, TLS, server: until the input ends."""
    taken = 0

    def relay(
        to: int, first: float, delay: float
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal taken
            taken += delay > 0
            there, back = await asyncio.open_connection("127.0.0.1", to)
            await asyncio.gather(_copy(reader, back, first, delay), _copy(there, writer, 0, delay))

        return take

    made = trustme.CA()
    made.cert_pem.write_to_path(authority)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.issue_cert("127.0.0.1").configure_cert(context)
    tls = await asyncio.start_server(relay(port, 0, 0), "127.0.0.1", 0, ssl=context)
    # Loopback's own TCP handshake takes no time: the round trip it would take is added to the first bytes.
    delayed = relay(tls.sockets[0].getsockname()[1], ROUND_TRIP, ROUND_TRIP / 2)
    far = await asyncio.start_server(delayed, "127.0.0.1", 0)
    print(far.sockets[0].getsockname()[1], flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(taken, flush=True)
        taken = 0


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2]))
