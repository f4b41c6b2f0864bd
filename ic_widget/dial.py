"""A connection to a host, or a sentence on why there is none."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import socket
import ssl
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from tornado.iostream import IOStream, SSLIOStream, StreamClosedError

from .within import within

__all__ = ["TransportError", "dial"]

CONNECT_TIMEOUT = 10.0
ADDRESS_TIMEOUT = 3.0
"""Seconds for one of several addresses of a host, so that a dead IPv6 route leaves time for IPv4."""


class TransportError(Exception):
    """No usable answer came. The text is a sentence for the user; `transient`: trying again may help."""

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


@contextlib.asynccontextmanager
async def dial(host: str, *, secure: bool) -> AsyncIterator[IOStream]:
    """A connection to `host` (with its port, where it has one); leaving the context closes it.

    Raises TransportError if there is none within `CONNECT_TIMEOUT` seconds.
    """
    with contextlib.ExitStack() as sockets:
        yield await _connect(host, sockets, secure=secure)


async def _connect(host: str, sockets: contextlib.ExitStack, *, secure: bool) -> IOStream:
    try:
        return await within(CONNECT_TIMEOUT, _try_addresses(host, sockets, secure=secure))
    except asyncio.TimeoutError:
        problem, transient = f"{host} did not answer within {CONNECT_TIMEOUT:g} seconds", False
    except socket.gaierror:
        problem, transient = f"The host name {host} could not be found", True
    except ssl.SSLCertVerificationError as error:
        raise TransportError(
            f"The certificate of {host} was not accepted ({error.verify_message}). Behind a company's proxy, "
            "set SSL_CERT_FILE to the file with its certificate and restart the kernel."
        ) from None
    except ssl.SSLError as error:
        problem, transient = f"{host} could not be spoken to over TLS ({error.reason})", False
    except (OSError, StreamClosedError) as error:
        reason = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
        problem, transient = f"Could not connect to {host}{reason}", True
    raise TransportError(
        f"{problem}. Check the network and api_uri= (MEMBRANE_API_URI).", transient=transient
    )


async def _try_addresses(netloc: str, sockets: contextlib.ExitStack, *, secure: bool) -> IOStream:
    address = urlsplit(f"//{netloc}")
    host = address.hostname or ""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, address.port or (443 if secure else 80), type=socket.SOCK_STREAM)
    candidates = _alternating(found)
    while candidates:
        family, sockaddr = candidates.pop(0)
        plain = socket.socket(family)
        stream = SSLIOStream(plain, ssl_options=_tls()) if secure else IOStream(plain)
        sockets.callback(stream.close)
        try:
            return await within(ADDRESS_TIMEOUT if candidates else None, _connected(stream, sockaddr, host))
        except (OSError, StreamClosedError, asyncio.TimeoutError) as error:
            stream.close()
            if not candidates:
                raise _cause(error) from None
    raise socket.gaierror


async def _connected(stream: IOStream, sockaddr: Any, host: str) -> IOStream:
    await stream.connect(sockaddr, server_hostname=host)
    return stream


def _alternating(found: list[Any]) -> list[tuple[int, Any]]:
    """Addresses with IPv6 and IPv4 in turns (RFC 8305, section 4), in the resolver's order otherwise."""
    families: dict[int, list[tuple[int, Any]]] = {}
    for family, _, _, _, sockaddr in found:
        families.setdefault(family, []).append((family, sockaddr))
    turns = itertools.zip_longest(*families.values())
    return [candidate for turn in turns for candidate in turn if candidate is not None]


def _cause(error: Exception) -> BaseException:
    real = error.real_error if isinstance(error, StreamClosedError) else None
    return real or error


@functools.cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
