"""Listening to the engine's event stream."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime
import gc
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from tornado.httputil import HTTPServerRequest

from ic_widget.engine.client import EngineClient
from ic_widget.engine.events import Pace, listen
from ic_widget.engine.sought import Sought
from ic_widget.errors import ConfigurationError, EngineError
from ic_widget.transport.credentials import Credentials, credentials
from ic_widget.transport.http import Http
from tests.unit.fake_engine import FakeEngine, RawEngine, Reply, Talk, a_closed_port, says, shown
from tests.unit.transport.ways import Buffering, Relay, relayed

TOKEN = "pat-planted-token"
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n"


class Sleeps:
    """Stands in for asyncio.sleep: keeps what was asked for and returns at once."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)


def sent(request_id: str = "r1", **more: Any) -> bytes:
    """An event of the attempt `request_id`."""
    return b"data: " + json.dumps({"requestId": request_id, **more}).encode() + b"\n\n"


def status(line: str, headers: str = "") -> Talk:
    """An answer without a body."""
    return says(f"HTTP/1.1 {line}\r\n{headers}Content-Length: 0\r\n\r\n".encode())


def client_of(
    url: str, sleep: Callable[[float], Awaitable[object]] | None = None, source: Credentials | None = None
) -> EngineClient:
    """A client of the fake at `url` that neither waits nor rolls dice."""
    return EngineClient(
        source or credentials(TOKEN, environ={}), Http(url), sleep=sleep or Sleeps(), rand=lambda: 1.0
    )


def heard(
    engine: RawEngine, count: int = 1, *, request_id: str = "r1", **options: Any
) -> list[dict[str, Any]]:
    """The first `count` events of the attempt."""
    listening = {name: options.pop(name) for name in ("opened", "pace") if name in options}

    async def run() -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        async with engine.serving():
            stream = listen(client_of(engine.url, **options), request_id, **listening)
            async with contextlib.aclosing(stream):
                async for event in stream:
                    events.append(event)
                    if len(events) == count:
                        break
        return events

    return asyncio.run(run())


def refused(engine: RawEngine, **options: Any) -> EngineError:
    """The error that listening ends with, checked to hold no token."""
    with pytest.raises(EngineError) as caught:
        heard(engine, **options)
    assert TOKEN not in shown(caught.value)
    return caught.value


def test_the_events_of_the_attempt_are_given() -> None:
    """Other attempts, comments and what is no JSON object are passed over."""
    rubbish = b": hi\n\ndata: {\n\ndata: [1]\n\ndata: 7\n\ndata: {}\n\ndata: " + b"[" * 100_000 + b"\n\n"
    created = sent(type="newConnectionCreated", connection={"id": "c1"})
    engine = RawEngine(says(STREAM, sent("r2"), rubbish, created))
    expected = {"requestId": "r1", "type": "newConnectionCreated", "connection": {"id": "c1"}}
    assert heard(engine) == [expected]


def test_a_chunked_stream_is_given_as_it_comes() -> None:
    """Chunks may cut events anywhere; each event is there before the stream ends."""
    engine = RawEngine()
    event = sent(name="zoë")
    pieces = b"".join(b"1\r\n%c\r\n" % byte for byte in event)

    async def chunked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n") + pieces)
        await engine.until_closed(reader, writer)

    engine.talks = (chunked,)
    assert heard(engine) == [{"requestId": "r1", "name": "zoë"}]


def test_the_stream_is_asked_for_as_the_engines_own_client_does() -> None:
    """The token is in the query, the id is one segment of the path, nothing is to be compressed or cached."""
    engine = RawEngine(says(STREAM, sent("r/1")))
    heard(engine, request_id="r/1")
    head = engine.heads[0]
    assert head.startswith(f"GET /sse/connection-events/r%2F1?token={TOKEN} HTTP/1.1\r\n")
    assert "Accept: text/event-stream\r\n" in head
    assert "Accept-Encoding: identity\r\n" in head
    assert "last-event-id" not in head.lower()


