"""A page and a browser without a screen: the kernel's messages as a list, and tabs as HTTP requests."""

from __future__ import annotations

import asyncio
import functools
import html
import json
import re
import threading
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from ic_widget.engine import events
from ic_widget.engine.client import EngineClient
from ic_widget.engine.engine import Engine
from ic_widget.launch import ConnectRequest
from ic_widget.page.catalogue import Catalogue
from ic_widget.page.channel import PageChannel
from ic_widget.page.session import PageSession
from ic_widget.page.tickets import Pace
from ic_widget.returning.flow import Flow
from ic_widget.returning.handlers import Handlers
from ic_widget.runtime.observers import Observers
from ic_widget.sandbox import Sandbox
from ic_widget.transport.credentials import credentials
from ic_widget.transport.http import Http

PATIENCE = 20.0
LAB = {"origin": "http://127.0.0.1:8888", "base_url": "/", "host": "jupyterlab"}
HUB = {"origin": "https://hub.example.org", "base_url": "/user/alice/", "host": "jupyterlab"}
COLAB = {"origin": "https://x-colab.googleusercontent.com", "base_url": None, "host": "colab"}
VSCODE = {"origin": "vscode-webview://abc", "base_url": None, "host": "vscode"}


def impatient(box: Sandbox) -> Engine:
    """An engine that is asked again almost at once where it does not answer."""
    client = EngineClient(
        credentials(box.token(), environ={}), Http(box.url), sleep=lambda seconds: asyncio.sleep(seconds / 50)
    )
    return Engine.of(client)


def place(engine: Engine) -> str:
    """What the repr of a widget or flow says of where its engine works."""
    return "".join(f", {what}={name!r}" for what, name in engine.client.subject.shown.items())


class Page:
    """Keeps what the kernel sends, and says what a real page would."""

    def __init__(
        self,
        engine: Engine,
        *,
        pace: Pace | None = None,
        listening: events.Pace | None = None,
        catalogue: Catalogue | None = None,
        aliases: Mapping[str, str] | None = None,
        new_channel: Callable[..., PageChannel] = PageChannel,
        **keywords: Any,
    ) -> None:
        self.heard: list[Mapping[str, Any]] = []
        self._news = threading.Condition()
        self._ids = count()
        request, handlers = ConnectRequest(engine, **keywords), Handlers(Observers())
        self.session = PageSession(
            lambda changed: Flow(request, handlers, changed, pace=listening),
            catalogue or Catalogue(engine.client, None),
            sensitive={},
            aliases=aliases or {},
            send=self._hear,
            changed=self._notice,
            pace=pace or Pace(proofs=0.05),
            new_channel=new_channel,
        )

    def _hear(self, message: Mapping[str, Any]) -> None:
        with self._news:
            self.heard.append(json.loads(json.dumps(message)))
            self._news.notify_all()

    def _notice(self) -> None:
        with self._news:
            self._news.notify_all()

    @property
    def flow(self) -> Flow:
        """The attempt that the widget's traits speak of."""
        return self.session.flow

    def say(self, kind: str, *, sender: str = "", **content: Any) -> str:
        """Send a message; returns its id."""
        name = f"{sender}m{next(self._ids)}"
        self.session.receive({"kind": kind, "id": name, **content})
        return name

    def person(self, name: str) -> Callable[..., str]:
        """What `say` is, on a page of that person's own."""
        return functools.partial(self.say, sender=f"{name}-")

    def until(self, true: Callable[[], Any]) -> Any:
        """Wait until something heard or changed makes it true; returns what it gave."""
        with self._news:
            assert self._news.wait_for(true, PATIENCE), [message["kind"] for message in self.heard]
            return true()

    def last(self, kind: str, **content: Any) -> Mapping[str, Any] | None:
        """The last message of a kind that has this content."""
        found = [m for m in self.heard if m["kind"] == kind and content.items() <= m.items()]
        return found[-1] if found else None

    def hears(self, kind: str, **content: Any) -> Mapping[str, Any]:
        """Wait for such a message."""
        message: Mapping[str, Any] = self.until(lambda: self.last(kind, **content))
        return message

    def choose(self, integration: str = "hacker-news") -> Mapping[str, Any]:
        """Choose an app: only then can a tab open."""
        self.heard = [message for message in self.heard if message["kind"] != "options"]
        self.say("options", integration=integration)
        return self.hears("options", integration=integration)

    def ticket(self, path: str) -> Mapping[str, Any]:
        """Wait for a ticket by this return path, an app being chosen where the path needs it."""
        if path == "events":
            self.choose()
        found: Mapping[str, Any] = self.until(
            lambda: next((m for m in reversed(self.heard) if _is_ticket(m, path)), None)
        )
        return found

    def ends(self, status: str) -> Flow:
        """Wait until the attempt has this status."""
        self.until(lambda: self.flow.status == status)
        return self.flow

    def settled(self) -> None:
        """Wait until everything said so far has been dealt with."""
        self.say("pasted", flow="none", text="")
        self.until(lambda: self.last("paste-result", flow="none"))
        self.heard = [message for message in self.heard if message.get("flow") != "none"]

    def channel(self) -> str:
        """Address of the kernel's own server, as the kernel tells it."""
        channel = self.hears("channel")
        return f"http://127.0.0.1:{channel['port']}/{channel['nonce']}"


def _is_ticket(message: Mapping[str, Any], path: str) -> bool:
    return bool(message["kind"] == "ticket" and message["redirect"]["path"] == path)


def visit(url: str, data: bytes | None = None, **headers: str) -> tuple[int, str, str]:
    """What a tab shows in the end: status, text and the address it ended on."""
    request = Request(url, data=data, headers={"Accept": "text/html", **headers})  # noqa: S310  the tests' own servers
    try:
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  the tests' own servers
            return answer.status, answer.read().decode(), answer.url
    except HTTPError as answer:
        with answer:
            return answer.code, answer.read().decode(), answer.url


def submit(action: str, payload: Mapping[str, Any]) -> tuple[int, str, str]:
    """Post the connect form."""
    return visit(action, urlencode({"payload": json.dumps(payload)}).encode())


def launch(ticket: Mapping[str, Any], integration: str = "hacker-news", **typed: Any) -> tuple[int, str, str]:
    """Post the form that a ticket allows."""
    payload = {**ticket["payload"], "integrationKey": integration, ticket["parameters_key"]: typed}
    return submit(ticket["action"], payload)


def hand_off(url: str) -> tuple[str, dict[str, Any]]:
    """Open a hand-off page; returns the action and the payload of its form."""
    status, page, _ = visit(url)
    assert 200 == status, page
    action, payload = (
        html.unescape(re.search(pattern, page)[1])  # type: ignore[index]
        for pattern in (r'action="([^"]*)"', r'name="payload" value="([^"]*)"')
    )
    return action, json.loads(payload)
