"""Planted secrets in a process: no repr, exception, traceback, log or output shows one, however a flow goes."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import threading
import time
from typing import Any
from urllib.parse import quote, urlencode

import jwt
import pytest

from ic_widget import (
    ConfigurationError,
    ConnectCancelled,
    ConnectError,
    ConnectFlow,
    ConnectionRejected,
    ConnectTimeout,
    ConnectWidget,
    Engine,
    EngineError,
)
from ic_widget.runtime.background import background
from ic_widget.sandbox import Sandbox
from ic_widget.transport.secret import Secret
from tests.security.conftest import fetch, handed_off, raised, sign_in
from tests.security.planted import API_KEY, CODE, CONNECTOR, OPAQUE, PASSWORD, STATE, WRONG_KEY, Ledger
from tests.two_secrets import TWO_SECRETS, sandbox
from tests.unit.fake_engine import FakeEngine, Reply
from tests.unit.wire import request

SECRETS: dict[str, Any] = {
    "integration": TWO_SECRETS,
    "parameters": {"apiKey": API_KEY, "passphrase": PASSWORD},
    "connector_parameters": {"clientSecret": CONNECTOR},
    "custom_state": {"state": STATE},
}


def begun(engine: Engine, ledger: Ledger, **keywords: Any) -> ConnectFlow:
    """A flow with every kind of secret, pending; its nonces are secret too."""
    flow = ConnectFlow(engine, **{**SECRETS, **keywords}).start()
    ledger.planted["nonce"] = flow._flow.attempt.nonce
    ledger.planted["hand-off nonce"] = flow.url.split("/")[-2]
    ledger.planted["request id"] = flow._flow.attempt.request_id
    return flow


def test_success(engine: Engine, ledger: Ledger) -> None:
    """Nothing is shown of a sign-in that works."""
    flow = begun(engine, ledger)
    sign_in(flow.url)
    ledger.note("connection", repr(flow.wait(20)))
    ledger.note("connection", asyncio.run(flow.connected(20)))

    assert "connected" == flow.status


def test_refused(engine: Engine, ledger: Ledger) -> None:
    """Nothing is shown of a key that is refused."""
    flow = begun(engine, ledger, parameters={"apiKey": WRONG_KEY, "passphrase": PASSWORD})
    sign_in(flow.url)
    raised(ledger, ConnectionRejected, lambda: flow.wait(20))
    raised(ledger, ConnectionRejected, lambda: asyncio.run(flow.connected(20)))
    ledger.note("error", [flow.error, flow.error_data])


def test_denied(engine: Engine, ledger: Ledger) -> None:
    """Nothing is shown of a consent that is denied, nor of what a provider adds to the address."""
    flow = begun(engine, ledger)
    request(
        flow._flow.receiver.port, f"/{flow._flow.attempt.nonce}?error=access_denied&code={CODE}&state={STATE}"
    )
    raised(ledger, ConnectionRejected, lambda: flow.wait(20))


def test_timeout(engine: Engine, ledger: Ledger) -> None:
    """Nothing is shown of a sign-in that nobody finishes."""
    flow = begun(engine, ledger, timeout=0.3)
    raised(ledger, ConnectTimeout, flow.wait)


def test_cancelled(engine: Engine, ledger: Ledger) -> None:
    """Nothing is shown of a sign-in that is cancelled."""
    flow = begun(engine, ledger)
    flow.cancel()
    raised(ledger, ConnectCancelled, flow.wait)
    raised(ledger, ConnectError, lambda: flow.url)
    raised(ledger, ConnectError, flow.start)


def test_failing_function_of_the_users(engine: Engine, ledger: Ledger) -> None:
    """The log of a user's function that fails shows its own error and nothing of ours."""
    flow = begun(engine, ledger)
    told = threading.Event()

    def fail(_: object) -> None:
        told.set()
        raise RuntimeError("the user's own")

    flow.on_connect(fail)
    sign_in(flow.url)
    flow.wait(20)

    assert told.wait(10)


