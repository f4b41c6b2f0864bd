"""Reading from an engine's REST interface."""

from __future__ import annotations

import asyncio
import base64
import email.utils
import gzip
import json
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from tornado.httputil import HTTPServerRequest

from ic_widget.connection.connection import Connection
from ic_widget.engine.client import EngineClient
from ic_widget.errors import ConfigurationError, EngineError
from ic_widget.transport.credentials import credentials
from ic_widget.transport.failures import redirected
from ic_widget.transport.http import Http
from tests.unit.fake_engine import FakeEngine, RawEngine, Reply, a_closed_port, says, shown

T = TypeVar("T")
TOKEN = "pat-planted-token"


class Sleeps:
    """Stands in for asyncio.sleep: keeps what was asked for and returns at once."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)


def client_of(
    url: str, sleep: Callable[[float], Awaitable[object]] | None = None, **options: Any
) -> EngineClient:
    """A client of the fake at `url` that neither waits nor rolls dice."""
    source = options.pop("source", None) or credentials(TOKEN, environ={})
    return EngineClient(source, Http(url), sleep=sleep or Sleeps(), rand=lambda: 1.0, **options)


def ask(engine: FakeEngine, call: Callable[[EngineClient], Awaitable[T]], **options: Any) -> T:
    """What `call` gets from `engine`."""

    async def run() -> T:
        async with engine.serving():
            return await call(client_of(engine.url + options.pop("prefix", ""), **options))

    return asyncio.run(run())


def refused(
    engine: FakeEngine | RawEngine, call: Callable[[EngineClient], Awaitable[Any]], **options: Any
) -> EngineError:
    """The EngineError that `call` gets from `engine`, checked to hold no token."""

    async def run() -> EngineError:
        async with engine.serving():
            with pytest.raises(EngineError) as caught:
                await call(client_of(engine.url, **options))
        return caught.value

    error = asyncio.run(run())
    assert TOKEN not in shown(error) + repr(error.data) + repr(error.__context__)
    return error


def page(*keys: str, **more: Any) -> Reply:
    """A page of integrations."""
    return Reply({"items": [{"key": key} for key in keys], **more})


# Requests


def test_a_request_carries_the_token_and_no_more_than_asked() -> None:
    """The token is in the Authorization header, empty parameters stay out of the address."""
    engine = FakeEngine([page("a")])
    assert ask(engine, lambda client: client.integrations_page()) == ([{"key": "a"}], None)
    request = engine.requests[0]
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["membrane-api-version"] == "2025-10-21"
    assert (request.path, engine.query()) == ("/integrations", {"limit": ["1000"]})


def test_search_cursor_and_archived_are_passed_on() -> None:
    """What is asked for reaches the engine unharmed, non-ASCII included."""
    engine = FakeEngine([page()])
    ask(engine, lambda client: client.integrations_page("zoë & co", "c 1", 50, include_archived=True))
    expected = {"search": ["zoë & co"], "cursor": ["c 1"], "limit": ["50"], "includeArchived": ["true"]}
    assert engine.query() == expected


def test_a_path_prefix_is_kept_and_ids_are_quoted() -> None:
    """The address may have a prefix, and an id is one segment of the path whatever it holds."""
    engine = FakeEngine([Reply({"id": "x"})])
    ask(engine, lambda client: client.connection("a/../b?c#d é"), prefix="/engine/api")
    assert engine.requests[0].path == "/engine/api/connections/a%2F..%2Fb%3Fc%23d%20%C3%A9"


@pytest.mark.parametrize("name", ["", "  ", ".", "..", None, 7])
def test_what_is_no_name_is_refused_before_anything_is_sent(name: Any) -> None:
    """An empty or impossible key never reaches the engine."""
    with pytest.raises(ConfigurationError, match="by its key or id"):
        asyncio.run(client_of(f"http://127.0.0.1:{a_closed_port()}").integration(name))


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("2026-01-31", ("2026-01-31", None)),
        ("1.2", (None, "1.2")),
        (None, (None, None)),
    ],
)
def test_the_api_version_goes_where_its_form_belongs(
    version: str | None, expected: tuple[str | None, str | None]
) -> None:
    """A date is the current client's header, a number the documented one, None neither."""
    engine = FakeEngine([page()])
    ask(engine, lambda client: client.integrations_page(), api_version=version)
    headers = engine.requests[0].headers
    assert expected == (headers.get("membrane-api-version"), headers.get("API-Version"))


