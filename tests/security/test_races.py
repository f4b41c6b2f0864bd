"""Answers that come in one instant, by one way or by several: one wins, and it is told once."""

from __future__ import annotations

import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from ic_widget import ConnectFlow
from ic_widget.returning.answer import Answer
from ic_widget.returning.attempt import Attempt
from ic_widget.returning.endpoints import CallbackEndpoint
from ic_widget.returning.server import CallbackServer
from ic_widget.runtime.background import Background, background
from ic_widget.sandbox import Sandbox
from tests.security.conftest import NewFlow, connect_without_redirect, functions_have_run, handed_off
from tests.unit.wire import parsed, request

pytestmark = pytest.mark.alone

ROUNDS = 1000


@pytest.fixture
def server() -> Iterator[CallbackServer]:
    """A server of the test's own."""
    thread = Background(linger=60)
    yield CallbackServer(0, thread)
    thread.close()


@pytest.fixture(autouse=True)
def _restless() -> Iterator[None]:
    """Threads take turns a thousand times as often as usual, so that a missing lock shows."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 1000)
    yield
    sys.setswitchinterval(usual)


def at_once(number: int, *works: Callable[[], object]) -> None:
    """Run all of `works` in one instant, each on a thread of its own; by `number` another one goes first."""
    barrier = threading.Barrier(len(works) + 1)

    def run(work: Callable[[], object]) -> None:
        barrier.wait(10)
        work()

    first = number % len(works)
    threads = [threading.Thread(target=run, args=(work,)) for work in (*works[first:], *works[:first])]
    for thread in threads:
        thread.start()
    barrier.wait(10)
    for thread in threads:
        thread.join(30)


def unfinished(port: int, target: str) -> socket.socket:
    """A request that lacks its last byte."""
    connection = socket.create_connection(("127.0.0.1", port), 20)
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r".encode())
    return connection


def status(connection: socket.socket) -> int:
    """The status of the answer."""
    with connection:
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return parsed(received).status


def paste(flow: ConnectFlow, connection_id: str) -> None:
    """Paste this flow's own address."""
    address = f"http://127.0.0.1:1/{flow._flow.attempt.nonce}?connectionId={connection_id}"
    background.submit(flow._flow.receiver.paste(address)).result(20)


def test_two_answers_by_one_way(server: CallbackServer) -> None:
    """Of two different answers in one instant exactly one wins and is told once, a thousand times."""
    outcomes: Counter[tuple[object, ...]] = Counter()
    for _ in range(ROUNDS):
        told: list[str] = []
        attempt = Attempt(60, lambda told=told: told.append("!"))  # type: ignore[misc]
        port = server.open(attempt.nonce, CallbackEndpoint(attempt, set()))
        requests = [unfinished(port, f"/{attempt.nonce}?connectionId=c{number}") for number in range(2)]
        for connection in requests:
            connection.sendall(b"\n")
        statuses = [status(connection) for connection in requests]
        assert attempt.ended.wait(10)
        server.retire(attempt.nonce)
        winner = statuses.index(200)
        fits = attempt.state.answer == Answer(connection_id=f"c{winner}")
        outcome = (*sorted(statuses), len(told), fits)
        outcomes[outcome] += 1

    assert {(200, 410, 1, True): ROUNDS} == outcomes


def test_answers_by_different_ways() -> None:
    """Of an answer, another answer, an event, a cancel and a timeout in one instant exactly one wins."""
    winners: Counter[str] = Counter()
    for number in range(ROUNDS):
        told: list[str] = []
        attempt = Attempt(60, lambda told=told: told.append("!"))  # type: ignore[misc]
        outcomes: list[str] = []

        def offer(
            identity: str, via: str, attempt: Attempt = attempt, outcomes: list[str] = outcomes
        ) -> None:
            outcome = attempt.settle(Answer(connection_id=identity), via)  # type: ignore[arg-type]
            outcomes.append(outcome)
            if outcome == "won":
                attempt.publish()

        at_once(
            number,
            lambda offer=offer: offer("c1", "redirect"),  # type: ignore[misc]
            lambda offer=offer: offer("c2", "events"),  # type: ignore[misc]
            lambda offer=offer: offer("c3", "paste"),  # type: ignore[misc]
            attempt.cancel,
            attempt.expire,
        )
        by_answer = attempt.status == "connected"
        assert (1, by_answer) == (len(told), outcomes.count("won") == 1)
        assert by_answer == (attempt.state.answer is not None) == (attempt.state.failure is None)
        winners[attempt.status] += 1
    assert 3 == len(winners), winners


def test_one_callback_of_the_users(box: Sandbox, new_flow: NewFlow) -> None:
    """The user's on_connect is called once for a flow, however many answers come in one instant."""
    *redirected, pasted = [
        box.connect("stripe", parameters={"apiKey": "sk"}, allow_multiple=True).id for _ in range(5)
    ]
    for number in range(20):
        told: list[str] = []
        flow = new_flow()
        flow.on_connect(lambda connection, told=told: told.append(connection.id))  # type: ignore[misc]
        flow._flow.open()
        address = f"/{flow._flow.attempt.nonce}?connectionId="
        requests = [unfinished(flow._flow.receiver.port, f"{address}{each}") for each in redirected]
        at_once(
            number,
            *(lambda connection=connection: connection.sendall(b"\n") for connection in requests),
            lambda flow=flow: paste(flow, pasted),  # type: ignore[misc]
        )
        connection = flow.wait(20)
        assert Counter({200: 1}) >= Counter(code for code in map(status, requests) if code != 410)
        assert functions_have_run(flow)
        assert [connection.id] == told == [flow.connection_id]


def test_answered_twice_by_two_ways(flow: ConnectFlow) -> None:
    """The redirect and the event stream bring the same connection; the second one changes nothing."""
    told: list[str] = []
    flow.on_connect(lambda connection: told.append(connection.id))
    action, payload = handed_off(flow.url)
    port, path = flow._flow.receiver.port, f"/{flow._flow.attempt.nonce}"
    connect_without_redirect(action, payload)
    connection = flow.wait(20)
    again = request(port, f"{path}?connectionId={connection.id}")
    other = request(port, f"{path}?connectionId=other")
    assert functions_have_run(flow)

    assert ("events", 200, 410) == (flow._flow.attempt.state.via, again.status, other.status)
    assert [connection.id] == told == [flow.connection_id]
