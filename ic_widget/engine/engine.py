"""The engine, for people: blocking calls that work in a script, in a cell and inside a running event loop."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from ..connection.actions import Action
from ..connection.connection import Connection
from ..connection.tables import Connections
from ..errors import ConfigurationError
from ..runtime.blocking import run_blocking
from ..runtime.public_calls import public
from ..transport.credentials import TokenSource, credentials
from ..transport.http import CONNECT_TIMEOUT, MAX_RESPONSE, TIMEOUT, Http
from ..transport.network import Verify, is_this_machine
from ..transport.rest import API_VERSION
from ..transport.secret import TokenText
from .client import EngineClient

__all__ = ["Connection", "Engine"]

DEFAULT_API_URI = "https://api.getmembrane.com"

ENDPOINTS = {"api.getmembrane.com": "/connect", "api.integration.app": "/connection-popup"}
"""Where each public engine takes a new connection; other engines take it where it is documented."""
DOCUMENTED_ENDPOINT = "/connection-popup"


@public
class Engine:
    """An Integration.app / Membrane engine, seen as one tenant.

    The token comes in one of four ways: `token` as text; `token` as a function, async or not, that returns
    one; `workspace_key`, `workspace_secret` and `tenant_key` to sign tokens here (without `tenant_key`: for the
    workspace itself; `legacy_claims` for engines from before tenants; `algorithm` HS512, HS256, or ES256, RS256,
    PS256 with a private key in PEM text); or ``token="membrane-cli"``, which takes the token that the engine's
    command line stored in ``.membrane/credentials.json`` in the home folder (after ``membrane login --tenant``).
    What is left out comes from MEMBRANE_TOKEN, MEMBRANE_WORKSPACE_KEY, MEMBRANE_WORKSPACE_SECRET,
    MEMBRANE_TENANT_KEY and MEMBRANE_API_URI.

    A token function is called whenever a token is needed and the last one is about to expire or was refused, one
    call at a time: a plain one on a thread of its own, an async one on the package's background thread, either with
    the context variables that are set where the Engine is made.

    `connect_endpoint` is the path a new connection is posted to: ``/connection-popup`` or ``/connect``, chosen by
    the host if left out. An ``http://`` address of another machine needs `allow_http`, because the token and what
    people type would travel unencrypted. `api_version` is the version of the API: a date, sent as
    ``membrane-api-version``, a number such as "1.0", sent as ``API-Version``, or None for whatever the engine takes as
    current.

    `verify` says whose certificates are accepted, as in httpx: True for SSL_CERT_FILE, SSL_CERT_DIR or
    REQUESTS_CA_BUNDLE, else the operating system's; the path of a file or folder; an `ssl.SSLContext`; False for
    anybody's. Proxies are those of HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, else the system's; loopback goes
    through none. Both are read when the Engine is made.

    `timeout` is in seconds for a whole answer, `connect_timeout` for a connection, `max_response` in bytes,
    unpacked.

    Raises ConfigurationError if a token can be had in none of the ways, or a setting cannot work. The methods
    block, can be interrupted, and raise EngineError when the engine refuses or cannot be reached. Connections are
    kept open from call to call.

    Example::

        engine = Engine(tenant_key="customer-1")  # the workspace's key and secret are in the environment
        [item["key"] for item in engine.integrations("git")]
    """

    def __init__(
        self,
        token: TokenSource | None = None,
        *,
        workspace_key: str | None = None,
        workspace_secret: str | None = None,
        tenant_key: str | None = None,
        tenant_name: str | None = None,
        tenant_fields: Mapping[str, Any] | None = None,
        api_uri: str | None = None,
        connect_endpoint: str | None = None,
        allow_http: bool = False,
        legacy_claims: bool = False,
        algorithm: str = "HS512",
        api_version: str | None = API_VERSION,
        verify: Verify = True,
        timeout: float = TIMEOUT,
        connect_timeout: float = CONNECT_TIMEOUT,
        max_response: int = MAX_RESPONSE,
    ) -> None:
        self.api_uri = _checked_address(
            api_uri or os.environ.get("MEMBRANE_API_URI") or DEFAULT_API_URI, allow_http=allow_http
        )
        self.connect_endpoint = _checked_endpoint(connect_endpoint, self.api_uri)
        source = credentials(
            token,
            workspace_key=workspace_key,
            workspace_secret=workspace_secret,
            tenant_key=tenant_key,
            tenant_name=tenant_name,
            tenant_fields=tenant_fields,
            legacy_claims=legacy_claims,
            algorithm=algorithm,
        )
        http = Http(
            self.api_uri,
            verify=verify,
            timeout=timeout,
            connect_timeout=connect_timeout,
            max_response=max_response,
        )
        self.client = EngineClient(source, http, api_version=api_version)
        self.client.connect_endpoint = self.connect_endpoint

    @classmethod
    def of(cls, client: EngineClient) -> Engine:
        """The engine that `client` belongs to, with its token, settings and open connections."""
        engine = cls.__new__(cls)
        engine.api_uri, engine.connect_endpoint = client.http.api_uri, client.connect_endpoint
        engine.client = client
        return engine

    def __repr__(self) -> str:
        place = "".join(f", {what}={name!r}" for what, name in self.client.subject.shown.items())
        return f"Engine(api_uri={self.api_uri!r}{place})"

    @property
    def connect_url(self) -> str:
        """Where the user's browser posts a new connection to."""
        return self.api_uri + self.connect_endpoint

    @property
    def parameters_key(self) -> str:
        """What the payload of a new connection calls the user's input at this endpoint."""
        return "input" if self.connect_endpoint.endswith("/connect") else "connectionParameters"

    def token(self, *, min_life: float = 60.0) -> str:
        """A token that lives `min_life` more seconds, where one can be had.

        An f-string, ``+`` or ``encode`` give its text; ``print``, ``str`` and a cell's last line do not show it. It is
        text handed out on purpose: ``json.dumps``, ``"".join`` and whatever else reads its letters write them out.
        """
        return TokenText(run_blocking(lambda: self.client.token(min_life=min_life)).reveal())

    def integrations(
        self, search: str | None = None, *, include_archived: bool = False
    ) -> list[dict[str, Any]]:
        """All integrations, or those the engine finds for `search`.

        Dicts as the engine has them: id, key, name, description, logoUri, connection (the tenant's, where there is
        one), and whatever else it gives.
        """
        return run_blocking(lambda: self.client.integrations(search, include_archived=include_archived))

    def integration(self, key_or_id: str) -> dict[str, Any]:
        """One integration: a dict as those of `integrations`, with authOptions where the engine gives them."""
        return run_blocking(lambda: self.client.integration(key_or_id))

    def auth_options(
        self, key_or_id: str, connector_parameters: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """The ways to authorize a connection: dicts with key, type, title, description, inputSchema, helpUri.

        An empty list means that the integration is not configured yet. `connector_parameters` are the
        developer's own, for connectors that need some before they can say what they ask.
        """
        return run_blocking(lambda: self.client.auth_options(key_or_id, connector_parameters))

    def connections(
        self,
        *,
        integration: str | None = None,
        search: str | None = None,
        include_archived: bool = False,
    ) -> Connections:
        """All connections of the tenant, or those to one `integration` (key or id): a list that shows a table."""
        found = run_blocking(
            lambda: self.client.connections(
                integration=integration, search=search, include_archived=include_archived
            )
        )
        return Connections(found)

    def connection(self, connection_id: str) -> Connection:
        """One connection."""
        return run_blocking(lambda: self.client.connection(connection_id))

    def actions(
        self,
        *,
        connection: Connection | str | None = None,
        integration: str | None = None,
        search: str | None = None,
    ) -> list[Action]:
        """All actions, those of one `connection` (itself or its id), or those of one `integration` (key or id).

        `search` narrows them to what the engine finds for it. `Connection.run` runs one.
        """
        if connection is not None and integration is not None:
            raise ConfigurationError("connection= and integration= exclude each other: give one of them.")
        of = connection.id if isinstance(connection, Connection) else connection
        return run_blocking(
            lambda: self.client.actions(connection=of, integration=integration, search=search)
        )


def _checked_address(given: str, *, allow_http: bool) -> str:
    """`given` without a trailing slash, fit to have a path put behind it."""
    problem = None
    try:
        address = urlsplit(given.strip())
        host, port = address.hostname or "", address.port
        host.encode("idna")
    except ValueError:
        problem = "is no valid address"
    else:
        if address.scheme not in ("http", "https") or not host:
            problem = "must begin with https:// (or http://) and name a host"
        elif address.username is not None or address.password is not None:
            problem = "must not hold a user name or password"
        elif "?" in given or "#" in given:
            problem = "must have no query (?...) and no fragment (#...)"
        elif address.scheme == "http" and not is_this_machine(host) and not allow_http:
            problem = (
                "begins with http://, so that the token and what people type would travel unencrypted to another"
                " machine. Use https://, or give allow_http=True if you trust the network in between"
            )
    if problem is not None:
        shown = "api_uri= (or MEMBRANE_API_URI)"
        raise ConfigurationError(f"{shown} {problem}; an example is {DEFAULT_API_URI}.")
    literal = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    netloc = literal if port is None else f"{literal}:{port}"
    return urlunsplit((address.scheme, netloc, quote(address.path.rstrip("/"), safe="/%"), "", ""))


def _checked_endpoint(given: str | None, api_uri: str) -> str:
    if given is None:
        return ENDPOINTS.get(urlsplit(api_uri).hostname or "", DOCUMENTED_ENDPOINT)
    if not given.startswith("/") or "?" in given or "#" in given:
        raise ConfigurationError(
            'connect_endpoint= must be a path such as "/connect" or "/connection-popup".'
        )
    return given.rstrip("/")