def test_a_compressed_answer_is_read() -> None:
    """gzip is asked for and unpacked."""
    packed = gzip.compress(json.dumps({"items": [{"key": "a" * 5000}]}).encode())
    engine = FakeEngine([Reply(packed, headers={"Content-Encoding": "gzip"})])
    assert ask(engine, lambda client: client.integrations()) == [{"key": "a" * 5000}]
    assert engine.requests[0].headers["Accept-Encoding"] == "gzip"


# Paging


def test_all_pages_are_read() -> None:
    """The cursor of each page leads to the next one until there is none."""
    engine = FakeEngine([page("a", cursor="1"), page("b", cursor=2), page("c", cursor="")])
    items = ask(engine, lambda client: client.integrations("x"))
    assert [item["key"] for item in items] == ["a", "b", "c"]
    assert [engine.query(index).get("cursor") for index in range(3)] == [None, ["1"], ["2"]]
    assert engine.query(2)["search"] == ["x"]


def test_a_repeating_cursor_is_an_error() -> None:
    """An engine that gives the same cursor again does not keep the caller for ever."""
    engine = FakeEngine(lambda _: page("a", cursor="1"))
    error = refused(engine, lambda client: client.integrations())
    assert "the list never ends" in str(error)
    assert len(engine.requests) == 2


def test_items_that_are_no_objects_are_left_out() -> None:
    """A page with rubbish in between gives the rest."""
    engine = FakeEngine([Reply({"items": [None, {"key": "a"}, 7, "x", []], "cursor": None})])
    assert ask(engine, lambda client: client.integrations()) == [{"key": "a"}]


@pytest.mark.parametrize("body", [[], "x", 7, {"items": None}, {}])
def test_json_of_another_shape_is_an_error(body: Any) -> None:
    """JSON that is no page is said to come from something else than an engine."""
    error = refused(FakeEngine([Reply(body)]), lambda client: client.integrations())
    assert "another shape" in str(error)


# Errors


def test_the_error_envelope_becomes_a_typed_error() -> None:
    """Type, key, message and the chain of causes are those of the engine."""
    envelope = {
        "type": "configuration",
        "key": "broken",
        "message": "Outer",
        "causedByError": {"type": "connection", "message": "Middle", "causedByError": {"message": "Inner"}},
    }
    error = refused(FakeEngine([Reply(envelope, 400)]), lambda client: client.integrations())
    assert (error.status, error.type, error.key, str(error)) == (400, "configuration", "broken", "Outer.")
    assert error.causes == ["Middle", "Inner"]
    assert error.data == envelope


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "key and secret"),
        (403, "for access"),
        (404, "api_uri= is right"),
        (429, "Wait a minute"),
        (500, "try again"),
    ],
)
@pytest.mark.parametrize("body", [{"message": "Said so!"}, {}, [1], b"<html>", b"", {"message": 7}])
def test_every_error_says_what_to_do(status: int, advice: str, body: Any) -> None:
    """Whatever the body is, the sentence says what happened and what to do next."""
    error = refused(FakeEngine(lambda _: Reply(body, status)), lambda client: client.integrations())
    assert error.status == status
    assert advice in str(error)
    assert ("Said so!" if body == {"message": "Said so!"} else f"answered {status}") in str(error)


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ("gihtub", '. Did you mean "github"?'),
        ("Google Calendar", '. Did you mean "google-calendar"?'),
        ("nothing like it", "; engine.integrations() lists them."),
    ],
)
def test_an_unknown_integration_is_named(given: str, advice: str) -> None:
    """The sentence names the key, and the nearest key or name, or says where the real ones are."""
    items = [
        {"key": "github", "name": "GitHub"},
        {"key": "google-calendar", "name": "Google Calendar"},
        {"id": "1"},
    ]
    nope = Reply({"type": "bad_request", "key": "not_found", "message": "Nope"}, 404)
    error = refused(FakeEngine([nope, Reply({"items": items})]), lambda client: client.integration(given))
    assert str(error) == f'There is no integration "{given}" for this tenant{advice}'
    assert (error.status, error.key) == (404, "not_found")


