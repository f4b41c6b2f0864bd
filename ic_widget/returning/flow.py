"""One attempt together with its ways back: what ConnectFlow and a widget's page drive."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from ..connection.connection import Connection
from ..engine.events import Pace
from ..engine.sought import Sought
from ..errors import ConnectError
from ..launch import ConnectRequest, aimed
from ..runtime.background import Background, background, require_loop
from ..runtime.single_thread import IN_BROWSER
from ..transport.secret import Secret
from .answer import Answer
from .attempt import Attempt, Status
from .details import Details
from .handlers import Handlers
from .paths import Reach, ReturnSettings
from .receiver import Receiver
from .success import why_no_success
from .waiting import DETAILS, Waiting

__all__ = ["Flow"]

_log = logging.getLogger("ic_widget")
_earlier: deque[str] = deque(maxlen=100)  # connections that attempts of this process came to


class Flow:
    """One attempt: asks nothing and shows nothing, but keeps the ways back open and knows how it stands.

    `changed` is called on any thread after each change of status, and must not block; `handlers` are told the end;
    `pace` is the event stream's.
    All of it may be used from any thread.
    """

    def __init__(
        self,
        request: ConnectRequest,
        handlers: Handlers,
        changed: Callable[[Flow], None] = lambda _: None,
        *,
        thread: Background = background,
        pace: Pace | None = None,
    ) -> None:
        require_loop()
        self.request = request
        self.engine = request.engine
        self.settings = ReturnSettings.from_environment(request.redirect, request.redirect_base, request.port)
        self.integration = request.integration
        client = request.engine.client
        self.attempt = Attempt(request.timeout, self._changed, lambda: client.secrets)
        self.handlers = handlers
        self.reach: Reach | None = None
        self.receiver: Receiver | None = None
        self._tell = changed
        self._thread = thread
        self._pace = pace
        self._details = Details(self, thread)
        self.late: Connection | None = None
        self._finished = False
        self._preparing = asyncio.Lock()
        self.prepared = False
        self._ends: float | None = None
        self._begun = time.time()
        self._process = os.getpid()

    @property
    def status(self) -> Status:
        """ "idle", "waiting", "connected", "failed", "cancelled" or "expired"."""
        return self.attempt.status

    @property
    def about(self) -> str:
        """What it is for, in a repr: the app, the connection that is signed in again, workspace and tenant."""
        again = self.request.reconnect
        named = (again.name or again.id) if isinstance(again, Connection) else again
        signs_in = f", reconnect={named!r}" if named is not None and not self.reused else ""
        place = "".join(f", {what}={name!r}" for what, name in self.engine.client.subject.shown.items())
        return f"integration={self.request.integration!r}{signs_in}{place}"

    @property
    def failure(self) -> ConnectError | None:
        """What `wait` raises, None unless failed, cancelled or expired."""
        return self.attempt.state.failure

    @property
    def connection(self) -> Connection | None:
        """The new connection as the engine describes it; with its id alone where the engine does not say in time."""
        return self.described(DETAILS)

    async def details(self, seconds: float = DETAILS) -> Connection | None:
        """The same as `connection`, for a running loop."""
        await self._details.come(seconds)
        return self.described(0)

    @property
    def building(self) -> Future[None] | None:
        """Done when the engine has set the connection up or given up; None where it need not, or has."""
        return self._details.building

    @property
    def reused(self) -> bool:
        """Whether the connection was there already and nobody was asked."""
        return self.status == "connected" and self.attempt.state.via == "reuse"

    async def prepare(self, *, reuse: bool = True) -> None:
        """Find the connection that this attempt is about, if it is about one; with `reuse` it may end with it.

        Raises ConfigurationError or EngineError, with nothing begun.
        """
        async with self._preparing:
            if self.prepared or self.attempt.over:
                return
            request = self.request if reuse else replace(self.request, reuse=False)
            self.request, taken = await aimed(request)
            self.integration, self.prepared = self.request.integration, True
        if taken is not None and self.attempt.settle(Answer(connection_id=taken.id), "reuse") == "won":
            self.attempt.publish()

    @property
    def redirect_uri(self) -> str | None:
        """Where the engine sends the browser when it is done; None before that is known, and on the event stream."""
        return self.reach.redirect_uri(self.attempt.nonce) if self.reach is not None else None

    def open(self, events_changed: Callable[[], None] = lambda: None) -> Receiver:
        """Open the ways back without choosing one. Raises ConfigurationError, with nothing left open."""
        if self.receiver is None:
            receiver = Receiver(
                self.attempt, self.engine, self.settings, events_changed, self._thread, pace=self._pace
            )
            receiver.open()
            self.receiver = receiver
        return self.receiver

    def listen(self) -> None:
        """Open the engine's event stream beside the other ways back: a tab is about to open."""
        if self.receiver is not None:
            self.receiver.listen()

    def close(self) -> None:
        """Take no more answers; what was opened may be opened again unless the attempt has ended."""
        receiver, self.receiver = self.receiver, None
        if receiver is not None:
            receiver.close()
        self.reach = None

    def launched(self, integration: str | None = None) -> None:
        """The sign-in tab was opened for this `integration` (None: the one asked for); now the timeout runs."""
        self.integration = integration or self.integration
        if self.receiver is None:
            return
        if self.status == "idle":
            # Before anyone is told that it waits, so that whoever asks then knows how long.
            self.extend()
        if self.attempt.launch():
            again = self.request.connection_to_update
            self.receiver.sought = Sought(time.time(), self.integration, again, tuple(_earlier))
            self.receiver.listen()

    def extend(self) -> None:
        """The sign-in may take the whole timeout again, from now on."""
        if self.receiver is not None and not self.attempt.over:
            self._ends = time.monotonic() + self.attempt.timeout
            self.receiver.expire_after(self.attempt.timeout)

    @property
    def time_left(self) -> float | None:
        """Seconds after which the sign-in expires; None unless one is waited for."""
        if self._ends is None or self.status != "waiting":
            return None
        return max(0.0, self._ends - time.monotonic())

    def payload(self, token: Secret) -> dict[str, Any]:
        """The fixed part of what is posted to the engine's connect page."""
        return self.request.payload(
            token=token, request_id=self.attempt.request_id, redirect_uri=self.redirect_uri
        )

    def link(
        self, payload: Mapping[str, Any], opened: Callable[[], None] = lambda: None
    ) -> Callable[[], str]:
        """A function that returns the address of a hand-off page for `payload`. Raises ConnectError after the end."""
        if self.receiver is None or self.reach is None or self.attempt.over:
            raise ConnectError("This attempt has already ended. Start a new one.")
        return self.receiver.links(self.engine.connect_url, payload, self.reach, opened)

    async def paste(self, text: str) -> str:
        """Take what the user pasted; returns "" if it ended the attempt, else a sentence."""
        if self.receiver is None:
            return "This attempt has already ended. Start a new one."
        begun = self._begun
        return await self.receiver.paste(text, lambda found: self.why_no_success(found, since=begun))

    def wait(self, timeout: float | None, overdue: Callable[[], None] = lambda: None) -> Connection:
        """Block until the attempt has ended; `timeout` in seconds ends it. Raises what it failed with.

        `overdue` is called once, after two seconds, on the caller's thread; what it raises ends the wait only.
        """
        return Waiting(self, timeout, overdue).block()

    async def connected(
        self, timeout: float | None, overdue: Callable[[], None] = lambda: None
    ) -> Connection:
        """The same as `wait`, for an async cell: other tasks go on meanwhile."""
        return await Waiting(self, timeout, overdue).come()

    def described(self, seconds: float) -> Connection | None:
        """The same as `connection`, waited for as long as is said."""
        found = self.attempt.state.connection_id
        if found is None:
            return None
        return self._details.known(seconds) or Connection(
            id=found, integration_key=self.integration, client=self.engine.client
        )

    def _changed(self) -> None:
        state = self.attempt.state
        try:
            if state.connection_id is not None:
                _earlier.append(state.connection_id)
                self._details.ask(state.connection_id)
            self._tell(self)
        finally:
            if self.attempt.published and not self._finished:
                self._finished = True
                if self.receiver is not None:
                    self.receiver.close(
                        listening=self.reach is not None and self.reach.path in ("events", "paste")
                    )
                self.handlers.tell(self)
            if (after := self.attempt.after) is not None and after.connection_id is not None:
                self._details.ask_about_late(after.connection_id)

    def offer(self, connection: Connection) -> None:
        """A success came after the end: it is `late`, for whoever wants it."""
        self.late = connection
        self._tell(self)

    def take(self, connection: Connection) -> None:
        """End with a connection that an earlier attempt, or this one, made after its end."""
        ended = self.attempt.over
        self._details.set(connection)
        self.attempt.take(connection.id)
        if ended:
            self.handlers.tell(self)

    def tell(self) -> None:
        """Say that more is known of the connection."""
        self._tell(self)

    def why_no_success(self, connection: Connection, *, since: float | None = None) -> str | None:
        reconnect = self.request.connection_to_update
        return why_no_success(connection, integration=self.integration, reconnect=reconnect, since=since)

    def check_may_be_waited_for(self) -> None:
        """Raise ConnectError where waiting could not end."""
        if self._thread.is_current() and not IN_BROWSER:
            raise ConnectError(
                "wait() was called on the thread that takes the answers, where it would wait for itself. Call it from"
                " your own code."
            )
        if os.getpid() != self._process:
            raise ConnectError("The answer goes to the process that made this attempt: wait for it there.")
        if self.status == "idle" and self.receiver is None:
            raise ConnectError("There is nothing to wait for yet: call start() and open url first.")
