"""The return paths with a real callback server and a sandbox: which one is chosen, and what comes back."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from ic_widget.engine import events
from ic_widget.engine.engine import Engine
from ic_widget.errors import ConfigurationError
from ic_widget.page.tickets import Pace
from ic_widget.returning.attempt import Attempt
from ic_widget.returning.paths import Evidence, ReturnSettings, decide
from ic_widget.returning.receiver import Receiver
from ic_widget.returning.server import CallbackServer
from ic_widget.sandbox import Sandbox
from tests.unit.transport.ways import Buffering, in_thread
from tests.unit.visitor import (
    COLAB,
    HUB,
    LAB,
    PATIENCE,
    VSCODE,
    Page,
    hand_off,
    impatient,
    launch,
    submit,
    visit,
)
from tests.unit.wire import request


def probe(page: Page, path: str, **headers: str) -> None:
    """Reach the kernel's server as the page does, and tell."""
    status, text, _ = visit(f"{page.channel()}/{path}", None, **headers)
    assert (200, {"ic_widget": page.hears("channel")["proof"]}) == (status, json.loads(text))
    page.say("probe-result", path=path, ok=True, detail="")


def test_loopback_is_proved_by_a_probe(page: Page) -> None:
    """The probe's arrival alone, before anything is said of it, makes the answer come to 127.0.0.1."""
    page.say("ready", **LAB)
    status, _, _ = visit(f"{page.channel()}/loopback", Origin=LAB["origin"])
    assert 200 == status
    ticket = page.ticket("loopback")
    assert ticket["payload"]["redirectUri"] == page.flow.redirect_uri
    assert not ticket["paste"]
    status, text, address = launch(ticket)
    assert (200, page.flow.redirect_uri) == (status, address.split("?")[0])
    assert "Connected" in text
    page.ends("connected")


def test_proxy_is_proved_by_a_probe(box: Sandbox, page: Page) -> None:
    """A probe that came under the public name makes that name a way back, with the page's own base URL."""
    page.say("ready", **HUB)
    probe(page, "proxy", Host="hub.example.org")
    ticket = page.ticket("proxy")
    flow = page.flow
    port, nonce = page.hears("channel")["port"], flow.attempt.nonce
    assert f"https://hub.example.org/user/alice/proxy/{port}/{nonce}" == ticket["payload"]["redirectUri"]
    made = box.connect("hacker-news").id
    status, text, _ = visit(f"http://127.0.0.1:{port}/{nonce}?connectionId={made}", Host="hub.example.org")
    assert (200, True) == (status, "Connected" in text)
    assert made == page.ends("connected").attempt.state.connection_id


def test_failed_probes_lead_to_the_event_stream(box: Sandbox, page: Page) -> None:
    """Where nothing reaches the kernel the payload has no redirectUri and the stream brings the answer."""
    page.say("ready", **LAB)
    page.say("probe-result", path="loopback", ok=False, detail="network error")
    page.say("probe-result", path="proxy", ok=False, detail="HTTP 500")
    ticket = page.ticket("events")
    assert "redirectUri" not in ticket["payload"]
    assert "network error" in ticket["redirect"]["reason"]
    assert "HTTP 500" in ticket["redirect"]["reason"]
    status, text, address = launch(ticket)
    assert (200, True) == (status, address.startswith(box.url))
    assert "is connected" in text
    assert "events" == page.ends("connected").attempt.state.via


@pytest.mark.parametrize("where", [COLAB, VSCODE])
def test_pages_that_cannot_reach_the_kernel(pages: Any, where: dict[str, Any]) -> None:
    """Colab and VS Code pages have nothing to probe: the stream is taken without waiting for proofs."""
    page = pages(pace=Pace(proofs=3600))
    page.say("ready", **where)
    assert "redirectUri" not in page.ticket("events")["payload"]


def test_silent_page(page: Page) -> None:
    """A page that probes and never tells gets the event stream once its time is over."""
    page.say("ready", **LAB)
    assert "no answer" in page.ticket("events")["redirect"]["reason"]


def test_late_proof(page: Page) -> None:
    """A path proved after the next best was taken replaces it: the page gets a new ticket."""
    page.say("ready", **LAB)
    page.ticket("events")
    probe(page, "loopback")
    assert page.ticket("loopback")["flow"] == page.flow.attempt.id


