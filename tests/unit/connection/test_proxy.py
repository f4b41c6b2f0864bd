"""Calls of an app's API through the engine's proxy: what is sent, what comes back, and whose error an error is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from tornado.httputil import HTTPServerRequest

from ic_widget.connection.connection import Connection
from ic_widget.connection.response import Response
from ic_widget.engine.engine import Engine
from ic_widget.errors import AppError, ConfigurationError, EngineError
from ic_widget.sandbox import Sandbox
from ic_widget.transport.credentials import credentials
from tests.unit.connection.conftest import PLANTED
from tests.unit.engine.test_client import Sleeps, client_of
from tests.unit.fake_engine import FakeEngine, RawEngine, Reply, says

REFUSED = {"type": "bad_request", "key": "not_authenticated", "message": "The token has expired."}
HERE = {"id": "c1", "state": "READY"}


def send(engine: FakeEngine | RawEngine, *call: Any, sleep: Any = None, **keywords: Any) -> Response:
    """What a call through `engine` gets, without waiting."""
    options = {name: keywords.pop(name) for name in ("source",) if name in keywords}

    async def run() -> Response:
        async with engine.serving():
            client = client_of(engine.url, sleep, **options)
            return await Connection("c1", client=client).aio.request(*call, **keywords)

    return asyncio.run(run())


def refused(engine: FakeEngine | RawEngine, *call: Any, **keywords: Any) -> EngineError:
    """The EngineError that the call raises."""
    with pytest.raises(EngineError) as caught:
        send(engine, *call, **keywords)
    return caught.value


def test_a_list_of_records(hubspot: Connection) -> None:
    """The app's answer comes with its status, headers and JSON; the query is passed on."""
    response = hubspot.get("/records", params={"limit": 2, "search": None})

    assert (200, True, 2) == (response.status, response.ok, len(response.json()["items"]))
    assert "application/json" in response.headers["content-type"]
    assert response is response.raise_for_status()
    assert f"<Response 200 OK: application/json, {len(response.content):,} bytes>" == repr(response)


def test_every_method(hubspot: Connection) -> None:
    """A record is made, replaced, changed, read and deleted, each with the method of that name."""
    made = hubspot.post("records", json={"name": "Ada"})
    path = f"records/{made.json()['id']}"

    assert 201 == made.status
    assert "Bo" == hubspot.put(path, json={"name": "Bo"}).json()["name"]
    assert "Cy" == hubspot.patch(path, json={"name": "Cy"}).json()["name"]
    assert (204, b"") == ((gone := hubspot.delete(path)).status, gone.content)
    assert (404, b"") == ((head := hubspot.request("head", path)).status, head.content)


def test_the_same_in_an_async_cell(hubspot: Connection) -> None:
    """`aio` has the same methods as coroutines, on any loop."""
    response = asyncio.run(hubspot.aio.get("/me"))

    assert "hubspot" == response.json()["app"]


def test_bytes_stay_bytes(hubspot: Connection) -> None:
    """Binary data reaches the app and comes back unharmed."""
    every = bytes(range(256))
    png = hubspot.get("/export", params={"format": "png"}).content

    assert every == hubspot.post("/echo", data=every).content
    assert b"\x89PNG\r\n\x1a\n" == png[:8]


def test_a_whole_address(hubspot: Connection, box: Sandbox) -> None:
    """A whole address of the app's API is called as it is; the engine refuses another host's."""
    address = f"{box.local_url}/provider/hubspot/api/me"

    assert "hubspot" == hubspot.get(address).json()["app"]
    with pytest.raises(EngineError, match="calls no other address"):
        hubspot.get("https://elsewhere.example/me")


