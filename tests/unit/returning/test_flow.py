"""One attempt with its ways back: what it is told, what it asks, and what it leaves behind."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from ic_widget import Connection, ConnectionRejected, ConnectTimeout, Engine
from ic_widget.errors import ConnectCancelled, ConnectError
from ic_widget.launch import ConnectRequest
from ic_widget.returning import receiver
from ic_widget.returning.answer import Answer
from ic_widget.returning.flow import Flow
from ic_widget.returning.handlers import Handlers
from ic_widget.returning.success import unconfirmed
from ic_widget.returning.waiting import Waiting
from ic_widget.runtime.background import background
from ic_widget.runtime.observers import Observers
from ic_widget.sandbox import Sandbox
from tests.unit.visitor import impatient, submit, visit


def flow_to(engine: Engine, **keywords: Any) -> Flow:
    """An attempt that nobody drives."""
    return Flow(ConnectRequest(engine, integration="hacker-news", **keywords), Handlers(Observers()))


def known_connection(box: Sandbox, engine: Engine) -> str:
    """Id of a connection that the engine has."""
    assert 200 == submit(engine.connect_url, {"token": box.token(), "integrationKey": "hacker-news"})[0]
    return engine.connections(integration="hacker-news")[0].id


def connect(flow: Flow, connection_id: str) -> None:
    """Let the answer come by the redirect."""
    receiver = flow.open()
    assert (
        200 == visit(f"http://127.0.0.1:{receiver.port}/{flow.attempt.nonce}?connectionId={connection_id}")[0]
    )


def test_listener_that_raises(engine: Engine) -> None:
    """Whoever follows the attempt may fail: its ways back are closed and its functions told all the same."""

    def fail(_: Flow) -> None:
        raise ZeroDivisionError

    handlers, errors, told = Handlers(Observers()), list[ConnectError](), threading.Event()
    flow = Flow(ConnectRequest(engine), handlers, fail)
    handlers.add(lambda error: (errors.append(error), told.set()), flow, on_connect=False)
    port = flow.open().port
    with pytest.raises(ZeroDivisionError):
        flow.attempt.cancel()

    assert 410 == visit(f"http://127.0.0.1:{port}/{flow.attempt.nonce}?connectionId=c1")[0]
    assert told.wait(10)
    assert [ConnectCancelled] == [type(error) for error in errors]
    with pytest.raises(ConnectCancelled):
        flow.wait(1)


def test_details_are_asked_for_once(box: Sandbox, engine: Engine) -> None:
    """However often the connection is read, the engine is asked once and its answer kept."""
    flow = flow_to(engine)
    connect(flow, known_connection(box, engine))
    first = flow.wait(10)
    box.faults.set("internal")

    assert (first, first) == (flow.connection, flow.connection)
    assert "READY" == first.state


def test_engine_that_does_not_describe_it(box: Sandbox, engine: Engine) -> None:
    """A timeout is a timeout: where the engine is slow, wait() returns the id alone when its time is over."""
    flow = flow_to(engine)
    connection_id = known_connection(box, engine)
    box.faults.set("latency", 30_000)
    waited = threading.Event()
    connect(flow, connection_id)
    found: list[Connection] = []
    threading.Thread(target=lambda: (found.append(flow.wait(0.3)), waited.set()), daemon=True).start()

    assert waited.wait(8)
    assert [Connection(connection_id, integration_key="hacker-news")] == found


def test_connection_that_the_engine_does_not_know(engine: Engine) -> None:
    """An id that the engine has no connection for is no success, in time or late."""
    flow = flow_to(engine)
    connect(flow, "made-up")
    with pytest.raises(ConnectionRejected, match='There is no connection "made-up" for this tenant'):
        flow.wait(10)
    late, _ = launched(engine)
    late.attempt.cancel()
    assert "after" == late.attempt.settle(Answer(connection_id="made-up"), "redirect")
    late.attempt.publish_after()
    assert late._details._looking is not None
    late._details._looking.result(30)
    assert late.late is None


def test_functions_are_told_in_order(box: Sandbox, engine: Engine) -> None:
    """A success is told to the on_connect functions alone, each once, also to one that is added later."""
    flow, told, last = flow_to(engine), list[object](), threading.Event()
    flow.handlers.add(lambda connection: told.append((1, connection)), flow, on_connect=True)
    flow.handlers.add(told.append, flow, on_connect=False)
    flow.handlers.add(lambda connection: told.append((2, connection)), flow, on_connect=True)
    connect(flow, known_connection(box, engine))
    connection = flow.wait(10)
    flow.handlers.add(lambda connection: (told.append((3, connection)), last.set()), flow, on_connect=True)

    assert last.wait(10)
    assert [(1, connection), (2, connection), (3, connection)] == told


def test_every_flow_is_told(engine: Engine) -> None:
    """The same functions serve one flow after the other, and none that ended before they were given."""
    handlers, errors = Handlers(Observers()), list[ConnectError]()
    early = Flow(ConnectRequest(engine), handlers)
    early.attempt.cancel()
    flows = [Flow(ConnectRequest(engine), handlers) for _ in range(3)]
    handlers.add(errors.append, flows[0], on_connect=False)
    for flow in flows:
        flow.attempt.cancel()
    told = threading.Event()
    handlers.observers.call("the last", lambda: handlers.observers.call("the last", told.set))

    assert told.wait(10)
    assert [flow.failure for flow in flows] == errors


def test_opened_again(engine: Engine) -> None:
    """What was closed before the end may be opened again, by a receiver that knows nothing of the first."""
    flow = flow_to(engine)
    first = flow.open()
    flow.close()

    assert (None, None) == (flow.receiver, flow.reach)
    assert first is not flow.open()
    flow.attempt.cancel()


def test_state_is_one_moment(engine: Engine) -> None:
    """Status, id and error are read from one frozen state, so that none is ahead of another."""
    flow = flow_to(engine)
    before = flow.attempt.state
    flow.attempt.settle(Answer(connection_id="c1"), "redirect")

    assert ("idle", None) == (before.status, before.connection_id)
    assert ("connected", "c1") == (flow.attempt.state.status, flow.attempt.state.connection_id)


def test_wait_has_an_end(engine: Engine) -> None:
    """wait() on a flow whose tab was never opened ends with the timeout."""
    flow = flow_to(engine)
    flow.open()
    with pytest.raises(ConnectTimeout):
        flow.wait(0.1)


def test_a_connection_made_just_before(box: Sandbox, engine: Engine) -> None:
    """A connection to the same app that was made right before the tab opened is another's."""
    known_connection(box, engine)
    flow = flow_to(engine)
    flow.open()
    flow.launched()
    flow.receiver.wait_for_events(20)  # type: ignore[union-attr]
    with pytest.raises(ConnectTimeout):
        flow.wait(1)


