"""The kernel's server against people who are not the user, while a sign-in of the user's is pending."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

import pytest

from ic_widget import ConnectFlow, ConnectionRejected
from ic_widget.returning import pages
from ic_widget.sandbox import Sandbox
from tests.security.conftest import NewFlow, fetch, functions_have_run, handed_off, sign_in
from tests.unit.wire import Answer, parsed, request, talk

pytestmark = pytest.mark.alone

ANSWER = "?connectionId=attacker"


def port_of(flow: ConnectFlow) -> int:
    """Port of the kernel's server."""
    return flow._flow.receiver.port


def to(flow: ConnectFlow, target: str, **how: object) -> Answer:
    """A request to the kernel's server."""
    return request(port_of(flow), target, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:PORT",
        "127.0.0.1.nip.io:PORT",
        "localhost.evil.example:PORT",
        "attacker@localhost:PORT",
        "0.0.0.0:PORT",
        "192.168.0.1:PORT",
        "[::]:PORT",
    ],
)
def test_dns_rebinding(flow: ConnectFlow, host: str) -> None:
    """A page whose name was pointed at this machine gets nothing in or out, though it knew the nonces."""
    host = host.replace("PORT", str(port_of(flow)))
    link = urlsplit(flow.url).path

    assert to(flow, f"/{flow._flow.attempt.nonce}{ANSWER}", host=host).body in (b"", pages.unknown().body)
    assert to(flow, link, host=host).body in (b"", pages.unknown().body)
    assert "waiting" == flow.status
    assert "payload" in to(flow, link).text


def guesses(nonce: str) -> Iterable[str]:
    """Nonces that are nearly right, or right for somebody who reads less strictly."""
    yield from (nonce[:length] for length in range(1, len(nonce)))
    yield from (nonce[start:] for start in range(1, len(nonce)))
    yield from (
        nonce + more for more in ("A", "=", "%20", "%00", ".", "/x", "\\", ";", ":", "#", "%2f", "%2F..")
    )
    yield from (more + nonce for more in ("A", "%20", "./", "../", "/", "\\", "%2f", "x/"))
    for index, letter in enumerate(nonce):
        yield nonce[:index] + letter.swapcase() * (letter.swapcase() != letter) + nonce[index + 1 :]
        yield nonce[:index] + ("A" if letter != "A" else "B") + nonce[index + 1 :]
        yield f"{nonce[:index]}%{ord(letter):02x}{nonce[index + 1 :]}"
    yield from (
        nonce.upper(),
        nonce.lower(),
        nonce[::-1],
        quote(quote(f"/{nonce}")),
        "*",
        "%",
        "..",
        "",
        "null",
    )
    yield from (secrets.token_urlsafe(32) for _ in range(500))


def test_guessed_nonces(flow: ConnectFlow) -> None:
    """No truncated, lengthened, re-encoded, nearly right or random nonce settles; all get the same page."""
    nonce = flow._flow.attempt.nonce
    answers = {
        (to(flow, f"/{guess}{ANSWER}").body, flow.status) for guess in guesses(nonce) if guess != nonce
    }

    assert {(pages.unknown().body, "waiting")} == answers


def test_one_flows_nonce_for_another(new_flow: NewFlow) -> None:
    """The nonces of one flow, of its answer and of its hand-off page, serve for nothing else."""
    first, second = new_flow().start(), new_flow().start()
    link = urlsplit(first.url).path.split("/")[1]

    assert pages.unknown().body == to(first, f"/{link}{ANSWER}").body
    assert pages.unknown().body == to(first, f"/{first._flow.attempt.nonce}/start").body
    assert pages.connected().body == to(first, f"/{first._flow.attempt.nonce}?connectionId=mine").body
    assert ("connected", "waiting") == (first.status, second.status)


def test_replay(box: Sandbox, flow: ConnectFlow, new_flow: NewFlow) -> None:
    """An address that has served once changes nothing any more, neither its own flow nor the next one."""
    told: list[str] = []
    mine = box.connect("stripe", parameters={"apiKey": "sk"}).id
    flow.on_connect(lambda connection: told.append(connection.id))
    address = f"/{flow._flow.attempt.nonce}?connectionId={mine}"
    to(flow, address)
    following = new_flow().start()
    statuses = [to(flow, address).status for _ in range(20)] + [
        to(flow, f"/{flow._flow.attempt.nonce}{ANSWER}").status
    ]
    assert functions_have_run(flow)

    assert [200] * 20 + [410] == statuses
    assert (mine, [mine], "waiting") == (flow.connection_id, told, following.status)


def test_replayed_hand_off(flow: ConnectFlow) -> None:
    """Whoever finds the hand-off address in a history gets no payload; the user gets a new address."""
    first = flow.url
    handed_off(first)

    assert (410, True) == (fetch(first)[0], "payload" not in fetch(first)[1])
    assert first != flow.url
    assert "token" in handed_off(flow.url)[1]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "PUT"])
