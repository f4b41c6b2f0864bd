"""What is served under a nonce: the callback, the hand-off page and the channel."""

from __future__ import annotations

import gc
import html
import json
import re
import threading
import weakref
from typing import Any

import pytest

from ic_widget.returning import pages
from ic_widget.returning.attempt import Attempt
from ic_widget.returning.endpoints import CallbackEndpoint, ChannelEndpoint, HandOffEndpoint
from ic_widget.returning.paths import is_loopback
from ic_widget.returning.server import Reply, Request

ACTION = "https://engine.example/connection-popup"
HOST = "127.0.0.1:8123"


def ask(
    tail: str = "",
    query: str = "",
    method: str = "GET",
    *,
    host: str = HOST,
    origin: str | None = None,
    body: bytes = b"",
) -> Request:
    """A request as the server hands it on."""
    return Request(method, tail, query, host, origin, body)


def posted(reply: Reply) -> Any:
    """The payload that a hand-off page will post."""
    [value] = re.findall(r'name="payload" value="(.*?)"', reply.page.body.decode())
    return json.loads(html.unescape(value))


# Callback


@pytest.mark.parametrize("over", [False, True], ids=["resting", "over"])
def test_callback_retired_keeps_its_hosts(over: bool) -> None:
    """A retired callback is served under the host names it was served under, and under no other."""
    attempt = Attempt(60)
    if over:
        attempt.cancel()
    left = CallbackEndpoint(attempt, {"hub.example"}).retired()
    assert [True, False] == [left.serves_host(host) for host in ("hub.example", "evil.example")]


def test_callback_retired_after_an_answer() -> None:
    """The same answer, brought once more, is shown once more; another one comes too late."""
    attempt = Attempt(60)
    callback = CallbackEndpoint(attempt, {"hub.example.org"})
    callback.answer(ask(query="connectionId=c1"))
    left = callback.retired()

    assert pages.connected() == left.answer(ask(query="connectionId=c1")).page
    assert pages.ended() == left.answer(ask(query="connectionId=c2")).page
    assert [True, False] == [left.serves_host("hub.example.org"), left.serves_host("elsewhere.example.org")]


def test_callback_retired_for_a_rest() -> None:
    """The answer to an attempt that rests counts; once nobody has the attempt any more it is over."""
    attempt = Attempt(60)
    resting = CallbackEndpoint(attempt, set()).retired()
    assert pages.connected() == resting.answer(ask(query="connectionId=c1")).page
    assert "connected" == attempt.status

    del attempt
    gc.collect()
    assert pages.ended() == resting.retired().answer(ask(query="connectionId=c1")).page


@pytest.mark.parametrize("answer", [None, "connectionId=c1", "error=No"])
def test_callback_retired_keeps_no_attempt(answer: str | None) -> None:
    """What is kept of an address for as long as the server runs does not keep whoever listened to the attempt."""
    listener = threading.Event()
    attempt, kept = Attempt(60, listener.set), weakref.ref(listener)
    callback = CallbackEndpoint(attempt, set())
    if answer is None:
        attempt.cancel()
    else:
        callback.answer(ask(query=answer))
    left = callback.retired()
    del attempt, callback, listener
    gc.collect()

    assert kept() is None
    assert pages.unknown() == left.answer(ask("elsewhere")).page


def test_callback_publishes_after_the_page() -> None:
    """Only the answer that won is to be published, by the server once its page is sent."""
    attempt = Attempt(60)
    callback = CallbackEndpoint(attempt, set())
    won = callback.answer(ask(query="connectionId=c1"))
    same, late = callback.answer(ask(query="connectionId=c1")), callback.answer(ask(query="connectionId=c2"))

    assert (pages.connected(), pages.connected(), pages.ended()) == (won.page, same.page, late.page)
    assert (None, None) == (same.after, late.after)
    assert not attempt.ended.is_set()
    assert won.after is not None
    won.after()
    assert attempt.ended.is_set()


def test_callback_learns_hosts() -> None:
    """A public host counts from when it is learned."""
    hosts: set[str] = set()
    callback = CallbackEndpoint(Attempt(60), hosts)

    assert not callback.serves_host("hub.example.org")
    hosts.add("hub.example.org")
    assert callback.serves_host("hub.example.org")


def test_callback_over() -> None:
    """After the end even what is no answer is told that it is over."""
    attempt = Attempt(60)
    attempt.cancel()
    callback = CallbackEndpoint(attempt, set())

    assert pages.ended() == callback.answer(ask()).page
    assert pages.ended() == callback.answer(ask(query="connectionId=c1")).page