def test_malformed_answers(engine: Engine, ledger: Ledger) -> None:
    """Nothing is logged of what is no answer."""
    flow = begun(engine, ledger)
    for query in (
        f"code={CODE}",
        f"connectionId=&code={CODE}",
        f"error={CODE}&error={CODE}",
        f"connectionId={CODE}%0a",
    ):
        answer = request(
            flow._flow.receiver.port, f"/{flow._flow.attempt.nonce}?{query}", headers={"Cookie": CODE}
        )
        ledger.note("page", answer.text)
    pasted = background.submit(flow._flow.receiver.paste(f"https://x/{CODE}?connectionId={CODE}")).result(10)
    ledger.note("pasted", pasted)
    flow.cancel()


def test_hand_off(engine: Engine, ledger: Ledger) -> None:
    """Nothing is shown of a hand-off page, whether it is open, used, forgotten, or fetched in an odd way."""
    flow = begun(engine, ledger)
    address = flow.url
    port, path = flow._flow.receiver.port, "/" + address.split("/", 3)[3]
    ledger.objects()
    for method, host in (("HEAD", None), ("POST", None), ("GET", "evil.example")):
        answer = request(port, path, method=method, host=host)
        ledger.note("page", f"{answer.headers} {answer.text}")
    handed_off(address)
    ledger.note("page", fetch(address)[1])
    flow.cancel()
    ledger.note("page", fetch(address)[1])


def test_engine_down(ledger: Ledger) -> None:
    """Nothing is shown when the engine cannot be reached, before or during a sign-in."""
    with sandbox() as box:
        engine = box.engine()
        ledger.planted["this token"] = engine.token()
        ledger.planted["this workspace secret"] = box.workspace_secret
        flow = begun(engine, ledger)
    engine.client.sleep = lambda _: asyncio.sleep(0)
    raised(ledger, EngineError, lambda: ConnectFlow(engine, **SECRETS).start())
    raised(ledger, EngineError, engine.integrations)
    raised(ledger, EngineError, lambda: engine.connection("c1"))
    request(flow._flow.receiver.port, f"/{flow._flow.attempt.nonce}?connectionId=c1")
    ledger.note("connection", repr(flow.wait(20)))


def test_wrong_calls(engine: Engine, ledger: Ledger) -> None:
    """Nothing that was given is shown where a call is wrong, not even among the local variables of a traceback."""
    token = {"token": OPAQUE}
    minted = {"workspace_key": "key", "workspace_secret": PASSWORD, "tenant_key": "demo"}
    for work in (
        lambda: Engine(OPAQUE, api_uri="ftp://x"),
        lambda: Engine(**token, api_uri=f"https://user:{PASSWORD}@engine.example"),
        lambda: Engine(**token, connect_endpoint="x"),
        lambda: Engine(**token, **minted),
        lambda: Engine(OPAQUE + " with a space"),
        lambda: Engine(**minted, algorithm="none"),
        lambda: Engine(**minted, algorithm="RS256"),
        lambda: Engine(**minted, tenant_fields={"secret": API_KEY, "no JSON": object()}),
        lambda: Engine(workspace_key="key", workspace_secret=PASSWORD, legacy_claims=True),
        lambda: ConnectFlow(engine, **SECRETS, timeout=0),
        lambda: ConnectFlow(engine, **SECRETS, redirect="nowhere"),
        lambda: ConnectFlow(engine, **SECRETS, redirect_base=f"https://user:{PASSWORD}@hub.example"),
        lambda: ConnectFlow(
            engine, integration="stripe", parameters={"apiKey": API_KEY, "no JSON": object()}
        ),
        lambda: ConnectFlow(engine, integration="stripe", parameters=[API_KEY]),
        lambda: ConnectFlow(engine, integration="stripe", custom_state={STATE}),
        lambda: ConnectFlow(engine, **{**SECRETS, "integration": "zendesk"}).start(),
        lambda: ConnectFlow(engine, **{**SECRETS, "integration": "unknown"}).start(),
        lambda: ConnectFlow(engine, **SECRETS, auth_option="unknown").start(),
        lambda: ConnectWidget(engine, **SECRETS, timeout=0),
        lambda: ConnectWidget(engine, **SECRETS, redirect="nowhere"),
    ):
        raised(ledger, ConnectError, work)
    for work in (
        lambda: Engine(OPAQUE, workspace_secrets=PASSWORD),
        lambda: ConnectFlow(engine, **SECRETS, parameter={"apiKey": API_KEY}),
        lambda: ConnectWidget(engine, **SECRETS, parameter={"apiKey": API_KEY}),
    ):
        raised(ledger, TypeError, work)


