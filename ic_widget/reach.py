"""How a browser gets back to the kernel: which return path an attempt takes, chosen by evidence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from .errors import ConfigurationError

__all__ = ["Evidence", "PageFacts", "Reach", "ReturnPath", "ReturnSettings", "assume", "decide"]

ReturnPath = Literal["loopback", "proxy", "base", "events", "paste"]


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
        if self.redirect != "auto" and self.redirect not in get_args(ReturnPath):
            choices = ", ".join(repr(path) for path in ("auto", *get_args(ReturnPath)))
            raise ConfigurationError(f"redirect={self.redirect!r} is unknown. Choose one of {choices}.")
        if self.redirect_base is not None:
            _check_base(self.redirect_base)
        elif self.redirect == "base":
            raise ConfigurationError(
                "redirect='base' needs redirect_base= (or IC_WIDGET_REDIRECT_BASE): the address, as the browser sees"
                " it, under which the kernel's port can be reached."
            )
        if isinstance(self.port, bool) or not 0 <= self.port <= 65535:
            raise ConfigurationError(
                f"port={self.port!r} is no port. Give a number from 1 to 65535, or 0 for any."
            )

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
    """What is known so far: "" = proved, a text = why not, missing = unknown yet; `events` likewise."""

    probes: dict[str, str] = field(default_factory=dict)
    events: str | None = None


def decide(
    settings: ReturnSettings, port: int, page: PageFacts | None, evidence: Evidence, *, final: bool = False
) -> Reach | None:
    """Choose the path, None while the evidence does not suffice; with `final` what is unknown counts as no."""
    loopback = f"http://127.0.0.1:{port}"
    proxy = f"{page.origin}{page.base_url}proxy/{port}" if page is not None and page.base_url else None
    asked = _asked_for(settings, loopback, proxy)
    if asked is not None:
        return asked
    if settings.redirect == "proxy":
        return None if page is None and not final else _without_redirect(loopback, evidence, final)
    if evidence.probes.get("loopback") == "":
        return Reach("loopback", loopback, "This browser reached the kernel at 127.0.0.1.")
    if evidence.probes.get("proxy") == "" and proxy is not None:
        return Reach("proxy", proxy, "This browser reached the kernel through jupyter-server-proxy.")
    if not final and not {"loopback", "proxy"} <= evidence.probes.keys():
        return None
    return _without_redirect(loopback, evidence, final)


def assume(settings: ReturnSettings, port: int) -> Reach:
    """The path where there is no page to ask (a script, plain IPython): the browser runs here (RFC 8252).

    Raises ConfigurationError for redirect='proxy', of which only a page knows the address.
    """
    if settings.redirect == "proxy":
        raise ConfigurationError(
            "redirect='proxy' needs the notebook page, which a ConnectFlow has not. Give redirect_base=, the"
            " address of jupyter-server-proxy for this port as the browser sees it, and port=."
        )
    if settings.redirect == "auto" and settings.redirect_base is None:
        return Reach("loopback", f"http://127.0.0.1:{port}", "The browser is taken to run on this machine.")
    return _asked_for(settings, f"http://127.0.0.1:{port}", None) or Reach(
        "events", None, "Nothing else is left."
    )


def _asked_for(settings: ReturnSettings, loopback: str, proxy: str | None) -> Reach | None:
    asked = settings.redirect
    if settings.redirect_base is not None and asked in ("auto", "base"):
        return Reach("base", settings.redirect_base.rstrip("/"), "The address was given by redirect_base.")
    bases = {"loopback": loopback, "proxy": proxy, "events": None, "paste": loopback}
    if asked == "auto" or asked not in bases or (asked == "proxy" and proxy is None):
        return None
    return Reach(cast("ReturnPath", asked), bases[asked], f"redirect={asked!r} was asked for.")


def _without_redirect(loopback: str, evidence: Evidence, final: bool) -> Reach | None:
    tried = _why_not(evidence.probes)
    if evidence.events == "":
        return Reach("events", None, f"{tried} The kernel listens to the engine's event stream instead.")
    if evidence.events is None and not final:
        return None
    if evidence.events is None:
        return Reach("events", None, f"{tried} The kernel keeps trying to open the engine's event stream.")
    return Reach("paste", loopback, f"{tried} {evidence.events} Paste the address you end on.")


def _why_not(probes: Mapping[str, str]) -> str:
    names = {"loopback": "127.0.0.1", "proxy": "jupyter-server-proxy"}
    reasons = [f"{names[path]}: {probes.get(path) or 'no answer'}" for path in names]
    return f"This browser cannot reach the kernel ({', '.join(reasons)})."


def _check_base(base: str) -> None:
    try:
        parts = urlsplit(base)
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