def test_callback_after_the_end() -> None:
    """A success that comes after Cancel is told in its tab, each time, and published once."""
    attempt = Attempt(60)
    attempt.app = "GitHub"
    attempt.launch()
    attempt.cancel()
    callback = CallbackEndpoint(attempt, set())
    first, same = (callback.answer(ask(query="connectionId=c1")) for _ in range(2))
    told = pages.connected_after_all("GitHub", again=False)

    assert [(told, attempt.publish_after), (told, None)] == [(one.page, one.after) for one in (first, same)]
    assert told == callback.retired().answer(ask(query="connectionId=c1")).page


def test_callback_once_more() -> None:
    """A second tab that comes to another connection is told that it is the second."""
    attempt = Attempt(60)
    for _ in range(2):
        attempt.launch()
    callback = CallbackEndpoint(attempt, set())
    first, second = (callback.answer(ask(query=f"connectionId={each}")) for each in ("c1", "c2"))

    assert pages.connected() == first.page
    assert pages.connected_after_all("", again=True) == second.page


def test_callback_refused() -> None:
    """What the engine says is on the page."""
    callback = CallbackEndpoint(Attempt(60), set())
    assert pages.failed("No such user") == callback.answer(ask(query="error=No+such+user")).page


# Hand-off


@pytest.mark.parametrize(
    ("host", "served"),
    [("hub.example.org", True), ("127.0.0.1:65001", True), ("evil.example", False)],
)
def test_handoff_hosts(host: str, served: bool) -> None:
    """The page is there under the public names that are known, and under those of this machine."""
    assert served == HandOffEndpoint(ACTION, {}, {"hub.example.org"}).serves_host(host)


def test_handoff_once() -> None:
    """The page posts the payload to the engine, once; after that the payload is gone."""
    served: list[bool] = []
    handoff = HandOffEndpoint(
        ACTION, {"token": "t", "input": {"key": "<\"'&>"}}, set(), served=lambda: served.append(True)
    )
    first, second = handoff.answer(ask("start")), handoff.answer(ask("start"))

    assert {"token": "t", "input": {"key": "<\"'&>"}} == posted(first)
    assert pages.used() == second.page
    assert (None, []) == (second.after, served)
    assert first.after is not None
    first.after()
    assert [True] == served
    assert handoff.forget() is None


def test_handoff_forgotten() -> None:
    """What was forgotten can no longer be fetched."""
    handoff = HandOffEndpoint(ACTION, {"token": "t"}, set())

    assert {"token": "t"} == handoff.forget()
    assert pages.used() == handoff.answer(ask("start")).page


@pytest.mark.parametrize(
    ("tail", "method", "status"),
    [("", "GET", 404), ("x", "GET", 404), ("start", "HEAD", 405), ("start", "POST", 405)],
)
def test_handoff_keeps_the_payload(tail: str, method: str, status: int) -> None:
    """Only a GET of its very address uses it up."""
    handoff = HandOffEndpoint(ACTION, {"token": "t"}, set())

    assert status == handoff.answer(ask(tail, method=method)).page.status
    assert {"token": "t"} == handoff.forget()


