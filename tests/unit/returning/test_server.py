"""The callback server over real sockets: the rules of its design, one by one."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import errno
import gc
import hashlib
import http.client
import json
import logging
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.iostream import StreamClosedError

from ic_widget.errors import ConfigurationError
from ic_widget.returning import pages
from ic_widget.returning.attempt import Attempt
from ic_widget.returning.endpoints import CallbackEndpoint, ChannelEndpoint, HandOffEndpoint
from ic_widget.returning.server import CallbackServer, Reply, Request, server_on
from ic_widget.returning.tornado_log import hushed
from ic_widget.runtime.background import Background
from tests.unit.wire import Answer, parsed, request, talk

LINGER = 0.1
PUBLIC = "hub.example.org"


@pytest.fixture
def thread() -> Iterator[Background]:
    """A loop of the test's own."""
    background = Background(linger=LINGER)
    yield background
    background.close()


@pytest.fixture
def server(thread: Background) -> CallbackServer:
    """A server on a free port."""
    return CallbackServer(0, thread)


@dataclass
class Case:
    """A pending attempt and the server that waits for its answer."""

    server: CallbackServer
    attempt: Attempt
    port: int

    def get(self, query: str = "", **how: object) -> Answer:
        """Come back from the engine with `query`."""
        return request(self.port, f"/{self.attempt.nonce}{query}", **how)  # type: ignore[arg-type]


@pytest.fixture
def case(server: CallbackServer) -> Case:
    """One pending attempt, which a browser may also reach as PUBLIC."""
    attempt = Attempt(60)
    return Case(server, attempt, server.open(attempt.nonce, CallbackEndpoint(attempt, {PUBLIC})))


@dataclass
class Recorder:
    """An endpoint that keeps what it was asked."""

    requests: list[Request] = field(default_factory=list)
    reply: Reply = field(default_factory=lambda: Reply(pages.connected()))

    def serves_host(self, host: str) -> bool:
        """PUBLIC alone."""
        return host == PUBLIC

    def answer(self, request: Request) -> Reply:
        """The same to everyone."""
        self.requests.append(request)
        return self.reply

    def retired(self) -> Recorder:
        """Itself."""
        return self


# Rule 1: where and when it listens


def test_it_listens_only_while_needed(server: CallbackServer, thread: Background) -> None:
    """It listens from the first open to a moment after the last retire."""
    assert 0 == server.port
    port = server.open("one", Recorder())
    assert port == server.open("two", Recorder())
    server.retire("one")
    assert 200 == request(port, "/two").status

    mine = thread.submit(_thread()).result(5)
    server.retire("two")
    mine.join(20)
    assert 0 == server.port
    with pytest.raises(ConnectionRefusedError):
        talk(port)


async def _thread() -> threading.Thread:
    return threading.current_thread()


def test_only_this_machine(case: Case) -> None:
    """It listens on 127.0.0.1 and on no other address."""
    with socket.socket() as other:
        other.settimeout(2)
        # Answers where a server listens on 0.0.0.0.
        assert 0 != other.connect_ex(("127.0.0.2", case.port))


def test_pinned_port(thread: Background) -> None:
    """A pinned port is used, and used again at once after the server was stopped."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for _ in range(3):
        server = CallbackServer(port, thread)
        assert port == server.open("nonce", Recorder())
        assert 200 == request(port, "/nonce").status
        server.retire("nonce")
        thread.close()


def test_taken_port(thread: Background) -> None:
    """A port that another program has is a sentence, and leaves nothing running."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ConfigurationError, match="is taken by another program"):
            CallbackServer(other.getsockname()[1], thread).open("nonce", Recorder())
    _stops(thread)