def test_opened_is_called_each_time_the_stream_is_up() -> None:
    """A stream that ends or breaks off is opened again, and so is one whose connection never answered."""
    opened: list[int] = []
    chunked = STREAM.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")
    engine = RawEngine(says(STREAM), says(chunked, b"5\r\nab"), says(), says(STREAM, sent()))
    assert heard(engine, opened=lambda: opened.append(1)) == [{"requestId": "r1"}]
    assert (len(opened), len(engine.heads)) == (3, 4)


def test_a_stream_is_taken_up_where_it_stopped() -> None:
    """The last id goes along when the stream is opened again, and keeps going along."""
    engine = RawEngine(says(STREAM, b"id: 41\n", sent()), says(STREAM), says(STREAM, sent()))
    heard(engine, 2)
    assert [("Last-Event-ID: 41\r\n" in head) for head in engine.heads] == [False, True, True]


def test_the_stream_says_how_long_to_wait() -> None:
    """`retry:` is honoured, at most half a minute, and stays until the stream says otherwise."""
    sleeps = Sleeps()
    engine = RawEngine(
        says(STREAM, b"retry: 4000\n\n"),
        says(),
        says(STREAM),
        says(STREAM, b"retry: 99999999\n\n"),
        says(STREAM, sent()),
    )
    heard(engine, sleep=sleeps)
    assert sleeps.asked == [4.0, 4.0, 4.0, 30.0]


def test_a_busy_engine_is_asked_again() -> None:
    """429 and 5xx lead to growing waits, or to what the engine asks for; an open stream resets them."""
    sleeps = Sleeps()
    engine = RawEngine(
        status("503 Busy"),
        status("502 Bad Gateway"),
        status("429 Slow down", "Retry-After: 9\r\n"),
        says(STREAM, b":\n"),
        says(STREAM, sent()),
    )
    heard(engine, sleep=sleeps)
    assert sleeps.asked == [0.5, 1.0, 9.0, 0.5]


def test_an_engine_that_is_away_is_tried_for_as_long_as_one_listens() -> None:
    """Listening does not give up by itself: whoever listens does."""

    class Enough(Exception):
        pass

    sleeps = Sleeps()

    async def sleep(seconds: float) -> None:
        await sleeps(seconds)
        if len(sleeps.asked) == 9:
            raise Enough

    async def run() -> None:
        async for _ in listen(client_of(f"http://127.0.0.1:{a_closed_port()}", sleep), "r1"):
            pass

    with pytest.raises(Enough):
        asyncio.run(run())
    assert sleeps.asked == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_silent_stream_is_opened_again() -> None:
    """A stream that a proxy holds back, or dropped without closing it, is given up for a new one."""
    engine = RawEngine()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM)
        await engine.until_closed(reader, writer)

    engine.talks = (silent, engine.until_closed, says(STREAM, sent()))
    assert heard(engine, pace=Pace(idle=0.05)) == [{"requestId": "r1"}]
    assert len(engine.heads) == 3


def test_an_event_without_end_is_not_read_for_ever() -> None:
    """A stream that sends one endless line is opened again."""
    engine = RawEngine(says(STREAM, b"data: " + b"x" * 5_000_000), says(STREAM, sent()))
    assert heard(engine) == [{"requestId": "r1"}]


def test_a_refused_token_is_replaced() -> None:
    """After a 401 a fresh token is used at once, each time the stream was up in between."""
    tokens = iter(["pat-1", "pat-2", "pat-3"])
    sleeps = Sleeps()
    engine = RawEngine(status("401 No"), says(STREAM, b":\n"), status("401 No"), says(STREAM, sent()))
    heard(engine, source=credentials(lambda: next(tokens), environ={}), sleep=sleeps)
    assert [head.split("token=")[1].split()[0] for head in engine.heads] == [
        "pat-1",
        "pat-2",
        "pat-2",
        "pat-3",
    ]
    assert len(sleeps.asked) == 1


