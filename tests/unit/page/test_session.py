"""What the kernel makes of the page's messages, with a real callback server and a sandbox."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import threading
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import psutil
import pytest

from ic_widget.connection.connection import Connection
from ic_widget.engine.engine import Engine
from ic_widget.page.catalogue import Catalogue
from ic_widget.page.tickets import Pace
from ic_widget.returning.server import server_on
from ic_widget.sandbox import Sandbox
from tests.unit.visitor import COLAB, HUB, LAB, PATIENCE, Page, impatient, launch, submit, visit

RESTLESS = Pace(proofs=0.2, unseen=0.02)
"""A pace at which a widget rests almost at once."""


def test_every_message_is_acknowledged(page: Page) -> None:
    """Each message gets an ack with its id, whatever comes of it."""
    names = [page.say("ready", **LAB), page.say("options", integration="nope"), page.say("cancel", flow="?")]
    for name in names:
        page.hears("ack", id=name)


@pytest.mark.parametrize(
    "content",
    [
        None,
        "cancel",
        [],
        {},
        {"kind": "reboot", "id": "m"},
        {"kind": "ready", "id": "m"},
        {"kind": ["a"], "id": 1},
    ],
)
def test_what_is_no_message_is_ignored(page: Page, content: object) -> None:
    """Unknown and malformed messages change nothing and are not acknowledged."""
    page.session.receive(content)
    page.settled()
    assert ["ack"] == [message["kind"] for message in page.heard]


def test_a_message_counts_once(page: Page) -> None:
    """The copy of a message that came by HTTP too is acknowledged and otherwise ignored."""
    page.say("ready", **LAB)
    ticket = page.ticket("events")
    message = {"kind": "launched", "id": "x", "flow": ticket["flow"], "integration": "hacker-news"}
    page.session.receive(message)
    page.ends("waiting")
    page.session.receive({"kind": "cancel", "id": "y", "flow": ticket["flow"]})
    page.ends("cancelled")
    again = page.until(lambda: page.session._attempts.next).attempt.id
    page.session.receive({**message, "flow": again})
    page.settled()
    assert "cancelled" == page.flow.status


def test_messages_reach_the_kernel_by_http(page: Page) -> None:
    """While the kernel is busy the page leaves its messages at the kernel's own server."""
    page.session.announce()
    channel = page.channel()
    body = json.dumps({"kind": "ready", "id": "h1", **LAB}).encode()
    status, text, _ = visit(f"{channel}/loopback", body, Origin=LAB["origin"])
    assert (200, page.hears("channel")["proof"]) == (status, json.loads(text)["ic_widget"])
    page.hears("ack", id="h1")
    page.hears("integrations")
    assert "ic_widget" not in visit(f"{channel}/loopback", b"\xff{")[1]


def test_the_proof_is_in_no_address(page: Page) -> None:
    """The page proves a path by a value that it has not sent: another program on that port cannot know it."""
    page.say("ready", **LAB)
    channel = page.hears("channel")
    status, text, _ = visit(f"{page.channel()}/loopback")
    assert (200, {"ic_widget": channel["proof"]}) == (status, json.loads(text))
    assert channel["proof"] not in page.channel()


def test_sealed_messages(page: Page) -> None:
    """A message that was added to a pad of the kernel's counts as if it had been sent itself, once."""
    page.say("ready", **LAB)
    plain = json.dumps({"kind": "pasted", "id": "s1", "flow": "none", "text": ""}).encode()
    page.say("pad", name="p1", length=len(plain))
    pad = base64.b64decode(page.hears("pad", name="p1")["data"])
    sealed = bytes(one ^ other for one, other in zip(plain, pad, strict=True))
    for name in ("p1", "p1", "unknown"):
        page.say("sealed", name=name, data=base64.b64encode(sealed).decode())
    page.hears("paste-result", flow="none")
    page.settled()
    assert [] == [message for message in page.heard if message["kind"] == "paste-result"]


def test_channel_closes_when_connected(page: Page) -> None:
    """Once connected, the channel takes nothing any more."""
    page.say("ready", **LAB)
    channel = page.channel()
    launch(page.ticket("events"))
    page.ends("connected")
    page.hears("connection")
    assert 410 == visit(f"{channel}/loopback")[0]