@pytest.mark.parametrize(
    ("keywords", "address", "body", "kind"),
    [
        ({"params": {"a": [1, 2], "b": True, "c": None}}, "/records?a=1&a=2&b=true", b"", None),
        ({"params": [("q", "ü &")]}, "/records?q=%C3%BC+%26", b"", None),
        ({"json": {"a": "ü"}}, "/records", b'{"a": "\\u00fc"}', "application/json"),
        ({"json": []}, "/records", b"[]", "application/json"),
        ({"data": "ü"}, "/records", "ü".encode(), "text/plain; charset=utf-8"),
        ({"data": b"\0"}, "/records", b"\0", "application/octet-stream"),
        ({"data": {"a": [1, 2]}}, "/records", b"a=1&a=2", "application/x-www-form-urlencoded"),
        (
            {"data": b"<a/>", "headers": {"content-type": "application/xml"}},
            "/records",
            b"<a/>",
            "application/xml",
        ),
    ],
)
def test_what_is_sent(keywords: dict[str, Any], address: str, body: bytes, kind: str | None) -> None:
    """Query and body arrive as they were meant, with the type that belongs to them."""
    engine = FakeEngine([Reply({})])
    send(engine, "POST", "/records", **keywords)
    sent = engine.requests[0]

    assert f"/connections/c1/proxy{address}" == sent.uri
    assert (body, kind) == (sent.body, sent.headers.get("Content-Type"))


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("", "/proxy"),
        ("/", "/proxy"),
        ("a b/ü", "/proxy/a%20b/%C3%BC"),
        ("a%2Fb?q=1", "/proxy/a%2Fb?q=1&n=1"),
        ("/Things('1')/x:y", "/proxy/Things('1')/x:y"),
        ("https://api.example/v3/x", "/proxy/https://api.example/v3/x"),
    ],
)
def test_paths(path: str, address: str) -> None:
    """A path goes behind the proxy's as it is meant: spaces and letters encoded, what is encoded left alone."""
    engine = FakeEngine([Reply({})])
    send(engine, "GET", path, params={"n": 1} if "?" in path else None)

    assert f"/connections/c1{address}" == engine.requests[0].uri


@pytest.mark.parametrize(
    ("call", "keywords", "sentence"),
    [
        (("GET", "../../actions"), {}, "resolved on the way"),
        (("GET", "a/%2E%2e/b"), {}, "resolved on the way"),
        (("GET", "a#b"), {}, 'write "%23"'),
        (("GET", "a\nb"), {}, "line break"),
        (("GET", None), {}, "must be text"),
        (("GE T", "a"), {}, "must be one of HTTP's"),
        (("GET", "a"), {"params": "a=1"}, "text goes into the path"),
        (("GET", "a"), {"params": {"a": {"b": 1}}}, "'a' has a dict"),
        (("POST", "a"), {"json": {}, "data": ""}, "exclude each other"),
        (("POST", "a"), {"json": {1, 2}}, "only what JSON can"),
        (("POST", "a"), {"data": 7}, "not a number"),
        (("GET", "a"), {"headers": {"Authorization": "Bearer planted"}}, "the connection's own credentials"),
        (("GET", "a"), {"headers": {"X-Forwarded-For": "1"}}, "does not pass on the header X-Forwarded-For"),
        (("GET", "a"), {"headers": {"host": "x"}}, "does not pass on the header host"),
        (("GET", "a"), {"headers": {"Accept-Encoding": "br"}}, "comes unpacked"),
        (("GET", "a"), {"headers": {"A": "b\r\nC: d"}}, "without line breaks"),
        (("GET", "a"), {"headers": {"A b": "c"}}, "no name of a header"),
    ],
)
def test_what_cannot_be_sent(call: tuple[Any, ...], keywords: dict[str, Any], sentence: str) -> None:
    """What would be dropped, cut off or sent elsewhere is refused with a sentence, and nothing is sent."""
    engine = FakeEngine([])
    with pytest.raises(ConfigurationError, match=sentence) as caught:
        send(engine, *call, **keywords)

    assert [] == engine.requests
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize(
    "body", [{"error": "no"}, {"type": "internal", "message": "x", "code": 7}, [], b"", b"\xff"]
)
def test_an_apps_401_is_the_apps(body: Any) -> None:
    """An app that refuses its credentials costs no token, and no sentence speaks of the workspace."""
    fetched: list[int] = []

    def fetch() -> str:
        fetched.append(1)
        return f"pat-planted-{len(fetched)}"

    def answer(request: HTTPServerRequest) -> Reply:
        return Reply(body, 401) if "proxy" in request.path else Reply(HERE)

    engine = FakeEngine(answer)
    response = send(engine, "GET", "/me", source=credentials(fetch, environ={}))

    assert (401, [1]) == (response.status, fetched)
    with pytest.raises(AppError, match="does not take the connection's credentials") as caught:
        response.raise_for_status()
    assert "workspace" not in str(caught.value)


