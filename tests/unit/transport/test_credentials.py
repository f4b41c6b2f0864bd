"""The four ways to a token: given, fetched, minted, stored by the engine's command line."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar, copy_context
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ic_widget.engine.engine import Engine
from ic_widget.errors import ConfigurationError
from ic_widget.runtime.background import background
from ic_widget.transport.claims import token_expires
from ic_widget.transport.credentials import Credentials, credentials
from ic_widget.transport.secret import Secret
from tests.unit.fake_engine import shown

NOW = 1_800_000_000.0
PLANTED = "planted-workspace-secret"


class Clock:
    """A time that only the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


def a_token(expires: object = None, **claims: Any) -> str:
    """An unsigned JWT."""
    payload = claims if expires is None else {**claims, "exp": expires}
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, payload)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + ".sig"


def take(source: Credentials, **options: Any) -> str:
    """A token, from a loop that is over afterwards."""
    return asyncio.run(source.token(**options)).reveal()


def minted(clock: Clock, **options: Any) -> Credentials:
    """Credentials that sign."""
    chosen = {"workspace_key": "ws", "workspace_secret": PLANTED, "tenant_key": "t1", **options}
    return credentials(**chosen, environ={}, now=clock)


# Which way


def test_without_token_and_environment_the_error_names_the_four_ways() -> None:
    """With nothing given the sentence says each of the four ways."""
    with pytest.raises(ConfigurationError, match="one of four ways") as caught:
        credentials(environ={})
    for way in (
        "MEMBRANE_TOKEN",
        "a function",
        "membrane-cli",
        "MEMBRANE_WORKSPACE_SECRET",
        "workspace_key=",
    ):
        assert way in str(caught.value)


def test_the_environment_gives_a_token() -> None:
    """MEMBRANE_TOKEN is enough, and surrounding white space is no part of it."""
    assert take(credentials(environ={"MEMBRANE_TOKEN": " pat-1\n"})) == "pat-1"


def test_the_environment_gives_what_is_needed_to_mint(clock: Clock) -> None:
    """The three workspace variables are enough, and an argument counts more than its variable."""
    environ = {
        "MEMBRANE_WORKSPACE_KEY": "ws",
        "MEMBRANE_WORKSPACE_SECRET": PLANTED,
        "MEMBRANE_TENANT_KEY": "from-environment",
    }
    first = jwt.decode(take(credentials(environ=environ, now=clock)), options={"verify_signature": False})
    assert first["tenantKey"] == "from-environment"
    source = credentials(tenant_key="given", environ={**environ, "MEMBRANE_TOKEN": "pat-1"}, now=clock)
    assert jwt.decode(take(source), options={"verify_signature": False})["tenantKey"] == "given"


def test_a_given_token_counts_more_than_the_environment() -> None:
    """The argument wins over MEMBRANE_TOKEN."""
    assert take(credentials("pat-given", environ={"MEMBRANE_TOKEN": "pat-environment"})) == "pat-given"


def test_token_and_workspace_exclude_each_other() -> None:
    """Two ways at once are refused instead of one being picked."""
    with pytest.raises(ConfigurationError, match="exclude each other"):
        credentials("pat-1", tenant_key="t1", environ={})


def test_incomplete_minting_names_what_is_missing() -> None:
    """The sentence names exactly the keywords that are missing."""
    with pytest.raises(ConfigurationError, match=r"needs workspace_secret= too"):
        credentials(workspace_key="ws", environ={})


# Given


def test_an_expired_given_token_is_refused_with_the_way_to_a_new_one() -> None:
    """Using a token that has expired is an error that says how to get one that renews itself."""
    source = credentials(a_token(NOW), environ={}, now=lambda: NOW)
    with pytest.raises(
        ConfigurationError, match=r"The token expired at 2027-01-15 08:00 UTC, 0 s ago"
    ) as caught:
        take(source)
    assert "a function" in str(caught.value)


def test_a_given_token_is_used_until_it_expires() -> None:
    """Nothing can renew it, so the last minute counts too."""
    token = a_token(NOW + 1)
    assert take(credentials(token, environ={}, now=lambda: NOW)) == token


