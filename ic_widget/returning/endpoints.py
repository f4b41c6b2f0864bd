"""What the callback server serves under its nonces: the callback, the hand-off page and the channel."""

from __future__ import annotations

import functools
import json
import threading
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from . import pages
from .answer import Malformed, from_query
from .attempt import Attempt
from .paths import is_loopback
from .server import Endpoint, Reply, Request

__all__ = ["CallbackEndpoint", "ChannelEndpoint", "HandOffEndpoint", "Proved"]

Proved = Callable[[str, str, "str | None"], None]
"""Is told of a request by its path, its host and its origin; None where the page is of the same origin."""


class _Over:
    """What is left of an endpoint that can take nothing more: it says so to whoever comes to one of its `tails`.

    `serves_host` says under which host names.
    """

    def __init__(
        self, page: Callable[[], pages.Page], serves_host: Callable[[str], bool], *tails: str
    ) -> None:
        self._page = page
        self.serves_host = serves_host
        self._tails = tails

    def answer(self, request: Request) -> Reply:
        return Reply(self._page() if request.tail in self._tails else pages.unknown())

    def retired(self) -> Endpoint:
        return self


class CallbackEndpoint:
    """Takes the answer of one attempt: ``GET /<nonce>?connectionId=`` or ``?error=``, the first valid one.

    `hosts` are the public host names (with port) under which the browser may come, filled as they come up.
    """

    def __init__(self, attempt: Attempt, hosts: set[str]) -> None:
        self._attempt = attempt
        self._hosts = hosts

    def serves_host(self, host: str) -> bool:
        return host in self._hosts

    def answer(self, request: Request) -> Reply:
        if request.tail:
            return Reply(pages.unknown())
        if request.method != "GET":
            return Reply(pages.wrong_method(), {"Allow": "GET"})
        try:
            answer = self._attempt.redacted(from_query(request.query))
        except Malformed as problem:
            return Reply(pages.ended() if self._attempt.over else pages.malformed(str(problem)))
        # Before it settles: nothing may fail between an answer that won and its publication.
        page = (
            pages.connected()
            if answer.connection_id is not None
            else pages.failed(answer.error or "", refused=answer.refused)
        )
        outcome = self._attempt.settle(answer, "redirect")
        came_after = self._attempt.after
        if came_after is not None and came_after.connection_id == answer.connection_id:
            said = pages.connected_after_all(self._attempt.app, again=self._attempt.status == "connected")
            return Reply(said, after=self._attempt.publish_after if outcome == "after" else None)
        if outcome == "late":
            return Reply(pages.ended())
        return Reply(page, after=self._attempt.publish if outcome == "won" else None)

    def retired(self) -> Endpoint:
        if not self._attempt.over:
            return _Resting(self._attempt, self._hosts)
        # Without an answer there is none that could come again.
        if self._attempt.state.answer is None and self._attempt.after is None:
            return _Over(pages.ended, self._hosts.__contains__, "")
        return CallbackEndpoint(self._attempt.left(), self._hosts)


class _Resting:
    """The callback of an attempt that rests, and may go on, as long as anybody has it."""

    def __init__(self, attempt: Attempt, hosts: set[str]) -> None:
        self._attempt = weakref.ref(attempt)
        self._hosts = hosts

    def serves_host(self, host: str) -> bool:
        return host in self._hosts

    def answer(self, request: Request) -> Reply:
        attempt = self._attempt()
        endpoint = (
            _Over(pages.ended, self._hosts.__contains__, "")
            if attempt is None
            else CallbackEndpoint(attempt, self._hosts)
        )
        return endpoint.answer(request)

    def retired(self) -> Endpoint:
        return self


class HandOffEndpoint:
    """``GET /<nonce>/start``: posts the payload to the engine from a page of its own, once.

    The payload, typed values included, leaves memory when it is served or when `forget` is called. With
    `callback`, a payload that names no redirectUri yet gets one by the way this page was fetched: the browser
    that came here can come back. A forwarded port may have another number on the browser's side.
    """

    def __init__(
        self,
        action: str,
        payload: Mapping[str, Any],
        hosts: set[str],
        *,
        callback: str | None = None,
        served: Callable[[], None] = lambda: None,
    ) -> None:
        self._action = action
        self._payload: Mapping[str, Any] | None = payload
        self._hosts = hosts
        self._callback = callback
        self._served = served
        self._lock = threading.Lock()

    def serves_host(self, host: str) -> bool:
        return _serves(self._hosts, host)

    def answer(self, request: Request) -> Reply:
        if request.tail != "start":
            return Reply(pages.unknown())
        if request.method != "GET":
            return Reply(pages.wrong_method(), {"Allow": "GET"})
        payload = self.forget()
        if payload is None:
            return Reply(pages.used())
        if self._callback is not None and is_loopback(f"http://{request.host}"):
            self._hosts.add(request.host)
            payload = {"redirectUri": f"http://{request.host}/{self._callback}", **payload}
        return Reply(pages.hand_off(self._action, payload), after=self._served)

    def forget(self) -> Mapping[str, Any] | None:
        """Drop the payload and return it, None if it is gone already."""
        with self._lock:
            payload, self._payload = self._payload, None
        return payload

    def retired(self) -> Endpoint:
        return _Over(pages.used, functools.partial(_serves, self._hosts), "start")


class ChannelEndpoint:
    """``/<nonce>/loopback`` and ``/<nonce>/proxy``: proves a path to the page and takes its messages by HTTP.

    GET proves the path, POST brings a message that the kernel is too busy to read from the comm. The answer to
    both is `proof`, which the page knows and has not sent: another program on that port cannot repeat it.
    Any host name may be used, because only the page knows the nonce.
    """

    def __init__(self, proof: str, *, proved: Proved, message: Callable[[object], None]) -> None:
        self._proof = pages.Page(200, json.dumps({"ic_widget": proof}).encode(), "default-src 'none'")
        self._proved = proved
        self._message = message

    def serves_host(self, host: str) -> bool:
        return _any(host)

    def answer(self, request: Request) -> Reply:
        if request.tail not in ("loopback", "proxy"):
            return Reply(pages.unknown())
        headers = {"Content-Type": "application/json"}
        if request.tail == "loopback" and request.origin is not None and is_loopback(request.origin):
            headers |= {"Access-Control-Allow-Origin": request.origin, "Vary": "Origin"}
        if request.method == "GET":
            return Reply(
                self._proof, headers, after=lambda: self._proved(request.tail, request.host, request.origin)
            )
        if request.method == "POST":
            try:
                content = json.loads(request.body)
            except (ValueError, RecursionError):
                return Reply(pages.unknown())
            return Reply(self._proof, headers, after=lambda: self._message(content))
        return Reply(pages.wrong_method(), {"Allow": "GET, POST"})

    def retired(self) -> Endpoint:
        return _Over(pages.ended, _any, "loopback", "proxy")


def _serves(hosts: set[str], host: str) -> bool:
    return host in hosts or is_loopback(f"http://{host}")


def _any(_: str) -> bool:
    return True
