"""Faults on demand: each does what its description says, and stops when it is cleared."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ic_widget.sandbox import FAULTS, Sandbox

from .conftest import PAGE, Client
from .test_event_stream import event, stream
from .test_oauth2 import answer_consent, sign_in

BACK = "http://127.0.0.1:1/back"


def test_unknown_fault_names_the_known_ones(box: Sandbox) -> None:
    """A fault that does not exist is a ValueError that lists the others."""
    with pytest.raises(ValueError, match=r"there is no fault 'nope'; there are .*latency"):
        box.faults.set("nope")


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_nothing_stays_in_force(client: Client, box: Sandbox, name: str) -> None:
    """A cleared fault changes nothing any more."""
    box.faults.set(name)
    assert box.faults.names() == [name]
    box.faults.clear(name)
    assert box.faults.names() == []
    assert client.get("/integrations?limit=1").status == 200
    assert client.connected()


def test_fault_for_a_number_of_times(client: Client, box: Sandbox) -> None:
    """With times=2 the third call is all right."""
    box.faults.set("rate-limit", times=2)
    assert [client.get("/integrations?limit=1").status for _ in range(3)] == [429, 429, 200]


@pytest.mark.parametrize(
    ("header", "status", "key"), [("rate-limit", 429, "rate_limit_exceeded"), ("internal", 500, None)]
)
def test_fault_by_header(client: Client, header: str, status: int, key: str | None) -> None:
    """One call asks for its own fault; the next is not concerned."""
    answer = client.get("/integrations", headers={"X-Sandbox-Fault": header})
    assert (answer.status, answer.json.get("key")) == (status, key)
    assert client.get("/integrations").status == 200


def test_fault_of_the_redirect_by_header(client: Client) -> None:
    """A program that plays the browser asks for the fault in the same way."""
    headers = {**PAGE, "X-Sandbox-Fault": "redirect-bare, events-forget"}
    assert client.connect(integrationKey="hacker-news", headers=headers).location == BACK
    assert client.connect(integrationKey="hacker-news", headers={"X-Sandbox-Fault": "nope"}).status == 400
    assert len(client.get("/connections").json["items"]) == 1


def test_latency(client: Client, box: Sandbox) -> None:
    """An answer comes no earlier than the latency asked for, by header and by setting."""
    box.faults.set("latency", 50, times=1)
    for headers in ({}, {"X-Sandbox-Fault": "latency=50"}):
        start = time.monotonic()
        assert client.get("/integrations?limit=1", headers=headers).status == 200
        assert time.monotonic() - start >= 0.05
    assert client.get("/integrations", headers={"X-Sandbox-Fault": "latency=x"}).status == 400


def test_clearing_lets_go(client: Client, box: Sandbox) -> None:
    """An answer that is held back comes once the fault is cleared."""
    box.faults.set("latency", 60_000)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.get, "/integrations?limit=1")
        while not answer.done():
            box.faults.clear("latency")
        assert answer.result().status == 200


def test_redirect_bare(client: Client, box: Sandbox) -> None:
    """The redirect comes without any parameter."""
    box.faults.set("redirect-bare")
    assert client.connect(integrationKey="hacker-news").location == BACK


def test_redirect_twice(client: Client, box: Sandbox) -> None:
    """A page calls the redirect address once in the background and once for real."""
    box.faults.set("redirect-twice")
    page = client.connect(integrationKey="hacker-news")
    assert page.status == 200
    assert page.body.count(BACK) == 2


def test_error_data_missing_or_text(client: Client, box: Sandbox) -> None:
    """A failure without errorData, and one whose errorData is not JSON."""
    box.faults.set("error-without-data", times=1)
    assert "errorData" not in client.connect(integrationKey="stripe", input={"apiKey": "wrong"}).result
    box.faults.set("error-data-text", times=1)
    text = client.connect(integrationKey="stripe", input={"apiKey": "wrong"}).result["errorData"]
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


def test_provider_silent(client: Client, box: Sandbox) -> None:
    """Allowing ends on a page that leads nowhere."""
    _, page = sign_in(client)
    box.faults.set("provider-silent")
    answer = answer_consent(client, page, "allow")
    assert "location" not in answer.headers
    assert "never sends you back" in answer.body


def test_provider_slow_and_cut_off(client: Client, box: Sandbox) -> None:
    """The provider's pages come late, and with a policy that cuts off the opener."""
    location = client.connect(integrationKey="github").location
    box.faults.set("provider-slow", 50)
    box.faults.set("coop")
    start = time.monotonic()
    page = client.get(location, token=None, headers=PAGE)
    assert time.monotonic() - start >= 0.05
    assert page.headers["cross-origin-opener-policy"] == "same-origin"


def test_events_missing(client: Client, box: Sandbox) -> None:
    """There is no event stream: 404."""
    box.faults.set("events-missing")
    with stream(box, "r1") as answer:
        assert answer.status == 404


def test_events_drop(client: Client, box: Sandbox) -> None:
    """The stream ends right after it opened; the next one gets what was published since."""
    box.faults.set("events-drop", times=1)
    with stream(box, "r1") as answer:
        assert answer.read() == b"\n"
    made = client.connected(requestId="r1")
    with stream(box, "r1") as answer:
        assert event(answer)["connection"]["id"] == made


def test_dropped_streams(client: Client, box: Sandbox) -> None:
    """Open streams can be ended in the middle."""
    with stream(box, "r1") as answer:
        box.drop_streams()
        assert answer.read() == b"\n"


def test_events_forget(client: Client, box: Sandbox) -> None:
    """An event is not repeated to a later stream."""
    box.faults.set("events-forget", times=1)
    client.connected(requestId="r1")
    with stream(box, "r1") as answer:
        second = client.connected(requestId="r1")
        assert event(answer)["connection"]["id"] == second