def test_preset_integration(pages: Any) -> None:
    """With integration= the page gets that one's options without asking, and no catalogue."""
    page = pages(integration="zendesk")
    page.say("ready", **LAB)
    options = page.hears("options")
    assert ("zendesk", ["subdomain"]) == (
        options["item"]["key"],
        list(options["options"][0]["inputSchema"]["properties"]),
    )
    assert not page.last("integrations")


def test_new_connection_is_described(page: Page) -> None:
    """After success the page learns id, name and integration of the connection."""
    page.say("ready", **LAB)
    launch(page.ticket("events"))
    connection = page.hears("connection")
    flow = page.ends("connected")
    assert (flow.attempt.state.connection_id, "hacker-news") == (connection["id"], connection["integration"])


def test_retry_after_a_failure(page: Page) -> None:
    """A refused attempt leaves a fresh ticket at once, with another flow and request id; the retry works."""
    page.say("ready", **LAB)
    first = page.ticket("events")
    page.say("launched", flow=first["flow"], integration="stripe")
    launch(first, "stripe", apiKey="wrong")
    failed = page.ends("failed")
    second = page.until(lambda: (t := page.last("ticket")) and t["flow"] != first["flow"] and t)
    assert first["payload"]["requestId"] != second["payload"]["requestId"]
    assert "failed" == page.flow.status
    page.say("launched", flow=second["flow"], integration="stripe")
    page.ends("waiting")
    assert failed is not page.flow
    launch(second, "stripe", apiKey="right")
    page.ends("connected")


def test_connect_another(page: Page) -> None:
    """`again` after success brings a new ticket and channel; before the end it changes nothing."""
    page.say("ready", **LAB)
    first = page.ticket("events")
    page.say("again", flow=first["flow"])
    page.settled()
    assert first["flow"] == page.flow.attempt.id
    channel = page.channel()
    launch(first)
    page.hears("connection")
    page.say("again", flow=first["flow"])
    second = page.until(lambda: (t := page.last("ticket")) and t["flow"] != first["flow"] and t)
    assert channel != page.channel()
    launch(second)
    page.until(lambda: page.flow.attempt.id == second["flow"] and page.flow.status == "connected")


def test_page_reloaded_after_success(page: Page) -> None:
    """A reloaded page learns the connection again, and can have another without knowing the old flow."""
    page.say("ready", **LAB)
    launch(page.ticket("events"))
    page.hears("connection")
    page.heard.clear()
    page.say("ready", **LAB)
    page.hears("connection")
    page.say("again", flow="")
    page.hears("ticket")
    assert "connected" == page.flow.status


def test_page_reloaded_while_waiting(page: Page) -> None:
    """A page reloaded after the tab was opened gets the same ticket again and the answer still comes."""
    page.say("ready", **LAB)
    ticket = page.ticket("events")
    page.say("launched", flow=ticket["flow"], integration=None)
    page.ends("waiting")
    page.heard.clear()
    page.say("ready", **LAB)
    assert ticket["payload"] == page.hears("ticket")["payload"]
    launch(ticket)
    page.ends("connected")


def test_shown_after_a_cancel(page: Page) -> None:
    """A widget cancelled before it was shown offers a new attempt and still says that it was cancelled."""
    page.flow.attempt.cancel()
    page.ends("cancelled")
    page.say("ready", **LAB)
    ticket = page.ticket("events")
    assert ("cancelled", False) == (page.flow.status, ticket["flow"] == page.flow.attempt.id)
    launch(ticket)
    page.ends("connected")


def test_cancel_and_reset(page: Page) -> None:
    """Cancelled from the page, the next ticket is there; `again()` from Python gives a fresh idle attempt."""
    page.say("ready", **LAB)
    first = page.ticket("events")
    page.say("cancel", flow=first["flow"])
    page.ends("cancelled")
    page.until(lambda: (t := page.last("ticket")) and t["flow"] != first["flow"])
    page.session.again()
    assert "idle" == page.flow.status
    launch(page.until(lambda: page.last("ticket", flow=page.flow.attempt.id)))
    page.ends("connected")


def test_late_answer_for_a_cancelled_attempt(pages: Any) -> None:
    """An answer that comes after the cancel shows that it is over and changes nothing."""
    page = pages(redirect="loopback")
    page.say("ready", **LAB)
    ticket = page.ticket("loopback")
    page.say("cancel", flow=ticket["flow"])
    page.ends("cancelled")
    assert 410 == visit(f"{ticket['payload']['redirectUri']}?connectionId=c1")[0]
    assert ("cancelled", None) == (page.flow.status, page.flow.attempt.state.connection_id)