def test_a_second_refusal_ends_it() -> None:
    """A fresh token that is refused as well is an error."""
    tokens = iter(["pat-1", "pat-2", "pat-3"])
    error = refused(RawEngine(status("401 No")), source=credentials(lambda: next(tokens), environ={}))
    assert error.status == 401


@pytest.mark.parametrize(
    ("talk", "code", "sentence"),
    [
        (status("401 Unauthorized"), 401, "Check that the token"),
        (status("403 Forbidden"), 403, "for access"),
        (status("404 Not Found"), 404, "has no event stream"),
        (status("204 No Content"), 204, "answered 204"),
        (
            status("302 Found", "Location: https://login.example.com/?a=b\r\n"),
            302,
            "https://login.example.com",
        ),
        (status("200 OK", "Content-Type: text/html\r\n"), 200, "text/html instead of an event stream"),
        (status("200 OK"), 200, "nothing instead of an event stream"),
    ],
)
def test_an_engine_without_such_a_stream_says_so(talk: Talk, code: int, sentence: str) -> None:
    """What trying again will not change is an error that says what to do."""
    engine = RawEngine(talk)
    error = refused(engine)
    assert error.status == code
    assert sentence in str(error)
    assert len(engine.heads) == (2 if code in (401, 403) else 1)


def test_a_legacy_engine_takes_no_token() -> None:
    """An engine that refuses the stream with a token is asked without one, as its own client asks."""
    engine = RawEngine(status("400 Bad Request"), says(STREAM, sent()))
    assert heard(engine) == [{"requestId": "r1"}]
    assert "token" in engine.heads[0]
    assert "token" not in engine.heads[1]


def test_a_token_that_expires_in_between_ends_it() -> None:
    """A given token that has expired when the stream must be opened again is an error in words."""
    times: Iterator[float] = iter([0, 100])
    payload = base64.urlsafe_b64encode(b'{"exp": 50}').decode().rstrip("=")
    source = credentials(f"e30.{payload}.x", environ={}, now=lambda: next(times))
    with pytest.raises(ConfigurationError, match="The token expired at"):
        heard(RawEngine(says(STREAM)), source=source)


def test_cancelling_closes_the_socket() -> None:
    """A cancelled listener leaves no open socket and no complaint, before and after the stream is up."""

    async def run(engine: RawEngine, talk: Talk, wait_for: asyncio.Event) -> None:
        engine.talks = (talk,)
        async with engine.serving():

            async def consume() -> None:
                async for _ in listen(client_of(engine.url), "r1", opened=up.set):
                    pass

            listening = asyncio.ensure_future(consume())
            await wait_for.wait()
            listening.cancel()
            with pytest.raises(asyncio.CancelledError):
                await listening
            await engine.closed.wait()

    up = asyncio.Event()
    engine = RawEngine()
    asyncio.run(run(engine, engine.until_closed, engine.arrived))

    async def open_stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM)
        await second.until_closed(reader, writer)

    second = RawEngine()
    asyncio.run(run(second, open_stream, up))
    gc.collect()


def test_leaving_the_loop_closes_the_socket() -> None:
    """Whoever has the event and closes the generator leaves nothing open."""
    engine = RawEngine()

    async def open_stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM + sent())
        await engine.until_closed(reader, writer)

    engine.talks = (open_stream,)
    assert heard(engine) == [{"requestId": "r1"}]
    assert engine.closed.is_set()
    gc.collect()


# Held back


SOON = Pace(patience=0.05, look=0.05, building=1)
PATIENT = Pace(patience=60, look=0.05, building=1)


