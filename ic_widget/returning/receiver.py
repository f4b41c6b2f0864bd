"""Every way by which the answer of one attempt may come in, open together: the first valid answer wins."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlsplit

from ..connection.connection import Connection
from ..engine.engine import Engine
from ..engine.events import Pace, listen
from ..engine.sought import Sought
from ..errors import ConfigurationError, ConnectError
from ..runtime.background import Background, background
from .answer import Malformed, from_event, from_pasted
from .attempt import Attempt
from .endpoints import CallbackEndpoint, HandOffEndpoint
from .paths import Failed, Proof, Reach, ReturnSettings
from .server import CallbackServer, server_on

__all__ = ["Receiver"]

_log = logging.getLogger("ic_widget")
_ON_ITS_WAY = 15.0  # seconds for the browser to come back after the event stream brought the answer
_STILL_COMES = 900.0  # seconds for a sign-in that goes on in its tab although nobody waits for it any more
_MOST_STILL_COMING = 64  # such sign-ins in a kernel: more, and the oldest are given up
_still_coming: deque[Future[None]] = deque()


class Receiver:
    """The callback endpoint, the engine's event stream and paste, for `attempt`.

    `events` says whether the stream is open, None while that is not known or nobody has asked to `listen`.
    `held_back`: something on the way keeps what the stream brings, so the connections are looked at beside it, for
    what is `sought`. `pace` is the stream's.
    """

    def __init__(
        self,
        attempt: Attempt,
        engine: Engine,
        settings: ReturnSettings,
        events_changed: Callable[[], None] = lambda: None,
        thread: Background = background,
        server: CallbackServer | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._hosts: set[str] = _public_hosts(settings)
        self.events: Proof | None = None
        self._events_changed = events_changed
        self.held_back = False
        self.sought: Sought | None = None
        self._events_known = threading.Event()
        self._attempt = attempt
        self._engine = engine
        self._settings = settings
        self._server: CallbackServer = server or server_on(settings.port)
        self._thread = thread
        self._pace = pace or Pace()
        self._opened = False
        self._stream: Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._handoffs: dict[str, HandOffEndpoint] = {}
        self._lock = threading.RLock()
        self.port = 0

    def open(self) -> None:
        """Open the callback endpoint.

        `port` stays 0 where no port can be opened and the choice of the way back is left to us.

        Raises ConfigurationError where the user asked for what cannot be had.
        """
        with self._lock:
            if self._opened or self._attempt.over:
                return
            try:
                endpoint = CallbackEndpoint(self._attempt, self._hosts)
                self.port = self._server.open(self._attempt.nonce, endpoint)
            except ConfigurationError as error:
                if self._settings.needs_port:
                    raise
                _log.debug("goes on without a port: %s", error.message)
            self._opened = True

    def listen(self) -> None:
        """Open the event stream, unless it is: each takes a connection of the engine's as long as it is open."""
        with self._lock:
            if self._opened and self._stream is None and not self._attempt.over:
                self._stream = self._thread.start(self._listen(), self._attempt.fail)

    def allow_host(self, host: str) -> None:
        """The browser may come under this public host name (with port) too."""
        self._hosts.add(host.lower())

    def wait_for_events(self, seconds: float) -> None:
        """Block until the event stream is open, or known not to open, or `seconds` have passed."""
        self._events_known.wait(seconds)

    def close(self, *, listening: bool = False) -> None:
        """Forget every payload and take no answer but a success that is still on its way, for a while.

        After that the callback address says that it is over. With `listening` the stream may bring it too. Of many
        such attempts the oldest are given up before their time: each keeps an address and perhaps a stream.
        """
        with self._lock:
            stream, self._stream = self._stream, None
            self._opened = False
            timer, self._timer = self._timer, None
        self._forget_handoffs()
        if timer is not None:
            self._thread.call(timer.cancel)
        stays = self._attempt.may_still_come
        if stream is not None and not (stays and listening):
            stream.cancel()
            stream = None
        if stays or self._attempt.state.via == "events":
            self._stay(_STILL_COMES if stays else _ON_ITS_WAY, stream)
        else:
            self._server.retire(self._attempt.nonce)

    def _stay(self, seconds: float, stream: Future[None] | None) -> None:
        def over(_: Future[None]) -> None:
            if stream is not None:
                stream.cancel()
            self._attempt.give_up()
            self._server.retire(self._attempt.nonce)

        staying = self._thread.start(asyncio.sleep(seconds))
        staying.add_done_callback(over)
        if seconds == _STILL_COMES:
            _still_coming.append(staying)
            while len(_still_coming) > _MOST_STILL_COMING:
                _still_coming.popleft().cancel()

    def expire_after(self, seconds: float) -> None:
        """End the attempt as expired in `seconds` unless it ends before; what was set earlier counts no more."""

        def arm() -> None:
            with self._lock:
                if self._timer is not None:
                    self._timer.cancel()
                if not self._attempt.over:
                    self._timer = asyncio.get_running_loop().call_later(seconds, self._attempt.expire)

        self._thread.call(arm)

    async def paste(self, text: str, why_not: Callable[[Connection], str | None] = lambda _: None) -> str:
        """Take what the user pasted; returns "" if it ended the attempt, else a sentence.

        An id without this attempt's nonce beside it counts only if the engine knows it and `why_not` has nothing
        against it: it may be mistyped, or be the id of another connection.
        """
        try:
            answer = from_pasted(text, nonce=self._attempt.nonce)
            if answer.connection_id is not None and self._attempt.nonce not in text:
                found = await self._engine.client.connection(answer.connection_id)
                if problem := why_not(found):
                    return problem
        except Malformed as problem:
            return str(problem)
        except ConnectError as error:
            return error.message
        outcome = self._attempt.settle(answer, "paste")
        if outcome == "won":
            self._attempt.publish()
        elif outcome == "after":
            self._attempt.publish_after()
        elif self._attempt.state.answer is None:
            return "This attempt has already ended. Start a new one."
        return ""

    def links(
        self, action: str, payload: Mapping[str, Any], reach: Reach, opened: Callable[[], None] = lambda: None
    ) -> Callable[[], str]:
        """A function that returns the address of a single-use hand-off page, a new one once that was opened.

        Pages made before and not opened yet are forgotten, with what was typed for them.
        """
        self._forget_handoffs()
        current = [""]

        def link() -> str:
            if current[0] not in self._handoffs:
                current[0] = self._hand_off(action, payload, reach, opened)
            return f"{reach.base or f'http://127.0.0.1:{self.port}'}/{current[0]}/start"

        return link

    def _hand_off(
        self, action: str, payload: Mapping[str, Any], reach: Reach, opened: Callable[[], None]
    ) -> str:
        nonce = secrets.token_urlsafe(32)

        def served() -> None:
            with self._lock:
                self._handoffs.pop(nonce, None)
            self._server.retire(nonce)
            opened()

        callback = self._attempt.nonce if self._settings.redirect == "auto" and reach.base is None else None
        handoff = HandOffEndpoint(action, payload, self._hosts, callback=callback, served=served)
        with self._lock:
            if self._attempt.over:
                raise ConnectError("This attempt has already ended. Start a new one.")
            # Within the lock, or else `close` could come in between and this address stay open for good.
            self._handoffs[nonce] = handoff
            self._server.open(nonce, handoff)
        return nonce

    def _forget_handoffs(self) -> None:
        with self._lock:
            handoffs, self._handoffs = self._handoffs, {}
        for nonce, handoff in handoffs.items():
            handoff.forget()
            self._server.retire(nonce)

    async def _listen(self) -> None:
        events = listen(
            self._engine.client,
            self._attempt.request_id,
            opened=lambda: self._events_are("proved"),
            held_back=self._events_are_held_back,
            sought=lambda: self.sought,
            pace=self._pace,
        )
        try:
            async with contextlib.aclosing(events):
                async for event in events:
                    answer = from_event(event)
                    outcome = self._attempt.settle(answer, "events") if answer is not None else "same"
                    if outcome == "won":
                        self._attempt.publish()
                        if not self._attempt.may_still_come:
                            return
                    elif outcome == "after":
                        self._attempt.publish_after()
        except ConnectError as error:
            _log.debug("event stream given up: %s", type(error).__name__)
            self._events_are(Failed(error.message))

    def _events_are_held_back(self) -> None:
        self.held_back = True
        self._events_changed()

    def _events_are(self, state: Proof) -> None:
        self.events = state
        self._events_known.set()
        self._events_changed()


def _public_hosts(settings: ReturnSettings) -> set[str]:
    if settings.redirect_base is None:
        return set()
    address = urlsplit(settings.redirect_base)
    host = (address.netloc if address.netloc.isascii() else address.netloc.encode("idna").decode()).lower()
    # RFC 9110, section 7.2: browsers leave the scheme's own port out of Host.
    return {host.removesuffix(":443" if address.scheme == "https" else ":80")}