def pasted(page: Page, text: str) -> dict[str, Any]:
    """Paste into the pending attempt; returns what the page is told."""
    page.heard = [message for message in page.heard if message["kind"] != "paste-result"]
    page.say("pasted", flow=page.flow.attempt.id, text=text)
    return dict(page.hears("paste-result"))


def connection_id(box: Sandbox, engine: Engine) -> str:
    """Id of a connection that the engine knows."""
    payload = {"token": box.token(), "integrationKey": "hacker-news"}
    assert 200 == submit(engine.connect_url, payload)[0]
    return engine.connections(integration="hacker-news")[0].id


@pytest.mark.parametrize(
    "form",
    [
        "{uri}?connectionId={id}",
        "  <{uri}?connectionId={id}>\n",
        "https://other.example.org/moved/{nonce}?x=1&connectionId={id}#end",
        "connectionId={id}",
        "?connectionId={id}",
        "{id}",
    ],
)
def test_paste(box: Sandbox, engine: Engine, pages: Any, form: str) -> None:
    """A full address, one of another origin with the right nonce, a bare query or the id alone connects."""
    page = pages(redirect="paste")
    page.say("ready", **COLAB)
    uri = page.ticket("paste")["payload"]["redirectUri"]
    known = connection_id(box, engine)
    text = form.format(uri=uri, nonce=page.flow.attempt.nonce, id=known)
    assert (True, "") == (pasted(page, text)["ok"], page.last("paste-result")["message"])
    assert (known, "paste") == (
        page.ends("connected").attempt.state.connection_id,
        page.flow.attempt.state.via,
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("http://127.0.0.1:1/{wrong}?connectionId=c1", "not the end of this attempt"),
        ("https://evil.example.org/?connectionId=c1&nonce={nonce}", "not the end of this attempt"),
        ("{uri}", "neither a connection nor an error"),
        ("{uri}?connectionId=a&connectionId=b", "more than once"),
        ("connectionId=mistyped", 'There is no connection "mistyped"'),
        ("mistyped", 'There is no connection "mistyped"'),
        ("{nonce}", "neither an address nor a connection id"),
        ("what is this?", "neither an address nor a connection id"),
        ("http://[", "not a whole address"),
        ("   ", "Nothing was pasted"),
    ],
)
def test_paste_of_something_else(pages: Any, text: str, sentence: str) -> None:
    """A wrong nonce, a foreign address, an unknown id or garbage gets a sentence and the attempt goes on."""
    page = pages(redirect="paste")
    page.say("ready", **COLAB)
    uri = page.ticket("paste")["payload"]["redirectUri"]
    nonce = page.flow.attempt.nonce
    answer = pasted(page, text.format(uri=uri, nonce=nonce, wrong=nonce[::-1]))
    assert not answer["ok"]
    assert sentence in answer["message"]
    assert "idle" == page.flow.status
    assert pasted(page, f"{uri}?error=denied")["ok"]
    assert "denied" == page.ends("failed").failure.message


def test_paste_after_the_end(page: Page) -> None:
    """What is pasted for an attempt that is over gets a sentence."""
    page.say("ready", **LAB)
    page.flow.attempt.cancel()
    assert "already ended" in pasted(page, "c1c1c1")["message"]


def test_renewed_token(box: Sandbox, pages: Any) -> None:
    """Before its token expires a ticket is replaced by one with a new token, without a storm of tickets."""
    made: list[str] = []

    def fetch() -> str:
        made.append(box.token(expires_in=2))
        return made[-1]

    page = pages(Engine(fetch, api_uri=box.url), redirect="loopback", pace=Pace(renewal=0.5))
    begun = time.monotonic()
    page.say("ready", **LAB)
    first = page.ticket("loopback")
    second = page.until(
        lambda: (t := page.last("ticket")) and t["payload"]["token"] != first["payload"]["token"] and t
    )
    assert first["flow"] == second["flow"]
    assert len(made) <= 10 + (time.monotonic() - begun) / 0.5
    launch(second)
    page.ends("connected")


