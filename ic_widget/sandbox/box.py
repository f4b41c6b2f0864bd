"""`Sandbox`: an engine on this machine, started and stopped by the program that uses it."""

from __future__ import annotations

import difflib
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from ic_widget.errors import ConfigurationError
from ic_widget.runtime.public_calls import public, public_call

from .app import make_app
from .apps.api import keep_records
from .credentials import app_client
from .faults import Faults
from .person import sign_in
from .seeding import connected
from .state import tokens
from .state.attempts import Attempts
from .state.catalogue import Catalogue, Integration, load
from .state.connections import STATES, Connections
from .state.events import EventHub
from .state.grants import Provider
from .state.store import Store
from .state.world import Credentials, Received, World
from .web.server import Server, is_loopback, listen

if TYPE_CHECKING:
    from ic_widget.connection.connection import Connection
    from ic_widget.engine.engine import Engine
    from ic_widget.flow import ConnectFlow

__all__ = ["Sandbox", "demo_engine"]

_demo_lock = threading.Lock()
_demo: list[Sandbox] = []

T = TypeVar("T")


@public
class Sandbox:
    """A stand-in for the engine that everything can be tried against, without an account or a network.

        with Sandbox() as box:
            engine = box.engine(tenant="demo")

    `catalogue` is a JSON file or a list of integrations in the engine's shape (None: the built-in apps),
    `port` 0 takes a free one, `tenants` restricts who may come (None: any tenant), `state` is an SQLite file
    that keeps connections over a restart (None: memory). `address` must be a loopback address unless
    `allow_remote`; `public_url` is where browsers reach it, if not there.
    Errors: `ConfigurationError` for a wrong catalogue, a taken port or a public address.
    """

    def __init__(
        self,
        catalogue: str | os.PathLike[str] | Iterable[Integration] | None = None,
        port: int = 0,
        *,
        address: str = "127.0.0.1",
        allow_remote: bool = False,
        public_url: str | None = None,
        tenants: Iterable[str] | None = None,
        state: str | os.PathLike[str] | None = None,
    ) -> None:
        if not allow_remote and not is_loopback(address):
            raise ConfigurationError(
                f"The sandbox has no real protection and {address} can be reached by others. "
                "Use 127.0.0.1, or say so in so many words: --allow-remote (allow_remote=True)."
            )
        if public_url is not None and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]+)*", public_url):
            raise ConfigurationError(
                f"public_url must be an address like https://lab.example/sandbox, not {public_url!r}."
            )
        entries = load(catalogue)
        self._address = address
        self._public_url = public_url
        self._port = port
        self._tenants = None if tenants is None else frozenset(tenants)
        self._state = state
        self._catalogue = Catalogue(entries)
        self._credentials = Credentials()
        self._world: World | None = None
        self._server: Server | None = None
        self.faults = Faults()

    def __repr__(self) -> str:
        return f"<Sandbox {self._world.url if self._world else 'not started'}>"

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> Sandbox:
        """Starts it on a daemon thread and returns once it answers. A second call changes nothing."""
        if self._server is None:
            store = Store(self._state)
            try:
                listening = listen(self._address, self._port)
            except ConfigurationError:
                store.close()
                raise
            host = f"[{self._address}]" if ":" in self._address else self._address
            self._world = self._make_world(store, f"http://{host}:{listening.getsockname()[1]}")
            self._server = Server(make_app(self._world), listening, self._world.settle, store.close)
            self._server.start()
        return self

    def close(self) -> None:
        """Stops it and ends every open stream. Calling it again, or before `start`, is fine."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    @property
    def url(self) -> str:
        """Where browsers reach it, without a slash at the end: the engine's `api_uri`."""
        return self._running.url

    @property
    def local_url(self) -> str:
        """Where it listens: the same as `url` unless there is a `public_url`."""
        return self._running.local_url

    @property
    def workspace_key(self) -> str:
        """The workspace's key, new at each start."""
        return self._credentials.workspace_key

    @property
    def workspace_secret(self) -> str:
        """The workspace's secret, which signs tokens; new at each start."""
        return self._credentials.workspace_secret

    @property
    def received(self) -> list[Received]:
        """What browsers sent to ``/connect`` and ``/connection-popup``, newest last, secrets too: see `Received`."""
        return list(self._running.received)

    def token(self, tenant: str = "demo", *, expires_in: float = 3600, legacy: bool = False) -> str:
        """A token for `tenant` that expires in so many seconds; `legacy` has the older claims."""
        return tokens.mint(
            self.workspace_key, self.workspace_secret, tenant, expires_in=expires_in, legacy=legacy
        )

    def engine(self, tenant: str = "demo") -> Engine:
        """An `Engine` that speaks to this sandbox for `tenant`."""
        from ic_widget.engine.engine import Engine

        return Engine(
            workspace_key=self.workspace_key,
            workspace_secret=self.workspace_secret,
            tenant_key=tenant,
            api_uri=self.url,
        )

    def sign_in(self, flow: ConnectFlow | str, *, email: str = "", password: str = "") -> str:
        """Do what a person does in the tab of `flow`, or of this address: sign in and allow; see `sign_in`."""
        return sign_in(flow if isinstance(flow, str) else flow.url, email=email, password=password)

    def deny(self, flow: ConnectFlow | str) -> str:
        """Press Deny in the tab of `flow`, or of this address."""
        return sign_in(flow if isinstance(flow, str) else flow.url, allow=False)

    def connect(
        self,
        integration: str,
        *,
        auth_option: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        name: str | None = None,
        connection_key: str | None = None,
        allow_multiple: bool = False,
        tenant: str = "demo",
    ) -> Connection:
        """A new connection of `tenant` to the `integration` (key or id): for a test that begins with one.

        It is made as a person makes it, by the app's own sign-in, without a browser. `parameters` are what the auth
        option asks for. ConnectionRejected: the app or the engine refused, or a parameter is missing; ValueError:
        there is no such integration.

        Example::

            with Sandbox() as box:
                assert box.connect("github").get("/me").ok
        """
        wanted = {
            "integrationKey": self._key(integration),
            "authOptionKey": auth_option,
            "input": dict(parameters or {}),
            "name": name,
            "connectionKey": connection_key,
            "allowMultipleConnections": allow_multiple or None,
        }
        made = connected(self._do, self.local_url, self.token(tenant), tenant, wanted)
        return self.engine(tenant).connection(made)

    def records(self, integration: str, records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Every account of that app has these records from now on, in place of its own; returns them with their ids.

        They are what ``connection.get("/records")``, ``/records/{id}`` and the app's actions give. `ValueError`: there
        is no such integration.
        """
        app, given = self._key(integration), list(records)
        return self._do(lambda world: keep_records(world.store, app, given))

    def revoke(self, integration: str) -> None:
        """Ends at the app everything that was granted to us: what a user does on its settings page.

        The engine notices at the next call: the connection then turns disconnected. `ValueError`: there is no
        such integration.
        """
        app = self._key(integration)

        def revoke(world: World) -> None:
            world.provider.revoke_all(app)
            app_client.revoke_keys(world, app)

        self._do(revoke)

    def put_in_state(self, connection_id: str, state: str) -> None:
        """Shows a connection in `state`, with the error and the ``clientAction`` that belong to it.

        `state` is one of the engine's: READY, BUILDING, CLIENT_ACTION_REQUIRED, CONFIGURATION_ERROR,
        SETUP_FAILED, DISCONNECTING. The credentials stay, so READY brings it back. `ValueError`: no such state.
        """
        if state not in STATES:
            raise ValueError(f"there is no state {state!r}; there are {', '.join(sorted(STATES))}")
        self._do(lambda world: world.connections.put_in_state(connection_id, state))

    def expire_access(self, integration: str) -> None:
        """Makes the access tokens of an app too old, as an hour would; refresh tokens stay good.

        `ValueError`: there is no such integration.
        """
        app = self._key(integration)
        self._do(lambda world: world.provider.expire_access(app))

    def expire_codes(self) -> None:
        """Makes every authorization code that is on its way too old."""
        self._do(lambda world: world.provider.expire_codes())

    def drop_streams(self) -> None:
        """Ends every open event stream, as a proxy would."""
        self._do(lambda world: world.events.drop())

    def _key(self, integration: str) -> str:
        """The key of the integration with this key or id."""
        item = self._catalogue.get(integration)
        if item is None:
            keys = [each["key"] for each in self._catalogue.items]
            near = difflib.get_close_matches(integration.casefold(), keys, n=3, cutoff=0.7)
            advice = (
                f"Did you mean {' or '.join(map(repr, near))}?" if near else f"There are {', '.join(keys)}."
            )
            raise ValueError(f"There is no integration {integration!r} in this sandbox. {advice}")
        return str(item["key"])

    def _do(self, change: Callable[[World], T]) -> T:
        world = self._running
        if self._server is None:
            raise ConfigurationError("The sandbox has been closed: start() it again.")
        return self._server.do(lambda: change(world))

    @property
    def _running(self) -> World:
        if self._world is None:
            raise ConfigurationError(
                "The sandbox is not started: use it in a with statement, or call start()."
            )
        return self._world

    def _make_world(self, store: Store, local_url: str) -> World:
        return World(
            credentials=self._credentials,
            store=store,
            catalogue=self._catalogue,
            connections=Connections(store, self._catalogue),
            attempts=Attempts(),
            events=EventHub(),
            provider=Provider(store),
            faults=self.faults,
            tenants=self._tenants,
            url=self._public_url or local_url,
            local_url=local_url,
        )


@public_call
def demo_engine() -> Engine:
    """The Engine of ``ConnectWidget.demo()``: for the sandbox that `ic-widget demo` started, else for one here.

    The one in this process is started once and ends with it.
    """
    from ic_widget.engine.engine import Engine

    if url := os.environ.get("IC_WIDGET_SANDBOX"):
        return Engine(
            workspace_key=os.environ.get("IC_WIDGET_SANDBOX_KEY"),
            workspace_secret=os.environ.get("IC_WIDGET_SANDBOX_SECRET"),
            tenant_key="demo",
            api_uri=url,
        )
    with _demo_lock:
        if not _demo:
            _demo.append(Sandbox().start())
        return _demo[0].engine()
