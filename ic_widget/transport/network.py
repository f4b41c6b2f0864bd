"""The way out that the environment names: the proxy, and the certificates to trust.

Both are read when an Engine is made, so that a variable set in a cell counts from the next Engine.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from ..errors import ConfigurationError
from ..runtime.single_thread import IN_BROWSER

__all__ = ["Proxy", "Trust", "Verify", "is_this_machine", "proxy_for", "trust"]

Verify = bool | str | os.PathLike[str] | ssl.SSLContext
"""What `Engine(verify=)` takes, as httpx has it; a file or a folder of certificates as well."""

EXAMPLE = "an example is http://user:password@proxy.example:3128"
SOCKS = ("socks5", "socks5h")


@dataclass(frozen=True)
class Proxy:
    """A proxy and where its address was found. The address may hold a password: no repr shows it."""

    address: str = field(repr=False)
    source: str

    @property
    def host(self) -> str:
        """Host and port, as sentences name it."""
        return urlsplit(self.address).netloc.rpartition("@")[2]

    @property
    def secure(self) -> bool:
        """Whether the way to the proxy itself is encrypted."""
        return self.address.startswith("https:")

    @property
    def has_password(self) -> bool:
        """Whether the address holds a user name."""
        return urlsplit(self.address).username is not None


def proxy_for(api_uri: str) -> Proxy | None:
    """The proxy that leads to `api_uri`: HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, else the system's setting.

    NO_PROXY (and the system's own exceptions) count; loopback never goes through a proxy. Raises
    ConfigurationError, which names the variable, for an address that cannot work.
    """
    found = None if IN_BROWSER else _found(api_uri)
    problem = None if found is None else _problem(found.address)
    if found is not None and problem is not None:
        raise ConfigurationError(f"{found.source} {problem}.")
    return found


def _found(api_uri: str) -> Proxy | None:
    from urllib.request import getproxies, proxy_bypass  # 30 ms, where nothing else has loaded it

    address = urlsplit(api_uri)
    host = address.hostname or ""
    port = address.port or (443 if address.scheme == "https" else 80)
    if is_this_machine(host):
        return None
    settings = getproxies()
    kind = next((kind for kind in (address.scheme, "all") if settings.get(kind)), None)
    literal = f"[{host}]" if ":" in host else host
    if kind is None or proxy_bypass(f"{literal}:{port}") or _in_networks(host, settings.get("no", "")):
        return None
    names = [name for name in (f"{kind}_proxy", f"{kind}_proxy".upper()) if os.environ.get(name)]
    return Proxy(settings[kind].strip(), names[0] if names else "The system's proxy setting")


def is_this_machine(host: str) -> bool:
    """Whether a host name or address always means this machine (``localhost``: RFC 6761, section 6.3)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _in_networks(host: str, no_proxy: str) -> bool:
    """Whether `host` is an address in one of the networks (CIDR) of NO_PROXY, which urllib does not know."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    for name in no_proxy.split(","):
        try:
            if address in ipaddress.ip_network(name.strip().strip("[]"), strict=False):
                return True
        except ValueError:
            continue
    return False


def _problem(address: str) -> str | None:
    """Why `address` cannot work, without repeating it."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return f"is no valid address; {EXAMPLE}"
    if "://" not in address:
        return f"must begin with http:// or https://; {EXAMPLE}"
    if parts.scheme not in ("http", "https", *SOCKS):
        return f"must begin with http:// or https://, not {parts.scheme}://; {EXAMPLE}"
    if not host or not address.isascii() or not address.isprintable() or " " in address:
        return f"is no valid address; {EXAMPLE}"
    if parts.scheme in SOCKS and importlib.util.find_spec("socksio") is None:
        return 'names a SOCKS proxy, which needs the package socksio: pip install "httpx[socks]"'
    return None


class Trust(NamedTuple):
    """Which certificates are accepted; `source` says whose they are."""

    context: ssl.SSLContext
    source: str


def trust(verify: Verify = True, *, secure: bool = True) -> Trust:
    """What `verify` says, else SSL_CERT_FILE and SSL_CERT_DIR, else REQUESTS_CA_BUNDLE, else the system's.

    Raises ConfigurationError, which names the variable, for what holds no certificates. Where nothing is
    reached over TLS (not `secure`), the environment is not looked at.
    """
    return _of_browser(verify) if IN_BROWSER else _of_python(verify, secure=secure)


def _of_browser(verify: Verify) -> Trust:
    if verify is not True:
        raise ConfigurationError(
            "verify= cannot be given where Python runs inside the browser, which decides itself whose certificates it"
            " accepts. Leave it out."
        )
    return Trust(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "the browser")


def _of_python(verify: Verify, *, secure: bool) -> Trust:
    if isinstance(verify, ssl.SSLContext):
        return Trust(verify, "verify=")
    if isinstance(verify, str | os.PathLike):
        return _from_path(Path(verify), "verify=")
    if not isinstance(verify, bool):
        raise ConfigurationError(
            "verify= takes True, False, the path of a file or folder, or an ssl.SSLContext."
        )
    if not verify:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return Trust(context, "verify=")
    if not secure:
        return Trust(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "nowhere: http is not encrypted")
    file, folder = (os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
    if file and folder:
        found = _from_path(Path(file), "SSL_CERT_FILE")
        found.context.load_verify_locations(capath=_folder(Path(folder), "SSL_CERT_DIR"))
        return Trust(found.context, "SSL_CERT_FILE and SSL_CERT_DIR")
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"):
        if os.environ.get(name):
            return _from_path(Path(os.environ[name]), name)
    import truststore

    return Trust(truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "the operating system")


def _from_path(path: Path, source: str) -> Trust:
    try:
        if path.is_dir():
            return Trust(ssl.create_default_context(capath=_folder(path, source)), source)
        return Trust(ssl.create_default_context(cafile=path), source)
    except ssl.SSLError:
        problem = f"names {path}, which holds no certificates in PEM text"
    except OSError as error:
        problem = f"names {path}, which cannot be read ({error.strerror})"
    raise ConfigurationError(f"{source} {problem}. Give the file with the certificates to trust.")


def _folder(path: Path, source: str) -> Path:
    if not path.is_dir():
        raise ConfigurationError(f"{source} names {path}, which is no folder.")
    return path