def test_an_app_that_speaks_like_the_engine() -> None:
    """A 401 in the engine's form is the app's as long as the engine takes the token for its own paths."""
    engine = FakeEngine(lambda request: Reply(REFUSED, 401) if "proxy" in request.path else Reply(HERE))

    assert 401 == send(engine, "GET", "/me").status


def test_the_engines_401_renews_the_token() -> None:
    """A token that the engine refuses is renewed, and the call made again: it had not reached the app."""
    tokens = iter(["pat-old", "pat-new"])

    def answer(request: HTTPServerRequest) -> Reply:
        return (
            Reply({"ok": 1}) if request.headers["Authorization"] == "Bearer pat-new" else Reply(REFUSED, 401)
        )

    engine = FakeEngine(answer)
    response = send(engine, "POST", "/x", json={}, source=credentials(lambda: next(tokens), environ={}))

    assert ({"ok": 1}, 3) == (response.json(), len(engine.requests))


def test_the_engines_401_without_another_token() -> None:
    """Where no other token can be had, the error is the engine's and says what to check."""
    error = refused(FakeEngine(lambda _: Reply(REFUSED, 401)), "GET", "/x")

    assert (401, "not_authenticated") == (error.status, error.key)
    assert "The token has expired. Check that the token" in str(error)


def test_an_error_of_the_engine(hubspot: Connection, box: Sandbox) -> None:
    """A connection that the app no longer takes is the engine's error, and says how to connect again."""
    box.revoke("hubspot")
    with pytest.raises(EngineError, match=r"Sign in to it again: connection\.reconnect\(\)\.") as caught:
        hubspot.get("/me")

    assert "connection" == caught.value.type


@pytest.mark.parametrize(
    ("here", "sentence"),
    [
        (Reply(HERE), "has no proxy"),
        (Reply({"message": "no", "type": "bad_request"}, 404), 'no connection "c1"'),
    ],
)
def test_an_engine_without_a_proxy(here: Reply, sentence: str) -> None:
    """The engine's own 404 is either about the connection or about the proxy, and says which."""
    missing = {"type": "bad_request", "key": "not_found", "message": "Nothing here."}
    engine = FakeEngine(lambda request: Reply(missing, 404) if "proxy" in request.path else here)

    assert sentence in str(refused(engine, "GET", "/x"))


@pytest.mark.parametrize(
    ("method", "replies", "statuses", "waits"),
    [
        ("GET", [Reply({}, 429, {"Retry-After": "2"}), Reply({})], 200, [2.0]),
        ("HEAD", [Reply(b"", 503, {"Retry-After": "0"}), Reply(b"")], 200, [0.5]),
        ("GET", [Reply({}, 503)], 503, []),
        ("GET", [Reply({}, 404, {"Retry-After": "1"})], 404, []),
        ("GET", [Reply({}, 429, {"Retry-After": "3600"})], 429, []),
        ("POST", [Reply({}, 429, {"Retry-After": "1"})], 429, []),
        ("DELETE", [Reply({}, 503, {"Retry-After": "1"})], 503, []),
    ],
)
def test_repeated_only_where_safe(
    method: str, replies: list[Reply], statuses: int, waits: list[float]
) -> None:
    """Only GET and HEAD are repeated, only when the app says when, and never if that is far off."""
    sleeps = Sleeps()
    response = send(FakeEngine(replies), method, "/x", sleep=sleeps)

    assert (statuses, waits) == (response.status, sleeps.asked)