def test_an_unknown_integration_where_the_list_fails_too() -> None:
    """Where the list cannot be had, the sentence does without."""
    engine = FakeEngine([Reply({}, 404), Reply({}, 403)])
    error = refused(engine, lambda client: client.integration("gihtub"))
    assert str(error) == 'There is no integration "gihtub" for this tenant; engine.integrations() lists them.'


def test_an_error_that_repeats_the_token_does_not_show_it() -> None:
    """What the engine says of the token itself stays out of message and data."""
    envelope = {"message": f"Bad token {TOKEN}", "data": {"token": TOKEN}}
    error = refused(FakeEngine([Reply(envelope, 401)]), lambda client: client.integrations())
    assert str(error).startswith("Bad token <secret>.")


def test_a_redirect_is_not_followed_and_says_where_to() -> None:
    """The token goes to no other address; the sentence names it without its query."""
    engine = FakeEngine([Reply(status=302, headers={"Location": "https://login.example.com/?secret=1"})])
    error = refused(engine, lambda client: client.integrations())
    assert "redirects to https://login.example.com: if you trust it, set api_uri=" in str(error)
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("api_uri", "location", "expected"),
    [
        (
            "https://a.example",
            "https://b.example:8443/x?y",
            "https://b.example:8443: if you trust it, set api_uri= to",
        ),
        ("https://a.example", "https://u:p@b.example:443/", "https://b.example: if you trust it"),
        ("https://a.example", "//[2001:db8::1]/", "https://[2001:db8::1]: if you trust it"),
        ("https://a.example", "https://a.example:8443/", "https://a.example:8443: if you trust it"),
        ("http://127.0.0.1:1", "https://a.example", "https://a.example: if you trust it"),
        ("https://a.example", "http://a.example/", "http://a.example, which is not encrypted. Check"),
        (
            "https://a.example",
            "http://b.example:8080",
            "http://b.example:8080, which is not encrypted. Check",
        ),
        ("https://a.example/api", "/login", "another page. Check that api_uri="),
        ("https://a.example", "https://a.example:443/login", "another page. Check"),
        ("https://a.example", "", "another page. Check"),
        ("https://a.example", "javascript:alert(1)", "another page. Check"),
        ("https://a.example", "https://[", "another page. Check"),
    ],
)
def test_advice_for_a_redirect(api_uri: str, location: str, expected: str) -> None:
    """The whole origin is named, trust is left to the user, and encryption is never to be given up."""
    advice = redirected(api_uri, location)
    assert expected in advice
    assert ("set api_uri=" in advice) == ("if you trust it" in advice)


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"", b"\xff\xfe", b"[" * 100_000])
def test_an_answer_that_is_not_json_is_an_error(body: bytes) -> None:
    """A sign-in page, nothing at all or rubbish is an error that names the host and what came."""
    engine = FakeEngine([Reply(body, headers={"Content-Type": "text/html; charset=utf-8"})])
    error = refused(engine, lambda client: client.integrations())
    assert "answered with text/html instead of JSON" in str(error)
    assert engine.url.removeprefix("http://") in str(error)


def test_a_body_that_cannot_be_json_is_refused_before_anything_is_sent() -> None:
    """Connector parameters that JSON does not have are an error in words."""
    with pytest.raises(ConfigurationError, match="may hold only what JSON can"):
        asyncio.run(client_of(f"http://127.0.0.1:{a_closed_port()}").auth_options("a", {"when": object()}))


# Tokens


def test_a_refused_token_is_renewed_once_and_the_call_repeated() -> None:
    """After a 401 a fetched token is fetched again and the call succeeds."""
    tokens = iter(["pat-old", "pat-new"])
    source = credentials(lambda: next(tokens), environ={})

    def answer(request: HTTPServerRequest) -> Reply:
        return page("a") if request.headers["Authorization"] == "Bearer pat-new" else Reply({}, 401)

    engine = FakeEngine(answer)
    assert ask(engine, lambda client: client.integrations(), source=source) == [{"key": "a"}]
    assert len(engine.requests) == 2


def test_a_second_refusal_is_the_answer() -> None:
    """A renewed token that is refused too is not renewed again."""
    tokens = iter(["pat-1", "pat-2", "pat-3"])
    engine = FakeEngine(lambda _: Reply({"message": "No."}, 401))
    error = refused(
        engine, lambda client: client.integrations(), source=credentials(lambda: next(tokens), environ={})
    )
    assert (error.status, len(engine.requests)) == (401, 2)