def test_proof_before_the_page_names_itself(pages: Any) -> None:
    """In a busy kernel the probe comes before `ready`: the proof counts all the same."""
    page = pages(pace=Pace(proofs=0))
    page.session.announce()
    probe(page, "loopback")
    page.ticket("loopback")
    page.heard.clear()
    page.say("ready", **LAB)
    page.hears("integrations")
    page.settled()
    assert "loopback" == page.flow.reach.path
    assert {"loopback"} == {m["redirect"]["path"] for m in page.heard if m["kind"] == "ticket"}


def test_another_browser_must_prove_anew(page: Page) -> None:
    """The notebook opened from another machine does not inherit the first one's proof."""
    page.say("ready", **LAB)
    probe(page, "loopback")
    page.ticket("loopback")
    page.say("ready", **COLAB)
    page.ticket("events")


def test_two_pages(page: Page) -> None:
    """Where two people share a notebook, the way back is that of the page on which an app was chosen last."""
    local, shared = page.person("here"), page.person("elsewhere")
    local("ready", **LAB)
    channel = page.channel()
    visit(f"{channel}/loopback", Origin=LAB["origin"])
    at_home = page.ticket("loopback")["payload"]["redirectUri"]
    shared("ready", **HUB)
    visit(f"{channel}/proxy", Host="hub.example.org")
    away = page.ticket("proxy")["payload"]["redirectUri"]

    def chosen_by(person: Callable[..., str], app: str) -> Any:
        page.heard.clear()
        person("options", integration=app)
        options = page.hears("options", integration=app)
        # By the time the form can be seen, its way back is there.
        sent = page.heard[: page.heard.index(options)]
        return [message["payload"]["redirectUri"] for message in sent if message["kind"] == "ticket"]

    assert [at_home] == chosen_by(local, "hacker-news")
    assert [] == chosen_by(local, "github")
    assert [away] == chosen_by(shared, "github")


def test_two_pages_of_one_app(pages: Any) -> None:
    """Where the app is named already, the way back is that of the page into which the focus came last."""
    page = pages(integration="github")
    local, shared = page.person("here"), page.person("elsewhere")
    local("ready", **LAB)
    visit(f"{page.channel()}/loopback", Origin=LAB["origin"])
    page.ticket("loopback")
    shared("ready", **HUB)
    visit(f"{page.channel()}/proxy", Host="hub.example.org")
    page.ticket("proxy")
    page.heard.clear()
    local("used")
    page.ticket("loopback")
    shared("used")
    page.ticket("proxy")


def test_stream_is_open_before_the_ticket_goes(box: Sandbox, pages: Any) -> None:
    """redirect='events': no ticket, so no tab, before the engine's stream is open."""
    box.faults.set("internal", times=1)
    page = pages(redirect="events", pace=Pace(proofs=3600))
    page.say("ready", **LAB)
    ticket = page.ticket("events")
    assert "proved" == page.flow.receiver.events
    box.faults.set("events-forget")
    launch(ticket)
    assert "events" == page.ends("connected").attempt.state.via


@pytest.mark.parametrize("redirect", ["auto", "events"])
def test_engine_without_event_stream(box: Sandbox, pages: Any, redirect: str) -> None:
    """404 instead of a stream: paste is offered from the start, with the reason and an address to end on."""
    box.faults.set("events-missing")
    page = pages(redirect=redirect)
    page.say("ready", **COLAB)
    page.choose()
    ticket = page.ticket("paste")
    assert ticket["paste"]
    assert "has no event stream" in ticket["redirect"]["reason"]
    assert ticket["payload"]["redirectUri"].endswith(page.flow.attempt.nonce)


def test_stream_that_drops(box: Sandbox, pages: Any) -> None:
    """Streams that break off at once are opened again and bring the answer in the end."""
    box.faults.set("events-drop", times=2)
    page = pages(impatient(box), redirect="events", integration="stripe")
    page.say("ready", **LAB)
    launch(page.ticket("events"), "stripe", apiKey="wrong")
    assert "is not connected" not in str(page.ends("failed").failure.message)
    assert "events" == page.session.flow.attempt.state.via


@pytest.mark.parametrize("fault", ["events-missing", "redirect-bare"])
def test_either_way_alone_is_enough(box: Sandbox, pages: Any, fault: str) -> None:
    """Without the stream the redirect brings the answer; when that says nothing, the stream does."""
    box.faults.set(fault)
    page = pages(redirect="loopback")
    page.say("ready", **LAB)
    page.choose()
    page.flow.receiver.wait_for_events(PATIENCE)
    launch(page.ticket("loopback"))
    assert {"events-missing": "redirect", "redirect-bare": "events"}[fault] == page.ends(
        "connected"
    ).attempt.state.via


