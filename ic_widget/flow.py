"""ConnectFlow: one attempt from start to result, without any front end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .connection.connection import Connection
from .engine.engine import Engine
from .errors import ConfigurationError, ConnectError, EngineError
from .launch import ConnectRequest, choose_option, why_unusable
from .returning.attempt import Status
from .returning.flow import Flow
from .returning.handlers import Handlers
from .returning.paths import Failed, assume
from .runtime.background import require_sockets
from .runtime.blocking import run_blocking
from .runtime.observers import Observers
from .runtime.public_calls import public, takes

__all__ = ["ConnectFlow"]

_EVENTS_WITHIN = (
    5.0  # seconds that `start` waits for the event stream where nothing else will bring the answer
)


@public
class ConnectFlow:
    """One attempt to connect `integration`, or to sign in again to `reconnect`, for IPython, scripts and tests.

    ``flow.start()`` checks everything that can be checked; with ``reuse=True`` it ends there where a connection is
    ready. Else ``flow.url`` is the page to open in a browser
    and ``flow.wait()`` returns the Connection. The keywords are those of ConnectWidget, but for those about what the
    widget shows; `timeout` is in seconds from the start.

    Example::

        with ConnectFlow(engine, integration="github") as flow:
            print(flow.url)  # open it in a browser
            connection = flow.wait()
    """

    @takes(ConnectRequest)
    def __init__(self, request: ConnectRequest) -> None:
        require_sockets("ConnectFlow", "Use ConnectWidget.")
        self._flow = Flow(request, Handlers(Observers()), self._changed)
        self._link: Callable[[], str] | None = None
        self._pages_served = 0

    def __repr__(self) -> str:
        return f"<ConnectFlow {self._flow.status}, {self._flow.about}>"

    def __enter__(self) -> ConnectFlow:
        return self if self._link is not None else self.start()

    def __exit__(self, *_: object) -> None:
        self.cancel()

    @property
    def engine(self) -> Engine:
        """The engine it connects to."""
        return self._flow.engine

    @property
    def status(self) -> Status:
        """ "idle", "waiting", "connected", "failed", "cancelled" or "expired"."""
        return self._flow.status

    @property
    def connection_id(self) -> str | None:
        """Id of the new connection, None until there is one."""
        return self._flow.attempt.state.connection_id

    @property
    def reused(self) -> bool:
        """Whether ``reuse=True`` took a connection that was ready, so that nobody was asked anything."""
        return self._flow.reused

    @property
    def error(self) -> str | None:
        """Why there is no connection, in one sentence or two."""
        return self._flow.failure.message if self._flow.failure is not None else None

    @property
    def error_data(self) -> dict[str, Any] | None:
        """The engine's error object: type, key, message, data, causedByError; None if it gave none."""
        return self._flow.failure.data if self._flow.failure is not None else None

    @property
    def late(self) -> Connection | None:
        """A connection that was finished in the tab after this attempt had ended, in the quarter of an hour after."""
        return self._flow.late

    @property
    def connection(self) -> Connection | None:
        """The new connection as the engine describes it, with its id alone where that cannot be had; None until then.

        The engine is asked once. Reading this blocks up to ten seconds while its answer is on the way.
        """
        return self._flow.connection

    @property
    def redirect_uri(self) -> str | None:
        """Where the engine sends the browser when it is done; None before `start` and on the event stream."""
        return self._flow.redirect_uri

    @property
    def url(self) -> str:
        """The page to open in a browser; it works once, and asking again gives a new one.

        Raises ConnectError before `start` and after the end.
        """
        if self._flow.attempt.over:
            raise ConnectError(f"This attempt has ended ({self.status}): make a new ConnectFlow for another.")
        if self._link is None:
            raise ConnectError("There is no page to open yet: call start() first.")
        return self._link()

    def start(self) -> ConnectFlow:
        """Check the connection named, the integration, its parameters and the token, then open the ways back.

        With ``reuse=True`` and a connection that is ready it ends at once, connected. Raises ConfigurationError or
        EngineError with nothing left open, so that it may be called again.
        """
        flow = self._flow
        if self.status != "idle":
            raise ConnectError(f"This attempt has begun ({self.status}): make a new ConnectFlow for another.")
        run_blocking(flow.prepare)
        if flow.attempt.over:
            return self
        request = flow.request
        if request.integration is None:
            raise ConfigurationError("Say what to connect: ConnectFlow(engine, integration='github').")
        item = self.engine.integration(request.integration)
        if problem := why_unusable(item):
            raise ConfigurationError(problem)
        options = self.engine.auth_options(request.integration, request.connector_parameters)
        option, parameters = choose_option(
            request.integration, options, request.auth_option, request.parameters
        )
        token = run_blocking(self.engine.client.token)
        try:
            receiver = flow.open()
            flow.reach = assume(flow.settings, receiver.port)
            if flow.reach.path == "events":
                # The engine may send the answer just once, to those who listen by then.
                receiver.listen()
                receiver.wait_for_events(_EVENTS_WITHIN)
                if isinstance(receiver.events, Failed):
                    raise EngineError(receiver.events.reason)
            payload = flow.payload(token) | request.choices(
                item,
                self.engine.parameters_key,
                auth_option=option["key"] or None,
                name=request.name,
                parameters=parameters,
            )
            flow.attempt.app = item.get("name") or request.integration
            self._link = flow.link(payload, self._opened)
        except ConnectError:
            flow.close()
            raise
        flow.launched(item.get("key"))
        return self

    def wait(self, timeout: float | None = None) -> Connection:
        """Block until the attempt has ended; `timeout` in seconds ends it (default: the flow's own).

        Raises ConnectTimeout, ConnectionRejected or ConnectCancelled, and KeyboardInterrupt on Interrupt,
        after which the attempt still goes on.
        """
        return self._flow.wait(timeout)

    async def connected(self, timeout: float | None = None) -> Connection:
        """The same as `wait`, for an async cell: other tasks go on meanwhile."""
        return await self._flow.connected(timeout)

    def paste(self, text: str) -> None:
        """Take the address the browser ended on where it cannot reach this machine, or the connection id.

        Raises ConnectError that says what is wrong with it; the attempt then goes on.
        """
        problem = run_blocking(lambda: self._flow.paste(text))
        if problem:
            raise ConnectError(problem)

    def cancel(self) -> None:
        """Stop waiting. What is finished in the sign-in tab all the same is found in `late`."""
        self._flow.attempt.cancel()

    def on_connect(self, function: Callable[[Connection], object]) -> None:
        """Call `function(connection)` once connected; at once if it is already.

        It runs on a thread of this flow's own, after the functions given before it, in the `contextvars` context of
        this call. An exception in it is logged and stops nothing.
        """
        self._flow.handlers.add(function, self._flow, on_connect=True)

    def on_error(self, function: Callable[[ConnectError], object]) -> None:
        """Call `function(error)` once failed, cancelled or expired, as `on_connect` does."""
        self._flow.handlers.add(function, self._flow, on_connect=False)

    def _opened(self) -> None:
        # `start` counts as the first tab.
        if self._pages_served:
            self._flow.attempt.launch()
        self._pages_served += 1

    def _changed(self, flow: Flow) -> None:
        if flow.attempt.over:
            self._link = None  # it holds the parameters