def test_a_given_token_is_not_tried_twice() -> None:
    """Where there is no other token, a 401 is the answer."""
    engine = FakeEngine([Reply({}, 401)])
    assert refused(engine, lambda client: client.integrations()).status == 401


# Repetition


@pytest.mark.parametrize("status", [429, 500, 502, 503, 599])
def test_an_overloaded_engine_is_asked_again(status: int) -> None:
    """Busy answers are followed by longer and longer waits, then the answer comes."""
    sleeps = Sleeps()
    engine = FakeEngine([Reply({}, status)] * 3 + [page("a")])
    assert ask(engine, lambda client: client.integrations(), sleep=sleeps) == [{"key": "a"}]
    assert sleeps.asked == [0.5, 1.0, 2.0]


def test_waits_leave_the_random_numbers_of_others_alone() -> None:
    """Whoever seeded Python's random numbers gets the same ones, however often the engine is asked again."""

    async def run() -> list[dict[str, Any]]:
        engine = FakeEngine([Reply({}, 503), page("a")])
        async with engine.serving():
            client = EngineClient(credentials(TOKEN, environ={}), Http(engine.url), sleep=Sleeps())
            return await client.integrations()

    ask(
        FakeEngine([page()]), lambda client: client.integrations()
    )  # what httpx imports first may draw numbers
    expected = random.getstate()

    assert [{"key": "a"}] == asyncio.run(run())
    assert expected == random.getstate()


def test_the_fourth_failure_is_the_answer() -> None:
    """An engine that stays busy is an error after four tries."""
    engine = FakeEngine(lambda _: Reply({"message": "Busy", "data": {"errorId": "e1"}}, 503))
    error = refused(engine, lambda client: client.integrations())
    assert (error.status, len(engine.requests)) == (503, 4)
    assert error.data == {"message": "Busy", "data": {"errorId": "e1"}}


@pytest.mark.parametrize(
    ("header", "wait"),
    [("7", 7.0), ("0", 0.5), ("3600", 30.0), ("soon", 0.5), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.5)],
)
def test_retry_after_is_honoured_within_reason(header: str, wait: float) -> None:
    """The wait is what the engine asks for, at least our own and at most half a minute."""
    sleeps = Sleeps()
    engine = FakeEngine([Reply({}, 429, {"Retry-After": header}), page()])
    ask(engine, lambda client: client.integrations(), sleep=sleeps)
    assert sleeps.asked == [wait]


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_refusal_is_not_repeated(status: int) -> None:
    """What will not change is asked once."""
    engine = FakeEngine([Reply({}, status)])
    assert refused(engine, lambda client: client.integrations()).status == status


def test_a_dropped_connection_is_tried_again() -> None:
    """A connection that breaks without an answer, or in the middle of one, is opened again."""
    body = json.dumps({"items": [{"key": "a"}]}).encode()
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    async def run() -> list[dict[str, Any]]:
        async with RawEngine(says(), says(whole[:-5]), says(whole)).serving() as engine:
            return await client_of(engine.url).integrations()

    assert asyncio.run(run()) == [{"key": "a"}]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"", "closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "in the middle of its answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "in the middle of its answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "sent something that is not HTTP"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "sent something that is not HTTP"),
    ],
)
def test_a_connection_that_keeps_breaking_is_an_error(answer: bytes, sentence: str) -> None:
    """After the last try the sentence says how it broke."""
    engine = RawEngine(says(answer))
    error = refused(engine, lambda client: client.integrations())
    assert sentence in str(error)
    assert (error.status, len(engine.heads)) == (None, 4)


# Auth options


OPTION = {
    "key": "k", "type": "oauth2", "title": "K", "description": "", "inputSchema": None, "helpUri": None,
}  # fmt: skip


def routes(request: HTTPServerRequest, answers: dict[str, Reply]) -> Reply:
    """The answer for method and path, else 404."""
    return answers.get(f"{request.method} {request.path}", Reply({"key": "not_found"}, 404))