@pytest.mark.parametrize(
    ("code", "port", "cause"),
    [
        (errno.EADDRINUSE, 8123, "Port 8123 is taken by another program. Choose another, or port=0"),
        (errno.EADDRINUSE, 0, "Every port of this machine is in use"),
        (errno.EACCES, 80, "Port 80 is reserved for the system: ports below 1024 need special rights"),
        (errno.EACCES, 8123, "The system does not let this kernel open port 8123. Choose another"),
        (errno.EACCES, 0, "runs in a sandbox or under a security policy"),
        (errno.EPERM, 0, "runs in a sandbox or under a security policy"),
        (errno.EADDRNOTAVAIL, 0, "no address 127.0.0.1: its loopback network interface is down"),
        (errno.EMFILE, 0, "too many files are open already. Close some, or raise the limit"),
        (errno.ENFILE, 8123, "too many files are open already"),
        (errno.ENOBUFS, 0, "A port on 127.0.0.1 could not be opened: No buffer space available"),
    ],
)
def test_why_it_cannot_listen(thread: Background, code: int, port: int, cause: str) -> None:
    """Each cause has its own sentence, and nothing is left running."""

    def refuse(_: int) -> socket.socket:
        raise OSError(code, os.strerror(code))

    server = CallbackServer(port, thread, refuse)
    with pytest.raises(ConfigurationError, match=re.escape(cause)):
        server.open("nonce", Recorder())
    _stops(thread)


def _stops(thread: Background) -> None:
    mine = thread.submit(_thread()).result(5)
    mine.join(20)
    assert not mine.is_alive()


OUT_OF_FILES = """
import os, resource
from ic_widget.errors import ConfigurationError
from ic_widget.returning.attempt import Attempt
from ic_widget.returning.endpoints import CallbackEndpoint
from ic_widget.returning.server import CallbackServer
from ic_widget.runtime.background import Background
from ic_widget.returning.tornado_log import hushed
from tests.unit.wire import request
import tornado.httpserver

resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
thread = Background(linger=0)
thread.hold()
taken = []
try:
    while True:
        taken.append(os.dup(0))
except OSError:
    pass
attempt = Attempt(60)
server = CallbackServer(0, thread)
for one in (server, CallbackServer(0, Background())):
    try:
        one.open(attempt.nonce, CallbackEndpoint(attempt, set()))
    except ConfigurationError as error:
        print(error.message)
for one in taken:
    os.close(one)
port = server.open(attempt.nonce, CallbackEndpoint(attempt, set()))
print(request(port, f"/{attempt.nonce}?connectionId=c1").status, attempt.status)
thread.release()
server.retire(attempt.nonce)
thread._thread.join(20)
print(thread.loop)
"""


@pytest.mark.program
@pytest.mark.skipif(os.name == "nt", reason="this system has no limit of open files")
def test_out_of_files() -> None:
    """A process that may open no more files is told so; once it may, the same server listens and then stops."""
    done = subprocess.run([sys.executable, "-c", OUT_OF_FILES], capture_output=True, text=True, timeout=120)
    said = done.stdout.splitlines()

    assert [True, True] == ["too many files are open" in reason for reason in said[:2]], done.stderr
    assert ["200 connected", "None"] == said[2:]


