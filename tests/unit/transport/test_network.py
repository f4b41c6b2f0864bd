"""The way out that the environment names: proxies and certificates, with real ones on loopback."""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import json
import logging
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
import trustme

from ic_widget.engine.client import EngineClient
from ic_widget.engine.events import listen
from ic_widget.errors import ConfigurationError, EngineError
from ic_widget.transport.credentials import credentials
from ic_widget.transport.http import Http
from ic_widget.transport.network import _of_browser, proxy_for, trust
from tests.unit.fake_engine import FakeEngine, RawEngine, Reply, a_closed_port, says, shown
from tests.unit.transport.ways import Proxy, Relay, relayed

T = TypeVar("T")
ROOT = Path(__file__).parents[3]
TOKEN = "pat-planted-token"
USER, PASSWORD = "ada", "planted:pa/ss"
QUOTED = "ada:planted%3Apa%2Fss"
EVENT = b'data: {"requestId": "r1", "type": "x"}\n\n'
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + EVENT


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without settings, whatever this machine has."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def authority() -> trustme.CA:
    """A company's own certificate authority."""
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> Path:
    """The file with its certificate."""
    path = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def tls(authority: trustme.CA, name: str = "engine.example") -> ssl.SSLContext:
    """What a server needs to prove that it is `name`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def client_of(url: str, **settings: Any) -> EngineClient:
    """A client that does not wait between tries."""

    async def at_once(_: float) -> None:
        return None

    return EngineClient(credentials(TOKEN, environ={}), Http(url, **settings), sleep=at_once)


async def read(url: str, **settings: Any) -> dict[str, Any]:
    """One integration, read from the engine at `url`."""
    return await client_of(url, **settings).integration("a")


async def refused(url: str, **settings: Any) -> str:
    """The sentence of the error, checked to show neither the token nor the proxy's password."""
    with pytest.raises(EngineError) as caught:
        await read(url, **settings)
    everything = shown(caught.value) + repr(caught.value)
    for secret in (TOKEN, PASSWORD, QUOTED, "planted"):
        assert secret not in everything
    return str(caught.value)


def port_of(url: str) -> int:
    """The port in `url`."""
    return int(url.rpartition(":")[2])


