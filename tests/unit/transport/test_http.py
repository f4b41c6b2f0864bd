"""One HTTP exchange, and all the ways in which none comes about."""

from __future__ import annotations

import asyncio
import datetime
import gc
import gzip
import logging
import os
import socket
import ssl
import struct
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ic_widget.engine.engine import Engine
from ic_widget.transport.failures import TransportError
from ic_widget.transport.http import Answer, Http, Request
from tests.unit.fake_engine import FakeEngine, RawEngine, Reply, a_closed_port, says, shown
from tests.unit.transport.ways import Relay, relayed

T = TypeVar("T")
PLANTED = "planted-token"


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing is logged that would be printed into the user's cell."""
    yield
    gc.collect()
    records = [record for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    # Of a refused certificate the engine on this test's own loop speaks, which is not ours to silence.
    assert [] == [record for record in records if not str(record.msg).startswith("SSL Error")]


def get(url: str) -> Request:
    """A request that holds a secret in every part that may hold one."""
    headers = {"Authorization": f"Bearer {PLANTED}"}
    return Request("POST", f"{url}/path?token={PLANTED}", headers, PLANTED.encode())


async def failing(url: str, **options: Any) -> TransportError:
    """The error of an exchange, checked to show no secret."""
    with pytest.raises(TransportError) as caught:
        await Http(url, **options).exchange(get(url))
    assert PLANTED not in shown(caught.value)
    return caught.value


class Resolver(asyncio.SelectorEventLoop):
    """A loop that finds `addresses` for every name, and none at all if that is empty."""

    def __init__(self, *addresses: tuple[Any, ...]) -> None:
        super().__init__()
        self.addresses = addresses

    async def getaddrinfo(self, *_args: Any, **_options: Any) -> Any:
        if not self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(family, socket.SOCK_STREAM, 6, "", address) for family, address in self.addresses]


class SlowResolver(Resolver):
    """Finds the addresses once `known` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.known = asyncio.Event(), asyncio.Event()

    async def getaddrinfo(self, *_args: Any, **_options: Any) -> Any:
        self.asked.set()
        await self.known.wait()
        return await super().getaddrinfo()


def run_on(loop: asyncio.AbstractEventLoop, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The result of `work` on `loop`, which is closed."""
    try:
        return loop.run_until_complete(work())
    finally:
        loop.close()


def test_the_request_arrives_as_it_is_meant() -> None:
    """Method, path, query, headers and body reach the other side."""
    engine = FakeEngine([Reply({"ok": True}, 201)])

    async def run() -> Answer:
        async with engine.serving():
            return await Http(engine.url).exchange(get(engine.url))

    answer = asyncio.run(run())
    assert (answer.status, answer.reason, answer.body) == (201, "Told So", b'{"ok": true}')
    request = engine.requests[0]
    assert (request.method, request.uri, request.body) == ("POST", f"/path?token={PLANTED}", PLANTED.encode())
    assert request.headers["Host"] == engine.url.removeprefix("http://")


def test_a_request_shows_nothing_of_what_it_sends() -> None:
    """Address, headers and body are not in its repr."""
    assert PLANTED not in repr(get("http://127.0.0.1:1"))