def test_the_second_answer_changes_nothing(box: Sandbox, page: Page) -> None:
    """The first valid answer wins, whichever way it came; the same again is greeted, another turned away."""
    page.say("ready", **LAB)
    probe(page, "loopback")
    ticket = page.ticket("loopback")
    _, _, address = launch(ticket)
    flow = page.ends("connected")
    won, connection = flow.attempt.state.via, flow.attempt.state.connection_id
    assert 200 == visit(address)[0]
    assert 410 == visit(f"{flow.redirect_uri}?connectionId=another")[0]
    assert 410 == visit(f"{flow.redirect_uri}?error=late")[0]
    assert (won, connection, None) == (flow.attempt.state.via, flow.attempt.state.connection_id, flow.failure)


def test_given_base(box: Sandbox, pages: Any) -> None:
    """redirect_base is believed, and its host name is let in."""
    page = pages(redirect_base="https://tunnel.example.org/k")
    page.say("ready", **COLAB)
    ticket = page.ticket("base")
    nonce = page.flow.attempt.nonce
    assert f"https://tunnel.example.org/k/{nonce}" == ticket["payload"]["redirectUri"]
    made = box.connect("hacker-news").id
    local = f"http://127.0.0.1:{page.hears('channel')['port']}/{nonce}?connectionId={made}"
    assert "Not found" in visit(local, Host="other.example.org")[1]
    assert 200 == visit(local, Host="tunnel.example.org")[0]
    assert made == page.ends("connected").attempt.state.connection_id


def test_proxy_asked_for(pages: Any) -> None:
    """redirect='proxy' waits for the page's address and lets its host name in, proved or not."""
    page = pages(redirect="proxy")
    page.say("ready", **HUB)
    ticket = page.ticket("proxy")
    page.say("probe-result", path="proxy", ok=False, detail="HTTP 500")
    page.until(lambda: "HTTP 500" in page.ticket("proxy")["redirect"]["reason"])
    assert ticket["payload"] == page.ticket("proxy")["payload"]
    local = f"http://127.0.0.1:{page.hears('channel')['port']}/{page.flow.attempt.nonce}?connectionId=c1"
    assert 200 == visit(local, Host="hub.example.org")[0]


def test_probe_is_for_pages_of_this_machine(page: Page) -> None:
    """Only pages of this machine may read the loopback probe (CORS); the proxy's is for its own origin."""
    page.say("ready", **LAB)
    channel = page.hears("channel")
    allowed = {
        (path, origin): request(
            channel["port"], f"/{channel['nonce']}/{path}", headers={"Origin": origin}
        ).headers.get("access-control-allow-origin")
        for path in ("loopback", "proxy")
        for origin in ("http://localhost:8888", "https://evil.example.org")
    }
    assert {("loopback", "http://localhost:8888"): "http://localhost:8888"} == {
        key: value for key, value in allowed.items() if value
    }


def test_choice_is_logged_without_secrets(box: Sandbox, pages: Any, caplog: pytest.LogCaptureFixture) -> None:
    """What was chosen and why is a DEBUG line; no nonce, token or value is in any line."""
    caplog.set_level(logging.DEBUG)
    token = box.token()
    page = pages(Engine(token, api_uri=box.url), integration="stripe")
    page.say("ready", **LAB)
    probe(page, "loopback")
    launch(page.ticket("loopback"), "stripe", apiKey="planted-value")
    flow = page.ends("connected")
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("ic_widget")]
    assert "return path: loopback. This browser reached the kernel at 127.0.0.1." in lines
    text = "\n".join(
        f"{record.getMessage()} {record.args}" for record in caplog.records if "asyncio" != record.name
    )
    for secret in (token, flow.attempt.nonce, page.channel().rsplit("/", 1)[1], "planted-value"):
        assert secret not in text


def test_hand_off_brings_the_way_back(page: Page) -> None:
    """A link leads to a page that posts the typed values; the way it was opened is the way back."""
    page.say("ready", **VSCODE)
    ticket = page.ticket("events")
    page.say("handoff", flow=ticket["flow"], integration="stripe", auth_option=None, name="N",
             parameters={"apiKey": "sk"})  # fmt: skip
    answer = page.hears("handoff-link")
    url = answer["url"]
    assert f"forward its port {url.split(':')[2].split('/')[0]} (in VS Code: Ports view)" in answer["hint"]
    action, payload = hand_off(url)
    flow = page.ends("waiting")
    assert payload["redirectUri"] == f"{url.split('/', 3)[0]}//{url.split('/')[2]}/{flow.attempt.nonce}"
    assert ("stripe", {"apiKey": "sk"}, "N") == (
        payload["integrationKey"],
        payload[ticket["parameters_key"]],
        payload["name"],
    )
    assert 410 == visit(url)[0]
    assert 200 == submit(action, payload)[0]
    page.ends("connected")


