"""ConnectFlow without any front end: the hand-off page, and the ways back it can take."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys

import pytest

from ic_widget.engine.engine import Engine
from ic_widget.errors import ConfigurationError, ConnectError, EngineError
from ic_widget.flow import ConnectFlow
from ic_widget.sandbox import Sandbox
from tests.unit.visitor import hand_off, submit, visit


def test_from_start_to_connection(engine: Engine) -> None:
    """`url` is a page that posts the payload and comes back to 127.0.0.1."""
    with ConnectFlow(engine, integration="stripe", parameters={"apiKey": "sk"}) as flow:
        action, payload = hand_off(flow.url)
        assert flow.redirect_uri == payload["redirectUri"]
        status, text, address = submit(action, payload)
        assert (200, True) == (status, address.startswith(str(flow.redirect_uri)))
        assert "Connected" in text
        assert flow.connection_id == flow.wait().id


def test_url_works_once(engine: Engine) -> None:
    """The page works once; `url` asked again is the same before it was opened and a new one after."""
    with ConnectFlow(engine, integration="hacker-news") as flow:
        url = flow.url
        assert url == flow.url
        assert 200 == visit(url)[0]
        assert 410 == visit(url)[0]
        assert url != flow.url
        assert 200 == visit(flow.url)[0]


def test_url_after_the_end(engine: Engine) -> None:
    """After the end the page is gone, and `url` says that the attempt has ended."""
    with ConnectFlow(engine, integration="hacker-news") as flow:
        url = flow.url
        flow.cancel()
        assert 410 == visit(url)[0]
        with pytest.raises(ConnectError, match="has ended"):
            _ = flow.url


def test_values_leave_memory(engine: Engine) -> None:
    """When the attempt has ended, nothing but the caller's own dict holds the parameters."""
    value = "-".join(["planted", "value"])
    flow = ConnectFlow(engine, integration="stripe", parameters={"apiKey": value}).start()
    url = flow.url
    flow.cancel()
    assert 410 == visit(url)[0]
    gc.collect()
    holders = [
        found
        for found in gc.get_objects()
        if isinstance(found, dict) and "requestId" in found and value in str(found.values())
    ]
    assert [] == holders


def test_events(box: Sandbox, engine: Engine) -> None:
    """redirect='events' sends no redirectUri, and starts only when the stream is open."""
    with ConnectFlow(engine, integration="hacker-news", redirect="events") as flow:
        assert ("proved", None) == (flow._flow.receiver.events, flow.redirect_uri)
        action, payload = hand_off(flow.url)
        assert "redirectUri" not in payload
        box.faults.set("events-forget")
        submit(action, payload)
        flow.wait()
        assert "events" == flow._flow.attempt.state.via


def test_events_without_a_stream(box: Sandbox, engine: Engine) -> None:
    """redirect='events' on an engine without event stream is an EngineError at once, with nothing begun."""
    box.faults.set("events-missing")
    flow = ConnectFlow(engine, integration="hacker-news", redirect="events")
    with pytest.raises(EngineError, match="has no event stream"):
        flow.start()
    assert "idle" == flow.status


def test_paste(box: Sandbox, engine: Engine) -> None:
    """Where the browser cannot come back its last address can be pasted; a wrong one changes nothing."""
    made = box.connect("hacker-news").id
    box.faults.set("events-missing")
    with ConnectFlow(engine, integration="hacker-news") as flow:
        with pytest.raises(ConnectError, match="neither an address nor a connection id"):
            flow.paste("what?")
        assert "waiting" == flow.status
        flow.paste(f"{flow.redirect_uri}?connectionId={made}")
        assert ("connected", made, "paste") == (flow.status, flow.connection_id, flow._flow.attempt.state.via)


def test_proxy_needs_a_page(engine: Engine) -> None:
    """redirect='proxy' cannot work without a page: a sentence, and the way to say the address."""
    flow = ConnectFlow(engine, integration="hacker-news", redirect="proxy")
    with pytest.raises(ConfigurationError, match="Give redirect_base="):
        flow.start()
    assert "idle" == flow.status


def test_base_and_pinned_port(box: Sandbox, engine: Engine) -> None:
    """redirect_base and port= make a forwarded port a way back, also for the hand-off page."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base, made = "https://tunnel.example.org/kernel", box.connect("hacker-news").id
    with ConnectFlow(engine, integration="hacker-news", redirect_base=base, port=port) as flow:
        assert flow.url.startswith(f"{base}/")
        assert f"{base}/{flow._flow.attempt.nonce}" == flow.redirect_uri
        local = f"http://127.0.0.1:{port}/{flow._flow.attempt.nonce}?connectionId={made}"
        assert 200 == visit(local, Host="tunnel.example.org")[0]
        assert made == flow.wait().id


def test_port_taken(engine: Engine) -> None:
    """A pinned port that is taken is named, 0 is suggested, and start() may be called again."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        flow = ConnectFlow(engine, integration="hacker-news", port=port)
        with pytest.raises(ConfigurationError, match=f"Port {port} is taken.*port=0"):
            flow.start()
    with flow.start():
        assert flow.url.startswith(f"http://127.0.0.1:{port}/")


# Python 3.10 finds its own folders by the platform's name: so it is asked before the name is changed.
BROWSER_PYTHON = """
import socket, sys, sysconfig, threading

sysconfig.get_config_vars()

def none(*_, **__):
    raise RuntimeError("can't start new thread")

class NoSocket(socket.socket):
    def __init__(self, *_, **__):
        raise OSError("no sockets here")

threading.Thread.start = none
socket.socket = NoSocket
sys.platform = PLATFORM
sys.modules["tornado"] = None  # Pyodide has none: importing must not need it
import ic_widget
from ic_widget import ConnectError, ConnectFlow, ConnectWidget, Engine
engine = Engine("pat-x", api_uri="https://engine.example.org")
for attempt in ATTEMPTS:
    try:
        attempt(engine)
    except ConnectError as error:
        print(type(error).__name__, error)
"""
CALLS = """[
    lambda engine: ConnectWidget(engine), lambda engine: ConnectFlow(engine, integration="github").start(),
    lambda engine: engine.integrations(),
]"""
NEED_A_SOCKET = """[
    lambda engine: ConnectFlow(engine, integration="github"), lambda engine: ConnectWidget(engine, redirect="proxy"),
    lambda engine: __import__("ic_widget.sandbox").sandbox.Sandbox,
]"""


@pytest.mark.program
@pytest.mark.parametrize("platform", ["wasi", "linux", "emscripten"])
def test_python_without_threads_and_sockets(platform: str) -> None:
    """Without threads and sockets importing works and use gives a sentence; in JupyterLite what needs a socket does."""
    calls = NEED_A_SOCKET if platform == "emscripten" else CALLS
    source = BROWSER_PYTHON.replace("PLATFORM", repr(platform)).replace("ATTEMPTS", calls)
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=120)
    assert "" == done.stderr
    lines = done.stdout.splitlines()
    # Elsewhere than in the browser, threads may be there again by the time the widget needs them.
    assert (2 if platform == "linux" else 3) == len(lines)
    said = "needs a socket" if platform == "emscripten" else "This Python cannot start threads"
    assert all("ConfigurationError" in line and said in line for line in lines)
