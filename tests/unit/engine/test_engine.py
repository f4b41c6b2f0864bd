"""The engine as people call it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from typing import Any

import pytest

from ic_widget.engine.engine import Connection, Engine
from ic_widget.errors import ConfigurationError, EngineError
from tests.unit.fake_engine import FakeEngine, Reply, shown

TOKEN = "pat-planted-token"


def replies() -> list[Reply]:
    """One for each method of the engine, in the order of `everything`."""
    return [
        Reply({"items": [{"key": "a"}]}),
        Reply({"key": "a"}),
        Reply([{"key": "k"}]),
        Reply({"items": [{"id": "c1"}]}),
        Reply({"id": "c1"}),
    ]


def everything(engine: Engine) -> list[Any]:
    """What each method gives."""
    return [
        engine.token(),
        engine.integrations("x"),
        engine.integration("a"),
        [option["key"] for option in engine.auth_options("a")],
        engine.connections(),
        engine.connection("c1"),
    ]


EXPECTED = [TOKEN, [{"key": "a"}], {"key": "a"}, ["k"], [Connection("c1")], Connection("c1")]


def test_every_method_works_in_a_script() -> None:
    """Without any event loop each method returns what the engine has."""
    with FakeEngine(replies()).in_thread() as fake:
        assert everything(Engine(TOKEN, api_uri=fake.url)) == EXPECTED


def test_every_method_works_inside_a_running_loop() -> None:
    """As in a notebook's cell, a running loop in the same thread is no obstacle."""

    async def cell() -> list[Any]:
        return everything(Engine(TOKEN, api_uri=fake.url))

    with FakeEngine(replies()).in_thread() as fake:
        assert asyncio.run(cell()) == EXPECTED