@pytest.mark.skipif(os.name != "nt", reason="elsewhere no other program can take a port that is listened on")
def test_no_other_program_takes_the_port_over(case: Case) -> None:
    """On Windows the port is exclusive: SO_REUSEADDR would give another program the answers."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match=r"10013|10048"):
            other.bind(("127.0.0.1", case.port))


def test_one_server_per_port() -> None:
    """All that need no certain port share one server; a pinned port has its own."""
    assert server_on() is server_on(0)
    assert server_on() is not server_on(8123)
    assert server_on(8123) is server_on(8123)


def test_one_server_for_threads_that_ask_at_once() -> None:
    """Many threads that ask for a port in one instant get the same server."""
    barrier = threading.Barrier(8)
    found: list[CallbackServer] = []

    def ask() -> None:
        barrier.wait()
        found.append(server_on(8124))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (8, 1) == (len(found), len(set(found)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_leaves_it_alone(case: Case, thread: Background) -> None:
    """A forked child neither answers nor keeps the port, and may have a server of its own."""
    child = os.fork()
    if child == 0:
        mine = case.server.open("child", Recorder())
        fine = mine != case.port and 200 == request(mine, "/child").status
        fine = fine and 404 == request(mine, f"/{case.attempt.nonce}?connectionId=c1").status
        thread.close()
        os._exit(0 if fine else 1)
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert 200 == case.get("?connectionId=c1").status
    assert "connected" == case.attempt.status


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_does_not_keep_the_port(case: Case, thread: Background) -> None:
    """A port is free when the parent has stopped, though a child forked in between lives on."""
    asleep, wake = os.pipe()
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(wake)
        os.write(tell, b"!")
        os.read(asleep, 1)
        os._exit(0)
    os.read(hear, 1)
    thread.close()
    try:
        with pytest.raises(ConnectionRefusedError):
            talk(case.port)
    finally:
        os.close(wake)
        os.waitpid(child, 0)
        for end in (asleep, hear, tell):
            os.close(end)


# Rule 2: only a GET to the right path settles


def test_answer(case: Case) -> None:
    """A GET of the nonce's path with a connectionId settles."""
    assert (200, True) == _seen(case.get("?connectionId=c1"), "Connected")
    assert ("connected", "c1") == (
        case.attempt.status,
        case.attempt.state.answer and case.attempt.state.answer.connection_id,
    )


def _seen(answer: Answer, title: str) -> tuple[int, bool]:
    return answer.status, f"<h1>{title}</h1>" in answer.text


ANSWER = "?connectionId=c1"


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "get", "TRACE"])
def test_other_methods(case: Case, method: str) -> None:
    """No method but GET settles, whatever it carries."""
    answer = case.get(ANSWER, method=method, body=b"connectionId=c1" if method in ("POST", "PUT") else b"")

    assert ("GET", "idle") == (answer.headers["allow"], case.attempt.status)
    assert (method == "HEAD") == (answer.body == b"")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Sec-Purpose", "prefetch"),
        ("Sec-Purpose", "prefetch;prerender"),
        ("sec-purpose", "prefetch"),
        ("Purpose", "prefetch"),
        ("X-Purpose", "preview"),
        ("X-Moz", "prefetch"),
    ],
)
def test_prefetch(case: Case, name: str, value: str) -> None:
    """A browser that loads ahead of the user settles nothing."""
    answer = case.get(ANSWER, headers={name: value})
    assert (pages.prefetched().body, "idle") == (answer.body, case.attempt.status)
    assert _seen(case.get(ANSWER), "Connected")


@pytest.mark.parametrize(
    "target",
    [
        "/favicon.ico",
        "/",
        "//NONCE",
        "/NONCE/favicon.ico",
        "/NONCE/..",
        "/NONCE/start",
        "/NONCE/loopback",
        "/x/NONCE",
        "/NONCE%00",
        "/NONCE;x",
        "/%4eONCE",
        "/robots.txt",
        "/.well-known/appspecific/com.chrome.devtools.json",
        "/apple-touch-icon.png",
        "http://127.0.0.1/NONCE",
        "*",
    ],
)
def test_stray_paths(case: Case, target: str) -> None:
    """What browsers and scanners ask for besides settles nothing and learns nothing."""
    path = target.replace("NONCE", case.attempt.nonce)
    answer = request(case.port, path + ANSWER)

    assert "idle" == case.attempt.status
    assert pages.unknown().body == answer.body


def test_unknown_nonce(case: Case) -> None:
    """A nonce that never was gets the same neutral page as any other path."""
    assert (404, pages.unknown().body) == _bare(request(case.port, "/" + "A" * 43 + ANSWER))


def _bare(answer: Answer) -> tuple[int, bytes]:
    return answer.status, answer.body


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_ended(case: Case, end: str) -> None:
    """After the end an answer is told so and changes nothing, also once it is retired."""
    getattr(case.attempt, end)()
    status = case.attempt.status
    case.server.open("another", Recorder())
    for _ in range(2):
        assert (410, True) == _seen(case.get(ANSWER), "Sign-in ended")
        assert (410, True) == _seen(case.get("?error=No"), "Sign-in ended")
        assert (410, True) == _seen(case.get(""), "Sign-in ended")
        case.server.retire(case.attempt.nonce)
    assert (status, None) == (case.attempt.status, case.attempt.state.answer)


