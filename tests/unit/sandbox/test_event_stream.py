"""The event stream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest

from ic_widget.sandbox import Sandbox

from .conftest import Client


@contextmanager
def stream(box: Sandbox, request_id: str, token: str | None = None) -> Iterator[HTTPResponse]:
    """An open stream; its first line was read, so it is subscribed."""
    address = urlsplit(box.url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=60)
    query = f"?token={token}" if token else ""
    connection.request("GET", f"/sse/connection-events/{request_id}{query}")
    answer = connection.getresponse()
    try:
        if answer.status == 200:
            assert answer.readline() == b": connected\n"
        yield answer
    finally:
        answer.close()
        connection.close()


def event(answer: HTTPResponse) -> dict[str, Any]:
    """The next event."""
    for line in iter(answer.readline, b""):
        if line.startswith(b"data: "):
            return dict(json.loads(line[6:]))
    raise AssertionError("the stream ended")


@pytest.mark.parametrize("with_token", [True, False])
def test_success_is_published(client: Client, box: Sandbox, with_token: bool) -> None:
    """A new connection reaches the stream of its request, with and without a token."""
    with stream(box, "r1", client.token if with_token else None) as answer:
        made = client.connected(requestId="r1")
        got = event(answer)
    assert (got["source"], got["requestId"], got["type"]) == ("integration.app", "r1", "newConnectionCreated")
    assert got["connection"]["id"] == made
    assert answer.getheader("Content-Type", "").startswith("text/event-stream")


def test_failure_is_published(client: Client, box: Sandbox) -> None:
    """A refused key reaches the stream with the same errorData as the redirect."""
    with stream(box, "r1", client.token) as answer:
        back = client.connect(integrationKey="stripe", input={"apiKey": "wrong"}, requestId="r1")
        got = event(answer)
    assert got["type"] == "newConnectionFailure"
    assert got["errorData"] == json.loads(back.result["errorData"])


def test_wrong_request_is_published_too(client: Client, box: Sandbox) -> None:
    """A request that is wrong from the start ends the wait as well."""
    with stream(box, "r1", client.token) as answer:
        client.connect(integrationKey="nope", requestId="r1")
        assert event(answer)["errorData"]["key"] == "not_found"


def test_late_stream_gets_the_event(client: Client, box: Sandbox) -> None:
    """A stream that opens after the event still gets it."""
    made = client.connected(requestId="r1")
    with stream(box, "r1", client.token) as answer:
        assert event(answer)["connection"]["id"] == made


def test_other_requests_and_tenants_hear_nothing(client: Client, box: Sandbox) -> None:
    """An event goes to its own request, and to its own tenant."""
    other = Client(box, "other")
    with stream(box, "r2", client.token) as another, stream(box, "r1", other.token) as foreign:
        client.connected(requestId="r1")
        client.connected(requestId="r2", name="second")
        other.connected(requestId="r1", name="theirs")
        assert event(another)["connection"]["name"] == "second"
        assert event(foreign)["connection"]["name"] == "theirs"


def test_wrong_token_is_refused(box: Sandbox) -> None:
    """A token may be missing, but a wrong one is 401."""
    with stream(box, "r1", "wrong") as answer:
        assert answer.status == 401


def test_stopping_ends_the_stream() -> None:
    """A stream does not outlive the sandbox, and does not keep it from stopping."""
    box = Sandbox().start()
    with stream(box, "r1") as answer:
        box.close()
        assert answer.read() in (b"\n", b"")
