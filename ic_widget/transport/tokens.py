"""A tenant's token for the engine: given, or fetched by the caller's function; kept as `Secret`."""

from __future__ import annotations

import asyncio
import datetime
import inspect
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from ..errors import ConfigurationError
from ..runtime.background import in_thread
from ..runtime.durations import span
from ..runtime.kinds import a_kind
from ..runtime.place import Place
from .claims import token_expires
from .secret import SHOWN, Secret

__all__ = [
    "MARGIN",
    "Credentials",
    "ExpiredTokenError",
    "FetchedToken",
    "GivenToken",
    "RenewedToken",
    "Secret",
]

_REMEMBERED = 100  # tokens: a sign-in page that was opened with the first of them is long forgotten
MARGIN = 60.0
"""Seconds before it expires at which a token that can be renewed is renewed."""

RENEWAL = (
    "To have it renewed by itself, give token= a function that returns a new token, or give workspace_key=,"
    " workspace_secret= and tenant_key=."
)


class ExpiredTokenError(ConfigurationError):
    """By this machine's clock the token has expired `ago` seconds ago; `said` is that alone, without the advice."""

    def __init__(self, said: str, advice: str, ago: float) -> None:
        super().__init__(f"{said} {advice}")
        self.said = said
        self.ago = ago


class Credentials(Protocol):
    """Where a token comes from. Usable from any thread and any running loop."""

    renewable: bool
    """Whether a new token can be had after the engine refused one."""

    @property
    def secrets(self) -> set[Secret]:
        """Every token that was given out and what they are made with: what no text may show."""

    @property
    def known(self) -> Secret | None:
        """The last token, without asking for one; None before the first."""

    async def token(self, *, min_life: float = MARGIN, rejected: Secret | None = None) -> Secret:
        """A token that lives for `min_life` more seconds where one can be had, and that is not `rejected`.

        Raises ConfigurationError where there is none to be had.
        """


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

    @property
    def known(self) -> Secret | None:
        """See `Credentials`."""
        return self._token

    async def token(self, *, min_life: float = MARGIN, rejected: Secret | None = None) -> Secret:
        """The token, until it expires; nothing can renew it."""
        _refuse_expired(
            self._token, self.now(), "The token", f"Get a new one where you got this one. {RENEWAL}"
        )
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

    @property
    def known(self) -> Secret | None:
        """See `Credentials`."""
        return self.kept

    def keep(self, token: Secret) -> Secret:
        """Keep a new token in place of the last one, which may still be in use."""
        self.kept = token
        self._given_out.append(token)
        return token

    def usable(self, min_life: float, rejected: Secret | None) -> Secret | None:
        """The kept token if it will do."""
        kept = self.kept
        if kept is None or kept == rejected:
            return None
        expires = token_expires(kept)
        return kept if expires is None or expires - self.now() > min_life else None


