"""What no built-in path does: fail for a reason of its own."""

from __future__ import annotations

import logging
from http.client import HTTPConnection

import pytest
from tornado.web import Application

from ic_widget.sandbox import Sandbox
from ic_widget.sandbox.web.handlers import ApiHandler
from ic_widget.sandbox.web.server import Server, listen

from .conftest import Answer, Client


class Broken(ApiHandler):
    """Trips over something that holds a secret."""

    token_optional = True

    def get(self) -> None:
        raise ValueError("planted-secret")


async def nothing() -> None:
    """Nothing is open."""


def test_unforeseen_error(box: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """The answer is the engine's internal error; the log has its id and place, and neither text nor address."""
    caplog.set_level(logging.DEBUG)
    listening = listen("127.0.0.1", 0)
    app = Application([("/x", Broken, {"world": box._running})], log_function=lambda handler: None)
    server = Server(app, listening, nothing, lambda: None)
    server.start()
    connection = HTTPConnection("127.0.0.1", listening.getsockname()[1], timeout=60)
    connection.request("GET", "/x?q=planted-query")
    response = connection.getresponse()
    answer = Answer(response.status, {}, response.read().decode())
    connection.close()
    server.stop()
    assert (answer.status, answer.json["type"]) == (500, "internal")
    assert f"error {answer.json['data']['errorId']}: ValueError at " in caplog.text
    assert "test_handlers.py:" in caplog.text
    assert "planted" not in caplog.text + answer.body


def test_method_that_a_path_does_not_have(box: Sandbox) -> None:
    """405 in the engine's envelope, with the methods that there are."""
    address = box.local_url.removeprefix("http://")
    connection = HTTPConnection(address, timeout=60)
    connection.request("DELETE", "/integrations", headers={"Authorization": f"Bearer {box.token()}"})
    response = connection.getresponse()
    answer = Answer(response.status, dict(response.getheaders()), response.read().decode())
    connection.close()
    assert (answer.status, answer.json["type"]) == (405, "bad_request")
    assert answer.headers["Allow"] == "GET, OPTIONS"


def test_preflight_of_a_path_that_there_is_not(client: Client) -> None:
    """It is let through, so that a page of another origin can read the 404 that follows."""
    headers = {"Origin": "http://page.example", "Access-Control-Request-Method": "GET"}
    answer = client.send("OPTIONS", "/no/such/path", headers=headers, token=None)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (204, "*")
    assert client.get("/no/such/path").status == 404