def test_time_is_extended(engine: Engine) -> None:
    """extend() gives a sign-in the whole timeout again: it outlives another that began with as little time."""
    extended, other = flow_to(engine, timeout=1), flow_to(engine, timeout=1)
    for flow in (extended, other):
        flow.open()
    extended.launched()
    extended.attempt.timeout = 600
    extended.extend()
    other.launched()
    with pytest.raises(ConnectTimeout):
        other.wait(20)

    assert ("waiting", None) == (extended.status, other.time_left)
    left = extended.time_left
    assert left is not None
    assert 0 < left <= 600
    extended.attempt.cancel()


def test_wait_on_the_loop(engine: Engine) -> None:
    """wait() on the thread that takes the answers says so instead of waiting for itself."""
    flow = flow_to(engine)
    flow.open()

    async def wait() -> None:
        flow.wait(1)

    with pytest.raises(ConnectError, match="wait for itself"):
        background.submit(wait()).result(10)
    flow.attempt.cancel()


def test_answer_that_the_engine_contradicts(box: Sandbox, engine: Engine) -> None:
    """A connection to another app is no success: it is taken back, wait() raises, and on_error alone is called."""
    other = known_connection(box, engine)
    flow = Flow(ConnectRequest(engine, integration="github"), Handlers(Observers()))
    told, last = list[object](), threading.Event()
    flow.handlers.add(told.append, flow, on_connect=True)
    flow.handlers.add(lambda error: (told.append(error), last.set()), flow, on_connect=False)
    connect(flow, other)
    with pytest.raises(ConnectionRejected, match="a connection to 'hacker-news', not to 'github'"):
        flow.wait(10)

    assert ("failed", None) == (flow.status, flow.attempt.state.connection_id)
    assert last.wait(10)
    assert [flow.failure] == told


def test_pasted_id_of_another_app(box: Sandbox, engine: Engine) -> None:
    """The id of a connection to another app is refused with a sentence, and the attempt goes on."""
    other = known_connection(box, engine)
    flow = Flow(ConnectRequest(engine, integration="github"), Handlers(Observers()))
    flow.open()
    said = background.submit(flow.paste(other)).result(10)

    assert "a connection to 'hacker-news', not to 'github'" in said
    assert "idle" == flow.status
    flow.attempt.cancel()


def test_dead_connection_is_no_success(box: Sandbox, engine: Engine) -> None:
    """A connection that was replaced meanwhile is archived: the answer that names it is taken back."""
    first = known_connection(box, engine)
    assert first != known_connection(box, engine)
    flow = flow_to(engine)
    connect(flow, first)
    with pytest.raises(ConnectionRejected, match="has been archived"):
        flow.wait(10)


