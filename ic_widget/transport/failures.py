"""A sentence for each way in which no answer of the engine comes about."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from ..runtime.single_thread import IN_BROWSER
from .network import Proxy

if TYPE_CHECKING:
    import httpx

__all__ = ["Failures", "RefusedError", "TooLargeError", "TooLateError", "TransportError", "redirected"]


class TransportError(Exception):
    """No usable answer came. The text is a sentence for the user.

    `transient`: trying again may help. `sent`: the request may have arrived all the same.
    """

    def __init__(self, message: str, *, transient: bool = False, sent: bool = True) -> None:
        super().__init__(message)
        self.transient = transient
        self.sent = sent


class TooLateError(TransportError):
    """No whole answer came in time."""


class TooLargeError(TransportError):
    """The answer is longer than what was allowed."""


class RefusedError(TransportError):
    """The proxy lets nothing through, or the certificate is not trusted: somebody has to change a setting."""


class Failures(NamedTuple):
    """Knows the way to the engine: its `host`, the `proxy` if any, and whose certificates are `trusted`."""

    host: str
    proxy: Proxy | None
    trusted: str
    connect_timeout: float

    @property
    def _next_hop(self) -> str:
        return self.host if self.proxy is None else f"the proxy {self.proxy.host}"

    @property
    def _what_to_check(self) -> str:
        if IN_BROWSER:
            return (
                "Check the network and api_uri= (MEMBRANE_API_URI), and whether the engine lets pages of other hosts"
                " read its answers (CORS): a browser does not say which of these it was."
            )
        if self.proxy is None:
            return "Check the network and api_uri= (MEMBRANE_API_URI)."
        return f"Check the network and {_inline(self.proxy.source)}."

    def too_late(self, seconds: float) -> TransportError:
        """No whole answer came within `seconds`."""
        through = "" if self.proxy is None else f" through the proxy {self.proxy.host}"
        return TooLateError(
            f"{self.host} did not answer{through} within {seconds:g} seconds. Try again in a while."
            f" {self._what_to_check}"
        )

    def explained(self, error: httpx.HTTPError | ssl.SSLError) -> TransportError:
        """What httpx raised, in words."""
        import httpx

        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | ssl.SSLError):
            problem = self._unreachable(error)
            problem.sent = isinstance(error, ssl.SSLError)
            return problem
        if isinstance(error, httpx.ProxyError) and self.proxy is not None:
            return self.refused_by_proxy(self.proxy, str(error))
        what = "closed the connection in the middle of its answer"
        if isinstance(error, httpx.TimeoutException):
            what = "stopped answering"
        elif isinstance(error, httpx.DecodingError):
            what = "sent an answer that cannot be unpacked"
        elif isinstance(error, httpx.RemoteProtocolError):
            said = str(error)
            if "disconnected without" in said:
                what = "closed the connection without an answer"
            elif "incomplete" not in said and "peer closed" not in said:
                what = "sent something that is not HTTP"
        return TransportError(f"{self.host} {what}. Try again in a while.", transient=True)

    def _unreachable(self, error: Exception) -> TransportError:
        causes = list(_causes(error))
        for cause in causes:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return self._not_trusted(cause)
        for cause in causes:
            if isinstance(cause, ssl.SSLError):
                reason = (cause.reason or "the connection ended").replace("_", " ").lower()
                through = "" if self.proxy is None else f" through the proxy {self.proxy.host}"
                return TransportError(
                    f"The TLS handshake with {self.host}{through} failed ({reason}). {self._what_to_check}"
                )
            if isinstance(cause, socket.gaierror):
                name = self._next_hop.rpartition(":")[0] or self._next_hop
                return TransportError(
                    f"The host name of {name} could not be found. {self._what_to_check}", transient=True
                )
            if isinstance(cause, TimeoutError):
                return TransportError(
                    f"Could not connect to {self._next_hop} within {self.connect_timeout:g} seconds."
                    f" {self._what_to_check}"
                )
        number = next((cause.errno for cause in causes if isinstance(cause, OSError) and cause.errno), None)
        reason = f" ({os.strerror(number)})" if number is not None else ""
        return TransportError(
            f"Could not connect to {self._next_hop}{reason}. {self._what_to_check}", transient=True
        )

    def _not_trusted(self, error: ssl.SSLCertVerificationError) -> TransportError:
        advice = (
            "Behind a company's proxy set SSL_CERT_FILE (or verify= of Engine) to the file with its certificate, then"
            " make a new Engine."
        )
        if error.verify_code in (9, 10):  # X509_V_ERR_CERT_NOT_YET_VALID, _HAS_EXPIRED
            advice = "If this machine's clock is wrong, set it right."
        return RefusedError(
            f"The certificate of {self.host} was not accepted ({error.verify_message}); the certificates to trust come"
            f" from {self.trusted}. {advice}"
        )

    def refused_by_proxy(self, proxy: Proxy, said: str) -> TransportError:
        """The proxy answered with the status and reason in `said` instead of passing the call on."""
        name, source = proxy.host, _inline(proxy.source)
        if said.startswith("407"):
            if proxy.has_password:
                problem = f"does not accept the user name and password in {source} (407)"
                advice = "Correct them; special characters must be percent-encoded (RFC 3986)."
            else:
                problem = "asks for a user name and password (407)"
                advice = f"Put them into {source}: http://user:password@{name}."
        else:
            problem = f"did not let the call through to {self.host} ({said.strip() or 'no reason given'})"
            advice = f"Ask whoever runs it to allow {self.host}, or add that to NO_PROXY if there is a direct route."
        kind = TransportError if said.startswith("5") else RefusedError
        return kind(f"The proxy {name} {problem}. {advice}", transient=kind is TransportError)


def _inline(source: str) -> str:
    return source[:1].lower() + source[1:] if source.startswith("The ") else source


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and all that led to it, also the several attempts to connect of one exception group."""
    while error is not None:
        yield error
        for inner in getattr(error, "exceptions", ()):
            yield from _causes(inner)
        error = error.__cause__ or error.__context__


def redirected(api_uri: str, location: str) -> str:
    """What to do about an answer that sends elsewhere: never to give up encryption, nor trust unasked."""
    ours, theirs = _origin(api_uri), _origin(location, api_uri)
    if not theirs or theirs == ours:
        return "It redirects to another page. Check that api_uri= is the address of an engine's API."
    if ours.startswith("https:") and not theirs.startswith("https:"):
        return f"It redirects to {theirs}, which is not encrypted. Check that api_uri= is right."
    return f"It redirects to {theirs}: if you trust it, set api_uri= to that."


def _origin(address: str, base: str = "") -> str:
    """Scheme, host and port of an http or https address (RFC 6454, section 4), empty if it is none."""
    try:
        parts = urlsplit(urljoin(base, address))
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = port == (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{host}" + ("" if default else f":{port}")