@pytest.mark.parametrize("token", ["", "  ", "two words", "line\nbreak", "zoë", 7, b"bytes", "a\x7f"])
def test_what_cannot_be_a_token_is_refused(token: Any) -> None:
    """Empty text, spaces, line breaks and other types are refused before anything is sent."""
    with pytest.raises(ConfigurationError):
        credentials(token, environ={})


# Fetched


def test_a_plain_function_runs_in_a_thread() -> None:
    """A function that is not async never blocks the loop."""
    threads: list[int] = []

    def fetch() -> str:
        threads.append(threading.get_ident())
        return "pat-1"

    assert take(credentials(fetch, environ={})) == "pat-1"
    assert threads != [threading.get_ident()]


class AsyncCallable:
    """Not a coroutine function, but what it returns is awaitable."""

    async def __call__(self) -> str:
        return "pat-callable"


async def fetch_async() -> str:
    """Fetches at once."""
    return "pat-async"


@pytest.mark.parametrize(
    ("fetch", "expected"),
    [(fetch_async, "pat-async"), (lambda: fetch_async(), "pat-async"), (AsyncCallable(), "pat-callable")],
)
def test_async_functions_are_awaited(fetch: Callable[[], Any], expected: str) -> None:
    """Whatever is called and can be awaited gives a token."""
    assert take(credentials(fetch, environ={})) == expected


def test_a_fetched_token_is_kept_until_a_minute_before_it_expires(clock: Clock) -> None:
    """The function is called again in the last minute, and not before."""
    tokens = iter([a_token(NOW + 100, n=1), a_token(NOW + 1000, n=2)])
    source = credentials(lambda: next(tokens), environ={}, now=clock)
    first = take(source)
    clock.now += 39
    assert take(source) == first
    clock.now += 1
    assert take(source) != first


def test_a_token_that_lives_too_short_for_the_purpose_is_renewed(clock: Clock) -> None:
    """`min_life` asks for a token that outlives what it is for."""
    tokens = iter([a_token(NOW + 100, n=1), a_token(NOW + 1000, n=2)])
    source = credentials(lambda: next(tokens), environ={}, now=clock)
    first = take(source)
    assert take(source, min_life=600) != first


def test_a_rejected_token_is_fetched_anew_and_another_is_not() -> None:
    """Only the token that the engine refused is replaced."""
    tokens = iter(["pat-1", "pat-2"])
    source = credentials(lambda: next(tokens), environ={})
    assert take(source) == "pat-1"
    assert take(source, rejected="pat-0") == "pat-1"
    assert take(source, rejected="pat-1") == "pat-2"


def test_calls_at_the_same_time_ask_the_function_once() -> None:
    """A function that asks a person asks once."""
    calls: list[int] = []

    def fetch() -> str:
        calls.append(1)
        return "pat-1"

    source = credentials(fetch, environ={})

    async def all_at_once() -> list[str]:
        return list(await asyncio.gather(*(source.token() for _ in range(5))))

    assert asyncio.run(all_at_once()) == ["pat-1"] * 5
    assert calls == [1]


def broken() -> str:
    """Fails with a secret in its words."""
    raise ValueError(PLANTED)


async def broken_async() -> str:
    """Fails likewise, awaited."""
    raise ValueError(PLANTED)


@pytest.mark.parametrize("fetch", [broken, broken_async])
def test_a_function_that_fails_is_named_by_its_error_without_the_text(fetch: Callable[[], Any]) -> None:
    """The text of the caller's own error may hold a secret, so only its type is told."""
    with pytest.raises(ConfigurationError, match=r"token= raised ValueError") as caught:
        take(credentials(fetch, environ={}))
    assert PLANTED not in shown(caught.value)


@pytest.mark.parametrize("value", [None, 7, "", b"x"])
def test_a_function_that_returns_no_token_is_told_so(value: Any) -> None:
    """What is not a token is an error in words."""
    with pytest.raises(ConfigurationError, match="The token must be text"):
        take(credentials(lambda: value, environ={}))