def test_auth_options_come_from_the_current_route() -> None:
    """One call asks for the options, with the developer's connector parameters."""
    engine = FakeEngine([Reply([OPTION])])
    assert ask(engine, lambda client: client.auth_options("github", {"region": "eu"})) == [OPTION]
    request = engine.requests[0]
    assert (request.method, request.path) == ("POST", "/connection-options")
    assert json.loads(request.body) == {"integrationKey": "github", "connectorParameters": {"region": "eu"}}


@pytest.mark.parametrize("status", [404, 405])
def test_an_older_engine_has_them_with_the_integration(status: int) -> None:
    """Without the route, the options of the integration itself count."""
    answers = {
        "POST /connection-options": Reply({}, status),
        "GET /integrations/github": Reply({"key": "github", "authOptions": [OPTION]}),
    }
    engine = FakeEngine(lambda request: routes(request, answers))
    assert ask(engine, lambda client: client.auth_options("github")) == [OPTION]


def test_an_id_is_understood_as_well() -> None:
    """An id leads to the key, and the key to the options."""

    def answer(request: HTTPServerRequest) -> Reply:
        if request.method == "POST" and json.loads(request.body)["integrationKey"] == "github":
            return Reply([OPTION])
        return routes(request, {"GET /integrations/65f": Reply({"id": "65f", "key": "github"})})

    assert ask(FakeEngine(answer), lambda client: client.auth_options("65f")) == [OPTION]


def test_an_integration_without_options_gives_none() -> None:
    """Not configured yet is an empty list, not an error."""
    assert ask(FakeEngine([Reply([])]), lambda client: client.auth_options("github")) == []
    engine = FakeEngine(
        lambda request: routes(request, {"GET /integrations/github": Reply({"key": "github"})})
    )
    assert ask(engine, lambda client: client.auth_options("github")) == []


def test_auth_options_of_an_unknown_integration_name_it() -> None:
    """An unknown key is the same error as from `integration`."""
    engine = FakeEngine(lambda request: routes(request, {}))
    assert 'no integration "gihtub"' in str(refused(engine, lambda client: client.auth_options("gihtub")))


def test_the_connection_of_an_integration_has_no_credentials() -> None:
    """The connection that the engine shows with an integration comes without them, in a list and alone."""
    raw = {"key": "github", "connection": {"id": "c1", "accessToken": "planted", "state": "READY"}}
    expected = {"key": "github", "connection": {"id": "c1", "accessToken": "<secret>", "state": "READY"}}

    assert expected == ask(FakeEngine([Reply(raw)]), lambda client: client.integration("github"))
    assert [expected] == ask(FakeEngine([Reply({"items": [raw]})]), lambda client: client.integrations())
    page, _ = ask(FakeEngine([Reply({"items": [raw]})]), lambda client: client.integrations_page())
    assert [expected] == page


# Connections


def test_a_connection_is_read() -> None:
    """Name, integration and state are taken from the engine's object, the rest is kept."""
    raw = {
        "id": "c1",
        "name": "My GitHub",
        "integrationId": "65f",
        "integration": {"key": "github"},
        "state": "READY",
    }
    connection = ask(FakeEngine([Reply(raw)]), lambda client: client.connection("c1"))
    expected = Connection("c1", "My GitHub", "github", "65f", "READY")
    assert connection == expected
    assert connection.raw == raw
    assert "raw" not in repr(connection)


def test_a_bare_connection_is_read_too() -> None:
    """Nothing but the id is relied on."""
    connection = ask(
        FakeEngine([Reply({"id": "c1", "integration": "x", "name": 7})]), lambda c: c.connection("c1")
    )
    assert (connection.name, connection.integration_key, connection.state) == (None, None, None)


def test_an_unknown_connection_is_named() -> None:
    """The sentence names the id."""
    error = refused(FakeEngine([Reply({}, 404)]), lambda client: client.connection("c9"))
    assert 'There is no connection "c9"' in str(error)


def test_connections_of_one_integration_are_asked_for_by_its_id() -> None:
    """The integration is looked up first, so that an unknown one is an error and not an empty list."""
    answers = {
        "GET /integrations/github": Reply({"id": "65f", "key": "github"}),
        "GET /connections": Reply({"items": [{"id": "c1"}, {"id": "c2"}]}),
    }
    engine = FakeEngine(lambda request: routes(request, answers))
    found = ask(
        engine, lambda client: client.connections(integration="github", search="my", include_archived=True)
    )
    assert [connection.id for connection in found] == ["c1", "c2"]
    expected = {"integrationId": ["65f"], "search": ["my"], "limit": ["1000"], "includeArchived": ["true"]}
    assert engine.query() == expected


