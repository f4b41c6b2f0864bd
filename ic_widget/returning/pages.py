"""The few HTML pages the callback server shows: static, escaped, self-contained."""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from string import Template
from typing import Any

from ..transport.secret import revealed

__all__ = [
    "Page",
    "connected",
    "connected_after_all",
    "ended",
    "failed",
    "hand_off",
    "malformed",
    "prefetched",
    "unknown",
    "used",
    "wrong_method",
]

_TICK, _CROSS, _DOTS = "M7 12.5l3.5 3.5L17 9", "M8 8l8 8M16 8l-8 8", "M7 12h.01M12 12h.01M17 12h.01"
# The address holds the answer: drop it from the address bar and the history before anything else.
_TIDY = "history.replaceState(null,'',location.pathname);"
_CLOSE = "setTimeout(function(){window.close()},400);"
_SUBMIT = "document.forms[0].submit();"


@dataclass(frozen=True)
class Page:
    """A status, a body and the Content-Security-Policy that fits it."""

    status: int
    body: bytes = field(repr=False)
    policy: str


@functools.cache
def connected() -> Page:
    """The answer was taken: tries to close itself."""
    return _page(
        200,
        "good",
        _TICK,
        "Connected",
        "You can close this tab and go back to your notebook.",
        _TIDY + _CLOSE,
    )


def connected_after_all(app: str, *, again: bool) -> Page:
    """A success that came after the attempt had ended (`again`: with another success); it is told, not denied."""
    came = f"{app or 'The app'} was connected"
    message = (
        f"{came} once more, in a second tab. Your notebook goes on with the newer connection if it replaced the first."
        if again
        else f"{came}, but your notebook had stopped waiting for it. Go back there: it offers you this connection."
    )
    return _page(
        200, "good", _TICK, "Connected once more" if again else "Connected after all", message, _TIDY
    )


def failed(message: str, *, refused: bool = False) -> Page:
    """The connection was rejected; shows why, and stays open unless it is to be mended in the notebook (`refused`)."""
    reason = f'<p class="reason">{html.escape(message)}</p>'
    hint = "Close this tab and try again from your notebook."
    script = _TIDY + (_CLOSE if refused else "")
    return _page(200, "bad", _CROSS, "Not connected", hint, script, reason)


def malformed(reason: str) -> Page:
    """The address holds no valid answer; the attempt goes on."""
    hint = "Nothing was changed. Go back to your notebook and open the sign-in page again."
    return _page(400, "bad", _CROSS, "Invalid response", f"{reason} {hint}")


@functools.cache
def unknown() -> Page:
    """An unknown path; says nothing about the known ones."""
    return _page(404, "info", _DOTS, "Not found", "No sign-in in progress has this address.")


@functools.cache
def ended() -> Page:
    """The attempt has ended; this answer changes nothing."""
    message = "This sign-in has already ended. Start a new one from your notebook."
    return _page(410, "info", _DOTS, "Sign-in ended", message, _TIDY)


@functools.cache
def used() -> Page:
    """The single-use hand-off address was opened before."""
    message = "This link works only once and has been opened. Get a new one from your notebook."
    return _page(410, "info", _DOTS, "Link already used", message)


@functools.cache
def wrong_method() -> Page:
    """Only GET is answered."""
    return _page(405, "info", _DOTS, "Method not allowed", "Open this address in a browser.")


@functools.cache
def prefetched() -> Page:
    """The browser loaded the page before the user opened it, which counts for nothing."""
    message = "Your browser loaded this page ahead of time. Reload it to continue."
    return _page(404, "info", _DOTS, "One more step", message)


def hand_off(action: str, payload: Mapping[str, Any]) -> Page:
    """A page that posts `payload` to the engine's connect page at once, with a button where scripts are off."""
    field = html.escape(json.dumps(payload, default=revealed), quote=True)
    form = (
        f'<form method="post" action="{html.escape(action, quote=True)}" autocomplete="off">'
        f'<input type="hidden" name="payload" value="{field}"><button>Continue</button></form>'
    )
    return _page(200, "info", _DOTS, "One moment", "Taking you to the sign-in page.", _SUBMIT, form)


def _page(
    status: int, tone: str, mark: str, title: str, message: str, script: str = "", extra: str = ""
) -> Page:
    template, style = _sources()
    body = template.substitute(
        tone=tone,
        mark=mark,
        title=html.escape(title),
        message=html.escape(message),
        extra=extra,
        style=style,
        script=script,
    )
    # https://www.w3.org/TR/CSP3/: hashes admit just our own style and script; form-action is left open on the
    # hand-off page alone, because browsers apply it to every redirect that follows the post.
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " base-uri 'none'; frame-ancestors 'none'"
    ) + ("" if "<form" in extra else "; form-action 'none'")
    return Page(status, body.encode(), policy)


@functools.cache
def _sources() -> tuple[Template, str]:
    folder = resources.files(__package__) / "templates"
    return Template(folder.joinpath("page.html").read_text("utf-8")), folder.joinpath("page.css").read_text(
        "utf-8"
    )


@functools.cache
def _hash(source: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
