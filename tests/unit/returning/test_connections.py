"""The callback server's connections: how many there may be, and what happens where there is no room."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ic_widget.returning import pages
from ic_widget.returning.connections import MOST, why_not
from ic_widget.returning.server import CallbackServer, Reply, Request
from ic_widget.runtime.background import Background
from tests.unit.wire import parsed, request

LONG = b"a" * 20_000_000


@dataclass
class Endpoint:
    """Answers a page, to everyone the same."""

    page: pages.Page

    def serves_host(self, host: str) -> bool:
        """Loopback names only."""
        return False

    def answer(self, request: Request) -> Reply:
        """The page."""
        return Reply(self.page)

    def retired(self) -> Endpoint:
        """Itself."""
        return self


@pytest.fixture
def server() -> Iterator[CallbackServer]:
    """A server of the test's own."""
    thread = Background(linger=60)
    yield CallbackServer(0, thread)
    thread.close()


@pytest.fixture
def idle() -> Iterator[list[socket.socket]]:
    """Connections that never ask anything; closed after the test."""
    with contextlib.ExitStack() as stack:
        opened: list[socket.socket] = []
        stack.callback(lambda: [one.close() for one in opened])
        yield opened


def connect(port: int) -> socket.socket:
    """A connection to the server."""
    return socket.create_connection(("127.0.0.1", port), 20)


def test_the_oldest_idle_ones_go(server: CallbackServer, idle: list[socket.socket]) -> None:
    """However many connect and ask nothing, at most `MOST` stay connected, and an answer is taken at once."""
    port = server.open("nonce", Endpoint(pages.connected()))
    idle += [connect(port) for _ in range(3 * MOST)]
    answer = request(port, "/nonce")

    assert pages.connected().body == answer.body
    for one in idle[: 2 * MOST + 1]:
        one.settimeout(5)  # not so long that the server takes its leave of whoever says nothing
        assert b"" == one.recv(1)
    for one in idle[2 * MOST + 1 :]:
        one.setblocking(False)
        with pytest.raises(BlockingIOError):
            one.recv(1)


def test_who_is_being_answered_stays(server: CallbackServer, idle: list[socket.socket]) -> None:
    """The oldest connection stays while its answer is on the way: those without a whole request go first."""
    port = server.open("nonce", Endpoint(pages.Page(200, LONG, "default-src 'none'")))
    slow = connect(port)
    idle.append(slow)
    slow.sendall(f"GET /nonce HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    received = bytearray(slow.recv(65536))
    idle += [connect(port) for _ in range(MOST)]
    assert b"" == idle[1].recv(1)
    while chunk := slow.recv(1 << 20):
        received += chunk

    assert len(LONG) == len(parsed(bytes(received)).body)


def test_those_that_left_make_room(server: CallbackServer, idle: list[socket.socket]) -> None:
    """Connections that were closed count no more: nobody is cut off for them."""
    port = server.open("nonce", Endpoint(pages.connected()))
    idle.append(connect(port))
    for _ in range(2 * MOST):
        assert 200 == request(port, "/nonce").status
    idle[0].setblocking(False)

    with pytest.raises(BlockingIOError):
        idle[0].recv(1)


OUT_OF_FILES = """
import os, resource, sys, time
from ic_widget.returning.attempt import Attempt
from ic_widget.returning.endpoints import CallbackEndpoint
from ic_widget.returning.server import CallbackServer
from ic_widget.runtime.background import Background

attempt = Attempt(60)
server = CallbackServer(0, Background())
print(server.open(attempt.nonce, CallbackEndpoint(attempt, set())), attempt.nonce, flush=True)
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
taken = []
try:
    while True:
        taken.append(os.dup(0))
except OSError:
    print("full", flush=True)
sys.stdin.readline()
before = time.process_time()
attempt.ended.wait(1)
print(time.process_time() - before, attempt.status, flush=True)
for one in taken:
    os.close(one)
print(attempt.ended.wait(20), attempt.status, flush=True)
"""


@pytest.mark.program
@pytest.mark.skipif(os.name == "nt", reason="this system has no limit of open files")
def test_out_of_files() -> None:
    """Where no connection can be accepted the loop rests; as soon as one can be, the answer is taken."""
    child = subprocess.Popen(
        [sys.executable, "-c", OUT_OF_FILES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        port, nonce = child.stdout.readline().split()
        assert "full\n" == child.stdout.readline()
        with connect(int(port)) as browser:
            browser.sendall(
                f"GET /{nonce}?connectionId=c1 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
            )
            child.stdin.write("\n")
            child.stdin.flush()
            busy, status = child.stdout.readline().split()
            page = browser.recv(65536)
        assert "True connected\n" == child.stdout.readline()
    finally:
        child.kill()
        child.communicate()

    assert (True, "idle", True) == (float(busy) < 0.5, status, page.startswith(b"HTTP/1.1 200"))


@pytest.mark.parametrize(
    ("code", "port", "said"),
    [
        (errno.EADDRINUSE, 8123, "Port 8123 is taken by another program. Choose another"),
        (errno.EADDRINUSE, 0, "Every port of this machine is in use."),
        (errno.EACCES, 1023, "Port 1023 is reserved for the system"),
        (errno.EACCES, 1024, "The system does not let this kernel open port 1024."),
        (errno.EPERM, 80, "The system does not let this kernel open port 80."),
        (errno.EACCES, 0, "The system does not let this kernel open any port"),
        (errno.EADDRNOTAVAIL, 0, "its loopback network interface is down"),
        (errno.EMFILE, 0, "too many files are open already"),
        (errno.ENFILE, 8123, "too many files are open already"),
        (errno.EIO, 8123, f"Port 8123 on 127.0.0.1 could not be opened: {os.strerror(errno.EIO)}."),
        (errno.EIO, 0, "A port on 127.0.0.1 could not be opened"),
    ],
)
def test_why_no_port_can_be_opened(code: int, port: int, said: str) -> None:
    """Whatever the system answers is a sentence about this port, or about any where none was asked for."""
    assert said in why_not(OSError(code, os.strerror(code)), port)


def test_an_error_without_words() -> None:
    """An error that the system has no words for is told by its kind."""
    assert "Port 8123 on 127.0.0.1 could not be opened: OSError." == why_not(OSError(), 8123)
