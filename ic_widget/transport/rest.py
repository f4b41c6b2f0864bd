"""One call to the engine: its token, its repetitions, and the JSON of its answer.

Each is made again with a new token when the engine refused the old one. What only reads is also repeated after a
while when the engine is overloaded or cannot be reached; what changes something is not.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from ..errors import ConfigurationError, EngineError
from ..runtime.blocking import on_background
from .backoff import Backoff, clock_difference, never, overloaded, perhaps_done, retry_after
from .claims import Subject, subject_of, token_expires, token_subject
from .credentials import MARGIN, Credentials
from .failures import TransportError
from .http import Answer, Http, Request
from .refusals import refusal, wrong_clock
from .secret import Secret
from .tokens import ExpiredTokenError

__all__ = ["API_VERSION", "Rest"]

API_VERSION = "2025-10-21"
"""What the engine's current client says it speaks."""

TRIES = 4
# Not random.random: what somebody seeds in a notebook gives the same numbers however often a call is repeated.
_DICE = random.SystemRandom()
HALF = "What was given holds half of a character (a lone surrogate), which cannot be sent. Type it again."
CLOCK_EXPLAINS = 86400.0
"""Seconds since a token expired up to which a wrong clock may be the reason."""


async def _refused(answer: Answer, _: Secret) -> bool:
    """Whether a 401 is about the token; an app's, told by the engine, is of another type."""
    return (answer.object or {}).get("type") in (None, "bad_request")


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
        rand: Callable[[], float] = _DICE.random,
    ) -> None:
        self.http = http
        self.host = http.host
        self.sleep = sleep
        self.random = rand
        self._credentials = credentials
        self._version = _version_header(api_version)
        self._asked: Subject | None = None

    async def token(self, *, min_life: float = MARGIN, rejected: Secret | None = None) -> Secret:
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

    @property
    def subject(self) -> Subject:
        """The workspace and tenant that this speaks for, as far as that is known without asking anybody."""
        said = token_subject(self._credentials.known)
        return said if said.shown else self._asked or said

    @property
    def place(self) -> str:
        """Where this works, in a line for people: workspace, tenant, host."""
        line = ", ".join([*(f"{what} {name}" for what, name in self.subject.shown.items()), self.host])
        return line[0].upper() + line[1:] if self.subject.shown else line

    async def ask_subject(self) -> None:
        """Have the engine say once whom an opaque token speaks for. Raises nothing: some engines do not."""
        if self._asked is None and not self.subject.shown:
            self._asked = Subject()
            with contextlib.suppress(EngineError, ConfigurationError):
                self._asked = subject_of(self.checked_object(await self.read("GET", "/self")))

    token_expires = staticmethod(token_expires)

    def request(
        self,
        method: str,
        path: str,
        token: Secret | None,
        query: Mapping[str, str | None] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        content: bytes | None = None,
    ) -> Request:
        """The request that asks for `path`; ConfigurationError if `body` cannot be JSON. `content` goes as it is."""
        as_json = body is not None
        if as_json:
            content = _json(body)
        given = {name: value for name, value in (query or {}).items() if value}
        sent = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": "ic_widget",
            **self._version,
        }
        if token is not None:
            sent["Authorization"] = f"Bearer {token.reveal()}"
        if as_json:
            sent["Content-Type"] = "application/json"
        try:
            address = self.http.api_uri + path + (f"?{urlencode(given)}" if given else "")
        except UnicodeEncodeError:
            address = None
        if address is None:
            # Raised out here: that exception would hold the text.
            raise ConfigurationError(HALF)
        # Header names are the same in any case (RFC 9110, section 5.1).
        own = {name.lower() for name in headers or {}}
        sent = {name: value for name, value in sent.items() if name.lower() not in own} | dict(headers or {})
        return Request(method, address, sent, content)

    def error(self, answer: Answer, token: Secret, not_found_message: str | None = None) -> EngineError:
        """What an `answer` that is no success means, without any secret."""
        return refusal(answer, self.http, {token, *self.secrets}, not_found_message)

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
        try:
            answer, token = await self.call(lambda token: self.request(method, path, token, query, body=body))
        except TransportError as error:
            problem = str(error)
        else:
            return self.parsed(answer, token, not_found_message)
        raise EngineError(problem)

    async def change(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | None] | None = None,
        *,
        body: Any = None,
        not_found_message: str | None = None,
    ) -> Any:
        """The parsed answer to something that changes the engine or an app, None for an empty one. Sent once."""
        try:
            answer, token = await self.call(
                lambda token: self.request(method, path, token, query, body=body), again=never
            )
        except TransportError as error:
            problem = f"{error}{perhaps_done(error)}"
        else:
            empty = 200 <= answer.status < 300 and not answer.body.strip()
            return None if empty else self.parsed(answer, token, not_found_message)
        raise EngineError(problem)

    async def call(
        self,
        make: Callable[[Secret], Request],
        *,
        again: Callable[[Answer | None], bool] = overloaded,
        refused: Callable[[Answer, Secret], Awaitable[bool]] | None = None,
        timeout: float | None = None,
    ) -> tuple[Answer, Secret]:
        """The answer to what `make` makes with a token, and that token. Raises TransportError if none came.

        `again` says whether an answer (None: none came) may be asked for once more, `refused` whether a 401 is
        about the token. `timeout` is in seconds.
        """
        return await on_background(self._call(make, again, refused, timeout))

    async def _call(
        self,
        make: Callable[[Secret], Request],
        again: Callable[[Answer | None], bool],
        refused: Callable[[Answer, Secret], Awaitable[bool]] | None,
        timeout: float | None,
    ) -> tuple[Answer, Secret]:
        token = await self._token()
        answer = await self._answer(make(token), again, timeout)
        if answer.status == 401 and self.renewable and await (refused or _refused)(answer, token):
            token = await self._token(rejected=token)
            answer = await self._answer(make(token), again, timeout)
        return answer, token

    def parsed(self, answer: Answer, token: Secret, not_found_message: str | None = None) -> Any:
        """The JSON of an answer that is a success, else EngineError."""
        if not 200 <= answer.status < 300:
            raise self.error(answer, token, not_found_message)
        parsed = answer.parsed
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

    async def _token(self, min_life: float = MARGIN, rejected: Secret | None = None) -> Secret:
        try:
            return await self._credentials.token(min_life=min_life, rejected=rejected)
        except ExpiredTokenError as error:
            expired = error
        # By the engine's clock it may not have: one question without a token tells.
        ahead = await self._clock_ahead() if expired.ago < CLOCK_EXPLAINS else 0.0
        raise ConfigurationError(f"{expired.said} {wrong_clock(-ahead)}") if ahead > expired.ago else expired

    async def _clock_ahead(self) -> float:
        """Seconds by which this machine's clock is ahead of the engine's; 0 where that cannot be learned."""
        with contextlib.suppress(TransportError):
            answer = await self.http.exchange(self.request("GET", "/", None))
            return -(clock_difference(answer.headers) or 0.0)
        return 0.0

    async def _answer(
        self,
        request: Request,
        again: Callable[[Answer | None], bool],
        timeout: float | None,
    ) -> Answer:
        """The answer after up to `TRIES` tries."""
        backoff = Backoff(self.random)
        while True:
            answer, problem = None, None
            try:
                answer = await self.http.exchange(request, timeout)
            except TransportError as error:
                problem = error
            wait = backoff.next(retry_after(answer.headers) if answer else None)
            hopeless = problem is not None and not problem.transient
            if hopeless or not again(answer) or backoff.failures == TRIES:
                break
            await self.sleep(wait)
        if answer is None:
            raise problem or TransportError("no answer came")
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


def _json(body: Any) -> bytes:
    try:
        return json.dumps(body).encode()
    except (TypeError, ValueError):
        problem = (
            "The parameters may hold only what JSON can: text, numbers, True, False, None, lists, dicts."
        )
    raise ConfigurationError(problem)