def test_an_app_that_never_recovers() -> None:
    """After four tries the app's last answer comes back as it is."""
    engine = FakeEngine(lambda _: Reply({"error": "slow down"}, 429, {"Retry-After": "1"}))

    assert (429, 4) == (send(engine, "GET", "/x").status, len(engine.requests))


def test_a_change_that_may_have_been_made() -> None:
    """What changes something is sent once; a connection that breaks off says that it may have been done."""
    engine = RawEngine(says())
    error = refused(engine, "POST", "/x", json={})

    assert ("look before you send it again" in str(error), 1) == (True, len(engine.heads))
    assert "look before" not in str(refused(RawEngine(says()), "GET", "/x"))


def test_too_late(hubspot: Connection) -> None:
    """An app that takes longer than `timeout` is told as such, with the keyword that gives it longer."""
    with pytest.raises(EngineError, match=r"within 0\.05 seconds.* timeout= allows for more"):
        hubspot.get("/slow", params={"seconds": 5}, timeout=0.05)


def test_too_large(box: Sandbox, hubspot: Connection) -> None:
    """An answer beyond the limit is told as such, with what to do."""
    engine = Engine(token=box.token(), api_uri=box.url, max_response=5000)
    connection = Connection(hubspot.id, client=engine.client)
    with pytest.raises(EngineError, match=r"too large.*max_response=.*fewer fields"):
        connection.get("/large", params={"bytes": 5001})


def test_no_json(hubspot: Connection) -> None:
    """`json()` of something else says what came."""
    answer = hubspot.get("/export")
    with pytest.raises(
        AppError, match=r"text/csv, [\d,]+ bytes \(200 OK\) instead of JSON: 'id,name"
    ) as caught:
        answer.json()

    assert answer is caught.value.response
    with pytest.raises(AppError, match="answered with nothing"):
        Response("GET", "/x", 204, "No Content", {}, b"").json()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"message": "a"}, "a"),
        ({"error": {"message": "b", "code": 1}}, "b"),
        ({"error": "c", "error_description": "d"}, "d"),
        ({"errors": [{"detail": "e"}]}, "e"),
        ({"fault": 1}, '{"fault": 1}'),
    ],
)
def test_what_the_app_says_is_wrong(body: Any, said: str) -> None:
    """The error has the app's own sentence from the usual places."""
    response = Response("GET", "/x", 422, "Unprocessable", {}, json.dumps(body).encode())
    with pytest.raises(AppError, match=r"GET /x: the app answered 422 Unprocessable: ") as caught:
        response.raise_for_status()

    assert str(caught.value).endswith(f"Unprocessable: {said}.")
    assert (422, body) == (caught.value.status, caught.value.data)


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("text/plain; charset=latin-1", b"\xfc", "ü"),
        ("text/plain; charset=nonsense", "ü".encode(), "ü"),
        ("", b"\xff", "\ufffd"),
    ],
)
def test_text(kind: str, content: bytes, text: str) -> None:
    """Text is read by the charset that its type names, and as UTF-8 otherwise."""
    assert text == Response("GET", "/", 200, "OK", {"Content-Type": kind}, content).text


def test_an_unknown_keyword(hubspot: Connection) -> None:
    """An unknown keyword is a TypeError that names the nearest real one."""
    with pytest.raises(
        TypeError, match=r"Connection\.get\(\) has no keyword param=\. Did you mean params=\?"
    ):
        hubspot.get("/me", param={})  # type: ignore[call-arg]


def test_a_connection_without_an_engine() -> None:
    """A Connection made by hand says where to get one that can be worked with."""
    with pytest.raises(ConfigurationError, match=r"engine\.connection\('c1'\)"):
        Connection("c1").get("/me")


def test_nothing_shows_the_token(box: Sandbox, hubspot: Connection) -> None:
    """No representation of a connection, of its methods or of an answer shows a token or a credential."""
    shown: list[Callable[[], str]] = [
        lambda: repr(hubspot),
        lambda: repr(hubspot.aio),
        lambda: repr(hubspot.get),
        lambda: repr(hubspot.get("/me")),
    ]
    for each in shown:
        text = each()
        assert (False, False) == (PLANTED in text, box.workspace_secret in text)
