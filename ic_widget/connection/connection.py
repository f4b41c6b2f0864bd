"""A connection: what the engine says of it, whether it works, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import InitVar, dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar, overload

from ..errors import ConfigurationError
from ..runtime.blocking import run_blocking
from ..runtime.public_calls import public
from ..transport.redaction import redacted, without_credentials
from .operations import AsyncConnection
from .tables import html_of

if TYPE_CHECKING:
    from ..engine.client import EngineClient
    from ..flow import ConnectFlow
    from ..widget import ConnectWidget

__all__ = ["Connection"]


P = ParamSpec("P")
T = TypeVar("T")


def _blocking(
    method: Callable[Concatenate[AsyncConnection, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[Connection, P], T]:
    """The method of the same name on `connection.aio`, made to block; an interrupt cancels it."""

    @wraps(method)
    def blocking(self: Connection, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return run_blocking(lambda: method(self.aio, *args, **kwargs))

    blocking.__qualname__ = f"Connection.{method.__name__}"
    return blocking


def _same(method: Callable[Concatenate[AsyncConnection, P], T]) -> Callable[Concatenate[Connection, P], T]:
    """The method of the same name on `connection.aio`, for one that does not wait."""

    @wraps(method)
    def same(self: Connection, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return method(self.aio, *args, **kwargs)

    same.__qualname__ = f"Connection.{method.__name__}"
    return same


@public
@dataclass(frozen=True, repr=False)
class Connection:
    """One connection of the tenant to an external app.

    Its methods block and can be interrupted; `aio` has the same ones for an async cell.

    `state` is the engine's word for how far it is (``BUILDING``, ``READY``, ``CLIENT_ACTION_REQUIRED``,
    ``CONFIGURATION_ERROR``, ``SETUP_FAILED``, ``DISCONNECTING``). `raw` is all the engine said, with ``<secret>`` for
    credentials and for what was filled in: neither ``asdict`` nor a dump shows them. What the engine left out is None.

    Source: the engine's documentation, "Connections".

    Example::

        connection = engine.connection("65f1c0ffee")
        if connection.needs_reconnect:
            connection.reconnect()  # a widget to sign in again
        connection.get("/me").json()
    """

    id: str
    name: str | None = None
    integration_key: str | None = None
    integration_id: str | None = None
    state: str | None = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    # No field: what shows, copies or saves a dataclass by its fields never comes to the engine.
    client: InitVar[EngineClient | None] = None

    def __post_init__(self, client: EngineClient | None) -> None:
        object.__setattr__(self, "client", client)
        object.__setattr__(self, "_aio", None if client is None else AsyncConnection(client, self.id))

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "client": None, "_aio": None}

    @property
    def aio(self) -> AsyncConnection:
        """The methods of this connection as coroutines, with the same names and keywords."""
        found: AsyncConnection | None = vars(self)["_aio"]
        if found is None:
            raise ConfigurationError(
                "This Connection was made by hand or read from a file, so it knows no engine:"
                f" take it from one with engine.connection({self.id!r})."
            )
        return found

    request = _blocking(AsyncConnection.request)
    get = _blocking(AsyncConnection.get)
    post = _blocking(AsyncConnection.post)
    put = _blocking(AsyncConnection.put)
    patch = _blocking(AsyncConnection.patch)
    delete = _blocking(AsyncConnection.delete)
    pages = _same(AsyncConnection.pages)
    actions = _blocking(AsyncConnection.actions)
    run = _blocking(AsyncConnection.run)
    act = _blocking(AsyncConnection.act)
    reload = _blocking(AsyncConnection.reload)
    test = _blocking(AsyncConnection.test)
    refresh = _blocking(AsyncConnection.refresh)
    rename = _blocking(AsyncConnection.rename)
    disconnect = _blocking(AsyncConnection.disconnect)
    archive = _blocking(AsyncConnection.archive)
    restore = _blocking(AsyncConnection.restore)

    @overload
    def reconnect(self, *, flow: Literal[False] = False, **keywords: Any) -> ConnectWidget: ...
    @overload
    def reconnect(self, *, flow: Literal[True], **keywords: Any) -> ConnectFlow: ...
    def reconnect(self, *, flow: bool = False, **keywords: Any) -> ConnectWidget | ConnectFlow:
        """A widget with which somebody signs in to this connection again: show it, then ``wait()``.

        Its id, key and all that refers to it stay. `flow`: a ConnectFlow instead, where no notebook is. `keywords` are
        those of either.
        """
        client = self.aio.client
        # The one thing of a connection that needs a person, and with that the rooms above this one.
        from ..engine.engine import Engine
        from ..flow import ConnectFlow
        from ..widget import ConnectWidget

        if flow:
            return ConnectFlow(Engine.of(client), reconnect=self, **keywords)
        return ConnectWidget(Engine.of(client), reconnect=self, **keywords)

    @property
    def key(self) -> str | None:
        """The key that it was given to be found again by."""
        return _text(self.raw.get("key"))

    def _repr_html_(self) -> str:
        return html_of([self])

    def __repr__(self) -> str:
        app = self.integration_key or self.integration_id
        client: EngineClient | None = vars(self).get("client")
        tenant = client.subject.tenant if client is not None else None
        shown = [
            f"id={self.id!r}",
            *([f"name={self.name!r}"] if self.name else []),
            *([f"app={app!r}"] if app else []),
            *([f"tenant={tenant!r}"] if tenant else []),
        ]
        return f"<Connection {self.condition}: {', '.join(shown)}>"

    @property
    def app(self) -> str | None:
        """The name of the app it is to, for people; its key or id where the engine does not say the name."""
        integration = self.raw.get("integration")
        name = _text(integration.get("name")) if isinstance(integration, Mapping) else None
        return name or self.integration_key or self.integration_id

    @property
    def archived(self) -> bool:
        """Whether it was archived or replaced by a newer one."""
        return bool(self.raw.get("archivedAt"))

    @property
    def connected(self) -> bool:
        """Whether it works, as far as the engine knows."""
        if self.archived or self.raw.get("disconnected") is True or self.raw.get("connected") is False:
            return False
        return self.state in (None, "READY")

    @property
    def needs_reconnect(self) -> bool:
        """Whether somebody has to sign in again: a new connection would leave this one's users behind."""
        disconnected = self.raw.get("disconnected") is True or self.raw.get("connected") is False
        return not self.archived and (disconnected or self.state == "CLIENT_ACTION_REQUIRED")

    @property
    def error(self) -> str | None:
        """What is wrong with it, in the engine's words; None if it works or the engine gives no reason."""
        if self.connected:
            return None
        for entry in self._errors():
            said = _text(entry.get("message")) if isinstance(entry, Mapping) else _text(entry)
            if said:
                return said
        return _text(self.client_action.get("description"))

    @property
    def error_data(self) -> dict[str, Any] | None:
        """The engine's error object behind `error`: type, key, message, data, causedByError; None without one."""
        if self.connected:
            return None
        return next((dict(entry) for entry in self._errors() if isinstance(entry, Mapping)), None)

    @property
    def client_action(self) -> dict[str, Any]:
        """What somebody has to do first: ``type``, ``description``, ``uiUrl``; empty unless the engine says so."""
        action = self.raw.get("clientAction")
        return dict(action) if isinstance(action, Mapping) else {}

    @property
    def being_set_up(self) -> bool:
        """Whether the engine is still setting it up, after which it works or says why not."""
        return self.state == "BUILDING" and not self.archived

    def _errors(self) -> list[Any]:
        several = self.raw.get("errors")
        listed = several if isinstance(several, list) else []
        return [*listed, self.raw.get("requestError"), self.raw.get("error")]

    @property
    def advice(self) -> str:
        """What to do about it, in a sentence; empty for one that works."""
        if self.archived:
            return "It is archived: connection.restore() brings it back."
        if self.needs_reconnect:
            return "Sign in to it again: connection.reconnect()."
        if self.being_set_up:
            return "It is still being set up: try again in a while."
        if self.connected:
            return ""
        return "See its .error, and ask whoever runs the workspace to set the integration right."

    @property
    def condition(self) -> str:
        """How it is, in a word or two for people."""
        if self.archived:
            return "archived"
        if self.needs_reconnect:
            return "needs signing in again"
        words = {"BUILDING": "being set up", "SETUP_FAILED": "setup failed", "DISCONNECTING": "disconnecting"}
        if not self.raw:
            return "state unknown"
        return "connected" if self.connected else words.get(str(self.state), "configuration error")

    @classmethod
    def from_engine(cls, raw: Mapping[str, Any], client: EngineClient | None = None) -> Connection:
        """Read the engine's connection object; nothing but `id` is relied on."""
        nested = raw.get("integration")
        integration: Mapping[str, Any] = nested if isinstance(nested, Mapping) else {}
        return cls(
            id=str(raw.get("id") or ""),
            name=_text(raw.get("name")),
            integration_key=_text(integration.get("key")) or _text(raw.get("integrationKey")),
            integration_id=_text(raw.get("integrationId")) or _text(integration.get("id")),
            state=_text(raw.get("state")),
            raw=redacted(without_credentials(raw), client.secrets if client is not None else ()),
            client=client,
        )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
