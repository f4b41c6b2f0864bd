"""A provider that answers a refresh only when it is told to, and takes each refresh token once, as real ones do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from ic_widget.sandbox import Sandbox
from ic_widget.sandbox.state.tokens import Tenant

from .conftest import Client


class SlowProvider(ThreadingHTTPServer):
    """`asked` is set when a refresh has come in; it is answered once `go` is set. `called` counts calls of the API."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = threading.Event()
        self.go = threading.Event()
        self.called = threading.Semaphore(0)
        self.number = 0
        self.refused = 0
        self.requests: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def entry(self) -> dict[str, Any]:
        """The catalogue entry of its app."""
        addresses = {"authorizeUri": self.url, "tokenUri": f"{self.url}/token", "apiUri": f"{self.url}/api"}
        option = {"key": "o", "type": "oauth2", "sandbox": addresses}
        return {"key": "slow", "name": "Slow", "authOptions": [option]}


class Handler(BaseHTTPRequestHandler):
    """Tokens at /token; everything else is the app's API, for the newest access token alone."""

    server: SlowProvider

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        form = parse_qs(self.rfile.read(length).decode())
        if self.path != "/token":
            return self.do_GET()
        self.server.asked.set()
        self.server.go.wait(10)
        if form["refresh_token"] != [f"refresh-{self.server.number}"]:
            self.server.refused += 1
            return self.answer(400, {"error": "invalid_grant"})
        self.server.number += 1
        number = self.server.number
        return self.answer(200, {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}"})

    def do_GET(self) -> None:
        self.server.requests.append({name.lower(): value for name, value in self.headers.items()})
        good = self.headers.get("Authorization") == f"Bearer access-{self.server.number}"
        self.answer(200 if good else 401, {})
        self.server.called.release()

    def answer(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-App", "one")
        self.send_header("X-App", "two")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal."""


@contextmanager
def slow_provider() -> Iterator[tuple[SlowProvider, Sandbox, Client, str]]:
    """The provider, a sandbox with its app, a client, and a connection whose access token is no longer good."""
    provider = SlowProvider()
    thread = threading.Thread(target=provider.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        with Sandbox([provider.entry()]) as box:
            credentials = {
                "type": "oauth2", "values": {}, "access_token": "old", "refresh_token": "refresh-0",
            }  # fmt: skip
            made: list[str] = []

            def connect(world: Any) -> None:
                item = world.catalogue.get("slow")
                connection = world.connections.create(
                    Tenant("demo", "demo"), item, option_key="o", credentials=credentials
                )
                made.append(connection["id"])

            box._do(connect)
            yield provider, box, Client(box), made[0]
    finally:
        provider.go.set()
        provider.shutdown()
        provider.server_close()
        thread.join(10)
