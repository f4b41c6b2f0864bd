"""A fuzzer against the callback server: 100,000 requests in process, some thousands over real sockets.

The seed is fixed, so that a failure can be had again; FUZZ_SEED tries another one, FUZZ_REQUESTS another number.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.httputil import HTTPHeaders, HTTPInputError, HTTPServerRequest, RequestStartLine

from ic_widget.returning.answer import Answer
from ic_widget.returning.attempt import Attempt
from ic_widget.returning.endpoints import CallbackEndpoint, ChannelEndpoint, HandOffEndpoint
from ic_widget.returning.server import CallbackServer
from ic_widget.runtime.background import Background
from tests.security.fuzzing import Maker, may_settle
from tests.unit.wire import parsed, request, talk

SEED = int(os.environ.get("FUZZ_SEED", "6"))
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "100000"))
OVER_SOCKETS = REQUESTS // 50
OPEN_FILES = Path("/dev/fd")
_ANSWERS = re.compile(rb"connectionId|error")


@pytest.fixture
def server() -> Iterator[CallbackServer]:
    """A server of the test's own, with a hand-off page and a channel beside the attempts."""
    thread = Background(linger=60)
    server = CallbackServer(0, thread)
    server.open("handoff" * 6, HandOffEndpoint("https://engine.example/connect", {"token": "s3cret"}, set()))
    server.open("channel" * 6, ChannelEndpoint("proof", proved=lambda *_: None, message=lambda _: None))
    yield server
    thread.close()


class Connection:
    """Takes an answer as tornado's connection does, and checks what no answer may have."""

    def __init__(self) -> None:
        self.status = 0
        self.finished = False

    def write_headers(self, start: Any, headers: HTTPHeaders, chunk: bytes = b"") -> None:
        """Note the answer."""
        self.status = start.code
        for name, value in headers.get_all():
            assert "\r" not in name + value
            assert "\n" not in name + value
        assert "no-store" == headers["Cache-Control"]
        assert "Etag" not in headers
        assert b"onerror" not in chunk
        assert b"s3cret" not in chunk

    def finish(self) -> None:
        """Note the end."""
        self.finished = True


class Case:
    """One pending attempt after the other."""

    def __init__(self, server: CallbackServer) -> None:
        self.server = server
        self.published: list[str] = []
        self.settled = 0
        self.renew()

    def renew(self) -> None:
        """The next attempt."""
        self.published = []
        self.attempt = Attempt(60, lambda: self.published.append(self.attempt.status))
        self.port = self.server.open(self.attempt.nonce, CallbackEndpoint(self.attempt, set()))

    def check(self, allowed: bool, what: object) -> None:
        """The attempt has ended if that was allowed, else it waits untouched."""
        ended = self.attempt.over
        assert allowed == ended, what
        assert (
            ["connected"] if self.attempt.status == "connected" else ["failed"]
        ) * ended == self.published, what
        if ended:
            self.settled += 1
            self.server.retire(self.attempt.nonce)
            self.renew()


def size() -> tuple[int, int, int]:
    """Memory blocks, open files and threads of this process."""
    gc.collect()
    files = len(list(OPEN_FILES.iterdir())) if OPEN_FILES.exists() else 0
    return sys.getallocatedblocks(), files, threading.active_count()


@pytest.mark.timeout(600)
def test_in_process(
    server: CallbackServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """No made-up request raises, settles what it may not, fails to settle what it may, or leaves anything behind."""
    caplog.set_level(logging.DEBUG)
    case = Case(server)
    maker = Maker(SEED, case.port)
    before, remembered = size(), 0
    for number in range(REQUESTS):
        if number == REQUESTS // 4:
            before, remembered = size(), min(case.settled, 1000)
        made = maker.make(case.attempt.nonce)
        headers = HTTPHeaders()
        for name, value in made.headers:
            headers.add(name, value)
        connection = Connection()
        try:
            asked = HTTPServerRequest(
                connection=connection,  # type: ignore[arg-type]
                start_line=RequestStartLine(made.method, made.target, "HTTP/1.1"),
                headers=headers,
            )
        except (HTTPInputError, ValueError):
            continue  # tornado answers these by itself: see the test over sockets
        asked.body = made.body
        server._take(asked)
        assert connection.finished, made
        assert connection.status in (200, 400, 404, 405, 410), made
        case.check(may_settle(made, case.attempt.nonce, case.port), made)
    after = size()

    assert case.settled > REQUESTS // 50
    assert [] == [record for record in caplog.records if record.levelno > logging.DEBUG or record.exc_info]
    assert not [record for record in caplog.records if "request failed" in record.getMessage()]
    assert ("", "") == tuple(capfd.readouterr())
    assert after[1] <= before[1]
    assert after[2] <= before[2]
    # The server remembers up to a thousand attempts, at less than 60 blocks each; nothing else may grow.
    assert after[0] - before[0] < 3000 + 60 * (1000 - remembered)


@pytest.mark.timeout(600)
def test_over_sockets(
    server: CallbackServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The same over a real connection, whole or garbled, and the next answer is taken as usual."""
    caplog.set_level(logging.INFO)
    case, target = Case(server), Case(server)
    maker = Maker(SEED + 1, case.port)
    before = size()
    for number in range(OVER_SOCKETS):
        if number == OVER_SOCKETS // 4:
            before = size()
        garbled = maker.garbled(target.attempt.nonce)
        _cut_off(case.port, garbled)
        made = maker.make(case.attempt.nonce)
        # A client that stops sending may be gone before its request was taken; this answer comes after that.
        answer = parsed(talk(case.port, made.raw()))
        # What tornado turns away, such as half a form, never reaches anything of ours.
        turned_away = answer.body == b"" and answer.status == 400
        allowed = may_settle(made, case.attempt.nonce, case.port) and not turned_away
        assert answer.status in ((200,) if allowed else (0, 200, 400, 404, 405, 410)), made
        case.check(allowed, made)
        # Some of the garbled ones are still answers: whether they say so is all that can be told.
        says_so = b"GET /" + target.attempt.nonce.encode() in garbled and _ANSWERS.search(garbled) is not None
        target.check(target.attempt.over and says_so, garbled)
    again = Attempt(60)
    server.open(again.nonce, CallbackEndpoint(again, set()))
    answer = request(case.port, f"/{again.nonce}?connectionId=c1")
    after = size()

    assert (200, Answer(connection_id="c1")) == (answer.status, again.state.answer)
    assert [] == caplog.records
    assert ("", "") == tuple(capfd.readouterr())
    assert after[1] - before[1] < 10  # the last few may not be closed yet
    assert after[2] <= before[2]
    # The server remembers up to a thousand attempts, at less than 60 blocks each.
    assert after[0] - before[0] < 3000 + 60 * (case.settled + target.settled)


def _cut_off(port: int, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except ConnectionError:
            pass