def test_renewed_while_waiting(box: Sandbox, pages: Any) -> None:
    """The tab can be opened again with a token that lives; where none can be had the answer still counts."""
    broken, refused = threading.Event(), threading.Event()

    def fetch() -> str:
        if not broken.is_set():
            return box.token(expires_in=2)
        refused.set()
        raise RuntimeError

    page = pages(Engine(fetch, api_uri=box.url), redirect="loopback", pace=Pace(renewal=0.3))
    page.say("ready", **LAB)
    page.say("launched", flow=page.ticket("loopback")["flow"], integration=None)
    flow = page.ends("waiting")
    token = page.ticket("loopback")["payload"]["token"]
    renewed = page.until(lambda: (t := page.last("ticket")) and t["payload"]["token"] != token and t)
    assert (flow.attempt.id, flow.redirect_uri) == (renewed["flow"], renewed["payload"]["redirectUri"])
    broken.set()
    assert refused.wait(PATIENCE)
    page.settled()
    assert "waiting" == page.flow.status
    made = box.connect("hacker-news").id
    assert 200 == visit(f"{flow.redirect_uri}?connectionId={made}")[0]
    page.ends("connected")


def test_time_left(pages: Any) -> None:
    """The page learns how long the sign-in may take: when its tab opens, after a reload, and after "extend"."""
    page = pages(timeout=600)
    page.say("ready", **LAB)
    flow = page.ticket("events")["flow"]
    assert None is page.last("time-left")
    page.say("launched", flow=flow, integration="hacker-news")
    assert 0 < page.hears("time-left", flow=flow)["seconds"] <= 600
    for message in ({"kind": "ready", **LAB}, {"kind": "extend", "flow": flow}):
        page.settled()
        page.heard.clear()
        page.say(**message)
        assert 590 < page.hears("time-left", flow=flow)["seconds"] <= 600
    page.session.flow.attempt.cancel()


def test_given_token_that_expires(box: Sandbox, pages: Any) -> None:
    """Where the token expires before anybody clicked, the page says so and offers another try; nothing has failed."""
    page = pages(
        Engine(box.token(expires_in=2), api_uri=box.url), redirect="loopback", pace=Pace(renewal=0.1)
    )
    page.say("ready", **LAB)
    page.ticket("loopback")
    assert "expired" in page.hears("token-problem")["message"]
    assert 1 == len([m for m in page.heard if m["kind"] == "ticket"])
    assert ("idle", None) == (page.flow.status, page.flow.failure)


