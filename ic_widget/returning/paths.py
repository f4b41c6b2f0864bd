"""How a browser gets back to the kernel: which return path an attempt takes, chosen by evidence."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from ..errors import ConfigurationError
from ..runtime.background import require_sockets
from ..runtime.single_thread import IN_BROWSER
from ..transport.network import is_this_machine

__all__ = [
    "Evidence",
    "Failed",
    "PageFacts",
    "Proof",
    "Reach",
    "ReturnPath",
    "ReturnSettings",
    "assume",
    "decide",
    "is_loopback",
]

ReturnPath = Literal["loopback", "proxy", "base", "events", "paste"]
Probed = Literal["loopback", "proxy"]


@dataclass(frozen=True)
class Failed:
    """A way back that was tried and does not work; `reason` is for the user."""

    reason: str


Proof = Literal["proved"] | Failed
"""What trying a way back has shown; where it is not known yet there is none."""


@dataclass(frozen=True)
class PageFacts:
    """What the page says of itself: where it comes from and what kind of front end shows it."""

    origin: str
    base_url: str | None
    host: str


@dataclass(frozen=True)
class ReturnSettings:
    """What the user asked for: ``redirect=``, ``redirect_base=``, ``port=``, or their environment variables.

    Raises ConfigurationError for a value that cannot work, at construction.
    """

    redirect: str = "auto"
    redirect_base: str | None = None
    port: int = 0

    def __post_init__(self) -> None:
        if self.needs_port:
            require_sockets(
                "What redirect=, redirect_base= or port= asks for", "Leave it to redirect='auto'."
            )
        if self.redirect != "auto" and self.redirect not in get_args(ReturnPath):
            choices = ", ".join(repr(path) for path in ("auto", *get_args(ReturnPath)))
            raise ConfigurationError(f"redirect={self.redirect!r} is unknown. Choose one of {choices}.")
        if self.redirect_base is not None:
            _check_base(self.redirect_base)
        elif self.redirect == "base":
            raise ConfigurationError(
                "redirect='base' needs redirect_base= (or IC_WIDGET_REDIRECT_BASE): the address, as the"
                " browser sees it, under which the kernel's port can be reached."
            )
        if isinstance(self.port, bool) or not isinstance(self.port, int) or not 0 <= self.port <= 65535:
            raise ConfigurationError(
                f"port={self.port!r} is no port. Give a number from 1 to 65535, or 0 for any."
            )

    @property
    def needs_port(self) -> bool:
        """Whether what was asked for needs a port of the kernel's, or that one port."""
        return bool(self.redirect in ("loopback", "proxy", "base") or self.redirect_base or self.port)

    @classmethod
    def from_environment(
        cls,
        redirect: str,
        redirect_base: str | None,
        port: int,
        environ: Mapping[str, str] = os.environ,
    ) -> ReturnSettings:
        """What was given, completed by IC_WIDGET_REDIRECT_BASE and IC_WIDGET_PORT."""
        given = environ.get("IC_WIDGET_PORT", "")
        if not port and given:
            if not given.isdecimal():
                raise ConfigurationError(
                    f"IC_WIDGET_PORT={given!r} is no port. Give a number from 1 to 65535."
                )
            port = int(given)
        return cls(redirect, redirect_base or environ.get("IC_WIDGET_REDIRECT_BASE") or None, port)


@dataclass(frozen=True)
class Reach:
    """The chosen path, the address that ``/<nonce>`` is put behind (None: no redirect), and the evidence."""

    path: ReturnPath
    base: str | None
    reason: str

    def redirect_uri(self, nonce: str) -> str | None:
        """Where the engine is told to send the browser, None in `events`."""
        return f"{self.base}/{nonce}" if self.base is not None else None


@dataclass
class Evidence:
    """What is known so far of the page's probes and of the engine's event stream."""

    probes: Mapping[str, Proof] = field(default_factory=dict)
    events: Proof | None = None


def decide(
    settings: ReturnSettings, port: int, page: PageFacts | None, evidence: Evidence, *, final: bool = False
) -> Reach | None:
    """Choose the path, None while the evidence does not suffice; `final`: what is unknown counts as no."""
    asked = settings.redirect
    addresses = _addresses(port, page)
    if settings.redirect_base is not None and asked in ("auto", "base"):
        return Reach("base", settings.redirect_base.rstrip("/"), "The address was given by redirect_base.")
    if asked == "auto":
        return _by_evidence(port, page, evidence, final)
    if asked == "events":
        return _without_redirect("redirect='events' was asked for.", port, evidence, final)
    if asked == "paste":
        return Reach("paste", _nowhere(port), "redirect='paste' was asked for.")
    path = cast("Probed", asked)
    if path in addresses:
        return Reach(path, addresses[path], _asked_for(path, evidence.probes.get(path)))
    if page is None and not final:
        return None
    why = "redirect='proxy' was asked for, but this page belongs to no Jupyter server."
    return _without_redirect(why, port, evidence, final)


