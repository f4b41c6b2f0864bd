"""A tenant's token for the engine: given, or fetched by the caller's function.

Tokens and secrets are kept as `Secret`, so that a repr, a verbose traceback or a debugger's list of local
variables shows ``<secret>`` instead of them.
"""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from ..errors import ConfigurationError

__all__ = ["MARGIN", "Credentials", "FetchedToken", "GivenToken", "RenewedToken", "Secret", "token_expires"]

_REMEMBERED = 100  # tokens: a sign-in page that was opened with the first of them is long forgotten
MARGIN = 60.0
"""Seconds before it expires at which a token that can be renewed is renewed."""


class Secret(str):
    """A string whose repr does not show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<secret>"

    def __reduce_ex__(self, protocol: object) -> str:
        raise TypeError(
            "A token or a secret is not pickled, lest it end up in a file: make the Engine anew instead."
        )

    def __deepcopy__(self, memo: object) -> Secret:
        return self


class Credentials(Protocol):
    """Where a token comes from. Usable from any thread and any running loop."""

    renewable: bool
    """Whether a new token can be had after the engine refused one."""

    @property
    def secrets(self) -> set[Secret]:
        """Every token that was given out and what they are made with: what no text may show."""

    async def token(self, *, min_life: float = MARGIN, rejected: str | None = None) -> Secret:
        """A token that lives for `min_life` more seconds where one can be had, and that is not `rejected`.

        Raises ConfigurationError where there is none to be had.
        """


def token_expires(token: str) -> float | None:
    """When `token` expires, in seconds since 1970, read without verification (RFC 7519, section 4.1.4).

    None for a token that says nothing about it: an opaque one (``pat-...``), or a JWT without ``exp``.
    """
    parts = token.split(".")
    if token.startswith("pat-") or len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        expires = claims.get("exp") if isinstance(claims, dict) else None
        return float(expires) if isinstance(expires, int | float) and not isinstance(expires, bool) else None
    except (ValueError, OverflowError):
        return None


class GivenToken:
    """One token, as given."""

    renewable = False

    def __init__(self, token: object, *, now: Callable[[], float] = time.time) -> None:
        self._token = _checked(token)
        self.now = now

    @property
    def secrets(self) -> set[Secret]:
        """See `Credentials`."""
        return {self._token}

    async def token(self, *, min_life: float = MARGIN, rejected: str | None = None) -> Secret:
        """The token, until it expires; nothing can renew it."""
        _refuse_expired(self._token, self.now(), "The token has expired.")
        return self._token


class RenewedToken:
    """Keeps a token until it is about to expire or was refused."""

    renewable = True

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.kept: Secret | None = None
        self._given_out: deque[Secret] = deque(maxlen=_REMEMBERED)

    @property
    def secrets(self) -> set[Secret]:
        """See `Credentials`."""
        return set(self._given_out)

    def keep(self, token: Secret) -> Secret:
        """Keep a new token in place of the last one, which may still be in use."""
        self.kept = token
        self._given_out.append(token)
        return token

    def usable(self, min_life: float, rejected: str | None) -> Secret | None:
        """The kept token if it will do."""
        kept = self.kept
        if kept is None or kept == rejected:
            return None
        expires = token_expires(kept)
        return kept if expires is None or expires - self.now() > min_life else None


class FetchedToken(RenewedToken):
    """Tokens from the caller's function; one that is not async runs in a thread, one call at a time."""

    def __init__(self, fetch: Callable[[], Any], *, now: Callable[[], float] = time.time) -> None:
        super().__init__(now)
        self._fetch = fetch
        self._lock = threading.Lock()

    async def token(self, *, min_life: float = MARGIN, rejected: str | None = None) -> Secret:
        """See `Credentials`. ConfigurationError if the function fails or returns no usable token."""
        kept = self.usable(min_life, rejected)
        if kept is not None:
            return kept
        try:
            if inspect.iscoroutinefunction(self._fetch):
                return self._keep(await self._fetch())
            fetched = await asyncio.to_thread(self._fetch_once, min_life, rejected)
            return self._keep(await fetched) if inspect.isawaitable(fetched) else fetched
        except ConfigurationError:
            raise
        except Exception as error:  # noqa: BLE001 - the caller's own code may raise anything
            problem = type(error).__name__
        raise ConfigurationError(
            f"The function given as token= raised {problem}. Call it by itself to see why: "
            "it must return a token."
        )

    def _fetch_once(self, min_life: float, rejected: str | None) -> Any:
        with self._lock:
            # Whoever waited for the lock takes what the one before fetched: the function may ask a person.
            kept = self.usable(min_life, rejected)
            if kept is not None:
                return kept
            fetched = self._fetch()
            return fetched if inspect.isawaitable(fetched) else self._keep(fetched)

    def _keep(self, fetched: object) -> Secret:
        token = _checked(fetched)
        _refuse_expired(token, self.now(), "The function given as token= returned an expired token.")
        return self.keep(token)


def _checked(token: object) -> Secret:
    # A line break or a space would split the Authorization header (RFC 9110, section 5.5).
    text = token.strip() if isinstance(token, str) else ""
    if text and text.isascii() and text.isprintable() and " " not in text:
        return Secret(text)
    if isinstance(token, str) and text:
        raise ConfigurationError(
            "The token holds spaces, line breaks or other characters that no token has. Copy it again."
        )
    got = "an empty text" if isinstance(token, str) else f"a {type(token).__name__}"
    raise ConfigurationError(f"The token must be text, not {got}.")


def _refuse_expired(token: Secret, now: float, sentence: str) -> None:
    expires = token_expires(token)
    if expires is not None and expires <= now:
        raise ConfigurationError(
            f"{sentence} Get a new one where you got this one. To have it renewed by itself, give token= a "
            "function that returns a new token, or give workspace_key=, workspace_secret= and tenant_key=."
        )