def test_port_taken(pages: Any) -> None:
    """A taken port= is named and 0 suggested; once it is free the page goes on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        page = pages(port=port)
        page.say("ready", **LAB)
        error = page.ends("failed").failure.message
        assert str(port) in error
        assert "port=0" in error
    page.say("ready", **LAB)
    page.ticket("events")
    assert port == page.hears("channel")["port"]


def test_engine_down(pages: Any) -> None:
    """An unreachable engine is one sentence, the same in the widget and in Python."""
    with Sandbox() as box:
        engine = impatient(box)
    page = pages(engine)
    page.say("ready", **LAB)
    error = page.ends("failed").failure.message
    assert "Could not connect to" in error
    assert error == page.hears("integrations")["error"]


def test_next_try_after_a_failed_start(box: Sandbox, pages: Any) -> None:
    """What kept the first attempt from starting is tried again when the page asks again."""
    tokens = iter([ValueError, box.token(), box.token()])

    def fetch() -> str:
        token = next(tokens)
        if token is ValueError:
            raise ValueError
        return str(token)

    page = pages(Engine(fetch, api_uri=box.url), integration="hacker-news")
    page.say("ready", **LAB)
    assert "token= raised ValueError" in page.ends("failed").failure.message
    page.settled()
    page.say("ready", **LAB)
    launch(page.ticket("events"))
    page.ends("connected")


def test_page_that_can_only_listen(pages: Any, box: Sandbox) -> None:
    """While a cell waits and nothing is heard of the page, it gets a ticket and the first two pages unasked."""
    page = pages(redirect="loopback")
    page.session.announce()
    page.ticket("loopback")
    first = page.hears("integrations", cursor=None)
    second = page.hears("integrations", cursor=first["next"])
    assert len(second["items"]) + len(first["items"]) == len(box.engine().integrations())


class Broken(Catalogue):
    """A catalogue with a fault in it."""

    async def page(self, search: str, cursor: str | None) -> Any:
        raise KeyError("planted-secret")


def test_fault_of_ours(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """An unexpected exception ends the attempt with a sentence, which the page shows, and is logged once."""
    page = Page(engine, catalogue=Broken(engine.client, None))
    page.say("ready", **LAB)
    failure = page.ends("failed").failure

    assert "Something inside ic_widget failed (KeyError" in failure.message
    assert 1 == len([record for record in caplog.records if record.levelname == "ERROR"])
    assert "planted-secret" not in caplog.text + failure.message
    page.session.close()


def test_start_over_while_the_engine_is_slow(box: Sandbox, pages: Any) -> None:
    """again() returns as soon as the attempt is another, however long the engine takes for what is shown then."""
    page = pages(integration="zendesk")
    page.say("ready", **LAB)
    first = page.ticket("events")["flow"]
    box.faults.set("latency", 60_000)
    done = threading.Event()
    threading.Thread(target=lambda: (page.session.again(), done.set()), daemon=True).start()

    assert done.wait(4)
    assert first != page.flow.attempt.id


def test_token_that_cannot_be_had_for_a_while(box: Sandbox, pages: Any) -> None:
    """A renewal that fails is told and tried again; nothing fails, and a reload gets no expired ticket."""
    broken = threading.Event()

    def fetch() -> str:
        if broken.is_set():
            raise RuntimeError
        return box.token(expires_in=2)

    page = pages(Engine(fetch, api_uri=box.url), redirect="loopback", pace=Pace(renewal=0.2))
    page.say("ready", **LAB)
    page.ticket("loopback")
    broken.set()
    problem = page.hears("token-problem")
    assert "token= raised RuntimeError" in problem["message"]
    assert ("idle", None) == (page.flow.status, page.flow.failure)
    page.heard.clear()
    page.say("ready", **LAB)
    page.hears("token-problem")
    page.settled()
    assert page.last("ticket") is None
    broken.clear()
    page.say("again", flow=page.flow.attempt.id)
    launch(page.ticket("loopback"))
    page.ends("connected")


def test_predicate_that_blocks(engine: Engine) -> None:
    """A user's integrations= function that does not return delays no answer."""
    release, asked = threading.Event(), threading.Event()

    def accepts(item: Any) -> bool:
        asked.set()
        return release.wait(20)

    page = Page(engine, catalogue=Catalogue(engine.client, accepts), redirect="loopback")
    page.say("ready", **LAB)
    ticket = page.ticket("loopback")
    assert asked.wait(10)
    launch(ticket)
    page.ends("connected")
    release.set()
    page.session.close()


def made(engine: Engine, **payload: Any) -> Connection:
    """A new connection."""
    submit(engine.connect_url, {"token": engine.token(), "integrationKey": "hacker-news", **payload})
    return engine.connections()[0]


def test_reconnect_by_name(box: Sandbox, pages: Any, request: pytest.FixtureRequest) -> None:
    """The page is told the app of the connection that is signed in again, its name and what is wrong with it."""
    engine = box.engine(tenant=request.node.name)
    there = made(engine, name="Work")
    box.put_in_state(there.id, "CLIENT_ACTION_REQUIRED")
    page = pages(engine, reconnect="Work")
    page.say("ready", **LAB)
    ticket = page.ticket("events")
    options = page.hears("options")

    assert (there.id, "hacker-news") == (ticket["payload"]["connectionId"], ticket["preset"]["integration"])
    assert [there.id, "Work", "Needs signing in again", "The app no longer accepts the credentials."] == [
        options["connection"][name] for name in ("id", "name", "problem", "error")
    ]
    assert None is page.last("integrations")


@pytest.mark.parametrize(
    ("keywords", "sentence"),
    [
        ({"reconnect": "Nobody's"}, "There is no connection"),
        ({"integration": "x-twitter"}, "is deactivated in this workspace"),
    ],
)
def test_nothing_that_can_be_connected(pages: Any, keywords: dict[str, Any], sentence: str) -> None:
    """A connection that is not there, or an app that cannot be connected, ends the attempt before any tab opens."""
    page = pages(**keywords)
    page.say("ready", **LAB)

    assert sentence in str(page.ends("failed").failure)
    page.settled()
    assert None is page.last("options", error=None)