# Rule 3: what an answer is


def test_error(case: Case) -> None:
    """An error settles with its data and stays on the page."""
    answer = case.get("?error=Access+denied&errorData=" + quote('{"key": "denied"}'))

    assert (200, True) == _seen(answer, "Not connected")
    assert "Access denied" in answer.text
    assert "window.close" not in answer.text
    assert case.attempt.state.failure is not None
    assert ("failed", "Access denied", {"key": "denied"}) == (
        case.attempt.status,
        case.attempt.state.failure.message,
        case.attempt.state.failure.data,
    )


@pytest.mark.parametrize(
    ("error_data", "closes"),
    [
        ({"type": "connection"}, True),
        ({"type": "connection", "key": "access_denied"}, False),
        ({"type": "internal"}, False),
    ],
)
def test_refused_credentials(case: Case, error_data: dict[str, str], closes: bool) -> None:
    """The tab closes itself where the app did not accept what was typed, as the widget goes on from there."""
    answer = case.get(f"?error=No&errorData={quote(json.dumps(error_data))}")

    assert (200, True) == _seen(answer, "Not connected")
    assert closes == ("window.close" in answer.text)


def test_longest_error(case: Case) -> None:
    """64 KB of errorData arrive, percent-encoded as they are."""
    data = '{"a": "%s"}' % ("ü" * 30_000)
    case.get("?error=No&errorData=" + quote(data))

    assert case.attempt.state.failure is not None
    assert {"a": "ü" * 30_000} == case.attempt.state.failure.data


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        "?code=1",
        "?connectionId=",
        "?connectionId=c1&error=No",
        "?connectionId=c1&connectionId=c2",
        "?connectionId=a%0ab",
    ],
)
def test_malformed(case: Case, query: str) -> None:
    """What is no answer is told so with a reason, and the attempt goes on."""
    assert (200, True) == _seen(case.get(query), "Invalid response")
    assert "idle" == case.attempt.status
    assert (200, True) == _seen(case.get(ANSWER), "Connected")


def test_again(case: Case) -> None:
    """The same address once more shows the same page; another answer is told that it is over."""
    first = case.get(ANSWER)

    assert _bare(first) == _bare(case.get(ANSWER))
    assert 410 == case.get("?connectionId=c2").status
    assert 410 == case.get("?error=No").status
    case.server.open("another", Recorder())
    case.server.retire(case.attempt.nonce)
    assert _bare(first) == _bare(case.get(ANSWER))
    assert ("connected", "c1") == (
        case.attempt.status,
        case.attempt.state.answer and case.attempt.state.answer.connection_id,
    )


# Rule 4: who may ask, and what is kept of it


@pytest.mark.parametrize(
    "host", ["127.0.0.1:PORT", "localhost:PORT", "LOCALHOST:PORT", PUBLIC, PUBLIC.upper()]
)
def test_own_host(case: Case, host: str) -> None:
    """Loopback names with its port and the public host it was told are its own."""
    assert 200 == case.get(ANSWER, host=host.replace("PORT", str(case.port))).status


@pytest.mark.parametrize(
    "host",
    [
        "",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost",
        "evil.example",
        "evil.example:PORT",
        "127.0.0.1.evil.example:PORT",
        "localhost.evil.example:PORT",
        "127.0.0.1:PORT.evil.example",
        "evil.example@127.0.0.1:PORT",
        "[::1]:PORT",
        "0.0.0.0:PORT",
        "2130706433:PORT",
        "127.1:PORT",
        "127.0.0.1:0PORT",
        "127.0.0.1:PORT, evil.example",
        f"{PUBLIC}:PORT",
        f"x{PUBLIC}",
        f"{PUBLIC}.",
    ],
)
def test_other_host(case: Case, host: str) -> None:
    """A name made to point here by somebody else (DNS rebinding) gets nothing, even with the nonce."""
    answer = case.get(ANSWER, host=host.replace("PORT", str(case.port)))

    assert answer.status == 400 or answer.body == pages.unknown().body
    assert "idle" == case.attempt.status


