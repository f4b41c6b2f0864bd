"""Two hundred clients that never finish their requests, and one that brings the answer."""

from __future__ import annotations

import contextlib
import socket
import statistics
import time
from collections.abc import Iterator

import pytest

from ic_widget.returning.attempt import Attempt
from ic_widget.returning.endpoints import CallbackEndpoint
from ic_widget.returning.server import CallbackServer
from ic_widget.runtime.background import Background
from tests.unit.wire import request

pytestmark = pytest.mark.alone

MANY, TRIES = 200, 15
BEGINNINGS = [
    b"",
    b"G",
    b"GET /a",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: ",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 60_000,
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"a" * 50_000,
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + b"a" * 1000,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
]


@pytest.fixture
def server() -> Iterator[CallbackServer]:
    """A server of the test's own."""
    thread = Background(linger=60)
    yield CallbackServer(0, thread)
    thread.close()


def answered_in(server: CallbackServer) -> float:
    """Median seconds from connecting to the whole page of a valid answer."""
    times = []
    for number in range(TRIES):
        attempt = Attempt(60)
        port = server.open(attempt.nonce, CallbackEndpoint(attempt, set()))
        begun = time.perf_counter()
        answer = request(port, f"/{attempt.nonce}?connectionId=c{number}")
        times.append(time.perf_counter() - begun)
        assert (200, "connected") == (answer.status, attempt.status)
    return statistics.median(times)


def test_slow_and_half_requests(server: CallbackServer) -> None:
    """With 200 of them open, an answer takes at most a tenth of a second longer than with none."""
    alone = answered_in(server)
    slow = [socket.create_connection(("127.0.0.1", server.port), 20) for _ in range(MANY)]
    try:
        for number, connection in enumerate(slow):
            # The oldest are closed to make room for the later ones.
            with contextlib.suppress(ConnectionError):
                connection.sendall(BEGINNINGS[number % len(BEGINNINGS)])
                connection.sendall(b"a")
        among_many = answered_in(server)
    finally:
        for connection in slow:
            connection.close()

    assert among_many < alone + 0.1