def test_reuse(box: Sandbox, pages: Any, request: pytest.FixtureRequest) -> None:
    """A ready connection is taken without a ticket; whoever starts over then gets one for another."""
    engine = box.engine(tenant=request.node.name)
    there = made(engine)
    page = pages(engine, integration="hacker-news", reuse=True)
    page.say("ready", **LAB)

    assert there == page.ends("connected").wait(10)
    assert (True, None) == (page.flow.reused, page.last("ticket"))
    assert there.id == page.hears("connection")["id"]
    page.say("again", flow="")
    assert "connectionId" not in page.ticket("events")["payload"]


def test_logos_are_checked(engine: Engine, pages: Any) -> None:
    """The page is told of no logo on its own host; others stay."""

    class Logos(Catalogue):
        """Two apps, one of which has the server's own address as its logo."""

        async def page(self, search: str, cursor: str | None) -> tuple[list[dict[str, Any]], str | None]:
            """Both of them."""
            own = {"key": "a", "name": "A", "logoUri": "https://hub.example.org/user/alice/logout"}
            return [own, {"key": "b", "name": "B", "logoUri": "https://static.example.com/b.png"}], None

    page = pages(catalogue=Logos(engine.client, None))
    page.say("ready", **HUB)
    page.say("integrations", search="", cursor=None)

    assert [False, True] == ["logoUri" in item for item in page.hears("integrations")["items"]]


def opened(page: Page) -> Mapping[str, Any]:
    """A ticket whose tab was opened."""
    ticket = page.ticket("loopback")
    page.say("launched", flow=ticket["flow"], integration="hacker-news")
    page.ends("waiting")
    return ticket


@pytest.mark.parametrize("going_on", [False, True])
def test_finished_after_cancel(pages: Any, going_on: bool) -> None:
    """What is finished after Cancel is offered; taken, it ends the attempt that goes on, or the one that was left."""
    page = pages(integration="hacker-news", redirect="loopback")
    page.say("ready", **LAB)
    left = opened(page)
    page.say("cancel", flow=left["flow"])
    page.ends("cancelled")
    if going_on:
        page.until(lambda: page.last("ticket")["flow"] != left["flow"])
        opened(page)
    launch(left)
    late = page.until(lambda: page.session.late)
    assert ("waiting" if going_on else "cancelled", None) == (page.flow.status, page.session.result)
    page.say("use-late")

    assert late.id == page.ends("connected").wait(1).id
    assert ("hacker-news", None) == (page.hears("connection", id=late.id)["integration"], page.session.late)


def test_last_result_stays(pages: Any) -> None:
    """Whoever connects another keeps the last connection until a new one comes, and may go back to it."""
    page = pages(integration="hacker-news", redirect="loopback")
    page.say("ready", **LAB)
    first = opened(page)
    launch(first)
    made = page.ends("connected").wait(10)
    page.say("again", flow="")
    page.until(lambda: page.last("ticket")["flow"] != first["flow"])
    assert ("connected", made) == (page.flow.status, page.session.result.connection)
    another = opened(page)
    assert made == page.session.result.connection
    page.say("cancel", flow=another["flow"])
    page.ends("cancelled")
    page.say("back")

    assert made == page.ends("connected").wait(10)
    page.session.again()
    assert None is page.session.result


def test_rests_when_nothing_shows_it(pages: Any) -> None:
    """Some time after its last view is gone a widget needs nothing any more, and its page holds no ticket."""
    page = pages(redirect="loopback", pace=RESTLESS)
    page.say("ready", **LAB)
    ticket = page.ticket("loopback")
    page.say("unseen")
    page.hears("withdrawn", flow=ticket["flow"])
    page.until(lambda: page.flow.receiver is None)
    assert ("idle", None, {}) == (
        page.flow.status,
        page.session._opening.channel._shown,
        page.session._tickets._served,
    )
    assert 410 == visit(f"{page.channel()}/loopback")[0]


def test_goes_on_when_it_is_shown_again(pages: Any) -> None:
    """A view that returns later gets a ticket for the same attempt, and the answer comes."""
    page = pages(redirect="loopback", pace=RESTLESS)
    page.say("ready", **LAB)
    first = page.ticket("loopback")
    page.say("unseen")
    page.hears("withdrawn")
    page.heard.clear()
    page.say("ready", **LAB)
    again = page.ticket("loopback")
    assert first["flow"] == again["flow"]
    launch(again)
    page.ends("connected")


