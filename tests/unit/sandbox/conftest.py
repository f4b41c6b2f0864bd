"""A running sandbox, and the smallest HTTP client that follows nothing by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from ic_widget.sandbox import Sandbox

PAGE = {"Accept": "text/html,application/xhtml+xml"}


@dataclass
class Answer:
    """An HTTP answer with the body read."""

    status: int
    headers: dict[str, str]
    body: str
    #: Every header, a repeated one more than once.
    every: list[tuple[str, str]] = field(default_factory=list)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def location(self) -> str:
        return self.headers["location"]

    @property
    def result(self) -> dict[str, str]:
        """The parameters that the redirect carries."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.location).query).items()}


class Client:
    """Speaks to one sandbox for one tenant."""

    def __init__(self, box: Sandbox, tenant: str = "demo") -> None:
        self.box = box
        self.token = box.token(tenant)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        *,
        token: str | None = "",
    ) -> Answer:
        """One request. `token` None sends none; a dict as `body` goes as JSON, a string as a form."""
        address = urlsplit(self.box.local_url)
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token or self.token}"
        if isinstance(body, dict | list):
            sent.setdefault("Content-Type", "application/json")
            body = json.dumps(body)
        elif isinstance(body, str):
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection = HTTPConnection(address.hostname or "", address.port, timeout=60)
        try:
            connection.request(method, path.removeprefix(self.box.url), body, sent)
            answer = connection.getresponse()
            text = answer.read().decode()
            came = answer.getheaders()
            return Answer(answer.status, {name.lower(): value for name, value in came}, text, came)
        finally:
            connection.close()

    def get(self, path: str, **options: Any) -> Answer:
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.send("POST", path, body, **options)

    def connect(
        self, path: str = "/connect", *, headers: dict[str, str] | None = None, **payload: Any
    ) -> Answer:
        """What the widget's form does: the payload as a form field, by a browser."""
        given = {"token": self.token, "redirectUri": "http://127.0.0.1:1/back", **payload}
        form = urlencode({"payload": json.dumps(given)})
        return self.post(path, form, headers=PAGE if headers is None else headers, token=None)

    def connected(self, integration: str = "hacker-news", **payload: Any) -> str:
        """The id of a new connection."""
        return self.connect(integrationKey=integration, **payload).result["connectionId"]


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """A sandbox with the built-in apps."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def client(box: Sandbox) -> Client:
    """The tenant "demo"."""
    return Client(box)