class FetchedToken(RenewedToken):
    """Tokens from the caller's function, called one call at a time and in the context where this was made.

    A plain function runs on a daemon thread of its own, so that a slow one holds up neither answers nor the end of
    the process; an async one runs on the package's background loop. Whatever it raises is a ConfigurationError:
    SystemExit, too, which would end that loop.
    """

    def __init__(
        self,
        fetch: Callable[[], Any],
        *,
        source: str = "The function given as token=",
        advice: str = "Call it by itself to see why: it must return a token.",
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(now)
        self._fetch = fetch
        self._source = source
        self._advice = advice
        self._place = Place()
        self._thread_lock = threading.Lock()
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    async def token(self, *, min_life: float = MARGIN, rejected: Secret | None = None) -> Secret:
        """See `Credentials`. ConfigurationError if the function fails or returns no usable token."""
        # Whoever waited for a lock takes what the one before fetched: the function may ask a person.
        async with self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            kept = self.usable(min_life, rejected)
            if kept is not None:
                return kept
            if inspect.iscoroutinefunction(self._fetch):
                return self._keep(await self._awaited(self._fetch))
            fetched = await self._in_thread(lambda: self._fetch_once(min_life, rejected))
            return (
                self._keep(await self._awaited(lambda: fetched)) if inspect.isawaitable(fetched) else fetched
            )

    def _fetch_once(self, min_life: float, rejected: Secret | None) -> Any:
        with self._thread_lock:
            kept = self.usable(min_life, rejected)
            if kept is not None:
                return kept
            fetched = self._fetch()
            # Kept here, so that it is not lost where the caller was cancelled meanwhile.
            return fetched if inspect.isawaitable(fetched) else self._keep(fetched)

    async def _in_thread(self, function: Callable[[], Any]) -> Any:
        failures: list[ConfigurationError] = []

        def run() -> Any:
            try:
                return function()
            except BaseException as error:  # noqa: BLE001  the caller's own code may raise anything
                failures.append(self._failure(error))

        fetched = await in_thread(run, self._place)
        if failures:
            raise failures[0]
        return fetched

    async def _awaited(self, make: Callable[[], Any]) -> Any:
        failures: list[ConfigurationError] = []

        async def run() -> Any:
            try:
                return await make()
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # noqa: BLE001  as above; in a task SystemExit would end the loop
                failures.append(self._failure(error))

        task = self._place.context.copy().run(asyncio.get_running_loop().create_task, run())
        try:
            # Unlike awaiting the task, this tells a caller that is cancelled from a function that is.
            await asyncio.wait({task})
        except asyncio.CancelledError:
            task.cancel()
            raise
        if task.cancelled():
            raise self._failure(asyncio.CancelledError())
        if failures:
            raise failures[0]
        return task.result()

    def _failure(self, error: BaseException) -> ConfigurationError:
        if isinstance(error, ConfigurationError):
            return error.with_traceback(None)
        # Its text may hold a secret.
        return ConfigurationError(f"{self._source} raised {type(error).__name__}. {self._advice}")

    def _keep(self, fetched: object) -> Secret:
        token = _checked(fetched)
        _refuse_expired(token, self.now(), f"{self._source} gave a token that", self._advice)
        return self.keep(token)


def _checked(token: object) -> Secret:
    # A line break or a space would split the Authorization header (RFC 9110, section 5.5).
    if isinstance(token, Secret):
        return _checked(token.reveal())
    text = token.strip() if isinstance(token, str) else ""
    if text == SHOWN:
        raise ConfigurationError(
            f"The token is the text {SHOWN}, which is shown in place of one: print() and str() do not give it. Use"
            " what Engine.token() returns as it is."
        )
    if text and text.isascii() and text.isprintable() and " " not in text:
        return Secret(text)
    if isinstance(token, str) and text:
        raise ConfigurationError(
            "The token holds spaces, line breaks or other characters that no token has. Copy it again."
        )
    got = "empty" if isinstance(token, str) else a_kind(token)
    raise ConfigurationError(f"The token must be text, not {got}.")


def _refuse_expired(token: Secret, now: float, subject: str, advice: str) -> None:
    expires = token_expires(token)
    if expires is None or expires > now:
        return
    try:
        when = datetime.datetime.fromtimestamp(expires, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
        said = f"{subject} expired at {when}, {span(now - expires)} ago."
    except (ValueError, OverflowError, OSError):
        said = f"{subject} has expired."
    raise ExpiredTokenError(f"{said}{_naive_time(expires, now)}", advice, now - expires)


def _naive_time(expires: float, now: float) -> str:
    """A hint where a time without zone, taken for UTC or for local time, would explain that it has expired."""
    offset = time.localtime(now).tm_gmtoff
    if not 0 < now - expires < abs(offset):
        return ""
    side = "ahead of" if offset > 0 else "behind"
    return (
        f" This machine is {span(offset)} {side} UTC: if the token is new, its exp may come from a time without a"
        " zone; make it from datetime.now(timezone.utc)."
    )
