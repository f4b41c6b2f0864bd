"""One call to the engine: its token, its repetitions, and what its errors mean.

Every call only reads, so each may be repeated: with a new token when the engine refused the old one, and
after a while when the engine is overloaded or cannot be reached.
"""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import json
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from ..errors import ConfigurationError, EngineError
from ..runtime.blocking import on_background
from .credentials import MARGIN, Credentials, Secret, token_expires
from .failures import TransportError, redirected
from .http import Answer, Http, Request
from .redaction import redacted
from .tokens import ExpiredTokenError, span

__all__ = ["API_VERSION", "Backoff", "Rest", "clock_difference", "retry_after"]

API_VERSION = "2025-10-21"
"""What the engine's current client says it speaks."""

TRIES = 4
WRONG_CLOCK = 120.0
"""Seconds between the engine's clock and this machine's that may have cost a token its validity."""

CLOCK_EXPLAINS = 86400.0
"""Seconds since a token expired up to which a wrong clock may be the reason."""

ADVICE = {
    401: "Check that the token, or the workspace's key and secret, are this engine's and have not expired.",
    403: "Ask whoever runs the workspace for access.",
    404: "Check that api_uri= is right.",
    429: "Wait a minute and try again.",
}


class Rest:
    """Reads JSON from one engine as one tenant. Usable from any running loop and any thread.

    The work is done on the background loop, so that one pool of connections serves all callers. Calls raise
    EngineError when the engine answers with an error or cannot be reached, and ConfigurationError when there is
    no token to be had.
    """

    def __init__(
        self,
        credentials: Credentials,
        http: Http,
        *,
        api_version: str | None = API_VERSION,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        rand: Callable[[], float] = random.random,
    ) -> None:
        self.http = http
        self.host = http.host
        self.sleep = sleep
        self.random = rand
        self._credentials = credentials
        self._version = _version_header(api_version)

    async def token(self, *, min_life: float = MARGIN, rejected: str | None = None) -> Secret:
        """A token that lives `min_life` more seconds where one can be had, and is not the `rejected` one."""
        return await on_background(self._token(min_life, rejected))

    @property
    def renewable(self) -> bool:
        """Whether a token other than a rejected one can be had."""
        return self._credentials.renewable

    @property
    def secrets(self) -> set[Secret]:
        """Every secret known here: what no text that is shown or kept may hold."""
        return self._credentials.secrets

    token_expires = staticmethod(token_expires)

    def request(
        self,
        method: str,
        path: str,
        token: Secret | None,
        query: Mapping[str, str | None] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Request:
        """The request that asks for `path`; ConfigurationError if `body` cannot be JSON."""
        content = None if body is None else _json(body)
        given = {name: value for name, value in (query or {}).items() if value}
        sent = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": "ic_widget",
            **self._version,
        }
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if content is not None:
            sent["Content-Type"] = "application/json"
        address = self.http.api_uri + path + (f"?{urlencode(given)}" if given else "")
        return Request(method, address, {**sent, **(headers or {})}, content)

    def error(self, answer: Answer, token: Secret, not_found_message: str | None = None) -> EngineError:
        """What an `answer` that is no success means, without any secret."""
        secrets = {token, *self.secrets}
        data = redacted(_parsed(answer.body), secrets)
        data = data if isinstance(data, dict) else None
        said = data.get("message") if data else None
        if answer.status == 404 and not_found_message and data is not None:
            return EngineError(not_found_message, status=404, data=data)
        if isinstance(said, str) and said.strip():
            message = said.strip()
        else:
            message = f"{self.host} answered {answer.status} {redacted(answer.reason, secrets)}".strip()
        advice = ADVICE.get(answer.status, "")
        if answer.status == 401:
            advice = _wrong_clock(clock_difference(answer.headers)) or advice
        elif answer.status >= 500:
            advice = "The engine has a problem; try again in a while."
            if data is None and self.http.proxy is not None:
                advice = (
                    f"The engine or the proxy {self.http.proxy.host} has a problem; try again in a while."
                )
        elif 300 <= answer.status < 400:
            advice = redirected(self.http.api_uri, answer.headers.get("Location", ""))
        return EngineError(_sentences(message, advice), status=answer.status, data=data)

    async def read(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | None] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
        not_found_message: str | None = None,
    ) -> Any:
        """The parsed answer; `not_found_message` is the sentence for 404."""
        return await on_background(self._read(method, path, query, body, not_found_message))

    async def _read(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | None] | None,
        body: Mapping[str, Any] | None,
        not_found_message: str | None,
    ) -> Any:
        token = await self._token()
        answer = await self._answer(self.request(method, path, token, query, body=body))
        if answer.status == 401 and self.renewable:
            token = await self._token(rejected=token)
            answer = await self._answer(self.request(method, path, token, query, body=body))
        if not 200 <= answer.status < 300:
            raise self.error(answer, token, not_found_message)
        parsed = _parsed(answer.body)
        if parsed is None:
            kind = answer.headers.get("Content-Type", "nothing").partition(";")[0]
            raise EngineError(
                f"{self.host} answered with {kind} instead of JSON. Check that api_uri= is the address of an "
                f"engine's API, and that {self.no_sign_in_page}.",
                status=answer.status,
            )
        return parsed

    @property
    def no_sign_in_page(self) -> str:
        """What to check where something else than the engine may have answered."""
        proxy = self.http.proxy
        return f"no sign-in page of {'a proxy' if proxy is None else f'the proxy {proxy.host}'} is in between"

    async def _token(self, min_life: float = MARGIN, rejected: str | None = None) -> Secret:
        try:
            return await self._credentials.token(min_life=min_life, rejected=rejected)
        except ExpiredTokenError as error:
            expired = error
        # By the engine's clock it may not have: one question without a token tells.
        ahead = await self._clock_ahead() if expired.ago < CLOCK_EXPLAINS else 0.0
        raise ConfigurationError(f"{expired.said} {_wrong_clock(-ahead)}") if ahead > expired.ago else expired

    async def _clock_ahead(self) -> float:
        """Seconds by which this machine's clock is ahead of the engine's; 0 where that cannot be learned."""
        with contextlib.suppress(TransportError):
            answer = await self.http.exchange(self.request("GET", "/", None))
            return -(clock_difference(answer.headers) or 0.0)
        return 0.0

    async def _answer(self, request: Request) -> Answer:
        """The answer after up to `TRIES` tries."""
        backoff = Backoff(self.random)
        while True:
            answer = None
            try:
                answer = await self.http.exchange(request)
            except TransportError as error:
                message, again = str(error), error.transient
            else:
                again = answer.status == 429 or answer.status >= 500
            wait = backoff.next(retry_after(answer.headers) if answer else None)
            if not again or backoff.failures == TRIES:
                break
            await self.sleep(wait)
        if answer is None:
            raise EngineError(message)
        return answer

    def checked_object(self, answer: object) -> dict[str, Any]:
        """`answer` if it is an object, as the engine's answers are."""
        if not isinstance(answer, dict):
            raise self.unexpected()
        return answer

    def unexpected(self) -> EngineError:
        """What an answer of the wrong shape means."""
        return EngineError(
            f"{self.host} answered with JSON of another shape than an engine's. Check that api_uri= is right."
        )