def test_hand_off_by_another_method(flow: ConnectFlow, method: str) -> None:
    """Link previews and preflights neither see nor use up the payload."""
    answer = to(flow, urlsplit(flow.url).path, method=method, headers={"Origin": "https://evil.example"})

    assert ("GET", False) == (answer.headers["allow"], b"payload" in answer.body)
    assert "token" in handed_off(flow.url)[1]


def test_hand_off_after_the_end(flow: ConnectFlow) -> None:
    """When the flow has ended its payload can no longer be fetched."""
    link = urlsplit(flow.url).path
    flow.cancel()
    answer = to(flow, link)

    assert (410, False) == (answer.status, b"payload" in answer.body)


NASTY = {
    "header": "a%0d%0aSet-Cookie:%20x=1%0d%0a%0d%0a<script>alert(1)</script>",
    "bare line feed": "a%0aX-Injected:%201",
    "nul": "a%00b",
    "escape": "%1b]0;owned%07%1b[31m",
    "c1": "%c2%9b31m",
    "line separator": "a%e2%80%a8b",
    "direction": "a%e2%80%aeb",
    "half a character": "%ed%a0%80",
    "overlong": "%c0%af%e0%80%af",
    "markup": "</p><script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": "%22 autofocus onfocus=alert(1) x=%22",
    "template": "${script}$title{{7*7}}%(x)s{0}",
    "long": "a" * 100_000,
    "format": "%25s%25n",
    "blank": "%20%09%0a",
    "nothing": "",
}


@pytest.mark.parametrize("kind", NASTY)
@pytest.mark.parametrize("parameter", ["connectionId", "error", "errorData", "state", "x%3cscript%3e"])
def test_every_parameter(flow: ConnectFlow, parameter: str, kind: str) -> None:
    """Markup, control characters and too much of anything reach neither page, headers nor terminal."""
    before = "error=No&" if parameter == "errorData" else ""
    raw = (
        f"GET /{flow._flow.attempt.nonce}?{before}{parameter}={NASTY[kind].replace(' ', '%20')} HTTP/1.1\r\n"
    )
    answer = parsed(talk(port_of(flow), f"{raw}Host: 127.0.0.1:{port_of(flow)}\r\n\r\n".encode()))

    assert answer.status in (200, 400)
    assert {"content-type", "content-length", "connection"} < answer.headers.keys()
    assert not answer.headers.keys() & {"set-cookie", "x-injected"}
    assert 1 == answer.text.count("<script>")
    assert "onerror=alert(1)>" not in answer.text
    if parameter in ("error", "errorData"):
        assert flow.status in ("waiting", "failed")
    elif parameter == "connectionId" and kind in ("markup", "attribute", "template", "format"):
        # Only the engine knows that no connection has this id.
        with pytest.raises(ConnectionRejected, match="no connection"):
            flow.wait(timeout=60)
    else:
        assert "waiting" == flow.status
    shown = f"{flow.error}{flow.connection_id}{flow!r}{flow._flow.failure!s}"
    assert [] == [letter for letter in shown if ord(letter) < 32 or letter in "\x7f\x9b\u2028\u202e"]
    json.dumps(flow.error_data, allow_nan=False).encode()


@pytest.mark.parametrize(
    "name", ["Host", "Origin", "Cookie", "User-Agent", "X-Forwarded-Host", "Referer", "Accept"]
)
def test_header_injection(flow: ConnectFlow, name: str) -> None:
    """Nothing from a header comes back in a header, and forwarded names count for nothing."""
    value = f"127.0.0.1:{port_of(flow)}\rX-Injected: 1"
    answer = to(flow, f"/{flow._flow.attempt.nonce}", headers={name: value})

    assert "x-injected" not in answer.headers
    assert "X-Injected" not in answer.text
    assert "waiting" == flow.status


def test_forwarded_host(flow: ConnectFlow) -> None:
    """A proxy's word for the host is not taken: the Host header alone counts."""
    own = f"127.0.0.1:{port_of(flow)}"
    headers = {"X-Forwarded-Host": own, "X-Host": own, "Forwarded": f"host={own}"}

    answer = to(flow, f"/{flow._flow.attempt.nonce}{ANSWER}", host="evil.example", headers=headers)
    assert pages.unknown().body == answer.body
    assert "waiting" == flow.status


def test_the_real_answer_still_comes(flow: ConnectFlow) -> None:
    """After all of it the user's own sign-in succeeds."""
    for guess in guesses(flow._flow.attempt.nonce):
        if guess != flow._flow.attempt.nonce:
            to(flow, f"/{guess}{ANSWER}", host="evil.example")
    status, page = sign_in(flow.url)

    assert (200, True) == (status, "<h1>Connected</h1>" in page)
    assert "connected" == flow.status
