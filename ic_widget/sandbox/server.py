"""A tornado application on a daemon thread and loop of its own, on an address checked beforehand."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future

from tornado.httpserver import HTTPServer
from tornado.web import Application

from ic_widget.errors import ConfigurationError

__all__ = ["Server", "is_loopback", "listen"]

LARGEST_REQUEST = 10 * 1024 * 1024
PATIENCE = 10.0


class Server:
    """Serves `app` on the open socket `listening` until `stop`; then awaits `settle` on its loop."""

    def __init__(
        self, app: Application, listening: socket.socket, settle: Callable[[], Awaitable[None]]
    ) -> None:
        self._app = app
        self._listening = listening
        self._settle = settle
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

    def do(self, change: Callable[[], None]) -> None:
        """Runs `change` on the server's own thread and waits for it; what it raises comes back."""
        done: Future[None] = Future()

        def run() -> None:
            try:
                change()
            except Exception as error:  # noqa: BLE001 - handed to the caller
                done.set_exception(error)
            else:
                done.set_result(None)

        self._loop.call_soon_threadsafe(run)
        done.result(PATIENCE)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = HTTPServer(self._app, max_buffer_size=LARGEST_REQUEST, max_body_size=LARGEST_REQUEST)
        server.add_socket(self._listening)
        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._started.set()
        await self._stop.wait()
        server.stop()
        await self._settle()
        await server.close_all_connections()


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
