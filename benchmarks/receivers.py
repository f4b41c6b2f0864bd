"""The receivers that are compared, each as a program uses it: wait for one answer, then go on with it.

Each function tells the client where to send the answer (`ask`) and returns the moment at which the thread that
waits has it, in nanoseconds of the system's monotonic clock.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from benchmarks.servers import ANSWER, tornado_server

__all__ = ["RECEIVERS", "get"]

Ask = Callable[[int, str], None]
Receiver = Callable[[Ask], int]


def get(port: int, path: str) -> str:
    """A request that brings the answer in its address."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"


def tornado() -> Receiver:
    """The floor: a handler on its own thread that keeps the answer and wakes who waits."""
    arrived = threading.Event()
    port, path = tornado_server(arrived.set)

    def receive(ask: Ask) -> int:
        arrived.clear()
        ask(port, get(port, f"{path}?{ANSWER}"))
        arrived.wait()
        return time.monotonic_ns()

    return receive


def flow() -> Receiver:
    """`ConnectFlow`, waited for without asking the engine for the connection's details."""
    from ic_widget import ConnectFlow, Engine

    engine = Engine()

    def receive(ask: Ask) -> int:
        arrived = threading.Event()
        flow = ConnectFlow(engine, integration="github")
        flow.watch(lambda: flow.connection_id and arrived.set())
        flow.prepare()
        ask(flow.receiver.port, get(flow.receiver.port, f"/{flow.attempt.nonce}?{ANSWER}"))
        arrived.wait()
        return time.monotonic_ns()

    return receive


def widget() -> Receiver:
    """`ConnectWidget`, by a function that observes its `connection_id`."""
    from ic_widget import ConnectWidget, Engine

    engine = Engine()

    def receive(ask: Ask) -> int:
        arrived = threading.Event()
        widget = ConnectWidget(engine, integration="github")
        widget.observe(lambda _: arrived.set(), "connection_id")
        flow = widget._session.flow
        flow.prepare()
        flow.launched()
        ask(flow.receiver.port, get(flow.receiver.port, f"/{flow.attempt.nonce}?{ANSWER}"))
        arrived.wait()
        visible = time.monotonic_ns()
        widget.close()
        return visible

    return receive


def msal() -> Receiver:
    """MSAL's receiver: takes a form post, and looks once a second whether its thread is done."""
    from msal.oauth2cli.authcode import AuthCodeReceiver

    body = "code=6548d1a2b3c4d5e6f7a8b9c0&state=s"
    head = (
        f"POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}"
    )

    def receive(ask: Ask) -> int:
        with AuthCodeReceiver(port=0) as receiver:
            port = receiver.get_port()
            ask(port, f"{head}\r\nHost: 127.0.0.1:{port}\r\n\r\n{body}")
            assert receiver.get_auth_response(state="s", timeout=30)["code"]
            return time.monotonic_ns()

    return receive


def google() -> Receiver:
    """google-auth-oauthlib's `run_local_server`, up to where it would fetch the token."""
    from google_auth_oauthlib.flow import InstalledAppFlow

    class Flow(InstalledAppFlow):  # type: ignore[misc]
        def authorization_url(self, **keywords: Any) -> tuple[str, str]:
            path = self.redirect_uri.split("/", 3)[3]
            self.ask(self.port, get(self.port, f"/{path}?code=6548d1a2b3c4d5e6f7a8b9c0&state=s"))
            return "", ""

        def fetch_token(self, **keywords: Any) -> None:
            self.visible = time.monotonic_ns()

        @property
        def credentials(self) -> None:
            return None

    endpoints = {"auth_uri": "http://localhost/a", "token_uri": "http://localhost/t"}
    config = {"installed": {"client_id": "c", "client_secret": "s", **endpoints}}

    def receive(ask: Ask) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        flow = Flow.from_client_config(config, scopes=[])
        flow.ask, flow.port = ask, port
        flow.run_local_server("127.0.0.1", port=port, open_browser=False, authorization_prompt_message="")
        return int(flow.visible)

    return receive


RECEIVERS: dict[str, Callable[[], Receiver]] = {
    "tornado": tornado,
    "ConnectFlow": flow,
    "ConnectWidget": widget,
    "msal": msal,
    "google": google,
}
