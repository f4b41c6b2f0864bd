"""ConnectWidget: what a notebook shows, and its traits."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import traitlets

from .base_widget import BaseWidget, Weakly, bundle, told
from .errors import ConfigurationError, ConnectCancelled, ConnectError, ConnectionRejected, ConnectTimeout
from .launch import ConnectRequest
from .runtime.front_end import NOBODY_THERE, nobody_there
from .runtime.home import Home
from .runtime.public_calls import public, repr_at_every_moment, takes

# What only a widget at work needs is imported with the first one: the import alone costs little over anywidget's.
if TYPE_CHECKING:
    from .connection.connection import Connection
    from .explore import ExploreWidget
    from .page.messages import ToPage
    from .returning.flow import Flow

__all__ = ["ConnectWidget"]

_RETRIED = (ConnectCancelled, ConnectionRejected, ConnectTimeout)
_AGAIN = "To try again, use the button in the widget or w.reset(), then run this cell again."


@repr_at_every_moment
@dataclass(frozen=True)
class WidgetRequest(ConnectRequest):
    """The keywords of ConnectWidget: those of ConnectFlow, and what concerns the page alone."""

    integrations: Iterable[str] | Callable[[Mapping[str, Any]], bool] | None = None
    sensitive: Mapping[str, bool] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    foreign_logos: bool = True


@public
class ConnectWidget(BaseWidget):
    """Connect an external app to the workspace of `engine` from a notebook cell.

    Show it as a cell's last line or with ``display(w)``; then ``w.connection_id`` holds the new connection's id,
    ``w.error`` the reason there is none, and ``w.wait()`` blocks until one of them is there::

        w = ConnectWidget(integration="github")
        display(w)
        connection = w.wait()

    engine: an Engine; None makes one from the environment; it is ``w.engine`` afterwards.
    integration: key or id that skips the choice. integrations: keys, or a function of an integration (dict) that
        returns whether to offer it; it runs on a thread of its own.
    foreign_logos: False shows initials for logos of other hosts than the engine's, so that those do not learn of you.
    aliases: other names of apps for the search, such as ``{"crm": "hubspot"}``: what people type, and what it means.
    auth_option: key of the way to sign in. parameters: values to fill the form with. sensitive: field name to
        whether it is a secret, where the schema says it wrongly.
    connector_parameters: for the connector, never asked. name: name of the connection.
    reconnect: a Connection, or the id, key or unique name of one, to sign in to again; its app and auth option are
        taken from it. allow_multiple: add a connection, replace none.
    connection_key: key by which the new connection is found again; if there is one with it, that is signed in again.
    reuse: take the connection with that key, or else to `integration`, if one is ready, and ask nobody; ``reused``
        says so.
    custom_state: any JSON, carried through by the engine. timeout: seconds to sign in once the tab is open;
        the page warns before they are over and can have as many again.
    redirect, redirect_base, port: how the answer comes back; "auto" finds out.

    Unseen, as after its cell was run again, it rests; ``close()`` frees it, and until then ipywidgets keeps some 30 KB.

    Functions given to ``observe``, ``on_connect`` and ``on_error`` run on one thread of the widget's own, one after
    the other, never on the main thread; a slow one delays the next one but no answer, and no lock is held meanwhile.

    Raises ConfigurationError for what cannot work, TypeError for an unknown keyword.
    Source: https://docs.getmembrane.com, "Connections without the front-end SDK".
    """

    _esm = told(traitlets.Unicode, bundle("widget.js"), "The front end.")
    _css = told(traitlets.Unicode, bundle("widget.css"), "Its style.")
    _published = (
        "_late",
        "preset",
        "reused",
        "status",
        "connection_id",
        "error",
        "error_data",
        "redirect",
        "redirect_reason",
    )
    _connection_name = told(
        traitlets.Unicode, None, "Name of the connection, for who opens a saved notebook."
    )

    status = told(
        traitlets.Unicode,
        "idle",
        '"idle" before the sign-in tab was opened, "waiting" while it is open, then "connected", "failed",'
        ' "cancelled" or "expired".',
    )
    connection_id = told(
        traitlets.Unicode, None, "Id of the last connection that was made; None until there is one."
    )
    error = told(
        traitlets.Unicode, None, "Why there is no connection, in a sentence or two; None if nothing failed."
    )
    error_data = told(
        traitlets.Dict,
        None,
        "The engine's error object: type, key, message, data, causedByError; None if it gave none.",
    )
    redirect = told(
        traitlets.Unicode,
        None,
        'How the answer comes back: "loopback", "proxy", "base", "events" or "paste"; None until that is known.',
    )
    redirect_reason = told(traitlets.Unicode, None, "The evidence for `redirect`, in a sentence.")
    preset = told(
        traitlets.Unicode,
        None,
        "The integration that was given beforehand, or that of the connection given; its name in a card of several.",
    )
    reused = told(traitlets.Bool, False, "Whether the connection was ready before and nobody was asked.")
    _late = told(traitlets.Dict, None, "What the page shows of `late`.")

    @takes(WidgetRequest)
    def __init__(self, request: WidgetRequest) -> None:
        from .page.catalogue import Catalogue
        from .page.session import PageSession
        from .returning.flow import Flow
        from .returning.handlers import Handlers
        from .runtime.observers import Observers

        self._home = Home()
        self._observers = Observers()
        handlers = self._handlers = Handlers(self._observers)
        self.explorer: ExploreWidget | None = None
        self._called: str | None = None
        again = request.reconnect
        named = (
            again
            if isinstance(again, str) or again is None
            else again.integration_key or again.name or again.id
        )
        self._integration = request.integration or named
        self.engine = request.engine
        self._session = PageSession(
            lambda changed: Flow(request, handlers, changed),
            Catalogue(
                request.engine.client,
                request.integrations,
                request.connector_parameters,
                foreign_logos=request.foreign_logos,
            ),
            sensitive=request.sensitive,
            aliases=request.aliases,
            send=Weakly(self, type(self)._send_to_page),
            changed=Weakly(self, type(self)._update),
            explore=Weakly(self, type(self)._explore),
        )
        super().__init__()
        self._session.begin_ahead()
        self.on_msg(lambda _, content, __: self._session.receive(content))

    # A default rather than a value set later: the page must have it from the first moment on.
    @traitlets.default("preset")
    def _preset_label(self) -> str | None:
        return self._integration

    @classmethod
    def demo(cls, **keywords: Any) -> ConnectWidget:
        """A widget against the sandbox on this machine: no account, no network; takes the same keywords.

        `ConfigurationError` without the extra ``demo``.
        """
        from .sandbox import demo_engine

        return cls(demo_engine(), **keywords)

    def __repr__(self) -> str:
        return f"<ConnectWidget {self.status}, {self._session.flow.about}>"

    @property
    def connection(self) -> Connection | None:
        """The last connection made as the engine describes it, with its id alone where that cannot be had; else None.

        It stays until another one comes. The engine is asked once; reading this blocks up to ten seconds while its
        answer is on the way.
        """
        result = self._session.result
        return result.connection if result is not None else None

    @property
    def late(self) -> Connection | None:
        """A connection that was finished in its tab after Cancel or the timeout, as long as nobody took it."""
        return self._session.late

    def use_late(self) -> None:
        """Let `late` count: it ends the attempt that goes on, or takes the place of the last end."""
        self._session.use_late()

    def wait(self, timeout: float | None = None) -> Connection:
        """Block this cell until connected; Interrupt stops waiting, not the sign-in.

        `timeout` in seconds ends the attempt; None leaves it to the widget's own. Says after two seconds what it
        waits for, or that the widget is not shown, and raises ConfigurationError then if no page can show it, as
        under nbconvert. Raises ConnectTimeout, ConnectionRejected, ConnectCancelled, or the EngineError or
        ConfigurationError that the widget shows.
        """
        with self._session.awaited():
            return self._awaited().wait(timeout, self._say_what_is_missing)

    async def connected(self, timeout: float | None = None) -> Connection:
        """The same as `wait` for an async cell: ``connection = await w.connected()``."""
        with self._session.awaited():
            return await self._awaited().connected(timeout, self._say_what_is_missing)

    def on_connect(self, function: Callable[[Connection], object]) -> None:
        """Call `function(connection)` after each success, on the widget's thread for user functions.

        It runs in the `contextvars` context of this call. An exception in it is logged and stops nothing.
        """
        self._handlers.add(function, self._session.flow, on_connect=True)

    def on_error(self, function: Callable[[ConnectError], object]) -> None:
        """Call `function(error)` after each attempt that failed, expired or was cancelled, as `on_connect`."""
        self._handlers.add(function, self._session.flow, on_connect=False)

    def cancel(self) -> None:
        """End the attempt; the widget offers to start again."""
        self._session.flow.attempt.cancel()

    def reset(self) -> None:
        """Forget the result and start over, as the widget's own button does."""
        self._session.again()

    def close(self) -> None:
        """End the attempt and remove the widget from every page."""
        # ipywidgets also closes a widget that could not be made, and at the very end, when no thread starts.
        if (session := getattr(self, "_session", None)) is not None and not sys.is_finalizing():
            self._observers.finish()
            session.close()
            if self.explorer is not None:
                self.explorer.close()
        super().close()

    def _awaited(self) -> Flow:
        """The attempt to wait for. Raises what it failed with before, and what to do to have another."""
        flow = self._session.flow
        failure = flow.failure
        if isinstance(failure, _RETRIED) and not self._session.closed:
            again = copy.copy(failure)
            again.message = f"{failure.message} {_AGAIN}"
            again.args = (again.message,)
            raise again
        self._session.announce()
        return flow

    def _explore(self, connection: Connection) -> str:
        """The model's id of an explorer of `connection`; the last one, if it is of the same."""
        from .explore import ExploreWidget

        if self.explorer is None or self.explorer.connection.id != connection.id:
            self.explorer = ExploreWidget(connection)
        # While a cell runs its page cannot ask.
        self.explorer.announce("w.explorer")
        return str(self.explorer.model_id)

    def _say_what_is_missing(self) -> None:
        if self._session.heard_of_a_page:
            flow = self._session.flow
            app = flow.attempt.app or flow.integration or "an app"
            wanted = f"somebody to connect {app} with the widget"
            if flow.status == "waiting":
                wanted = f"the sign-in to {app} to be finished in its tab"
            print(f"Waiting for {wanted}. Interrupt stops waiting.")
            return
        if nobody_there(self.comm):
            raise ConfigurationError(NOBODY_THERE)
        if not self._displayed:
            print("Nothing shows this widget, as far as the kernel knows: write display(w) before w.wait().")

    def _send_to_page(self, message: ToPage) -> None:
        content: Mapping[str, Any] = cast(Mapping[str, Any], message)
        if content["kind"] == "connection":
            self.set_trait("_connection_name", content["name"])
        if self.comm is not None:
            self.send(dict(content))

    def _update(self) -> None:
        """Show how the attempt stands."""
        self._publish(self._standing)

    def _standing(self) -> dict[str, Any]:
        from .page.results import late_offer

        flow, late, result = self._session.flow, self._session.late, self._session.result
        state, reach = flow.attempt.state, flow.reach
        return {
            "_late": late_offer(late) if late is not None else None,
            "preset": self._called or flow.request.integration or self._integration,
            "reused": flow.reused,
            "redirect": reach.path if reach is not None else None,
            "redirect_reason": reach.reason if reach is not None else None,
            "error_data": state.failure.data if state.failure is not None else None,
            "error": state.failure.message if state.failure is not None else None,
            "connection_id": result.attempt.state.connection_id if result is not None else None,
            "status": state.status,
        }