def test_refused_tokens(box: Sandbox, ledger: Ledger) -> None:
    """Nothing is shown of a token that the engine refuses, that has expired, or that a function fails to give."""
    expired = jwt.encode({"exp": int(time.time()) - 10, "tenantKey": PASSWORD}, "x" * 64, "HS512")
    ledger.planted["expired token"] = expired

    def broken() -> str:
        raise RuntimeError(PASSWORD)

    async def broken_too() -> str:
        raise RuntimeError(PASSWORD)

    for source in (
        OPAQUE,
        lambda: OPAQUE,
        lambda: expired,
        broken,
        broken_too,
        lambda: [OPAQUE],
        lambda: f" {OPAQUE} x",
    ):
        engine = Engine(source, api_uri=box.url)
        raised(ledger, ConnectError, engine.integrations)
        raised(ledger, ConnectError, lambda engine=engine: ConnectFlow(engine, **SECRETS).start())  # type: ignore[misc]
    raised(ledger, ConfigurationError, lambda: Engine(expired, api_uri=box.url).integrations())


def test_engine_that_repeats_what_it_got(ledger: Ledger) -> None:
    """Nothing is shown of a token that the engine puts into its error."""

    async def talk() -> None:
        def echo(asked: Any) -> Reply:
            said = f"{asked.headers['Authorization']} {asked.uri}"
            return Reply({"type": "bad_request", "key": "x", "message": said, "data": {"token": said}}, 400)

        async with FakeEngine(echo).serving() as fake:
            engine = Engine(OPAQUE, api_uri=fake.url)
            try:
                await engine.client.integrations()
            except EngineError as error:
                ledger.exception(error)
            else:
                pytest.fail("no EngineError was raised")

    asyncio.run(talk())


SLASHED = "pat-planted/token+of=a-tenant"


@pytest.mark.parametrize("way", ["redirect", "paste"])
@pytest.mark.parametrize("of_flow", [True, False])
def test_answer_that_repeats_secrets(box: Sandbox, ledger: Ledger, way: str, of_flow: bool) -> None:
    """A token or nonce that an answer repeats reaches no page, error or widget state, escaped or not."""
    ledger.planted["slashed token"] = SLASHED
    ledger.planted["escaped token"] = SLASHED.replace("/", "\\/")
    engine = Engine(SLASHED, api_uri=box.url)
    shown: ConnectFlow | ConnectWidget = ConnectFlow(engine) if of_flow else ConnectWidget(engine)
    flow = shown._flow if isinstance(shown, ConnectFlow) else shown._session.flow
    receiver = flow.open()
    nonce = ledger.planted["nonce"] = flow.attempt.nonce
    ledger.planted["request id"] = flow.attempt.request_id
    said = f"{SLASHED} {nonce} {flow.attempt.request_id} {quote(SLASHED, safe='')}"
    data = json.dumps({"message": said, SLASHED: [said, json.dumps(said).replace("/", "\\/")]})
    query = urlencode({"error": said, "errorData": data.replace("/", "\\/")})
    if way == "redirect":
        answer = request(receiver.port, f"/{nonce}?{query}")
        assert (200, True) == (answer.status, "Not connected" in answer.text)
        ledger.note("page", answer.text)
    else:
        assert "" == background.submit(receiver.paste(f"http://127.0.0.1/{nonce}?{query}")).result(10)
    raised(ledger, ConnectionRejected, lambda: shown.wait(20))
    ledger.note("error", [shown.error, shown.error_data])
    if isinstance(shown, ConnectWidget):
        ledger.note("state", json.dumps(shown.get_state(drop_defaults=False), default=str))
        shown.close()

    assert "<secret>" in str(shown.error)
    assert shown.error_data is not None