def test_handoff_to_one_of_many() -> None:
    """Of many who fetch it in one instant one gets the payload."""
    handoff = HandOffEndpoint(ACTION, {"token": "t"}, set())
    barrier = threading.Barrier(8)
    replies: list[Reply] = []

    def fetch() -> None:
        barrier.wait()
        replies.append(handoff.answer(ask("start")))

    threads = [threading.Thread(target=fetch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [200] + [410] * 7 == sorted(reply.page.status for reply in replies)


@pytest.mark.parametrize(
    ("host", "given", "expected"),
    [
        ("127.0.0.1:8123", {}, "http://127.0.0.1:8123/callback-nonce"),
        ("localhost:8123", {}, "http://localhost:8123/callback-nonce"),
        ("127.0.0.1:8123", {"redirectUri": "https://hub/x"}, "https://hub/x"),
        ("hub.example.org", {}, None),
        ("127.evil.example:8123", {}, None),
    ],
)
def test_handoff_adds_the_way_back(host: str, given: dict[str, str], expected: str | None) -> None:
    """The way in which this page was fetched becomes the way back, if none is there and it is loopback."""
    handoff = HandOffEndpoint(ACTION, {"token": "t", **given}, {"hub.example.org"}, callback="callback-nonce")

    assert expected == posted(handoff.answer(ask("start", host=host))).get("redirectUri")


def test_handoff_without_a_callback() -> None:
    """Where no callback is wanted none is added."""
    assert {"token": "t"} == posted(HandOffEndpoint(ACTION, {"token": "t"}, set()).answer(ask("start")))


# Channel


class Heard:
    """Keeps what a channel passes on."""

    def __init__(self) -> None:
        self.proofs: list[tuple[str, str, str | None]] = []
        self.messages: list[object] = []
        self.channel = ChannelEndpoint(
            "pr00f", proved=lambda *proof: self.proofs.append(proof), message=self.messages.append
        )

    def ask(self, request: Request) -> pages.Page:
        """Ask, and let the reply take effect."""
        reply = self.channel.answer(request)
        if reply.after is not None:
            reply.after()
        return reply.page


@pytest.mark.parametrize(("path", "origin"), [("loopback", "http://localhost:8888"), ("proxy", None)])
def test_channel_proof(path: str, origin: str | None) -> None:
    """A GET proves the path it came by, to the page whose origin it has, and answers with what the page knows."""
    heard = Heard()
    page = heard.ask(ask(path, host="hub.example.org", origin=origin))

    assert (200, {"ic_widget": "pr00f"}) == (page.status, json.loads(page.body))
    assert [(path, "hub.example.org", origin)] == heard.proofs


def test_channel_message() -> None:
    """A POST leaves a message, whatever its shape: whoever takes it judges that."""
    heard = Heard()

    assert 200 == heard.ask(ask("proxy", method="POST", body=b'{"kind": "cancel"}')).status
    assert [{"kind": "cancel"}] == heard.messages
    assert [] == heard.proofs


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b"1" * 10_000])
def test_channel_nonsense(body: bytes) -> None:
    """What is no JSON is left lying."""
    heard = Heard()

    assert 404 == heard.ask(ask("proxy", method="POST", body=body)).status
    assert ([], []) == (heard.messages, heard.proofs)


@pytest.mark.parametrize(
    ("tail", "method", "status"),
    [
        ("", "GET", 404),
        ("start", "GET", 404),
        ("loopback/x", "GET", 404),
        ("loopback", "HEAD", 405),
        ("proxy", "OPTIONS", 405),
        ("proxy", "PUT", 405),
    ],
)
def test_channel_elsewhere(tail: str, method: str, status: int) -> None:
    """Any other path or method proves nothing and leaves nothing."""
    heard = Heard()

    assert status == heard.ask(ask(tail, method=method, body=b"{}")).status
    assert ([], []) == (heard.messages, heard.proofs)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_channel_retired(method: str) -> None:
    """A channel that was closed takes nothing any more."""
    heard = Heard()
    left = heard.channel.retired().retired()

    assert pages.ended() == left.answer(ask("loopback", method=method, body=b"{}")).page
    assert pages.unknown() == left.answer(ask("elsewhere", method=method, body=b"{}")).page
    assert ([], []) == (heard.messages, heard.proofs)


def test_channel_has_no_host_of_its_own() -> None:
    """The channel may be asked under any name, which is how the kernel learns its public one."""
    assert Heard().channel.serves_host("hub.example.org")


@pytest.mark.parametrize(
    ("path", "origin", "allowed"),
    [
        ("loopback", "http://localhost:8888", "http://localhost:8888"),
        ("loopback", "https://evil.example", None),
        ("loopback", None, None),
        ("proxy", "http://localhost:8888", None),
    ],
)
def test_channel_is_read_by_pages_of_this_machine(path: str, origin: str | None, allowed: str | None) -> None:
    """Another origin reads the proof only if it is this machine's, and came by the way that leads here."""
    reply = Heard().channel.answer(ask(path, origin=origin))
    assert allowed == reply.headers.get("Access-Control-Allow-Origin")


@pytest.mark.parametrize(
    ("origin", "loopback"),
    [
        ("http://localhost", True),
        ("http://localhost:8888", True),
        ("https://a.localhost", True),
        ("http://127.0.0.1:1", True),
        ("http://127.8.8.8", True),
        ("http://[::1]:1", True),
        ("http://127.evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://localhost.evil.example", False),
        ("http://notlocalhost", False),
        ("http://10.0.0.1", False),
        ("http://[::2]", False),
        ("http://0x7f000001", False),
        ("http://[", False),
        ("null", False),
        ("", False),
    ],
)
def test_is_loopback(origin: str, loopback: bool) -> None:
    """This machine is localhost and what is below it (RFC 6761) and the loopback addresses, nothing alike."""
    assert loopback == is_loopback(origin)