def behind(
    relay: Callable[..., Any],
    sought: Callable[[], Sought | None],
    *,
    head: bool,
    made: list[dict[str, Any]],
    pace: Pace = SOON,
) -> tuple[dict[str, Any], list[str], list[str]]:
    """The first event behind a relay that keeps streams back, how often that was told, and what was asked."""
    told: list[str] = []

    def answer(request: HTTPServerRequest) -> Reply:
        if request.path.startswith("/sse/"):
            return Reply(b": hi\n\n", headers={"Content-Type": "text/event-stream"}, open=True)
        if request.path == "/connections":
            return Reply({"items": made})
        if request.path.startswith("/connections/"):
            key = request.path.rpartition("/")[2]
            return Reply(next(item for item in made if item["id"] == key) | {"state": "READY"})
        return Reply({"id": "i1", "key": "github"})

    async def run() -> dict[str, Any]:
        engine = FakeEngine(answer)
        async with engine.serving(), relayed(relay(int(engine.url.rpartition(":")[2]), head=head)) as port:
            stream = listen(
                client_of(f"http://127.0.0.1:{port}"),
                "r1",
                opened=lambda: told.append("opened"),
                held_back=lambda: told.append("held back"),
                sought=sought,
                pace=pace,
            )
            async with contextlib.aclosing(stream):
                event = await anext(stream)
            asked.extend(request.uri for request in engine.requests if "/sse/" not in request.path)
            return event

    asked: list[str] = []
    return asyncio.run(run()), told, asked


def at(seconds: float) -> str:
    """A time as the engine writes it."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("head", [False, True])
def test_a_stream_that_is_held_back_is_told_and_the_connections_are_looked_at(head: bool) -> None:
    """Where a relay keeps the body back, or the head too, a look at the connections brings the answer."""
    now = time.time()
    made = [{"id": "old", "createdAt": at(now - 3600)}, {"id": "new", "createdAt": at(now)}]
    event, told, asked = behind(Buffering, lambda: Sought(now, "github"), head=head, made=made)
    connection = {**made[1], "state": "READY"}
    assert {"requestId": "r1", "type": "newConnectionCreated", "connection": connection} == event
    assert ([] if head else ["opened"]) + ["held back"] == told
    assert "/connections/new?wait=true&timeout=1" == asked[-1]
    assert any("integrationId=i1" in uri for uri in asked)


def test_what_an_earlier_attempt_came_to_is_not_this_ones() -> None:
    """A connection that another attempt made in the same second is passed over."""
    now = time.time()
    made = [{"id": "earlier", "createdAt": at(now)}, {"id": "new", "createdAt": at(now + 1)}]
    event, _, _ = behind(Buffering, lambda: Sought(now, "github", known=["earlier"]), head=False, made=made)
    assert "new" == event["connection"]["id"]


def test_reconnecting_looks_at_that_connection_only() -> None:
    """A connection that is signed in again counts once it has changed; a new one of somebody else does not."""
    now = time.time()
    changes = iter([at(now - 60), at(now + 1)])

    class Changing(dict[str, Any]):
        def __or__(self, other: Any) -> dict[str, Any]:  # type: ignore[override]
            return {**self, **other, "updatedAt": next(changes, at(now + 2))}

    made = [Changing(id="c1"), {"id": "other", "createdAt": at(now + 1)}]
    event, _, _ = behind(Buffering, lambda: Sought(now, None, "c1"), head=False, made=made)
    assert "c1" == event["connection"]["id"]


def test_nothing_is_looked_for_before_the_launch_or_where_it_is_not_clear() -> None:
    """Before the tab is open, and while two connections may be meant, nothing is taken for the answer."""
    now = time.time()
    made = [{"id": "new", "createdAt": at(now + 1)}, {"id": "another", "createdAt": at(now + 1)}]
    times = iter([None, Sought(now), Sought(now)])

    def sought() -> Sought | None:
        found = next(times, Sought(now))
        if found is not None and next(rounds) == 3:
            del made[1]
        return found

    rounds = iter(range(100))
    event, _, asked = behind(Buffering, sought, head=False, made=made)
    assert "new" == event["connection"]["id"]
    # The stream asks once, too, when it comes up: before the first look or after it.
    assert sum(uri.startswith("/connections?") for uri in asked) in (3, 4)


def test_a_connection_made_before_the_stream_was_up() -> None:
    """Where the tab opened before the stream did, one look brings what the stream cannot."""
    now = time.time()
    # Whose the one is that was made in the second of the launch, nobody can tell.
    made = [
        {"id": each, "createdAt": at(now - ago)} for each, ago in (("old", 3600), ("doubtful", 5), ("new", 2))
    ]
    event, _, asked = behind(
        lambda port, head: Relay(port), lambda: Sought(now - 5, "github"), head=False, made=made, pace=PATIENT
    )
    assert "new" == event["connection"]["id"]
    assert 1 == sum(uri.startswith("/connections?") for uri in asked)


def test_a_stream_that_was_up_leaves_no_more_than_its_gap_to_look_at() -> None:
    """What was made while the stream was heard is somebody else's: only what came after counts, and one look is all."""
    now = time.time()
    looked = asyncio.Event()
    made = [{"id": "theirs", "createdAt": at(now - 30), "state": "READY"}]
    streams: list[int] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = engine.heads[-1].split(" ")[1]
        if path.startswith("/sse/"):
            streams.append(1)
            writer.write(STREAM + b": hi\n\n")
            if len(streams) > 1:
                await looked.wait()
                writer.write(sent(name="ours"))
                await engine.until_closed(reader, writer)
            return
        body = json.dumps({"items": made} if path.startswith("/connections?") else {"id": "i1"}).encode()
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        writer.write(body)
        if path.startswith("/connections?") and len(streams) > 1:
            looked.set()

    engine = RawEngine(answer)
    # The first stream comes up before anything is sought.
    wanted = iter([None])

    async def run() -> dict[str, Any]:
        async with engine.serving():
            stream = listen(
                client_of(engine.url), "r1", sought=lambda: next(wanted, Sought(now - 60, "github"))
            )
            async with contextlib.aclosing(stream):
                return await anext(stream)

    assert {"requestId": "r1", "name": "ours"} == asyncio.run(run())
    assert 1 == sum(head.startswith("GET /connections?") for head in engine.heads)