def test_threads_do_not_get_in_each_others_way() -> None:
    """One engine serves several threads at once."""
    found: list[Any] = []
    with FakeEngine(lambda _: Reply({"key": "a"})).in_thread() as fake:
        engine = Engine(TOKEN, api_uri=fake.url)
        threads = [threading.Thread(target=lambda: found.append(engine.integration("a"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [{"key": "a"}] * 8


def test_an_error_comes_without_the_frames_that_hold_secrets() -> None:
    """The traceback ends at the call, and nothing in it shows the token."""
    with (
        FakeEngine([Reply({"message": "No."}, 403)]).in_thread() as fake,
        pytest.raises(EngineError) as caught,
    ):
        Engine(TOKEN, api_uri=fake.url).integrations()
    assert TOKEN not in shown(caught.value)
    assert "rest.py" not in shown(caught.value)


def test_after_an_error_the_next_call_works() -> None:
    """A failure leaves nothing half-done."""
    with FakeEngine([Reply({}, 400), Reply({"key": "a"})]).in_thread() as fake:
        engine = Engine(TOKEN, api_uri=fake.url)
        with pytest.raises(EngineError):
            engine.integration("a")
        assert engine.integration("a") == {"key": "a"}


# Settings


def test_an_unknown_keyword_names_the_nearest() -> None:
    """A mistyped keyword is a TypeError with the one that was meant."""
    with pytest.raises(
        TypeError, match=r"Engine\(\) has no keyword workspace_kye=. Did you mean workspace_key=\?"
    ):
        Engine(workspace_kye="x")  # type: ignore[call-arg]


def test_an_unknown_keyword_that_resembles_none_lists_them() -> None:
    """A keyword like no other gets the list."""
    with pytest.raises(TypeError, match=r"It takes token, workspace_key, "):
        Engine(zzz=1)  # type: ignore[call-arg]


def test_without_token_the_engine_is_not_made() -> None:
    """The error comes at construction and names the four ways."""
    with pytest.raises(ConfigurationError, match="one of four ways"):
        Engine()


def test_the_repr() -> None:
    """It says where and whose, and no secret."""
    engine = Engine(
        workspace_key="ws", workspace_secret="planted", tenant_key="t", api_uri="https://e.example/x/"
    )
    assert "Engine(api_uri='https://e.example/x', workspace='ws', tenant='t')" == repr(engine)


@pytest.mark.parametrize(
    ("api_uri", "endpoint", "connect_url", "parameters_key"),
    [
        (None, None, "https://api.getmembrane.com/connect", "input"),
        (
            "https://api.integration.app/",
            None,
            "https://api.integration.app/connection-popup",
            "connectionParameters",
        ),
        (
            "http://localhost:8080/v1",
            None,
            "http://localhost:8080/v1/connection-popup",
            "connectionParameters",
        ),
        ("http://localhost:8080", "/connect", "http://localhost:8080/connect", "input"),
        (
            "https://api.getmembrane.com",
            "/connection-popup",
            "https://api.getmembrane.com/connection-popup",
            "connectionParameters",
        ),
    ],
)
def test_the_connect_endpoint_follows_the_host(
    api_uri: str | None, endpoint: str | None, connect_url: str, parameters_key: str
) -> None:
    """Current and legacy engines take a new connection at paths of their own, unless one is set."""
    engine = Engine(TOKEN, api_uri=api_uri, connect_endpoint=endpoint)
    assert (engine.connect_url, engine.parameters_key) == (connect_url, parameters_key)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://E.example:8443/a b/", "https://e.example:8443/a%20b"),
        ("http://[::1]:80", "http://[::1]:80"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        (" https://e.example/%20 ", "https://e.example/%20"),
    ],
)
def test_an_address_is_brought_into_shape(given: str, expected: str) -> None:
    """No trailing slash, and only what may stand in an address."""
    assert Engine(TOKEN, api_uri=given).api_uri == expected


@pytest.mark.parametrize(
    "api_uri",
    [
        "api.getmembrane.com", "ftp://e.example", "https://", "https:///x", "https://e.example?x=1", "https://e.example#x",
        "https://e.example?", "https://user:planted@e.example", "https://e.example:port", "https://[::1", "https://a..b",
        "https://e.example:99999",
    ],
)  # fmt: skip
def test_an_address_that_cannot_work_is_refused(api_uri: str) -> None:
    """The sentence says what is wrong, without repeating what may hold a password."""
    with pytest.raises(ConfigurationError, match="api_uri=") as caught:
        Engine(TOKEN, api_uri=api_uri)
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize(
    "api_uri",
    [
        "http://e.example",
        "http://10.0.0.1:8080",
        "http://localhost.e.example",
        "http://[::2]",
        "http://engine",
    ],
)
def test_an_unencrypted_address_of_another_machine(api_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused unless asked for by name, given as a keyword or by the environment."""
    with pytest.raises(ConfigurationError, match="allow_http=True"):
        Engine(TOKEN, api_uri=api_uri)
    monkeypatch.setenv("MEMBRANE_API_URI", api_uri)
    with pytest.raises(ConfigurationError, match="would travel unencrypted"):
        Engine(TOKEN)
    assert api_uri == Engine(TOKEN, allow_http=True).api_uri


@pytest.mark.parametrize(
    "api_uri", ["http://localhost:1", "http://a.localhost", "http://127.0.0.2", "http://[::1]:1"]
)
def test_an_unencrypted_address_of_this_machine(api_uri: str) -> None:
    """What does not leave this machine needs no encryption."""
    assert api_uri == Engine(TOKEN, api_uri=api_uri).api_uri


@pytest.mark.parametrize("endpoint", ["connect", "https://e.example/connect", "/connect?x", "/connect#x", ""])
def test_a_connect_endpoint_is_a_path(endpoint: str) -> None:
    """Anything else is refused."""
    with pytest.raises(ConfigurationError, match="connect_endpoint="):
        Engine(TOKEN, connect_endpoint=endpoint)


@pytest.mark.parametrize("name", ["timeout", "connect_timeout", "max_response"])
@pytest.mark.parametrize("value", [0, -1, "60", None, True, float("nan")])
def test_a_limit_is_a_number_above_zero(name: str, value: Any) -> None:
    """Anything else is refused by the name of the keyword."""
    with pytest.raises(ConfigurationError, match=f"{name}= must be a (whole )?number"):
        Engine(TOKEN, api_uri="http://127.0.0.1:1", **{name: value})


@pytest.mark.program
def test_importing_the_engine_loads_no_server_and_no_client() -> None:
    """Tornado, httpx, truststore and PyJWT come with the first call, not with the import."""
    late = {"tornado", "jwt", "httpx", "truststore"}
    program = (
        f"import sys, ic_widget.engine.engine, ic_widget.engine.events; print({late} & {{*sys.modules}})"
    )
    shown_by = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown_by.stdout == "set()\n"
