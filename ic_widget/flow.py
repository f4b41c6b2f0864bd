"""ConnectFlow: one attempt from start to result, without any front end."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from .engine.connection import Connection
from .engine.engine import Engine
from .errors import ConfigurationError, ConnectError, EngineError
from .launch import ConnectRequest, choose_option
from .returning.attempt import Attempt, Status
from .returning.paths import Reach, ReturnSettings, assume
from .returning.receiver import Receiver
from .runtime.blocking import interruptible, run_blocking
from .runtime.handlers import Handlers
from .runtime.public_calls import discreet, named_keywords

__all__ = ["ConnectFlow"]

_log = logging.getLogger("ic_widget")
_EVENTS_WITHIN = (
    5.0  # seconds that `start` waits for the event stream where nothing else will bring the answer
)
_POLL = 0.2  # seconds: an awaited or waited bare event cannot be interrupted in ipykernel


class ConnectFlow:
    """One attempt to connect `integration`, for IPython, scripts and tests; a ConnectWidget drives one too.

    ``flow.start()`` checks everything that can be checked, then ``flow.url`` is the page to open in a browser
    and ``flow.wait()`` returns the Connection. The keywords are those of ConnectWidget; `timeout` is in
    seconds from the start.
    """

    @named_keywords
    def __init__(
        self,
        engine: Engine | None = None,
        *,
        integration: str | None = None,
        auth_option: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        connector_parameters: Mapping[str, Any] | None = None,
        name: str | None = None,
        reconnect: str | Connection | None = None,
        allow_multiple: bool = False,
        custom_state: Any = None,
        timeout: float = 600,
        redirect: str = "auto",
        redirect_base: str | None = None,
        port: int = 0,
    ) -> None:
        if not timeout > 0:
            raise ConfigurationError(f"timeout={timeout!r} leaves no time. Give seconds, such as 600.")
        self.engine = engine if engine is not None else Engine()
        self.settings = ReturnSettings.from_environment(redirect, redirect_base, port)
        self.request = ConnectRequest.make(
            integration,
            auth_option,
            parameters,
            connector_parameters,
            name,
            reconnect,
            allow_multiple,
            custom_state,
        )
        self.attempt = Attempt(timeout, self._changed)
        self.receiver = Receiver(self.attempt, self.engine, self.settings)
        self.reach: Reach | None = None
        self._link: Callable[[], str] | None = None
        self._connection: Connection | None = None
        self._listeners: list[Callable[[], None]] = []
        self._process = os.getpid()
        self.handlers = Handlers()

    def __repr__(self) -> str:
        return f"<ConnectFlow {self.status}, integration={self.request.integration!r}>"

    def __enter__(self) -> ConnectFlow:
        return self if self._link is not None else self.start()

    def __exit__(self, *_: object) -> None:
        self.cancel()

    @property
    def status(self) -> Status:
        """ "idle", "waiting", "connected", "failed", "cancelled" or "expired"."""
        return self.attempt.status

    @property
    def connection_id(self) -> str | None:
        """Id of the new connection, None until there is one."""
        return self.attempt.answer.connection_id if self.attempt.answer is not None else None

    @property
    def error(self) -> str | None:
        """Why there is no connection, in one sentence or two."""
        return self.failure.message if self.failure is not None else None

    @property
    def error_data(self) -> dict[str, Any] | None:
        """The engine's error object: type, key, message, data, causedByError; None if it gave none."""
        return self.failure.data if self.failure is not None else None

    @property
    def failure(self) -> ConnectError | None:
        """What `wait` raises, None unless failed, cancelled or expired."""
        return self.attempt.failure

    @property
    def connection(self) -> Connection | None:
        """The new connection, fetched from the engine on first use; with its id alone if that fails."""
        return self._connection or (run_blocking(self.details) if self.connection_id is not None else None)

    async def details(self) -> Connection:
        """The same as `connection`, of an attempt that is connected, for a running loop."""
        if self._connection is None:
            found = self.connection_id or ""
            try:
                self._connection = await self.engine.client.connection(found)
            except ConnectError as error:
                _log.debug("details of the connection could not be fetched: %s", type(error).__name__)
                return Connection(id=found, integration_key=self.request.integration)
        return self._connection

    @property
    def redirect_uri(self) -> str | None:
        """Where the engine sends the browser when it is done; None before `start` and on the event stream."""
        return self.reach.redirect_uri(self.attempt.nonce) if self.reach is not None else None

    @property
    def url(self) -> str:
        """The page to open in a browser; it works once, and asking again gives a new one.

        Raises ConnectError before `start` and after the end.
        """
        if self.attempt.over:
            raise ConnectError(f"This attempt has ended ({self.status}): make a new ConnectFlow for another.")
        if self._link is None:
            raise ConnectError("There is no page to open yet: call start() first.")
        return self._link()

    @discreet
    def start(self) -> ConnectFlow:
        """Check the integration, its parameters and the token, then open the ways back.

        Raises ConfigurationError or EngineError with nothing begun, so that it may be called again.
        """
        if self.status != "idle":
            raise ConnectError(f"This attempt has begun ({self.status}): make a new ConnectFlow for another.")
        if self.request.integration is None:
            raise ConfigurationError("Say what to connect: ConnectFlow(engine, integration='github').")
        item = self.engine.integration(self.request.integration)
        options = self.engine.auth_options(self.request.integration, self.request.connector_parameters)
        option = choose_option(
            self.request.integration, options, self.request.auth_option, self.request.parameters
        )
        token = self.engine.token()
        self.prepare()
        try:
            self.reach = assume(self.settings, self.receiver.port)
            if self.reach.path == "events":
                self._wait_for_events()
        except ConnectError:
            self.receiver.close()
            raise
        payload = self.request.payload(
            token=token, request_id=self.attempt.request_id, redirect_uri=self.redirect_uri
        ) | self.request.choices(
            item,
            self.engine.parameters_key,
            auth_option=option["key"] or None,
            name=self.request.name,
            parameters=self.request.parameters,
        )
        self._link = self.receiver.links(self.engine.connect_url, payload, self.reach)
        self.launched()
        return self

    def _wait_for_events(self) -> None:
        # The engine may send the answer just once, to those who listen by then.
        self.receiver.wait_for_events(_EVENTS_WITHIN)
        if self.receiver.events:
            raise EngineError(self.receiver.events)

    def prepare(self) -> None:
        """Open the ways back without choosing anything: what a front end does before it shows a form."""
        self.receiver.open()

    def launched(self) -> None:
        """The sign-in tab was opened; from now on the timeout runs."""
        if self.attempt.launch():
            self.receiver.expire_after(self.attempt.timeout)

    def wait(self, timeout: float | None = None) -> Connection:
        """Block until the attempt has ended; `timeout` in seconds ends it (default: the flow's own).

        Raises ConnectTimeout, ConnectionRejected or ConnectCancelled, and KeyboardInterrupt on Interrupt,
        after which the attempt still goes on.
        """
        over = self._time_over(timeout)
        with interruptible():
            while not self.attempt.ended.wait(_POLL):
                if over():
                    self.attempt.expire()
        self._raise_failure()
        return self.connection or Connection(id="")

    async def connected(self, timeout: float | None = None) -> Connection:
        """The same as `wait`, for an async cell: other tasks go on meanwhile."""
        over = self._time_over(timeout)
        while not self.attempt.ended.is_set():
            if over():
                self.attempt.expire()
            await asyncio.sleep(_POLL)
        self._raise_failure()
        return await self.details()

    def paste(self, text: str) -> None:
        """Take the address the browser ended on where it cannot reach this machine, or the connection id.

        Raises ConnectError that says what is wrong with it; the attempt then goes on.
        """
        problem = run_blocking(lambda: self.receiver.paste(text))
        if problem:
            raise ConnectError(problem)

    def cancel(self) -> None:
        """End the attempt; an answer that comes later changes nothing."""
        self.attempt.cancel()

    def on_connect(self, function: Callable[[Connection], object]) -> None:
        """Call `function(connection)` once connected, on a thread of its own; at once if it is already."""
        self.handlers.add_connect(function, self)

    def on_error(self, function: Callable[[ConnectError], object]) -> None:
        """Call `function(error)` once failed, cancelled or expired, on a thread of its own."""
        self.handlers.add_error(function, self)

    def watch(self, function: Callable[[], None]) -> None:
        """Call `function()` after each change of status; it must not block."""
        self._listeners.append(function)

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()
        if self.attempt.ended.is_set():
            self._link = None  # it holds the parameters
            self.receiver.close()
            self.handlers.call(self)

    def _time_over(self, timeout: float | None) -> Callable[[], bool]:
        if self.receiver.is_current_thread():
            raise ConnectError(
                "wait() was called where it would wait for itself. In on_connect and observe handlers use"
                " connection_id, which is there already."
            )
        if os.getpid() != self._process:
            raise ConnectError("The answer goes to the process that made this attempt: wait for it there.")
        if self.status == "idle" and not self.receiver.port:
            raise ConnectError("There is nothing to wait for yet: call start() and open url first.")
        begun = time.monotonic()
        if timeout is not None:
            return lambda: time.monotonic() - begun > timeout
        # Before the tab is opened nothing else would ever end an unattended cell.
        return lambda: self.status == "idle" and time.monotonic() - begun > self.attempt.timeout

    def _raise_failure(self) -> None:
        if self.failure is not None:
            raise self.failure.with_traceback(None)
