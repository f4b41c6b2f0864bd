"""What the server does before any handler is asked."""

from __future__ import annotations

import asyncio
import threading
from http.client import HTTPConnection
from pathlib import Path

import pytest
from tornado.web import Application, RequestHandler

from ic_widget.sandbox import Sandbox
from ic_widget.sandbox.state.store import Store
from ic_widget.sandbox.web.server import Server, listen

from .conftest import Client

LARGEST = 10 * 1024 * 1024


@pytest.mark.parametrize("chunked", [True, False])
def test_too_large_a_request(box: Sandbox, chunked: bool) -> None:
    """A body over 10 MB gets 413 in the engine's envelope, and the next request on the connection is all right."""
    body = b"x" * (LARGEST + 1)
    connection = HTTPConnection(box.local_url.removeprefix("http://"), timeout=60)
    connection.request("POST", "/connect", iter([body]) if chunked else body, encode_chunked=chunked)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.request("GET", "/favicon.ico")
    after = connection.getresponse().status
    connection.close()
    assert (413, "application/json; charset=utf-8") == (answer.status, answer.getheader("Content-Type"))
    assert '{"type": "bad_request", "message": "The request is larger than 10 MB' in text
    assert 204 == after


def test_just_small_enough(client: Client) -> None:
    """A body of 10 MB is read."""
    answer = client.post("/connect", "payload=" + "x" * (LARGEST - 8), token=None)
    assert (400, "The form field payload is not valid JSON.") == (answer.status, answer.json["message"])


class Slow(RequestHandler):
    """Is not done when the server stops, and writes down that it was not."""

    def initialize(self, store: Store, came: threading.Event) -> None:
        self._store, self._came = store, came

    async def get(self) -> None:
        self._came.set()
        try:
            await asyncio.Event().wait()
        finally:
            self._store.put("kept", "last", {"written": True})


async def nothing() -> None:
    """Nothing is open."""


def test_what_is_written_while_it_stops(tmp_path: Path) -> None:
    """The store is closed after the last handler: what one writes while the server stops is in the file."""
    store, came, listening = Store(tmp_path / "state.db"), threading.Event(), listen("127.0.0.1", 0)
    server = Server(
        Application([("/", Slow, {"store": store, "came": came})]), listening, nothing, store.close
    )
    server.start()
    connection = HTTPConnection("127.0.0.1", listening.getsockname()[1], timeout=60)
    connection.request("GET", "/")
    assert came.wait(10)
    server.stop()
    connection.close()

    kept = Store(tmp_path / "state.db")
    assert {"written": True} == kept.get("kept", "last")
    kept.close()