def test_a_function_that_returns_an_expired_token_is_told_so(clock: Clock) -> None:
    """An expired token from the function is an error, and the next call asks it again."""
    tokens = iter([a_token(NOW - 1), "pat-1"])
    source = credentials(lambda: next(tokens), environ={}, now=clock)
    with pytest.raises(ConfigurationError, match="gave a token that expired at"):
        take(source)
    assert take(source) == "pat-1"


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, asyncio.CancelledError, GeneratorExit])
@pytest.mark.parametrize("awaited", [False, True])
def test_a_function_that_would_end_the_loop_does_not(kind: type[BaseException], awaited: bool) -> None:
    """Whatever the function raises is an error in words, on the package's own loop, which lives on."""

    def leave() -> str:
        raise kind

    async def leave_async() -> str:
        raise kind

    engine = Engine(leave_async if awaited else leave, api_uri="http://127.0.0.1:1")
    for _ in range(2):
        loop = background.hold()
        try:
            with pytest.raises(ConfigurationError, match=f"token= raised {kind.__name__}"):
                engine.token()
            assert background.loop is loop
        finally:
            background.release()


LANGUAGE: ContextVar[str] = ContextVar("LANGUAGE", default="none")


async def language() -> str:
    """A token that says in which context it was fetched."""
    return f"pat-{LANGUAGE.get()}"


@pytest.mark.parametrize("fetch", [language, lambda: f"pat-{LANGUAGE.get()}", lambda: language()])
def test_a_function_runs_in_the_context_where_the_engine_was_made(fetch: Callable[[], Any]) -> None:
    """Context variables are those of the Engine's maker, on whatever thread the function runs."""

    def make() -> Engine:
        LANGUAGE.set("maker")
        return Engine(fetch, api_uri="http://127.0.0.1:1")

    engine = copy_context().run(make)
    assert "pat-maker" == engine.token()


def test_an_async_function_always_runs_on_one_loop() -> None:
    """What the function keeps open is bound to the background loop, whoever asks for a token."""
    loops: list[asyncio.AbstractEventLoop] = []

    async def fetch() -> str:
        loops.append(asyncio.get_running_loop())
        return f"pat-{len(loops)}"

    engine = Engine(fetch, api_uri="http://127.0.0.1:1")
    first = engine.token()
    asyncio.run(engine.client.token(rejected=first))
    assert [background.loop] * 2 == loops


def test_async_calls_at_the_same_time_ask_the_function_once() -> None:
    """An async function that asks a person asks once, too."""
    calls: list[int] = []

    async def fetch() -> str:
        calls.append(1)
        await asyncio.sleep(0)
        return "pat-1"

    source = credentials(fetch, environ={})

    async def all_at_once() -> list[str]:
        return list(await asyncio.gather(*(source.token() for _ in range(5))))

    assert asyncio.run(all_at_once()) == ["pat-1"] * 5
    assert calls == [1]


BLOCKING = """
import threading
from ic_widget import Engine
from ic_widget.runtime.background import background
begun = threading.Event()
def fetch():
    begun.set()
    threading.Event().wait()
engine = Engine(fetch, api_uri="http://127.0.0.1:1")
background.submit(engine.client.token())
begun.wait()
print("ends", flush=True)
"""


@pytest.mark.program
def test_a_function_that_blocks_does_not_keep_the_process_alive() -> None:
    """A process whose token function never returns ends by itself."""
    done = subprocess.run([sys.executable, "-c", BLOCKING], capture_output=True, text=True, timeout=120)
    assert (0, "ends\n", "") == (done.returncode, done.stdout, done.stderr)


# Expired


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """`zone("UTC-2")` moves this process there (POSIX: the sign is reversed)."""

    def move(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be changed here")
@pytest.mark.parametrize(
    ("where", "ago", "hint"),
    [
        ("UTC-2", 3600, "This machine is 2 h ahead of UTC"),
        ("UTC+5", 4 * 3600, "This machine is 5 h behind UTC"),
        ("UTC-2", 3 * 3600, None),
        ("UTC0", 3600, None),
    ],
)
def test_a_naive_local_time_is_suspected_where_it_would_explain_it(
    where: str, ago: float, hint: str | None, zone: Callable[[str], None]
) -> None:
    """A token that expired by less than the distance to UTC may come from a time without a zone."""
    zone(where)
    with pytest.raises(ConfigurationError) as caught:
        take(credentials(a_token(NOW - ago), environ={}, now=lambda: NOW))
    said = str(caught.value)
    assert f"{round(ago / 3600)} h ago" in said or "60 min ago" in said
    assert (hint is not None) == ("time without a zone" in said)
    assert hint is None or hint in said


# Stored by the engine's command line


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of one's own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / ".membrane").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    "stored",
    [
        {"token": "pat-1"},
        {"accessToken": " pat-1 ", "refreshToken": "pat-2", "apiUri": "https://x"},
        {"profiles": [{"name": "a", "credentials": {"access_token": "pat-1"}}]},
        {"token": "pat-1", "tenants": {"t1": {"token": "pat-1"}}},
    ],
)
def test_the_command_lines_token_is_taken_by_name(stored: Any, home: Path) -> None:
    """Whatever the form of its file, the one token in it is used."""
    (home / ".membrane" / "credentials.json").write_text(json.dumps(stored))
    assert "pat-1" == take(credentials("membrane-cli", environ={}))
    assert "pat-1" == take(credentials(environ={"MEMBRANE_TOKEN": "membrane-cli"}))