def _by_evidence(port: int, page: PageFacts | None, evidence: Evidence, final: bool) -> Reach | None:
    if not port:
        return _without_redirect(_NO_PORT, port, evidence, final)
    guarded = page is not None and _SECRET.search(page.base_url or "") is not None
    for path, address in _addresses(port, page).items():
        if evidence.probes.get(path) == "proved" and not (guarded and path == "proxy"):
            return Reach(path, address, f"This browser reached the kernel {_BY[path]}.")
    if not final and not _tried_by(page) <= evidence.probes.keys():
        return None
    why = _GUARDED if guarded else _why_not(page, evidence.probes)
    return _without_redirect(why, port, evidence, final)


def assume(settings: ReturnSettings, port: int) -> Reach:
    """The path where there is no page to ask (a script, plain IPython): the browser runs here (RFC 8252).

    Raises ConfigurationError for redirect='proxy', of which only a page knows the address.
    """
    if settings.redirect == "proxy":
        raise ConfigurationError(
            "redirect='proxy' needs the notebook page, which a ConnectFlow has not. Give redirect_base=, the"
            " address of jupyter-server-proxy for this port as the browser sees it, and port=."
        )
    if settings.redirect == "events":
        return Reach("events", None, "redirect='events' was asked for.")
    if not port:
        return Reach("events", None, f"{_NO_PORT} The kernel listens to the engine's event stream.")
    if settings.redirect == "auto" and settings.redirect_base is None:
        return Reach("loopback", f"http://127.0.0.1:{port}", "The browser is taken to run on this machine.")
    # Nothing is left that evidence could change.
    return cast(Reach, decide(settings, port, None, Evidence(), final=True))


# A pattern, because a URL parser finds a host in more than an origin or a Host header may be (user@host, path, query).
_ORIGIN = re.compile(r"(?:https?://)?(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::[0-9]{1,5})?", re.IGNORECASE)


def is_loopback(origin: str) -> bool:
    """Whether an origin or a ``Host`` header names this machine, by RFC 6761 (``localhost``) or by address."""
    found = _ORIGIN.fullmatch(origin)
    return found is not None and is_this_machine((found[1] or found[2]).lower())


_BY: dict[Probed, str] = {"loopback": "at 127.0.0.1", "proxy": "through jupyter-server-proxy"}


# A JSON web token, as Kaggle has one (/k/<id>/<token>/proxy/), or any long key; names of users have hyphens.
_SECRET = re.compile(r"/eyJ[\w-]{10,}|/(?=\w*\d)(?=\w*[a-zA-Z])\w{32,}")
_GUARDED = (
    "The address of this Jupyter server holds what looks like a key, which the engine must not learn; redirect='proxy'"
    " sends it all the same."
)

_NO_PORT = (
    "This kernel runs inside the browser, which has no way back to it."
    if IN_BROWSER
    else "The kernel could not open a port for the browser to come back to."
)


def _addresses(port: int, page: PageFacts | None) -> dict[Probed, str]:
    found: dict[Probed, str] = {"loopback": f"http://127.0.0.1:{port}"}
    if page is not None and page.base_url:
        found["proxy"] = f"{page.origin}{page.base_url}proxy/{port}"
    return found


def _tried_by(page: PageFacts | None) -> set[Probed]:
    """What the page probes: loopback only on this machine (else Chrome asks), the proxy in Jupyter."""
    if page is None:
        return {"loopback", "proxy"}
    tried: set[Probed] = {"loopback"} if is_loopback(page.origin) else set()
    return tried | {"proxy"} if page.base_url else tried


def _without_redirect(why: str, port: int, evidence: Evidence, final: bool) -> Reach | None:
    if evidence.events == "proved":
        return Reach("events", None, f"{why} The kernel listens to the engine's event stream.")
    if evidence.events is None and not final:
        return None
    if evidence.events is None:
        return Reach("events", None, f"{why} The kernel keeps trying to open the engine's event stream.")
    return Reach("paste", _nowhere(port), f"{why} {evidence.events.reason} Paste the address you end on.")


def _nowhere(port: int) -> str:
    # Without a port of ours the browser ends where nothing answers, with the answer in its address bar. IANA has
    # given this port to nobody, and it is none of Fetch's bad ports: for those Firefox shows an empty page.
    return f"http://127.0.0.1:{port or 4}"


def _asked_for(path: Probed, found: Proof | None) -> str:
    but = ""
    if isinstance(found, Failed):
        but = f", although this browser did not reach the kernel {_BY[path]}: {found.reason}"
    return f"redirect={path!r} was asked for{but}."


def _why_not(page: PageFacts | None, probes: Mapping[str, Proof]) -> str:
    found = {"loopback": "the page is not from this machine", "proxy": "the page is not Jupyter's"}
    for path in _tried_by(page):
        probe = probes.get(path)
        found[path] = probe.reason if isinstance(probe, Failed) else "no answer"
    reasons = [f"{by}: {found[path]}" for path, by in _BY.items()]
    return f"This browser cannot reach the kernel ({'; '.join(reasons)})."


def _check_base(base: object) -> None:
    try:
        parts = urlsplit(base if isinstance(base, str) else "")
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
        valid = valid and not (parts.query or parts.fragment or parts.username or parts.password)
        _ = parts.port
    except ValueError:
        valid = False
    if not valid:
        raise ConfigurationError(
            "redirect_base must be an http or https address without user, query or fragment, such as"
            " https://hub.example.org/user/alice/proxy/8123."
        )