def test_connections_of_an_unknown_integration_are_an_error() -> None:
    """An unknown key is named."""
    engine = FakeEngine(lambda request: routes(request, {}))
    assert 'no integration "x"' in str(refused(engine, lambda client: client.connections(integration="x")))


def test_a_connection_that_is_being_built_can_be_waited_for() -> None:
    """The engine is asked to hold its answer, for as long as it does at most."""
    engine = FakeEngine(lambda _: Reply({"id": "c1"}))
    ask(engine, lambda client: client.connection("c1", wait=300))
    assert {"wait": ["true"], "timeout": ["60"]} == engine.query()


# Clocks


def dated(seconds: float) -> dict[str, str]:
    """The Date header of an engine whose clock is `seconds` ahead."""
    return {"Date": email.utils.formatdate(time.time() + seconds, usegmt=True)}


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (7200, "This machine's clock is 2 h behind the engine's: set it right"),
        (-7200, "This machine's clock is 2 h ahead of the engine's: set it right"),
        (5 * 86400, "This machine's clock is 5 days behind the engine's"),
        (30, "Check that the token"),
    ],
)
def test_a_wrong_clock_is_told_where_a_token_is_refused(seconds: float, sentence: str) -> None:
    """A 401 whose Date is far from this machine's is blamed on the clock, not on the token."""
    engine = FakeEngine(lambda _: Reply({}, 401, dated(seconds)))
    assert sentence in str(refused(engine, lambda client: client.integrations()))


def expired(ago: float) -> str:
    """A token that expired so many seconds ago."""
    payload = base64.urlsafe_b64encode(json.dumps({"exp": time.time() - ago}).encode()).decode().rstrip("=")
    return f"e30.{payload}.x"


@pytest.mark.parametrize(
    ("ahead", "sentence"),
    [(7200, "clock is 2 h ahead of the engine's: set it right"), (0, "Get a new one where you got this one")],
)
def test_a_token_that_has_expired_by_a_wrong_clock_only(ahead: float, sentence: str) -> None:
    """Before a token is called expired, the engine is asked for the time, without the token."""
    engine = FakeEngine(lambda _: Reply({}, 404, dated(-ahead)))
    source = credentials(expired(3600), environ={})

    async def run() -> str:
        async with engine.serving():
            with pytest.raises(ConfigurationError) as caught:
                await client_of(engine.url, source=source).integrations()
        return str(caught.value)

    said = asyncio.run(run())
    assert "The token expired at " in said
    assert sentence in said
    assert [None] == [request.headers.get("Authorization") for request in engine.requests]


def test_a_token_that_has_expired_while_the_engine_is_away() -> None:
    """Where the engine cannot be asked for the time, this machine's counts."""
    client = client_of(f"http://127.0.0.1:{a_closed_port()}", source=credentials(expired(3600), environ={}))
    with pytest.raises(ConfigurationError, match="Get a new one"):
        asyncio.run(client.integrations())


@pytest.mark.parametrize("version", ["", "a\nb", 7])
def test_what_is_no_version_is_refused(version: Any) -> None:
    """`api_version` is a date or a number; anything else is an error in words."""
    with pytest.raises(ConfigurationError, match="api_version= must be a date"):
        client_of("http://127.0.0.1:1", api_version=version)


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        (Reply({"name": "Ada", "workspaceKey": "acme"}), "Workspace acme, tenant Ada, "),
        (Reply({"type": "bad_request", "key": "not_found", "message": "No."}, 404), ""),
    ],
)
def test_an_opaque_token_is_explained_by_the_engine(answer: Reply, place: str) -> None:
    """Whom it speaks for is asked once; an engine that does not say costs nothing but the words."""
    engine = FakeEngine([answer])

    async def twice(client: EngineClient) -> str:
        await client.ask_subject()
        await client.ask_subject()
        return client.place.removesuffix(client.host)

    assert place == ask(engine, twice)
    assert ["/self"] == [request.path for request in engine.requests]