def test_a_stream_that_speaks_late_is_looked_at_once_more() -> None:
    """While a stream seemed held back two might be meant; now that it is up, only one is."""
    now = time.time()
    looked = asyncio.Event()
    made = [{"id": each, "createdAt": at(now - ago)} for each, ago in (("doubtful", 5), ("new", 2))]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = engine.heads[-1].split(" ")[1]
        if path.startswith("/sse/"):
            writer.write(STREAM)
            await looked.wait()
            writer.write(b": hi\n\n")
            await engine.until_closed(reader, writer)
            return
        listed = path.startswith("/connections?")
        found = {"items": made} if listed else {"id": path.rpartition("/")[2].partition("?")[0]}
        body = json.dumps(found).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        writer.write(head % len(body) + body)
        if listed:
            looked.set()

    engine = RawEngine(answer)

    async def run() -> dict[str, Any]:
        async with engine.serving():
            stream = listen(client_of(engine.url), "r1", sought=lambda: Sought(now - 5, "github"), pace=SOON)
            async with contextlib.aclosing(stream):
                return await anext(stream)

    assert "new" == asyncio.run(asyncio.wait_for(run(), 60))["connection"]["id"]


class Leaping(asyncio.SelectorEventLoop):
    """A loop whose clock a test can put forward."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def test_a_stream_that_speaks_is_not_held_back() -> None:
    """After the first byte a stream may be silent for longer than the patience: nobody is told."""
    told: list[str] = []
    loop = Leaping()

    async def run() -> None:
        engine = RawEngine()
        later = asyncio.Event()

        async def open_stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(STREAM + sent(count=1))
            await later.wait()
            writer.write(sent(count=2))
            await engine.until_closed(reader, writer)

        engine.talks = (open_stream,)
        async with engine.serving():
            stream = listen(client_of(engine.url), "r1", held_back=lambda: told.append("held back"))
            async with contextlib.aclosing(stream):
                assert 1 == (await anext(stream))["count"]
                loop.ahead = 2 * Pace().patience
                later.set()
                assert 2 == (await anext(stream))["count"]

    try:
        loop.run_until_complete(run())
    finally:
        loop.close()
    assert [] == told
