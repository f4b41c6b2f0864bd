"""What goes wrong around a pending sign-in: the engine, the network, the clock, the process."""

from __future__ import annotations

import json
import socket
import threading
import urllib.parse

import pytest

from ic_widget import ConnectFlow, ConnectionRejected, ConnectTimeout, Engine
from ic_widget.runtime.background import background
from ic_widget.sandbox import Sandbox
from tests.security.conftest import NewFlow, connect_without_redirect, fetch, handed_off, sign_in
from tests.unit.wire import request


def streaming(flow: ConnectFlow) -> bool:
    """Wait until the kernel listens to the event stream."""
    opened = threading.Event()
    flow._flow.receiver._events_changed = lambda: (
        opened.set() if flow._flow.receiver.events == "proved" else None
    )
    return flow._flow.receiver.events == "proved" or opened.wait(30)


def restarted(box: Sandbox) -> Sandbox:
    """The same engine once more on the same port, as after a restart."""
    port = int(urllib.parse.urlsplit(box.url).port or 0)
    box.close()
    again = Sandbox(port=port)
    again._credentials = box._credentials
    return again.start()


@pytest.mark.parametrize("way", ["redirect", "events"])
def test_engine_restarted(way: str) -> None:
    """An engine that restarts while the user signs in costs nothing: the answer comes either way."""
    with Sandbox() as box:
        flow = ConnectFlow(box.engine(), integration="stripe", parameters={"apiKey": "sk"}).start()
        assert streaming(flow)
        flow._flow.receiver.events = None
        action, payload = handed_off(flow.url)
        with restarted(box):
            assert streaming(flow)
            if way == "events":
                connect_without_redirect(action, payload)
            else:
                fetch(action, urllib.parse.urlencode({"payload": json.dumps(payload)}).encode())
            connection = flow.wait(30)

    assert ("connected", connection.id) == (flow.status, flow.connection_id)


def test_engine_away() -> None:
    """An engine that breaks off what the kernel asks for a while is asked again, until it answers."""
    with Sandbox() as box:
        flow = ConnectFlow(box.engine(), integration="stripe", parameters={"apiKey": "sk"}).start()
        assert streaming(flow)
        action, payload = handed_off(flow.url)
        box.close()
        port = int(urllib.parse.urlsplit(box.url).port or 0)
        with socket.create_server(("127.0.0.1", port)) as broken:
            broken.settimeout(30)
            for _ in range(2):
                broken.accept()[0].close()
        flow._flow.receiver.events = None
        with restarted(box):
            assert streaming(flow)
            connect_without_redirect(action, payload)
            connection = flow.wait(30)

    assert ("events", connection.id) == (flow._flow.attempt.state.via, flow.connection_id)


def test_engine_gone() -> None:
    """An answer is taken though the engine cannot be reached any more."""
    with Sandbox() as own:
        flow = ConnectFlow(own.engine(), integration="stripe", parameters={"apiKey": "sk"}).start()
    answer = request(flow._flow.receiver.port, f"/{flow._flow.attempt.nonce}?connectionId=c1")

    assert (200, "connected", "c1") == (answer.status, flow.status, flow.connection_id)


def test_event_stream_cut(box: Sandbox, new_flow: NewFlow) -> None:
    """A stream that breaks is opened again, and brings the answer that the redirect could not."""
    box.faults.set("events-drop", times=2)
    flow = new_flow().start()
    assert streaming(flow)
    connect_without_redirect(*handed_off(flow.url))
    connection = flow.wait(30)

    assert ("events", connection.id) == (flow._flow.attempt.state.via, flow.connection_id)


def test_no_event_stream(box: Sandbox, new_flow: NewFlow) -> None:
    """An engine without a stream leaves the redirect as it is."""
    box.faults.set("events-missing")
    flow = new_flow().start()
    sign_in(flow.url)

    assert "redirect" == flow._flow.attempt.state.via
    assert flow.wait(20).id == flow.connection_id


def test_answered_late(new_flow: NewFlow) -> None:
    """An answer after the timeout is told as late, and changes nothing unless it is asked for."""
    flow = new_flow(timeout=0.2).start()
    action, payload = handed_off(flow.url)
    with pytest.raises(ConnectTimeout):
        flow.wait()
    late = fetch(action, urllib.parse.urlencode({"payload": json.dumps(payload)}).encode())
    pasted = background.submit(flow._flow.receiver.paste(f"{flow.redirect_uri}?connectionId=c1")).result(20)

    assert (200, True) == (late[0], "had stopped waiting" in late[1])
    assert "" == pasted
    assert ("expired", None) == (flow.status, flow.connection_id)


def test_refused(new_flow: NewFlow) -> None:
    """A refused key is an exception with the engine's reason, and the next try works."""
    flow = new_flow(parameters={"apiKey": "wrong"}).start()
    sign_in(flow.url)
    with pytest.raises(ConnectionRejected):
        flow.wait(20)

    again = new_flow().start()
    sign_in(again.url)
    assert again.wait(20).id


def test_error_data_that_cannot_be_sent(flow: ConnectFlow, engine: Engine) -> None:
    """An error with data that JSON cannot carry still ends the flow, with the data as text."""
    data = urllib.parse.quote('{"at": NaN, "half": "\\ud800"}')
    request(flow._flow.receiver.port, f"/{flow._flow.attempt.nonce}?error=No&errorData={data}")
    with pytest.raises(ConnectionRejected, match="No"):
        flow.wait(20)

    assert {"text": '{"at": NaN, "half": "\\ud800"}'} == flow.error_data
