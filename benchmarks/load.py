"""A small load generator: `connections` requests at a time, a new TCP connection for each, as browsers bring answers.

Plain sockets and one selector, so that it costs less than what it measures; a benchmark must not need wrk.
"""

from __future__ import annotations

import selectors
import socket
import time
from dataclasses import dataclass

__all__ = ["Load", "load"]


@dataclass(frozen=True)
class Load:
    """What came of it: requests answered per second, and each one's time in microseconds, connecting included."""

    per_second: float
    microseconds: list[float]


@dataclass
class _Exchange:
    sock: socket.socket
    begun: int
    sent: bool = False
    received: bytes = b""


def load(port: int, request: bytes, connections: int, seconds: float, expected: bytes = b" 200 ") -> Load:
    """Ask as fast as answers come; raises RuntimeError for an answer whose first line lacks `expected`."""
    selector = selectors.DefaultSelector()
    times: list[float] = []
    begun = time.perf_counter()
    deadline = begun + seconds
    for _ in range(connections):
        _connect(selector, port)
    while selector.get_map():
        if time.perf_counter() > deadline + 10:
            raise RuntimeError(f"no answer within {seconds + 10:.0f} s")
        for key, _ in selector.select(1):
            exchange: _Exchange = key.data
            if not _step(selector, exchange, request):
                continue
            times.append((time.perf_counter_ns() - exchange.begun) / 1000)
            if expected not in exchange.received.partition(b"\r\n")[0]:
                raise RuntimeError(f"unexpected answer: {exchange.received[:200]!r}")
            if time.perf_counter() < deadline:
                _connect(selector, port)
    return Load(len(times) / (time.perf_counter() - begun), times)


def _connect(selector: selectors.BaseSelector, port: int) -> None:
    exchange = _Exchange(socket.socket(), time.perf_counter_ns())
    exchange.sock.setblocking(False)
    exchange.sock.connect_ex(("127.0.0.1", port))
    selector.register(exchange.sock, selectors.EVENT_WRITE, exchange)


def _step(selector: selectors.BaseSelector, exchange: _Exchange, request: bytes) -> bool:
    """Go on with one exchange; True once the server has closed it."""
    if not exchange.sent:
        exchange.sock.sendall(request)
        exchange.sent = True
        selector.modify(exchange.sock, selectors.EVENT_READ, exchange)
        return False
    chunk = exchange.sock.recv(65536)
    exchange.received += chunk
    if chunk:
        return False
    selector.unregister(exchange.sock)
    exchange.sock.close()
    return True
