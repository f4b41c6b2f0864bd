"""ConnectWidget: what a notebook shows, and its traits. The only module that imports anywidget and traitlets."""

from __future__ import annotations

import json
import logging
import pathlib
import sys
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from .errors import ConfigurationError, ConnectError
from .runtime.public_calls import named_keywords

# What only a widget at work needs is imported with the first one: the import alone costs little over anywidget's.
if TYPE_CHECKING:
    from .engine.connection import Connection
    from .engine.engine import Engine
    from .flow import ConnectFlow
    from .page.catalogue import Restriction

__all__ = ["ConnectWidget"]

_log = logging.getLogger("ic_widget")
_STATIC = pathlib.Path(__file__).parent / "static"


def _bundle(name: str) -> pathlib.Path:
    path = _STATIC / name
    if not path.exists():
        raise ConfigurationError(
            f"The widget's front end ({name}) has not been built. In a checkout run: make build. In an installed"
            " package this is a fault of the package: reinstall ic_widget."
        )
    return path


class ConnectWidget(anywidget.AnyWidget):
    """Connect an external app to the workspace of `engine` from a notebook cell.

    Show it as a cell's last line or with ``display(w)``; then ``w.connection_id`` holds the new connection's id,
    ``w.error`` the reason there is none, and ``w.wait()`` blocks until one of them is there.

    engine: an Engine; None makes one from the environment; it is ``w.engine`` afterwards.
    integration: key or id that skips the choice. integrations: keys, or a function of an integration (dict) that
        returns whether to offer it.
    auth_option: key of the way to sign in. parameters: values to fill the form with. sensitive: field name to
        whether it is a secret, where the schema says it wrongly.
    connector_parameters: for the connector, never asked. name: name of the connection.
    reconnect: connection or its id to sign in again. allow_multiple: add a connection, replace none.
    custom_state: any JSON, carried through by the engine. timeout: seconds to sign in once the tab is open.
    redirect, redirect_base, port: how the answer comes back; "auto" finds out.

    Raises ConfigurationError for what cannot work, TypeError for an unknown keyword.
    Source: https://docs.integration.app, "Connections without the front-end SDK".
    """

    _esm = _bundle("widget.js")
    _css = _bundle("widget.css")

    status = traitlets.Unicode("idle", read_only=True).tag(sync=True)
    connection_id = traitlets.Unicode(None, read_only=True, allow_none=True).tag(sync=True)
    error = traitlets.Unicode(None, read_only=True, allow_none=True).tag(sync=True)
    error_data = traitlets.Dict(default_value=None, read_only=True, allow_none=True).tag(sync=True)
    redirect = traitlets.Unicode(None, read_only=True, allow_none=True).tag(sync=True)
    redirect_reason = traitlets.Unicode(None, read_only=True, allow_none=True).tag(sync=True)
    preset = traitlets.Unicode(None, read_only=True, allow_none=True).tag(sync=True)
    _uid = traitlets.Unicode(read_only=True).tag(sync=True)

    @named_keywords
    def __init__(
        self,
        engine: Engine | None = None,
        *,
        integration: str | None = None,
        integrations: Restriction = None,
        auth_option: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        connector_parameters: Mapping[str, Any] | None = None,
        sensitive: Mapping[str, bool] | None = None,
        name: str | None = None,
        reconnect: str | Connection | None = None,
        allow_multiple: bool = False,
        custom_state: Any = None,
        timeout: float = 600,
        redirect: str = "auto",
        redirect_base: str | None = None,
        port: int = 0,
    ) -> None:
        from .engine.engine import Engine
        from .flow import ConnectFlow
        from .page.catalogue import Catalogue
        from .page.session import Conversation
        from .runtime.handlers import Handlers
        from .runtime.publisher import Publisher

        engine = engine if engine is not None else Engine()
        self._handlers = Handlers()
        self._publishing = threading.RLock()

        def new_flow() -> ConnectFlow:
            flow = ConnectFlow(
                engine,
                integration=integration,
                auth_option=auth_option,
                parameters=parameters,
                connector_parameters=connector_parameters,
                name=name,
                reconnect=reconnect,
                allow_multiple=allow_multiple,
                custom_state=custom_state,
                timeout=timeout,
                redirect=redirect,
                redirect_base=redirect_base,
                port=port,
            )
            flow.handlers = self._handlers
            return flow

        # While the person signs in elsewhere the answer may come at any moment.
        publisher = Publisher(self._publish, lambda: self._conversation.flow.status == "waiting")
        self._conversation = Conversation(
            new_flow,
            Catalogue(engine.client, integrations, connector_parameters),
            sensitive=sensitive or {},
            send=self._send_to_page,
            changed=publisher.soon,
        )
        self.engine = engine
        self._integration = integration
        super().__init__()
        self.on_msg(lambda _, content, __: self._conversation.receive(content))

    # Defaults rather than values set later: the page must have both from the first moment on.
    @traitlets.default("preset")
    def _preset_label(self) -> str | None:
        return self._integration

    @traitlets.default("_uid")
    def _new_uid(self) -> str:
        return uuid.uuid4().hex

    @classmethod
    def demo(cls, **keywords: Any) -> ConnectWidget:
        """A widget against the sandbox on this machine: no account, no network; takes the same keywords."""
        from .sandbox.demo import demo_engine

        return cls(demo_engine(), **keywords)

    def __repr__(self) -> str:
        return f"<ConnectWidget {self.status}, integration={self.preset!r}>"

    @property
    def connection(self) -> Connection | None:
        """The new connection, fetched from the engine on first use; None until there is one."""
        return self._conversation.flow.connection

    def wait(self, timeout: float | None = None) -> Connection:
        """Block this cell until connected; Interrupt stops waiting, not the sign-in.

        `timeout` in seconds ends the attempt; None leaves it to the widget's own. Raises ConnectTimeout,
        ConnectionRejected, ConnectCancelled, or the EngineError or ConfigurationError that the widget shows.
        """
        self._conversation.announce()
        try:
            return self._conversation.flow.wait(timeout)
        finally:
            self._publish()

    async def connected(self, timeout: float | None = None) -> Connection:
        """The same as `wait` for an async cell: ``connection = await w.connected()``."""
        self._conversation.announce()
        try:
            return await self._conversation.flow.connected(timeout)
        finally:
            self._publish()

    def on_connect(self, function: Callable[[Connection], object]) -> None:
        """Call `function(connection)` after each success, on a thread of its own."""
        self._handlers.add_connect(function, self._conversation.flow)

    def on_error(self, function: Callable[[ConnectError], object]) -> None:
        """Call `function(error)` after each attempt that failed, expired or was cancelled, as `on_connect`."""
        self._handlers.add_error(function, self._conversation.flow)

    def cancel(self) -> None:
        """End the attempt; the widget offers to start again."""
        self._conversation.flow.cancel()
        self._publish()

    def reset(self) -> None:
        """Forget the result and start over, as the widget's own button does."""
        self._conversation.again()
        self._publish()

    def close(self) -> None:
        """End the attempt and remove the widget from every page."""
        # ipywidgets also closes a widget that could not be made, and at the very end, when no thread starts.
        if (conversation := getattr(self, "_conversation", None)) is not None and not sys.is_finalizing():
            conversation.close()
        super().close()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore what a page writes: Python alone decides the state, and tells the page so once more."""
        _log.debug("ignored a write from the page")
        if known := sync_data.keys() & set(self.keys):
            self.send_state(list(known))

    def _send_to_page(self, content: Mapping[str, Any]) -> None:
        if content["kind"] == "ticket":
            # The token's own type hides it from reprs; marimo's encoder would not take that for text.
            content = json.loads(json.dumps(content))
        if self.comm is not None:
            self.send(dict(content))

    def _publish(self) -> None:
        with self._publishing:
            flow = self._conversation.flow
            reach = flow.reach
            self._set("redirect", reach.path if reach is not None else None)
            self._set("redirect_reason", reach.reason if reach is not None else None)
            self._set("error_data", flow.error_data)
            self._set("error", flow.error)
            self._set("connection_id", flow.connection_id)
            self._set("status", flow.status)

    def _set(self, name: str, value: object) -> None:
        try:
            self.set_trait(name, value)
        except Exception:  # noqa: BLE001  the user's function may raise anything, and the other traits must be set
            _log.exception("A function that observes %s failed. The connection is not affected.", name)