@pytest.mark.parametrize(
    "host",
    ["evil@hub.example", "hub.example/x", "hub.example?x", "hub.example#x", "hub example", "hub:x", "[hub]"],
)
def test_what_is_no_host(server: CallbackServer, host: str) -> None:
    """Not even an endpoint for any host is asked under a name that is none, which it might take for its own."""
    proofs: list[tuple[str, str, str | None]] = []
    endpoint = ChannelEndpoint("proof", proved=lambda *proof: proofs.append(proof), message=lambda _: None)
    port = server.open("channel", endpoint)

    assert b"proof" not in request(port, "/channel/proxy", host=host).body
    assert b"proof" in request(port, "/channel/proxy", host="hub.example").body
    assert [("proxy", "hub.example", None)] == proofs


def test_two_hosts(case: Case) -> None:
    """Two Host headers are no host."""
    hosts = f"Host: 127.0.0.1:{case.port}\r\nHost: evil.example\r\n\r\n"
    answer = parsed(talk(case.port, f"GET /{case.attempt.nonce}{ANSWER} HTTP/1.1\r\n{hosts}".encode()))

    assert answer.status == 400 or answer.body == pages.unknown().body
    assert "idle" == case.attempt.status


def test_endpoints_see_no_headers(server: CallbackServer) -> None:
    """Cookies and other headers, which may be Jupyter's own, go no further."""
    recorder = Recorder()
    port = server.open("nonce", recorder)
    request(
        port,
        "/nonce/tail?query",
        method="POST",
        headers={"Cookie": "s3cret", "Origin": "http://o"},
        body=b"body",
    )

    assert [Request("POST", "tail", "query", f"127.0.0.1:{port}", "http://o", b"body")] == recorder.requests
    assert "query" not in repr(recorder.requests[0]).replace("query=", "")
    assert "b'body'" not in repr(recorder.requests[0])


HEAD = b" HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /" + HEAD
JUNK = {
    "tls": bytes.fromhex("16030100"),
    "binary": bytes(range(256)) * 40,
    "nul": b"\x00" * 300 + b"\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "http/0.9": b"GET /\n\n",
    "http/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no colon": b"GET / HTTP/1.1\r\nHost\r\n\r\n",
    "space before colon": b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "obs-fold": b"GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n",
    "control in header": b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x01b\r\n\r\n",
    "utf-8 in header": "GET /ü HTTP/1.1\r\nHost: ü\r\nX: ü\r\n\r\n".encode(),
    "latin-1 in path": b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "two lengths": POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "bad length": POST + b"Content-Length: -1\r\n\r\n",
    "length and chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "bad chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "huge chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n",
    "unknown coding": POST + b"Transfer-Encoding: gzip\r\n\r\n",
    "huge body announced": POST + b"Content-Length: 99999999999\r\n\r\n",
    "bad multipart": POST + b"Content-Type: multipart/form-data\r\nContent-Length: 4\r\n\r\n--x\n",
    "bad form": POST + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\n%\xff%",
    "expect": b"GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n",
    "upgrade": b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "long line": b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 60_000 + b"\r\n",
    "many parameters": b"GET /?" + b"a=b&" * 50_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "pipelined": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 3,
    "hangs up": b"",
}


