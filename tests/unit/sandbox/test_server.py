"""What the server does before any handler is asked."""

from __future__ import annotations

from http.client import HTTPConnection

import pytest

from ic_widget.sandbox import Sandbox

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