def test_another_page_that_shows_it(pages: Any) -> None:
    """Where another page still shows the widget, or the same shows it again soon, it does not rest."""
    page = pages(redirect="loopback", pace=Pace(unseen=0.5))
    page.say("ready", **LAB)
    page.ticket("loopback")
    page.say("unseen")
    page.hears("still-seen")
    page.say("ready", **LAB)
    page.session._thread.submit(asyncio.sleep(0.6)).result(5)
    assert page.flow.receiver is not None
    assert page.last("withdrawn") is None


def test_an_attempt_under_way_goes_on_unseen(pages: Any) -> None:
    """The tab is open: the answer counts whoever looks; after it nothing new is prepared for nobody."""
    page = pages(redirect="loopback", pace=RESTLESS)
    page.say("ready", **LAB)
    ticket = page.ticket("loopback")
    page.say("launched", flow=ticket["flow"], integration="stripe")
    page.ends("waiting")
    page.say("unseen")
    page.until(lambda: page.session._resting)
    assert 200 == visit(f"{ticket['payload']['redirectUri']}?error=denied")[0]
    page.ends("failed")
    page.hears("withdrawn", flow=ticket["flow"])
    assert page.session._attempts.next is None
    page.say("ready", **LAB)
    page.until(lambda: (t := page.last("ticket")) and t["flow"] != ticket["flow"])


def test_whoever_waits_keeps_it_awake(pages: Any) -> None:
    """While a cell waits, a view that goes does not end what it waits for."""
    page = pages(redirect="loopback", pace=RESTLESS)
    page.say("ready", **LAB)
    ticket = page.ticket("loopback")
    with page.session.awaited():
        page.say("unseen")
        page.session._thread.submit(asyncio.sleep(0.3)).result(5)
        launch(ticket)
        page.ends("connected")


def test_waiting_for_one_that_rests(pages: Any) -> None:
    """wait() on a widget that rests tells a page that shows it later, though it may not be able to ask."""
    page = pages(redirect="loopback", pace=Pace(proofs=0.2, unseen=0.05))
    page.say("ready", **LAB)
    page.ticket("loopback")
    page.say("unseen")
    page.hears("withdrawn")
    page.heard.clear()
    with page.session.awaited():
        page.session.announce()
        launch(page.ticket("loopback"))
        page.ends("connected")


def _has_let_go(page: Page) -> bool:
    return page.flow.receiver is None


def test_many_that_rest_leave_nothing_running(box: Sandbox) -> None:
    """Widgets that nobody sees any more have no task, no stream and no endpoint."""
    engine = box.engine()
    made = [Page(engine, redirect="loopback", pace=RESTLESS) for _ in range(10)]
    for page in made:
        page.say("ready", **LAB)
        page.ticket("loopback")
    for page in made:
        page.say("unseen")
        page.hears("withdrawn")
        page.until(partial(_has_let_go, page))
    thread = made[0].session._thread
    thread.submit(_without_tasks()).result(20)
    for page in made:
        page.session.close()


def test_forty_re_runs(box: Sandbox) -> None:
    """A cell run forty times costs what ten runs cost: what the last run shows takes the place of the one before."""
    engine = box.engine()
    made: list[Page] = []
    after_ten: tuple[int, ...] = ()
    for run in range(40):
        made.append(Page(engine, redirect="loopback", pace=RESTLESS))
        made[-1].say("ready", **LAB)
        made[-1].ticket("loopback")
        if run:
            made[-2].say("unseen")
            made[-2].hears("withdrawn")
            made[-2].until(partial(_has_let_go, made[-2]))
        if run == 9:
            after_ten = _held(made[-1])
    made[-1].until(lambda: all(now <= then for now, then in zip(_held(made[-1]), after_ten, strict=True)))
    for page in made:
        page.session.close()


def _held(page: Page) -> tuple[int, ...]:
    """Tasks, addresses and sockets that there are; an open event stream is a task and a socket."""

    async def tasks() -> int:
        return len(asyncio.all_tasks())

    sockets = psutil.Process().net_connections("inet")
    return page.session._thread.submit(tasks()).result(20), len(server_on(0)._open), len(sockets)


async def _without_tasks() -> None:
    """Wait until nothing of a page runs."""
    while any("_issue" in repr(task.get_coro()) for task in asyncio.all_tasks()):  # noqa: ASYNC110  there is no event for it
        await asyncio.sleep(0.01)