@pytest.mark.parametrize("kind", JUNK)
def test_junk(
    case: Case, kind: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is sent, nothing is settled, printed or logged, and the next answer is taken."""
    caplog.set_level(logging.INFO)
    _send(case.port, JUNK[kind])

    assert "idle" == case.attempt.status
    assert 200 == case.get(ANSWER).status
    assert (("", ""), []) == (tuple(capfd.readouterr()), caplog.records)


def _send(port: int, content: bytes) -> None:
    with (
        socket.create_connection(("127.0.0.1", port), 20) as connection,
        contextlib.suppress(ConnectionError),
    ):
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass


def test_tls_hello(case: Case, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """A browser that tries https settles nothing, and nothing is printed."""
    caplog.set_level(logging.INFO)
    incoming, hello = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, hello, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    _send(case.port, hello.read())

    assert 200 == case.get(ANSWER).status
    assert (("", ""), []) == (tuple(capfd.readouterr()), caplog.records)


def test_debug_log(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    """Not even at DEBUG does a log hold an address, a parameter, a header or a nonce."""
    caplog.set_level(logging.DEBUG)
    case.get("?connectionId=a%0ab&state=s3cret", headers={"Cookie": "s3cret"})
    case.get("?error=s3cret", headers={"Authorization": "s3cret"})
    logged = [record.getMessage() + str(record.exc_info) for record in caplog.records]

    assert [] == [line for line in logged if "s3cret" in line or case.attempt.nonce in line]


def test_failing_endpoint(
    server: CallbackServer, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours shows the neutral page and logs no more than the kind of exception."""

    @dataclass
    class Broken(Recorder):
        """Fails with a text that must not be seen."""

        def answer(self, request: Request) -> Reply:
            """Fail."""
            raise ValueError("s3cret")

    caplog.set_level(logging.DEBUG)
    port = server.open("nonce", Broken())

    assert pages.unknown().body == request(port, "/nonce").body
    assert "s3cret" not in caplog.text
    assert ("", "") == tuple(capfd.readouterr())


def test_others_may_log(case: Case, thread: Background, caplog: pytest.LogCaptureFixture) -> None:
    """Only what tornado says of this server is dropped: other tornado code logs as usual, on the same loop too."""
    tornado = logging.getLogger("tornado.general")

    async def other() -> None:
        tornado.warning("on the same loop")

    async def of_the_server() -> None:
        with hushed():
            await asyncio.create_task(other())

    case.get()
    tornado.warning("on another thread")
    thread.submit(other()).result(5)
    thread.submit(of_the_server()).result(5)

    assert ["on another thread", "on the same loop"] == [record.getMessage() for record in caplog.records]


def test_what_follows_an_answer_may_log(server: CallbackServer, caplog: pytest.LogCaptureFixture) -> None:
    """What others do because of an answer is no work of this server: their tornado code logs as usual."""
    said = threading.Event()

    def follow() -> None:
        logging.getLogger("tornado.general").warning("the user's own")
        said.set()

    port = server.open("nonce", Recorder(reply=Reply(pages.connected(), after=follow)))
    request(port, "/nonce")

    assert said.wait(10)
    assert ["the user's own"] == [record.getMessage() for record in caplog.records]


LIVE = {
    "malformed": ("GET", "", {}),
    "method": ("POST", ANSWER, {}),
    "prefetch": ("GET", ANSWER, {"Sec-Purpose": "prefetch"}),
    "path behind it": ("GET", "/favicon.ico", {}),
    "host": ("GET", ANSWER, {"Host": "hub.elsewhere.example"}),
}


@pytest.mark.parametrize("kind", LIVE)
def test_a_nonce_that_counts_is_never_refused_by_status(case: Case, kind: str) -> None:
    """Jupyter writes the address of what it forwarded into its log if that was answered 3xx to 5xx."""
    method, tail, headers = LIVE[kind]

    assert (200, "idle") == (case.get(tail, method=method, headers=headers).status, case.attempt.status)


# Rule 5: the page first, and what is in it


def test_answer_first_then_publish(thread: Background) -> None:
    """The browser has its page before anyone in the kernel is told."""
    page_is_there, told_in_time = threading.Event(), []
    attempt = Attempt(60, lambda: told_in_time.append(page_is_there.wait(10)))
    server = CallbackServer(0, thread)
    connection = http.client.HTTPConnection(
        "127.0.0.1", server.open(attempt.nonce, CallbackEndpoint(attempt, set())), timeout=20
    )
    connection.request("GET", f"/{attempt.nonce}{ANSWER}")
    page = connection.getresponse().read()
    page_is_there.set()
    connection.close()

    assert attempt.ended.wait(10)
    assert pages.connected().body == page
    thread.close()
    assert [True] == told_in_time


def test_the_answer_counts_though_the_browser_left(case: Case) -> None:
    """A browser that is gone before its page was sent has still brought the answer."""
    with socket.create_connection(("127.0.0.1", case.port), 5) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        head = f"GET /{case.attempt.nonce}{ANSWER} HTTP/1.1\r\nHost: 127.0.0.1:{case.port}\r\n\r\n"
        connection.sendall(head.encode())

    assert case.attempt.ended.wait(10)
    assert "connected" == case.attempt.status


def test_the_answer_counts_though_the_page_cannot_be_sent(case: Case) -> None:
    """A connection that fails in the middle of sending loses the page, not the answer."""

    class Broken:
        """Can neither send nor finish."""

        def write_headers(self, *_: object) -> None:
            """Fail."""
            raise StreamClosedError

        def finish(self) -> None:
            """Fail."""
            raise StreamClosedError

    target = f"/{case.attempt.nonce}{ANSWER}"
    headers = HTTPHeaders({"Host": f"127.0.0.1:{case.port}"})
    start = RequestStartLine("GET", target, "HTTP/1.1")
    case.server._take(HTTPServerRequest(connection=Broken(), start_line=start, headers=headers))  # type: ignore[arg-type]

    assert case.attempt.ended.is_set()
    assert "connected" == case.attempt.status


PAGES = {
    "connected": (200, ANSWER),
    "failed": (200, "?error=<script>alert(1)</script>"),
    "malformed": (200, "?connectionId="),
    "unknown": (404, "x" + ANSWER),
}


@pytest.mark.parametrize("kind", PAGES)
def test_headers(case: Case, kind: str) -> None:
    """Every page forbids caching, referrers, sniffing, framing and all content but its own."""
    status, query = PAGES[kind]
    answer = case.get(query)

    assert status == answer.status
    policy = answer.headers.pop("content-security-policy")
    assert {
        "cache-control": "no-store",
        "connection": "close",
        "content-length": str(len(answer.body)),
        "content-type": "text/html; charset=utf-8",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    } == answer.headers
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    [style], [script] = (
        re.findall(f"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL) for tag in ("style", "script")
    )
    assert {
        "default-src": "'none'",
        "style-src": _hash(style),
        "script-src": _hash(script),
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'none'",
    } == directives


def _hash(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def test_handoff_headers(server: CallbackServer) -> None:
    """The hand-off page has the same headers, but for posting its form it may go anywhere."""
    port = server.open("nonce", HandOffEndpoint("https://engine.example/connect", {"token": "t"}, set()))
    answer = request(port, "/nonce/start")
    policy = answer.headers["content-security-policy"]
    [script] = re.findall("<script>(.*?)</script>", answer.text, re.DOTALL)

    assert ("no-store", "no-referrer") == (answer.headers["cache-control"], answer.headers["referrer-policy"])
    assert "form-action" not in policy
    assert "default-src 'none'; style-src 'sha256-" in policy
    assert f"script-src {_hash(script)}" in policy
    assert "etag" not in answer.headers


def test_no_cors(case: Case) -> None:
    """No page tells another origin that it may read it."""
    for query in ("?connectionId=", ANSWER, "/x"):
        answer = case.get(query, headers={"Origin": f"http://127.0.0.1:{case.port}"})
        assert [] == [name for name in answer.headers if name.startswith("access-control")]
    answer = case.get(
        ANSWER,
        method="OPTIONS",
        headers={"Origin": "http://localhost:8888", "Access-Control-Request-Method": "GET"},
    )
    assert [] == [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("tail", "origin", "allowed"),
    [
        ("loopback", "http://localhost:8888", True),
        ("loopback", "http://127.0.0.1:8888", True),
        ("loopback", "http://lab.localhost:8888", True),
        ("loopback", "http://[::1]:8888", True),
        ("loopback", "https://hub.example.org", False),
        ("loopback", "http://127.evil.example", False),
        ("loopback", "http://127.0.0.1.evil.example", False),
        ("loopback", "http://localhost.evil.example", False),
        ("loopback", "http://evil.example/localhost", False),
        ("loopback", "http://localhost@evil.example", False),
        ("loopback", "http://evil.example#localhost", False),
        ("loopback", "null", False),
        ("loopback", "http://[", False),
        ("proxy", "http://localhost:8888", False),
    ],
)
def test_cors_of_the_channel(server: CallbackServer, tail: str, origin: str, allowed: bool) -> None:
    """A page of this machine may read the loopback probe across origins, nothing else may be read so."""
    port = server.open("channel", ChannelEndpoint("proof", proved=lambda *_: None, message=lambda _: None))
    answer = request(port, f"/channel/{tail}", headers={"Origin": origin})

    assert (200, origin if allowed else None) == (
        answer.status,
        answer.headers.get("access-control-allow-origin"),
    )
    assert {"access-control-allow-origin"} >= {name for name in answer.headers if name.startswith("access-")}
    assert ("Origin" if allowed else None) == answer.headers.get("vary")


# Rule 6: nobody waits for a slow one


def test_half_requests_delay_nobody(case: Case) -> None:
    """While others have sent half a head or half a body, an answer is taken at once."""
    half = [
        b"",
        b"G",
        b"GET /",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        POST + b"Content-Length: 100\r\n\r\nhalf",
        POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nha",
    ]
    waiting = []
    for beginning in half:
        waiting.append(socket.create_connection(("127.0.0.1", case.port), 5))
        waiting[-1].sendall(beginning)
    try:
        assert 200 == case.get(ANSWER).status
    finally:
        for connection in waiting:
            connection.close()


def test_stop_cuts_off_slow_ones(case: Case, thread: Background) -> None:
    """Requests that never end do not keep the server from stopping, which closes every one of them."""
    slow = [socket.create_connection(("127.0.0.1", case.port), 20) for _ in range(20)]
    for connection in slow:
        connection.sendall(b"GET / HTTP/1.1\r\n")
    assert 200 == case.get(ANSWER).status
    gc.disable()
    thread.close()
    try:
        assert [b""] * 20 == [connection.recv(1) for connection in slow]
    finally:
        gc.enable()
        for connection in slow:
            connection.close()


# Many


def test_each_nonce_has_its_own(server: CallbackServer) -> None:
    """An answer reaches the attempt whose address it came to, and no other."""
    attempts = [Attempt(60) for _ in range(50)]
    ports = {server.open(attempt.nonce, CallbackEndpoint(attempt, set())) for attempt in attempts}
    [port] = ports
    for number, attempt in enumerate(attempts[::2]):
        request(port, f"/{attempt.nonce}?connectionId=c{number}")

    assert [f"c{number}" for number in range(25)] == [
        attempt.state.answer.connection_id for attempt in attempts[::2] if attempt.state.answer is not None
    ]
    assert ["idle"] * 25 == [attempt.status for attempt in attempts[1::2]]


def test_the_oldest_of_many_retired_ones_is_forgotten(server: CallbackServer) -> None:
    """Of a thousand and one that have ended the first is unknown, the last still has its answer."""
    port = server.open("pending", Recorder())
    for number in range(1001):
        server.open(f"nonce{number}", Recorder())
        server.retire(f"nonce{number}")

    assert [404, 200] == [request(port, f"/nonce{number}{ANSWER}").status for number in (0, 1000)]


def test_retired_ones_are_forgotten_at_the_end(server: CallbackServer, thread: Background) -> None:
    """When the server stops, what has ended is not kept in memory."""
    for number in range(5):
        server.open(f"nonce{number}", Recorder())
        server.retire(f"nonce{number}")
    assert 5 == len(server._retired)
    thread.submit(asyncio.sleep(0)).result(5)
    thread.close()

    assert 0 == len(server._retired)