def test_the_command_lines_token_is_never_taken_silently(home: Path) -> None:
    """Without its name the file is not looked at."""
    (home / ".membrane" / "credentials.json").write_text('{"token": "pat-1"}')
    with pytest.raises(ConfigurationError, match="There is no token for the engine"):
        credentials(environ={})


def test_the_command_lines_token_is_read_again(home: Path) -> None:
    """After a new login, or a 401, the file is read once more."""
    path = home / ".membrane" / "credentials.json"
    path.write_text('{"token": "pat-1"}')
    source = credentials("membrane-cli", environ={})
    assert "pat-1" == take(source)
    path.write_text('{"token": "pat-2"}')
    assert "pat-2" == take(source, rejected="pat-1")


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        (None, "is not there. Run: membrane login --tenant"),
        ("", "holds no JSON. Run: membrane login"),
        ("[" * 100_000, "holds no JSON. Run: membrane login"),
        ('{"apiUri": "planted"}', "holds no token. Run: membrane login"),
        ('{"a": {"token": "pat-planted"}, "b": {"token": "pat-planted-2"}}', "holds several tokens"),
    ],
)
def test_a_file_of_the_command_line_without_one_token_says_so(
    stored: str | None, sentence: str, home: Path
) -> None:
    """The sentence names the file and what to run, and nothing that is in it."""
    if stored is not None:
        (home / ".membrane" / "credentials.json").write_text(stored)
    with pytest.raises(ConfigurationError) as caught:
        take(credentials("membrane-cli", environ={}))
    assert sentence in str(caught.value)
    assert "credentials.json" in str(caught.value)
    assert "planted" not in shown(caught.value)


def test_an_expired_token_of_the_command_line_says_what_to_run(home: Path, clock: Clock) -> None:
    """The way to a new one is to log in again."""
    (home / ".membrane" / "credentials.json").write_text(json.dumps({"token": a_token(NOW - 7200)}))
    with pytest.raises(
        ConfigurationError, match=r"command line gave a token that expired .* Run: membrane login"
    ):
        take(credentials("membrane-cli", environ={}, now=clock))


# Minted


def test_a_minted_token_carries_the_documented_claims(clock: Clock) -> None:
    """Claims, algorithm and lifetime are as documented; a short secret brings no warning."""
    source = minted(clock, workspace_secret="short", tenant_name="Acme", tenant_fields={"plan": "pro"})
    token = take(source)
    assert jwt.get_unverified_header(token)["alg"] == "HS512"
    claims = jwt.decode(token, options={"verify_signature": False})
    expected = {
        "workspaceKey": "ws",
        "tenantKey": "t1",
        "name": "Acme",
        "fields": {"plan": "pro"},
        "exp": int(NOW) + 3600,
    }
    assert claims == expected


def test_the_secret_inside_a_browser_is_warned_of(clock: Clock) -> None:
    """Where Python runs inside the browser the workspace's secret is taken with a warning, a token without."""
    given = {"workspace_key": "key", "workspace_secret": PLANTED, "tenant_key": "t", "environ": {}}
    with pytest.warns(UserWarning, match="runs inside the browser.*token of one tenant") as caught:
        credentials(**given, in_browser=True, now=clock)
    assert PLANTED not in str(caught[0].message)
    assert "pat-x" == take(credentials("pat-x", environ={}, in_browser=True))