def test_informational_answers_are_passed_over() -> None:
    """What comes before the final head (1xx) is not the answer."""
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"

    async def run() -> Answer:
        async with RawEngine(
            says(early, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        ).serving() as engine:
            return await Http(engine.url).exchange(get(engine.url))

    assert asyncio.run(run()).body == b"ok"


def test_a_body_that_ends_with_the_connection_is_whole() -> None:
    """An answer without a length ends where the connection does."""

    async def run() -> Answer:
        async with RawEngine(says(b"HTTP/1.0 200 OK\r\n\r\n", b"a", b"b")).serving() as engine:
            return await Http(engine.url).exchange(get(engine.url))

    assert asyncio.run(run()).body == b"ab"


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
def test_an_over_large_answer_is_an_error(headers: dict[str, str]) -> None:
    """More than the limit, packed or not, is not read to its end."""
    body = b"x" * 100_001
    engine = FakeEngine([Reply(gzip.compress(body) if headers else body, headers=headers)])

    async def run() -> TransportError:
        async with engine.serving():
            return await failing(engine.url, max_response=100_000)

    error = asyncio.run(run())
    assert "sent more than 100000 bytes" in str(error)
    assert not error.transient


def test_an_answer_without_a_reason_is_read() -> None:
    """The reason may be left out, and headers may hold more than ASCII."""

    async def run() -> Answer:
        head = (
            b"HTTP/1.1 200 \r\nX-Name: Zo\xeb\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\n"
        )
        async with RawEngine(says(head, b"ok")).serving() as engine:
            return await Http(engine.url).exchange(get(engine.url))

    answer = asyncio.run(run())
    assert (answer.status, answer.reason, answer.body) == (200, "", b"ok")
    assert (answer.headers["X-Name"], answer.headers["Set-Cookie"]) == ("Zo\xeb", "a, b")


def test_a_connection_that_is_reset_is_an_error() -> None:
    """A reset in the middle of an answer, as after a laptop slept, ends it at once."""

    async def run() -> TransportError:
        read = asyncio.Event()

        async def reset(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            await read.wait()
            linger = struct.pack("ii", 1, 0)  # close() then resets: socket(7), SO_LINGER
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()

        received = []

        async def listen(url: str) -> None:
            async with Http(url).stream(get(url), idle=30) as response:
                async for piece in response.aiter_raw():
                    received.append(piece)
                    read.set()

        async with RawEngine(reset).serving() as engine:
            with pytest.raises(TransportError) as caught:
                await listen(engine.url)
        assert received == [b"first"]
        return caught.value

    error = asyncio.run(run())
    assert "in the middle of its answer" in str(error)
    assert error.transient


def test_a_silent_host_is_given_up() -> None:
    """Without an answer in time the connection is closed and the sentence names the host."""

    async def run() -> tuple[TransportError, str]:
        engine = RawEngine()
        engine.talks = (engine.until_closed,)
        async with engine.serving():
            error = await failing(engine.url, timeout=0.5)
            await engine.closed.wait()
        return error, engine.url

    error, url = asyncio.run(run())
    assert (
        str(error)
        == f"{url.removeprefix('http://')} did not answer within 0.5 seconds. Try again in a while."
        " Check the network and api_uri= (MEMBRANE_API_URI)."
    )


def test_a_look_up_that_takes_too_long_is_given_up() -> None:
    """Without a connection in time the sentence says what to check."""

    async def run() -> TransportError:
        loop.addresses = ((socket.AF_INET, ("127.0.0.1", a_closed_port())),)
        return await failing("http://api.example.com", connect_timeout=0.05)

    loop = SlowResolver()
    error = run_on(loop, run)
    assert str(error).startswith(
        "Could not connect to api.example.com within 0.05 seconds. Check the network"
    )
    assert not error.transient


def test_a_dead_host_is_named() -> None:
    """A refused connection says so, names the host and what to check."""
    port = a_closed_port()
    error = asyncio.run(failing(f"http://127.0.0.1:{port}"))
    assert str(error).startswith(f"Could not connect to 127.0.0.1:{port} (Connection refused).")
    assert "api_uri=" in str(error)
    assert error.transient


def test_a_name_that_does_not_resolve_is_named() -> None:
    """A host name without an address says so."""
    error = run_on(Resolver(), lambda: failing("http://api.example.com"))
    assert str(error).startswith("The host name of api.example.com could not be found.")


def test_the_next_address_is_tried() -> None:
    """One dead address of several does not stop the call."""

    async def served() -> Answer:
        engine = FakeEngine([Reply({})])
        async with engine.serving():
            address = engine.url.replace("127.0.0.1", "api.example.com")
            return await Http(address).exchange(get(address))

    loop = Resolver((socket.AF_INET, ("127.0.0.2", 0)), (socket.AF_INET, ("127.0.0.1", 0)))
    assert run_on(loop, served).status == 200


def a_certificate(folder: Path) -> Path:
    """A key and a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    since = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = builder.not_valid_before(since).not_valid_after(since.replace(year=2099))
    certificate = dated.serial_number(x509.random_serial_number()).sign(key, hashes.SHA256())
    pem = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    return pem


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    """A self-signed certificate says so, and what to set behind a company's proxy."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(a_certificate(tmp_path))

    async def run() -> TransportError:
        async with FakeEngine([]).serving(ssl_options=context) as engine:
            return await failing(engine.url)

    error = asyncio.run(run())
    assert "was not accepted (self-signed certificate)" in str(error)
    assert "SSL_CERT_FILE" in str(error)
    assert not error.transient


def test_a_host_that_speaks_no_tls_is_an_error() -> None:
    """https to a plain port says that TLS failed."""

    async def run() -> TransportError:
        engine = RawEngine(says(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
        engine.head_first = False
        async with engine.serving():
            return await failing(engine.url.replace("http://", "https://"))

    assert "The TLS handshake with 127.0.0.1" in str(asyncio.run(run()))


def test_cancelling_closes_the_socket() -> None:
    """A caller that is cancelled leaves no open socket and no complaint, whether waiting or reading."""

    async def run() -> None:
        engine = RawEngine()
        engine.talks = (engine.until_closed,)
        async with engine.serving():
            calling = asyncio.ensure_future(Http(engine.url).exchange(get(engine.url)))
            await engine.arrived.wait()
            calling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await calling
            await engine.closed.wait()

    asyncio.run(run())
    gc.collect()


def test_cancelling_while_dialling_leaves_no_connection() -> None:
    """A caller that is cancelled before there is a connection ends at once, and none is made."""

    async def run() -> None:
        engine = RawEngine()
        engine.head_first = False
        engine.talks = (engine.until_closed,)
        async with engine.serving():
            loop.addresses = ((socket.AF_INET, ("127.0.0.1", int(engine.url.rpartition(":")[2]))),)
            calling = asyncio.ensure_future(
                Http("http://api.example.com").exchange(get("http://api.example.com"))
            )
            await loop.asked.wait()
            calling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await calling
            loop.known.set()
        assert engine.heads == []

    loop = SlowResolver()
    run_on(loop, run)


def test_leaving_the_context_closes_the_socket() -> None:
    """A reader that has enough leaves no open socket, however much is still to come."""

    async def run() -> bytes:
        engine = RawEngine()

        async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfirst")
            await engine.until_closed(reader, writer)

        engine.talks = (endless,)
        async with engine.serving():
            async with Http(engine.url).stream(get(engine.url), idle=30) as response:
                piece = await anext(response.aiter_raw())
            await engine.closed.wait()
            return piece

    assert asyncio.run(run()) == b"first"
    gc.collect()


# Reuse and limits


def test_five_calls_in_a_row_use_one_connection(tmp_path: Path) -> None:
    """Over a slow TLS relay, too, a connection is opened once and kept; blocking calls share it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pem = a_certificate(tmp_path)
    context.load_cert_chain(pem)
    found: list[Any] = []

    async def run() -> int:
        async with FakeEngine(lambda _: Reply({"key": "a"})).serving() as fake:
            relay = Relay(int(fake.url.rpartition(":")[2]), delay=0.05)
            async with relayed(relay, context) as port:
                engine = Engine("pat-1", api_uri=f"https://localhost:{port}", verify=False)
                for _ in range(5):
                    found.append(await asyncio.to_thread(engine.integration, "a"))
                found.append(await engine.client.integration("a"))
                return relay.connections

    assert 1 == asyncio.run(run())
    assert [{"key": "a"}] * 6 == found


def test_a_closed_loop_gets_a_pool_of_its_own() -> None:
    """After a loop has closed, with the connections it kept, the next one is served as usual."""

    async def exchange(http: Http, url: str) -> int:
        return (await http.exchange(get(url))).status

    with FakeEngine(lambda _: Reply({})).in_thread() as fake:
        http = Http(fake.url)
        assert [200, 200] == [asyncio.run(exchange(http, fake.url)) for _ in range(2)]
        gc.collect()


def test_an_engine_that_is_forgotten_closes_its_connections() -> None:
    """A pool does not outlive the engine it belongs to."""

    async def run() -> None:
        fake = RawEngine()

        async def kept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            await fake.until_closed(reader, writer)

        fake.talks = (kept,)
        async with fake.serving():
            http = Http(fake.url)
            assert (await http.exchange(get(fake.url))).body == b"ok"
            del http
            gc.collect()
            await fake.closed.wait()

    asyncio.run(run())


FORK = """
import os, sys
from ic_widget import Engine
engine = Engine("pat-1", api_uri=sys.argv[1])
engine.integration("a")
child = os.fork()
if child == 0:
    engine.integration("a")
    os._exit(7)
engine.integration("a")
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.program
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_opens_its_own_connection() -> None:
    """Parent and child do not answer each other on one socket."""
    with FakeEngine(lambda _: Reply({"key": "a"})).in_thread() as fake:
        command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORK, fake.url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ("7\n", "") == (done.stdout, done.stderr)


def test_an_answer_that_is_packed_twice_is_refused() -> None:
    """What would unpack to more than its size lets guess is not unpacked at all."""
    packed = gzip.compress(gzip.compress(b"x" * 1000))
    engine = FakeEngine([Reply(packed, headers={"Content-Encoding": "gzip, gzip"})])

    async def run() -> TransportError:
        async with engine.serving():
            return await failing(engine.url)

    assert "Content-Encoding gzip, gzip" in str(asyncio.run(run()))


def test_nothing_of_a_request_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """At the most talkative level, httpx and what it stands on log neither address, headers nor body."""
    caplog.set_level(logging.DEBUG)

    async def run() -> None:
        async with FakeEngine([Reply({})]).serving() as engine:
            await Http(engine.url).exchange(get(engine.url))

    asyncio.run(run())
    assert PLANTED not in caplog.text