def _version_header(version: str | None) -> dict[str, str]:
    """A date goes where the current client puts it, ``X.Y`` where the engine's documentation does."""
    if version is None:
        return {}
    if isinstance(version, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", version):
        return {"membrane-api-version": version}
    if isinstance(version, str) and re.fullmatch(r"[\w.-]+", version, re.ASCII):
        return {"API-Version": version}
    raise ConfigurationError(
        f'api_version= must be a date such as "{API_VERSION}", or a number such as "1.0".'
    )


def _wrong_clock(difference: float | None) -> str:
    """What to say of a clock that is wrong by `difference` seconds; empty for one that is right enough."""
    if difference is None or abs(difference) < WRONG_CLOCK:
        return ""
    where = "behind" if difference > 0 else "ahead of"
    return f"This machine's clock is {span(difference)} {where} the engine's: set it right, then try again."


def _json(body: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(body).encode()
    except (TypeError, ValueError):
        problem = (
            "The parameters may hold only what JSON can: text, numbers, True, False, None, lists, dicts."
        )
    raise ConfigurationError(problem)


def _parsed(body: bytes) -> Any:
    """The JSON in `body`, None if it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _sentences(message: str, advice: str) -> str:
    ended = message if message.endswith((".", "!", "?")) else message + "."
    return f"{ended} {advice}".strip()


class Backoff:
    """Waits that grow from half a second to half a minute, with jitter so that many clients spread out."""

    FIRST = 0.5
    LONGEST = 30.0

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self.failures = 0

    def next(self, asked: float | None = None) -> float:
        """Count a failure; seconds to wait: at least what the other side `asked` for, at most `LONGEST`."""
        growing = min(self.FIRST * 2.0 ** min(self.failures, 10), self.LONGEST)
        self.failures += 1
        return min(max(growing * (0.5 + self._random() / 2), asked or 0.0), self.LONGEST)


def retry_after(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """Seconds that a Retry-After header asks to wait (RFC 9110, section 10.2.3); None without a valid one."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    date = _date(value)
    return None if date is None else max(0.0, date - now())


def clock_difference(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """Seconds by which the engine's clock is ahead of this machine's; None where it does not say (``Date``)."""
    date = _date(headers.get("Date", ""))
    return None if date is None else date - now()


def _date(value: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