def test_without_a_tenant_the_token_is_the_workspaces(clock: Clock) -> None:
    """A tenant's key may be left out; what only a tenant has may then not be given."""
    claims = jwt.decode(take(minted(clock, tenant_key=None)), options={"verify_signature": False})
    assert {"workspaceKey": "ws", "exp": int(NOW) + 3600} == claims
    more: dict[str, Any]
    for more in ({"tenant_name": "Acme"}, {"tenant_fields": {}}, {"legacy_claims": True}):
        with pytest.raises(ConfigurationError, match=r"needs tenant_key= too"):
            minted(clock, tenant_key=None, **more)


def test_legacy_claims_on_request(clock: Clock) -> None:
    """Engines from before tenants get `iss` and `id`."""
    claims = jwt.decode(take(minted(clock, legacy_claims=True)), options={"verify_signature": False})
    assert claims == {"iss": "ws", "id": "t1", "exp": int(NOW) + 3600}


@pytest.mark.parametrize("algorithm", ["HS512", "HS256"])
def test_a_shared_secret_signs(algorithm: str, clock: Clock) -> None:
    """The signature verifies with the workspace's secret."""
    secret = "s" * 64
    token = take(minted(clock, workspace_secret=secret, algorithm=algorithm))
    assert (
        jwt.decode(token, secret, algorithms=[algorithm], options={"verify_exp": False})["tenantKey"] == "t1"
    )


def an_rsa_key() -> rsa.RSAPrivateKey:
    """The kind of key that RS256 and PS256 take."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def an_ec_key() -> ec.EllipticCurvePrivateKey:
    """The kind of key that ES256 takes."""
    return ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    ("algorithm", "make_key"), [("ES256", an_ec_key), ("RS256", an_rsa_key), ("PS256", an_rsa_key)]
)
def test_a_private_key_signs(algorithm: str, make_key: Callable[[], Any], clock: Clock) -> None:
    """With a PEM private key as secret the signature verifies with its public key."""
    key = make_key()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    token = take(minted(clock, workspace_secret=pem, algorithm=algorithm))
    found = jwt.decode(token, key.public_key(), algorithms=[algorithm], options={"verify_exp": False})
    assert found["tenantKey"] == "t1"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"algorithm": "none"}, "algorithm= must be one of"),
        ({"algorithm": "ES256"}, "a private key in PEM text"),
        ({"tenant_fields": {"when": object()}}, "tenant_fields= may hold only"),
    ],
)
def test_what_cannot_be_signed_is_refused_at_once(
    options: dict[str, Any], sentence: str, clock: Clock
) -> None:
    """A wrong algorithm, key or field is an error when the engine is made, not when it is first called."""
    with pytest.raises(ConfigurationError, match=sentence) as caught:
        minted(clock, **options)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_private_key_does_not_pass_for_a_shared_secret(clock: Clock) -> None:
    """A PEM text with HS512 is a mix-up, and is said to be one."""
    pem = an_ec_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(ConfigurationError, match="does not fit algorithm='HS512'"):
        minted(clock, workspace_secret=pem)


def test_a_minted_token_is_kept_and_renewed_in_its_last_minute(clock: Clock) -> None:
    """One token serves for almost its whole life."""
    source = minted(clock)
    first = take(source)
    clock.now += 3539
    assert take(source) == first
    clock.now += 1
    assert take(source) != first


def test_a_minted_token_lives_as_long_as_it_is_needed(clock: Clock) -> None:
    """A purpose longer than an hour gets a longer token."""
    expires = token_expires(Secret(take(minted(clock), min_life=7200)))
    assert expires is not None
    assert expires - NOW > 7200


# Secrets


def test_no_secret_in_repr_and_verbose_tracebacks(clock: Clock) -> None:
    """Neither the token nor the workspace's secret is in a repr, or in the local variables of a traceback."""
    source = minted(clock)
    assert "<secret>" == repr(asyncio.run(source.token()))
    assert PLANTED not in repr(source)
    source = credentials(a_token(NOW - 1, planted=PLANTED), environ={}, now=clock)
    with pytest.raises(ConfigurationError) as caught:
        take(source)
    assert a_token(NOW - 1, planted=PLANTED) not in shown(caught.value)