def test_widget(engine: Engine, ledger: Ledger) -> None:
    """A widget's traits, its saved state and what it displays hold nothing secret, before, during and after."""
    sent: list[Any] = []

    class Heard(ConnectWidget):
        """Keeps what goes to the page."""

        def send(self, content: Any, buffers: Any = None) -> None:
            """Keep it."""
            sent.append(copy.deepcopy(content))

    widget = Heard(engine, **{**SECRETS, "custom_state": None}, redirect="loopback")
    ticketed = threading.Event()

    def look() -> None:
        ledger.note("traits", {name: getattr(widget, name) for name in widget.traits() if name != "_esm"})
        ledger.note("state", json.dumps(widget.get_state(drop_defaults=False), default=str))
        ledger.note("manager state", json.dumps(Heard.get_manager_state(widgets=[widget]), default=str))
        ledger.note("displayed", json.dumps(widget._repr_mimebundle_(), default=str))
        ledger.note("repr", repr(widget))
        if any(message["kind"] == "ticket" for message in sent):
            ticketed.set()

    try:
        look()
        widget._handle_custom_msg(
            {
                "kind": "ready",
                "id": "1",
                "origin": "https://hub.example.org",
                "base_url": "/",
                "host": "jupyterlab",
            },
            [],
        )
        while not ticketed.wait(0.05):
            look()
        ticket = next(message for message in sent if message["kind"] == "ticket")
        ledger.planted["nonce"] = widget._session.flow.attempt.nonce
        payload = {
            **ticket["payload"],
            "integrationKey": TWO_SECRETS,
            ticket["parameters_key"]: SECRETS["parameters"],
        }
        widget._handle_custom_msg(
            {"kind": "handoff", "id": "2", "flow": ticket["flow"], "integration": TWO_SECRETS, "auth_option": None,
             "name": None, "parameters": {"apiKey": API_KEY, "passphrase": PASSWORD}}, []
        )  # fmt: skip
        fetch(ticket["action"], urlencode({"payload": json.dumps(payload)}).encode())
        widget.wait(20)
        look()
    finally:
        widget.close()
    # The ticket is the one message that carries the token, and what Python itself wants in the form.
    for message in sent:
        if message["kind"] not in ("ticket", "handoff-link"):
            ledger.note(f"message {message['kind']}", json.dumps(message))
    tickets = [message for message in sent if message["kind"] == "ticket"]
    for message in tickets:
        del (
            message["payload"]["token"],
            message["payload"]["connectorParameters"],
            message["preset"]["parameters"],
        )
        message["payload"].pop("redirectUri", None)
        ledger.note("message ticket, but for its payload", json.dumps(message))


def test_nothing_can_be_pickled(engine: Engine, ledger: Ledger) -> None:
    """What holds a secret cannot be pickled by mistake, as tools that save a whole session try to."""
    flow = begun(engine, ledger)
    for thing in (
        engine,
        engine.client,
        flow,
        flow._flow.attempt,
        flow._flow.receiver,
        Engine(OPAQUE),
        engine.token(),
        Secret(OPAQUE),
    ):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            try:
                pickle.dumps(thing, protocol)
            except (TypeError, AttributeError, pickle.PicklingError) as error:
                ledger.exception(error)
            else:
                pytest.fail(f"{type(thing).__name__} was pickled")
    flow.cancel()


def test_the_search_finds(ledger: Ledger) -> None:
    """The search itself finds a planted value: in a repr, in an address, in a local variable of a traceback."""
    control = Ledger({"code": "a b"})
    control.note("here", "xa by")
    control.note("there", quote("a b"))
    assert ["code in here", "code in there"] == control.leaks()

    ledger.note("nothing", "")
    for _ in range(5):
        ledger.note("nothing", "")