@pytest.fixture(params=["http", "https"])
def scheme(request: pytest.FixtureRequest, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Absolute addresses and CONNECT: the scheme of the engine decides which of them a proxy gets."""
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    return str(request.param)


def through(
    scheme: str, authority: trustme.CA, work: Callable[[str, Proxy], Coroutine[Any, Any, T]], **of_proxy: Any
) -> T:
    """What `work` gets that is given the address of an engine which only the proxy can reach, and the proxy."""

    async def run() -> T:
        options = {"ssl_options": tls(authority)} if scheme == "https" else {}
        async with FakeEngine(lambda _: Reply({"key": "a"})).serving(**options) as engine:
            address = f"engine.example:{port_of(engine.url)}"
            async with Proxy({address: port_of(engine.url)}, **of_proxy).serving() as proxy:
                return await work(f"{scheme}://{address}", proxy)

    return asyncio.run(run())


# Proxies


@pytest.mark.parametrize("name", ["{}_PROXY", "{}_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("password", [None, f"{USER}:{PASSWORD}"])
def test_calls_go_through_the_proxy(
    scheme: str,
    name: str,
    password: str | None,
    authority: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The engine's name is found by the proxy alone; user and password may stand in its address, and in no log."""
    caplog.set_level(logging.DEBUG)

    async def work(url: str, proxy: Proxy) -> dict[str, Any]:
        variable = name.format(scheme.upper() if name.isupper() or name == "{}_PROXY" else scheme)
        given = "" if password is None else f"{QUOTED}@"
        monkeypatch.setenv(variable, f"http://{given}127.0.0.1:{proxy.port}")
        found = await read(url)
        method = "CONNECT " if scheme == "https" else "GET http://"
        assert proxy.asked[0].startswith(f"{method}engine.example:")
        return found

    assert {"key": "a"} == through(scheme, authority, work, password=password)
    encoded = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    assert [] == [secret for secret in (PASSWORD, QUOTED, encoded, TOKEN) if secret in caplog.text]


def test_the_event_stream_goes_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream takes the same way as the calls."""

    async def run() -> dict[str, Any]:
        async with (
            RawEngine(says(STREAM)).serving() as engine,
            Proxy({"engine.example": port_of(engine.url)}).serving() as proxy,
        ):
            monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
            stream = listen(client_of("http://engine.example"), "r1")
            event = await anext(stream)
            await stream.aclose()
            return event

    assert {"requestId": "r1", "type": "x"} == asyncio.run(run())


def test_a_proxy_that_refuses_the_event_stream_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the stream never was up, listening ends with the sentence; nothing is repeated."""

    async def run() -> tuple[str, list[str]]:
        async with Proxy({}, password=f"{USER}:{PASSWORD}").serving() as proxy:
            monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
            with pytest.raises(EngineError) as caught:
                await anext(listen(client_of("http://engine.example"), "r1"))
            return str(caught.value), proxy.asked

    said, asked = asyncio.run(run())
    assert "asks for a user name and password (407)" in said
    assert 1 == len(asked)


def test_a_proxy_over_tls(authority: trustme.CA, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that is itself reached over TLS is checked with the same certificates."""

    async def run() -> dict[str, Any]:
        async with FakeEngine([Reply({"key": "a"})]).serving() as engine:
            proxy = Proxy({"engine.example": port_of(engine.url)})
            async with proxy.serving(tls(authority, "127.0.0.1")):
                monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
                monkeypatch.setenv("HTTP_PROXY", f"https://127.0.0.1:{proxy.port}")
                return await read("http://engine.example")

    assert {"key": "a"} == asyncio.run(run())


def test_loopback_never_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine on this machine is reached directly, whatever the environment says."""

    async def run() -> dict[str, Any]:
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{a_closed_port()}")
        async with FakeEngine([Reply({"key": "a"})]).serving() as engine:
            return await read(engine.url)

    assert {"key": "a"} == asyncio.run(run())
    assert [None] * 4 == [
        proxy_for(uri)
        for uri in ("http://localhost", "http://x.localhost:8", "https://[::1]:8", "https://127.9.9.9")
    ]


@pytest.mark.parametrize(
    ("no_proxy", "uri", "direct"),
    [
        ("*", "https://engine.example", True),
        ("engine.example", "https://engine.example", True),
        ("other, .example", "https://engine.example", True),
        ("example", "https://engine.example:8443/v1", True),
        ("engine.example:443", "https://engine.example", True),
        ("engine.example:8443", "https://engine.example", False),
        ("ngine.example", "https://engine.example", False),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.0.0.0/8", "https://11.1.2.3", False),
        ("10.9.9.9/8", "https://10.1.2.3", True),
        ("fd00::/8", "https://[fd12::1]", True),
        ("10.0.0.0/8", "https://engine.example", False),
        ("", "https://engine.example", False),
    ],
)
def test_no_proxy(no_proxy: str, uri: str, direct: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_PROXY takes hosts, suffixes, ports and networks."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert direct == (proxy_for(uri) is None)


def test_certificates_where_python_runs_in_the_browser() -> None:
    """They are the browser's business: nothing else can be said there."""
    assert "the browser" == _of_browser(True).source
    with pytest.raises(ConfigurationError, match="verify= cannot be given"):
        _of_browser(False)


def test_a_proxy_shows_its_host_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither user nor password is in its repr or its name."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://{QUOTED}@proxy.example:3128")
    proxy = proxy_for("https://engine.example")
    assert proxy is not None
    assert "proxy.example:3128" == proxy.host
    assert "Proxy(source='HTTPS_PROXY')" == repr(proxy)


def test_a_proxy_that_wants_a_password_says_so(
    scheme: str, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence names the proxy's host, and the variable to put the password into."""

    async def work(url: str, proxy: Proxy) -> None:
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
        said = await refused(url)
        assert said.startswith(f"The proxy 127.0.0.1:{proxy.port} asks for a user name and password (407).")
        assert "Put them into ALL_PROXY" in said
        monkeypatch.setenv("ALL_PROXY", f"http://{QUOTED}x@127.0.0.1:{proxy.port}")
        assert "does not accept the user name and password in ALL_PROXY (407)" in await refused(url)

    through(scheme, authority, work, password=f"{USER}:{PASSWORD}")


def test_a_proxy_that_forbids_is_named(
    scheme: str, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    """403 from the proxy to a tunnel says who refused, and what to ask for."""
    page = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"

    async def work(url: str, proxy: Proxy) -> str:
        monkeypatch.setenv("ALL_PROXY", f"http://{QUOTED}@127.0.0.1:{proxy.port}")
        return await refused(url)

    said = through(scheme, authority, work, says=page)
    if scheme == "https":
        assert "did not let the call through to engine.example" in said
        assert "(403 Forbidden)" in said
    else:
        assert "answered 403 Forbidden" in said


def test_a_proxy_that_answers_with_a_page_is_named(
    scheme: str, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign-in page in place of the engine's answer is said to be the proxy's."""
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"

    async def work(url: str, proxy: Proxy) -> tuple[str, int]:
        monkeypatch.setenv("ALL_PROXY", f"http://{QUOTED}@127.0.0.1:{proxy.port}")
        return await refused(url), proxy.port

    said, port = through(scheme, authority, work, says=page)
    assert f"the proxy 127.0.0.1:{port}" in said
    assert ("TLS handshake" if scheme == "https" else "text/html instead of JSON") in said


def test_a_proxy_that_is_down_is_named(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused connection to the proxy is not blamed on the engine."""
    port = a_closed_port()
    monkeypatch.setenv("ALL_PROXY", f"http://{QUOTED}@127.0.0.1:{port}")
    said = asyncio.run(refused(f"{scheme}://engine.example"))
    assert f"Could not connect to the proxy 127.0.0.1:{port} (Connection refused)." in said
    assert "ALL_PROXY" in said


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("proxy.example:3128", "must begin with http://"),
        (f"{QUOTED}@proxy.example:3128", "must begin with http://"),
        (f"ftp://{QUOTED}@proxy.example", "not ftp://"),
        ("http://", "is no valid address"),
        (f"http://{QUOTED}@proxy.example:port", "is no valid address"),
        ("http://pro xy", "is no valid address"),
        ("http://pr\u00f6xy", "is no valid address"),
        ("http://pro\x7fxy", "is no valid address"),
        ("http://[::1", "is no valid address"),
    ],
)
def test_a_proxy_address_that_cannot_work_names_the_variable(
    value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused when the engine is made, in a sentence without its password."""
    monkeypatch.setenv("https_proxy", value)
    with pytest.raises(ConfigurationError, match=f"https_proxy .*{sentence}") as caught:
        Http("https://engine.example")
    assert "planted" not in shown(caught.value)


@pytest.mark.skipif(importlib.util.find_spec("socksio") is not None, reason="the package is there")
def test_a_socks_proxy_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without socksio the sentence says what to install."""
    monkeypatch.setenv("ALL_PROXY", "socks5h://proxy.example:1080")
    with pytest.raises(ConfigurationError, match="ALL_PROXY names a SOCKS proxy, which needs the package"):
        Http("https://engine.example")


# Certificates


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "verify="])
def test_a_company_certificate_in_any_of_the_places(
    name: str, authority: trustme.CA, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relay with a private authority is refused at first, and trusted by the next engine once it is named."""

    async def run() -> tuple[str, dict[str, Any]]:
        async with FakeEngine(lambda _: Reply({"key": "a"})).serving() as engine:
            relay = Relay(port_of(engine.url))
            async with relayed(relay, tls(authority, "127.0.0.1")) as port:
                url = f"https://127.0.0.1:{port}"
                before = await refused(url)
                if name == "verify=":
                    return before, await read(url, verify=bundle)
                monkeypatch.setenv(name, str(bundle))
                return before, await read(url)

    before, after = asyncio.run(run())
    assert "was not accepted" in before
    assert "come from the operating system" in before
    assert "SSL_CERT_FILE" in before
    assert {"key": "a"} == after


def test_verify_takes_what_httpx_takes(authority: trustme.CA, bundle: Path, tmp_path: Path) -> None:
    """False accepts anybody, an SSLContext is used as it is, a folder of hashed certificates counts too."""
    context = ssl.create_default_context(cafile=bundle)

    async def run() -> list[dict[str, Any]]:
        async with FakeEngine(lambda _: Reply({"key": "a"})).serving(
            ssl_options=tls(authority, "127.0.0.1")
        ) as engine:
            return [await read(engine.url, verify=verify) for verify in (False, context, str(bundle))]

    assert [{"key": "a"}] * 3 == asyncio.run(run())


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"])
def test_certificates_that_are_not_there_name_the_variable(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing file or folder, or one without a certificate, is refused when the engine is made."""
    monkeypatch.setenv(name, str(tmp_path / "missing"))
    with pytest.raises(ConfigurationError, match=f"{name} names .*missing, which "):
        Http("https://engine.example")
    no_pem = tmp_path / "no.pem"
    no_pem.write_text("-----BEGIN NOTHING-----")
    monkeypatch.setenv(name, str(no_pem))
    with pytest.raises(ConfigurationError, match=f"{name} names .*no.pem, which "):
        Http("https://engine.example")


def test_without_tls_the_certificates_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong variable stops nobody who speaks to an engine without TLS."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing"))
    Http("http://127.0.0.1:1")


@pytest.mark.parametrize("verify", [None, 7, b"x"])
def test_what_verify_does_not_take_is_refused(verify: Any) -> None:
    """Neither a truth value nor a path nor a context is an error in words."""
    with pytest.raises(ConfigurationError, match="verify= takes True, False"):
        Http("https://engine.example", verify=verify)


def test_both_variables_count(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSL_CERT_FILE and SSL_CERT_DIR together are both trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    found = trust()
    assert "SSL_CERT_FILE and SSL_CERT_DIR" == found.source
    assert 1 == found.context.cert_store_stats()["x509_ca"]


def cannot_have_namespaces() -> str:
    """Why this machine gives no network namespaces; "" if it does."""
    for tool in ("unshare", "nsenter", "ip"):
        if shutil.which(tool) is None:
            return f"there is no {tool} here"
    tried = subprocess.run(
        ["unshare", "-rn", "ip", "link", "add", "here", "type", "veth"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    return tried.stderr.strip()


@pytest.mark.program
@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
def test_a_kernel_whose_only_route_is_the_proxy() -> None:
    """In a network namespace without any route but the proxy a connection is made, by the event stream alone."""
    if why := cannot_have_namespaces():
        pytest.skip(f"no network namespaces: {why}")
    command = ["unshare", "-rn", sys.executable, "-m", "tests.unit.transport.two_namespaces"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=55)
    assert {"direct": "Network is unreachable", "connected": True, "listed": 1} == json.loads(
        done.stdout or done.stderr[-300:]
    )