def test_an_interrupt_says_that_the_sign_in_goes_on(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    """Interrupting a wait ends the wait only, and says so."""
    flow = Flow(ConnectRequest(engine), Handlers(Observers()))
    flow.open()

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Waiting(flow, 60, interrupt, after=0).block()
    flow.close()

    assert "The sign-in goes on: call wait() again" in capsys.readouterr().out
    assert "idle" == flow.status


def come_back(flow: Flow, connection_id: str) -> str:
    """Let the tab of an attempt end on its callback address; returns what it says."""
    port = background_port(flow)
    status, said, _ = visit(f"http://127.0.0.1:{port}/{flow.attempt.nonce}?connectionId={connection_id}")
    assert 200 == status, said
    return said


def background_port(flow: Flow) -> int:
    """Where the callback server listens."""
    assert flow.receiver is not None
    return flow.receiver.port


def launched(engine: Engine) -> tuple[Flow, threading.Event]:
    """An attempt whose tab is open, and what is set at each change."""
    news = threading.Event()
    request = ConnectRequest(engine, integration="hacker-news")
    flow = Flow(request, Handlers(Observers()), lambda _: news.set())
    flow.open()
    flow.attempt.app = "Hacker News"
    flow.launched()
    return flow, news


def test_finished_after_cancel(box: Sandbox, engine: Engine) -> None:
    """A sign-in that is finished after Cancel is told in its tab, offered as `late`, and may be taken."""
    made = known_connection(box, engine)
    flow, news = launched(engine)
    told = list[object]()
    flow.handlers.add(told.append, flow, on_connect=True)
    flow.attempt.cancel()
    news.clear()
    said = come_back(flow, made)
    assert "Hacker News was connected, but your notebook had stopped waiting for it" in said
    while flow.late is None:
        assert news.wait(10)
        news.clear()
    assert ("cancelled", made) == (flow.status, flow.late.id)
    flow.take(flow.late)

    assert (made, "connected") == (flow.wait(1).id, flow.status)
    done = threading.Event()
    flow.handlers.observers.call("the last", lambda: flow.handlers.observers.call("the last", done.set))
    assert done.wait(10)
    assert [flow.late] == told


def test_late_connection_to_another_app(box: Sandbox, engine: Engine) -> None:
    """What came late is looked at as any other answer: another app's connection is not offered."""
    made = known_connection(box, engine)
    flow, _ = launched(engine)
    flow.integration = "github"
    flow.attempt.cancel()
    assert "after" == flow.attempt.settle(Answer(connection_id=made), "redirect")
    flow.attempt.publish_after()
    looked = flow._details._looking
    assert looked is not None
    looked.result(10)
    assert None is flow.late


def test_late_connection_that_the_engine_does_not_describe(box: Sandbox) -> None:
    """It is offered and told as not confirmed, as one in time is; once it is taken the engine is asked again."""
    engine = impatient(box)
    made = known_connection(box, engine)
    flow, _ = launched(engine)
    flow.integration = "github"
    flow.attempt.cancel()
    box.faults.set("internal")
    try:
        assert "after" == flow.attempt.settle(Answer(connection_id=made), "redirect")
        flow.attempt.publish_after()
        looked = flow._details._looking
        assert looked is not None
        looked.result(30)
    finally:
        box.faults.clear()
    assert flow.late is not None
    assert (made, None) == (flow.late.id, flow.late.name)
    assert "is not confirmed" in str(unconfirmed(flow.late))
    flow.take(flow.late)
    with pytest.raises(ConnectionRejected, match="That is a connection to 'hacker-news', not to 'github'"):
        flow.wait(10)


def test_second_tab_of_one_attempt(box: Sandbox, engine: Engine) -> None:
    """The second tab's connection takes the place of the first's, which the engine archived; all are told."""
    first = known_connection(box, engine)
    flow, news = launched(engine)
    flow.launched()
    told, twice = list[str](), threading.Event()
    flow.handlers.add(
        lambda made: (told.append(made.id), len(told) == 2 and twice.set()), flow, on_connect=True
    )
    come_back(flow, first)
    assert first == flow.wait(10).id
    second = known_connection(box, engine)
    news.clear()
    assert "Hacker News was connected once more, in a second tab" in come_back(flow, second)

    assert twice.wait(10)
    assert [first, second] == told
    assert (second, second) == (flow.attempt.state.connection_id, flow.wait(10).id)
    assert "<Connection connected" in repr(flow.connection)


def test_nothing_listens_when_nothing_can_come(engine: Engine) -> None:
    """An attempt whose tab was never opened leaves no address behind that takes an answer."""
    flow = flow_to(engine)
    port = flow.open().port
    flow.attempt.cancel()

    assert 410 == visit(f"http://127.0.0.1:{port}/{flow.attempt.nonce}?connectionId=c1")[0]
    assert None is flow.attempt.after


def test_many_whose_tabs_are_open(box: Sandbox, engine: Engine) -> None:
    """Of attempts that ended with a tab open the last 64 still take a success; older tabs hear that it is over."""
    made = known_connection(box, engine)
    flows = [flow_to(engine) for _ in range(receiver._MOST_STILL_COMING + 1)]
    for flow in flows:
        port = flow.open().port
        flow.attempt.launch()
        flow.attempt.cancel()
    statuses = [
        visit(f"http://127.0.0.1:{port}/{flow.attempt.nonce}?connectionId={made}")[0]
        for flow in (flows[0], flows[1], flows[-1])
    ]
    assert [410, 200, 200] == statuses
    assert [None, made, made] == [
        flow.attempt.after and flow.attempt.after.connection_id for flow in (flows[0], flows[1], flows[-1])
    ]
