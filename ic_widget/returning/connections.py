"""The callback server's sockets: the one it listens on, and never more connections than it can serve."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tornado.iostream import IOStream

__all__ = ["Connections", "Listen", "listen", "why_not"]

Listen = Callable[[int], socket.socket]

MOST = 64
"""Connections at once; a browser that comes back from the engine needs one, for milliseconds."""
_PAUSE = 0.2  # seconds until the next try where no connection can be accepted


def listen(port: int) -> socket.socket:
    """Listen on 127.0.0.1, on a free port for 0; OSError if that cannot be."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # There another program could otherwise take the port over with SO_REUSEADDR, answers included.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(1024)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


def why_not(error: OSError, port: int) -> str:
    """Why the server cannot listen on `port`, and what to do."""
    other = "Choose another, or port=0 for any free one."
    match error.errno:
        case errno.EADDRINUSE if port:
            return f"Port {port} is taken by another program. {other}"
        case errno.EADDRINUSE:
            return "Every port of this machine is in use. Close programs that hold many connections and try again."
        case errno.EACCES if 0 < port < 1024:
            return f"Port {port} is reserved for the system: ports below 1024 need special rights. {other}"
        case errno.EACCES | errno.EPERM if port:
            return f"The system does not let this kernel open port {port}. {other}"
        case errno.EACCES | errno.EPERM:
            return (
                "The system does not let this kernel open any port: it runs in a sandbox or under a security policy."
                " Ask whoever set it up to allow ports on 127.0.0.1."
            )
        case errno.EADDRNOTAVAIL:
            return (
                "This machine has no address 127.0.0.1: its loopback network interface is down. Bring it up"
                " (on Linux: ip link set lo up) and try again."
            )
        case errno.EMFILE | errno.ENFILE:
            return (
                "No port can be opened, because too many files are open already. Close some, or raise the limit"
                " (ulimit -n) and restart the kernel."
            )
    reason = error.strerror or type(error).__name__
    return f"{f'Port {port}' if port else 'A port'} on 127.0.0.1 could not be opened: {reason}."


class Connections:
    """What is connected now. Where there is no room, the oldest without a whole request is closed first.

    Any user of the machine may connect, and idle connections would use up the files that the kernel may open.
    `longest` is how many bytes a request may have.
    """

    def __init__(self, longest: int, most: int = MOST) -> None:
        self._longest = longest
        self._most = most
        self._streams: dict[IOStream, bool] = {}  # oldest first; whether its whole request has arrived

    async def accept(self, listening: socket.socket, serve: Callable[[IOStream, Any], object]) -> None:
        """Accept until cancelled, and have `serve(stream, address)` serve each."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, address = await loop.sock_accept(listening)
            except ConnectionError:  # it was gone before it was accepted
                await asyncio.sleep(0)
                continue
            except OSError:
                # Out of files, most likely. The connection is still there, so that trying at once would only spin.
                self._close_oldest()
                await asyncio.sleep(_PAUSE)
                continue
            serve(self._stream(connection), address)
            await asyncio.sleep(0)  # a flood of connections must not keep the loop from serving them

    def arrived(self, stream: IOStream | None) -> None:
        """The whole request has arrived on `stream`, which is answered now."""
        if stream in self._streams:
            self._streams[stream] = True

    def _stream(self, connection: socket.socket) -> IOStream:
        from tornado.iostream import IOStream

        self._streams = {stream: whole for stream, whole in self._streams.items() if not stream.closed()}
        while len(self._streams) >= self._most:
            self._close_oldest()
        stream = IOStream(connection, max_buffer_size=self._longest)
        self._streams[stream] = False
        return stream

    def _close_oldest(self) -> None:
        if self._streams:
            waiting = (stream for stream, whole in self._streams.items() if not whole)
            oldest = next(waiting, None) or next(iter(self._streams))
            del self._streams[oldest]
            oldest.close()
