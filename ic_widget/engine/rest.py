"""One call to the engine: its token, its repetitions, and what its errors mean.

Every call only reads, so each may be repeated: with a new token when the engine refused the old one, and
after a while when the engine is overloaded or cannot be reached.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit

from ..errors import ConfigurationError, EngineError
from .backoff import Backoff, retry_after
from .credentials import MARGIN, Credentials, Secret, token_expires
from .redaction import redacted

if TYPE_CHECKING:
    from tornado.httpclient import HTTPRequest

    from .transport import Answer

__all__ = ["Rest"]

TRIES = 4

ADVICE = {
    401: "Check that the token, or the workspace's key and secret, are this engine's and have not expired.",
    403: "Ask whoever runs the workspace for access.",
    404: "Check that api_uri= is right.",
    429: "Wait a minute and try again.",
}


class Rest:
    """Reads JSON from one engine as one tenant. Usable from any running loop and any thread.

    Calls raise EngineError when the engine answers with an error or cannot be reached, and
    ConfigurationError when there is no token to be had.
    """

    def __init__(
        self,
        credentials: Credentials,
        api_uri: str,
        *,
        api_version: str | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        rand: Callable[[], float] = random.random,
    ) -> None:
        self.api_uri = api_uri
        self.host = urlsplit(api_uri).netloc
        self.sleep = sleep
        self.random = rand
        self._credentials = credentials
        self._api_version = api_version

    async def token(self, *, min_life: float = MARGIN, rejected: str | None = None) -> Secret:
        """A token that lives `min_life` more seconds where one can be had, and is not the `rejected` one."""
        return await self._credentials.token(min_life=min_life, rejected=rejected)

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
    ) -> HTTPRequest:
        """The request that asks for `path`; ConfigurationError if `body` cannot be JSON."""
        from tornado.httpclient import HTTPRequest

        content = None if body is None else _json(body)
        given = {name: value for name, value in (query or {}).items() if value}
        sent = {"Accept": "application/json", "User-Agent": "ic_widget"}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if self._api_version is not None:
            sent["API-Version"] = self._api_version
        if content is not None:
            sent["Content-Type"] = "application/json"
        return HTTPRequest(
            self.api_uri + path + (f"?{urlencode(given)}" if given else ""),
            method,
            {**sent, **(headers or {})},
            content,
        )

    def error(self, answer: Answer, token: Secret, unknown: str | None = None) -> EngineError:
        """What an `answer` that is no success means, without any secret; `unknown` is the sentence for 404."""
        secrets = {token, *self.secrets}
        data = redacted(_parsed(answer.body), secrets)
        data = data if isinstance(data, dict) else None
        said = data.get("message") if data else None
        if answer.status == 404 and unknown and data is not None:
            return EngineError(unknown, status=404, data=data)
        if isinstance(said, str) and said.strip():
            message = said.strip()
        else:
            message = f"{self.host} answered {answer.status} {redacted(answer.reason, secrets)}".strip()
        advice = ADVICE.get(answer.status, "")
        if answer.status >= 500:
            advice = "The engine has a problem; try again in a while."
        elif 300 <= answer.status < 400:
            advice = _redirected(self.api_uri, answer.headers.get("Location", ""))
        return EngineError(_sentences(message, advice), status=answer.status, data=data)

    async def read(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | None] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
        unknown: str | None = None,
    ) -> Any:
        """The parsed answer; `unknown` is the sentence for 404."""
        token = await self.token()
        answer = await self._answer(self.request(method, path, token, query, body=body))
        if answer.status == 401 and self.renewable:
            token = await self.token(rejected=token)
            answer = await self._answer(self.request(method, path, token, query, body=body))
        if not 200 <= answer.status < 300:
            raise self.error(answer, token, unknown)
        parsed = _parsed(answer.body)
        if parsed is None:
            kind = answer.headers.get("Content-Type", "nothing").partition(";")[0]
            raise EngineError(
                f"{self.host} answered with {kind} instead of JSON. Check that api_uri= is the address of an "
                "engine's API, and that no sign-in page of a proxy is in between.",
                status=answer.status,
            )
        return parsed

    async def _answer(self, request: HTTPRequest) -> Answer:
        """The answer after up to `TRIES` tries."""
        from .transport import TransportError, exchange

        backoff = Backoff(self.random)
        while True:
            answer = None
            try:
                answer = await exchange(request)
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

    def object(self, answer: object) -> dict[str, Any]:
        """`answer` if it is an object, as the engine's answers are."""
        if not isinstance(answer, dict):
            raise self.unexpected()
        return answer

    def unexpected(self) -> EngineError:
        """What an answer of the wrong shape means."""
        return EngineError(
            f"{self.host} answered with JSON of another shape than an engine's. Check that api_uri= is right."
        )


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


def _redirected(api_uri: str, location: str) -> str:
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


def _sentences(message: str, advice: str) -> str:
    ended = message if message.endswith((".", "!", "?")) else message + "."
    return f"{ended} {advice}".strip()