def test_hand_off_through_a_forwarded_port(page: Page) -> None:
    """A port forwarded under another number works both ways."""
    page.say("ready", **VSCODE)
    ticket = page.ticket("events")
    page.say(
        "handoff", flow=ticket["flow"], integration="hacker-news", auth_option=None, name=None, parameters={}
    )
    url = page.hears("handoff-link")["url"]
    status, text, _ = visit(url, Host="127.0.0.1:65001")
    assert 200 == status
    assert "http://127.0.0.1:65001/" in text
    back = f"{url.rsplit('/', 2)[0]}/{page.flow.attempt.nonce}?connectionId=c1"
    assert "Not found" in visit(back, Host="127.0.0.1:65002")[1]
    assert 200 == visit(back, Host="127.0.0.1:65001")[0]


def test_hand_off_is_forgotten(page: Page) -> None:
    """Another hand-off, or the end of the attempt, makes the one before useless and forgets its values."""
    page.say("ready", **VSCODE)
    ticket = page.ticket("events")
    urls = []
    for value in ("first", "second"):
        page.heard = [message for message in page.heard if message["kind"] != "handoff-link"]
        page.say("handoff", flow=ticket["flow"], integration="stripe", auth_option=None, name=None,
                 parameters={"apiKey": value})  # fmt: skip
        urls.append(page.hears("handoff-link")["url"])
    assert 410 == visit(urls[0])[0]
    page.say("cancel", flow=ticket["flow"])
    page.ends("cancelled")
    status, text, _ = visit(urls[1])
    assert 410 == status
    assert "second" not in text


def test_hand_off_after_the_end(page: Page) -> None:
    """A hand-off for an attempt that has ended gets a sentence."""
    page.say("ready", **VSCODE)
    ticket = page.ticket("events")
    page.flow.attempt.cancel()
    page.say("handoff", flow=ticket["flow"], integration="stripe", auth_option=None, name=None, parameters={})
    answer = page.hears("handoff-link")
    assert answer["url"] is None
    assert "already ended" in answer["error"]


@pytest.mark.parametrize("head", [False, True])
def test_an_event_stream_that_is_held_back(box: Sandbox, pages: Any, head: bool) -> None:
    """Behind a proxy that keeps the stream back, the connections are looked at, and paste is offered at once."""
    with in_thread(Buffering(urlsplit(box.url).port or 0, head=head)) as port:
        engine = Engine(box.token(), api_uri=f"http://127.0.0.1:{port}")
        held_back_soon = events.Pace(patience=0.3, look=0.1)
        page = pages(engine, redirect="events", pace=Pace(proofs=0.1, stream=0.1), listening=held_back_soon)
        page.say("ready", **COLAB)
        page.choose("stripe")
        ticket = page.hears("ticket", paste=True)
        assert "events" == ticket["redirect"]["path"]
        page.say("launched", flow=ticket["flow"], integration="stripe")
        launch(ticket, "stripe", apiKey="sk")
        ended = page.ends("connected")
    assert "events" == ended.attempt.state.via
    assert ended.attempt.state.connection_id in {found.id for found in box.engine().connections()}


def test_no_port_to_be_had(box: Sandbox, engine: Engine) -> None:
    """Where no port can be opened, "auto" goes on with the event stream; what was asked for by name is refused."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        server = CallbackServer(other.getsockname()[1])
        attempt = Attempt(60)
        receiver = Receiver(attempt, engine, ReturnSettings(), server=server)
        receiver.open()
        receiver.listen()
        receiver.wait_for_events(20)
        reach = decide(ReturnSettings(), receiver.port, None, Evidence({}, receiver.events))
        assert reach is not None
        assert (0, "events", None) == (receiver.port, reach.path, reach.base)
        assert "could not open a port" in reach.reason
        payload = {"token": engine.token(), "requestId": attempt.request_id, "integrationKey": "hacker-news"}
        submit(engine.connect_url, payload)
        assert attempt.ended.wait(20)
        assert ("connected", "events") == (attempt.status, attempt.state.via)
        receiver.close()
        with pytest.raises(ConfigurationError, match="taken by another program"):
            Receiver(Attempt(60), engine, ReturnSettings("loopback"), server=server).open()
