"""HTTP with the engine, by httpx: one pool of connections, through the proxy and with the certificates there are.

httpx is imported with the first call. Its transport is used without its client: that would log every address, and
the event stream's holds the token.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import weakref
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from ..errors import ConfigurationError
from ..runtime.single_thread import IN_BROWSER
from .failures import Failures, TooLargeError, TransportError
from .network import Verify, proxy_for, trust

if TYPE_CHECKING:
    import httpx

__all__ = ["Answer", "Http", "Request"]

TIMEOUT = 60.0
"""Seconds for a whole exchange: the engine's own limit."""
CONNECT_TIMEOUT = 10.0
MAX_RESPONSE = 30 * 1024 * 1024
"""Bytes of an answer, unpacked: the engine's own limit."""
KEPT = 30.0
"""Seconds that a connection is kept for the next call: less than load balancers do (60 and more)."""


@dataclass(frozen=True)
class Request:
    """What is sent. Each part may hold a secret, so its repr shows the method only."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    reason: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def parsed(self) -> Any:
        """The JSON in the body, None if it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def object(self) -> dict[str, Any] | None:
        """The JSON object that the body is, None if it is something else."""
        parsed = self.parsed
        return parsed if isinstance(parsed, dict) else None


class Http:
    """Sends requests to the engine at `api_uri`, by the proxy and with the certificates of the environment.

    Exchanges share one pool of connections on each event loop, which closes with the loop. Raises
    ConfigurationError for a proxy, certificates or limits that cannot work.
    """

    def __init__(
        self,
        api_uri: str,
        *,
        verify: Verify = True,
        timeout: float = TIMEOUT,
        connect_timeout: float = CONNECT_TIMEOUT,
        max_response: int = MAX_RESPONSE,
    ) -> None:
        for name, limit in (
            ("timeout", timeout),
            ("connect_timeout", connect_timeout),
            ("max_response", max_response),
        ):
            if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit > 0:
                raise ConfigurationError(f"{name}= must be a number above zero, not {limit!r}.")
        self.api_uri = api_uri
        self.host = urlsplit(api_uri).netloc
        self.proxy = proxy_for(api_uri)
        self._trust = trust(
            verify, secure=api_uri.startswith("https:") or bool(self.proxy and self.proxy.secure)
        )
        self._failures = Failures(self.host, self.proxy, self._trust.source, connect_timeout)
        self._timeout = timeout
        self._connect_timeout = connect_timeout
        self._max_response = max_response
        # By loop: a forked child and a loop that was closed get a pool of their own.
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncBaseTransport] = (
            WeakKeyDictionary()
        )

    @property
    def trusted(self) -> str:
        """Whose certificates are accepted, in words."""
        return self._trust.source

    async def exchange(self, request: Request, timeout: float | None = None) -> Answer:
        """Send `request` and read the whole answer, whatever its status. Redirects are not followed.

        `timeout` is in seconds, in place of the one that is set.

        Raises TransportError if none came in time or it is longer than the limit.
        """
        timeout = timeout or self._timeout
        try:
            return await asyncio.wait_for(self._exchange(request), timeout)
        except asyncio.TimeoutError:
            problem = self._failures.too_late(timeout)
        raise problem

    async def _exchange(self, request: Request) -> Answer:
        async with self._sent(self._pool(), request) as response:
            packing = response.headers.get("Content-Encoding", "identity").strip().lower()
            if packing not in ("identity", "gzip"):  # packed twice, a small answer could fill the memory
                raise TransportError(
                    f"{self.host} answered with Content-Encoding {packing} though asked for gzip. Check that no proxy"
                    " changes its answers."
                )
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > self._max_response:
                    raise TooLargeError(
                        f"{self.host} sent more than {self._max_response} bytes. Check that api_uri= is right, or"
                        " raise max_response=."
                    )
            return Answer(response.status_code, response.reason_phrase, response.headers, bytes(body))

    @contextlib.asynccontextmanager
    async def stream(self, request: Request, *, idle: float) -> AsyncIterator[httpx.Response]:
        """Send `request` and wait for the head of the answer; leaving the context closes the socket.

        The connection is its own: a stream would take a place in the pool for as long as somebody listens.
        Raises TransportError, as does reading on, if the host cannot be reached, breaks off, or sends nothing for
        `idle` seconds.
        """
        transport = self._transport()
        try:
            async with self._sent(transport, request, idle=idle) as response:
                yield response
        finally:
            await transport.aclose()

    @contextlib.asynccontextmanager
    async def _sent(
        self, transport: httpx.AsyncBaseTransport, request: Request, *, idle: float | None = None
    ) -> AsyncIterator[httpx.Response]:
        import httpx

        problem: TransportError | None = None
        try:
            response = await transport.handle_async_request(self._as_httpx(request, idle))
            try:
                if self.proxy is not None and response.status_code == 407:
                    raise self._failures.refused_by_proxy(self.proxy, "407")
                yield response
            finally:
                await response.aclose()
        except (
            httpx.HTTPError,
            ssl.SSLError,
        ) as error:  # anyio lets alerts that come late through as they are
            problem = self._failures.explained(error)
        if problem is not None:
            raise problem from None

    def _as_httpx(self, request: Request, idle: float | None) -> httpx.Request:
        # Never a local variable where errors are raised: its repr shows the address.
        import httpx

        timeout = {"connect": self._connect_timeout, "read": idle, "write": idle, "pool": None}
        return httpx.Request(
            request.method,
            request.url,
            headers=dict(request.headers),
            content=request.content,
            extensions={"timeout": timeout},
        )

    def _pool(self) -> httpx.AsyncBaseTransport:
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            pool = self._pools[loop] = self._transport()
            _close_at_the_end(self, loop, pool, self._pools)
        return pool

    def _transport(self) -> httpx.AsyncBaseTransport:
        if IN_BROWSER:
            from .fetch import FetchTransport

            return FetchTransport()
        import httpx

        proxy = None
        if self.proxy is not None:
            # The two are the same to httpx, which asks the proxy for names; before 0.28 it knew one.
            address = self.proxy.address.replace("socks5h://", "socks5://", 1)
            proxy = httpx.Proxy(address, ssl_context=self._trust.context if self.proxy.secure else None)
        limits = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=KEPT)
        return httpx.AsyncHTTPTransport(
            verify=self._trust.context, trust_env=False, limits=limits, proxy=proxy
        )


_closers: set[asyncio.Task[None]] = set()  # a loop holds its tasks weakly


def _close_at_the_end(
    owner: Http,
    loop: asyncio.AbstractEventLoop,
    pool: httpx.AsyncBaseTransport,
    pools: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncBaseTransport],
) -> None:
    """Close `pool` when its `owner` is gone, or when `loop` cancels its tasks before it closes."""

    async def wait() -> None:
        try:
            await loop.create_future()
        finally:
            await pool.aclose()

    def owner_is_gone() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: so is the pool
            loop.call_soon_threadsafe(closer.cancel)

    def done(_: object) -> None:
        _closers.discard(closer)
        finalizer.detach()
        pools.pop(loop, None)

    closer = loop.create_task(wait())
    _closers.add(closer)
    finalizer = weakref.finalize(owner, owner_is_gone)
    finalizer.atexit = False
    closer.add_done_callback(done)
