"""One call of an app's API through the engine's proxy, and whose error an error is.

Source: the engine's documentation, "API proxy"; its published clients send the same.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ..errors import ConfigurationError, EngineError
from ..foreign_text import seen
from ..runtime.blocking import on_background
from ..transport.backoff import Backoff, never, perhaps_done, retry_after
from ..transport.failures import TooLargeError, TooLateError, TransportError
from ..transport.http import Answer, Request
from ..transport.secret import Secret
from .advice import what_to_do
from .response import Response

if TYPE_CHECKING:
    from ..engine.client import EngineClient

__all__ = ["Data", "Params", "call", "of_engine", "query_of"]

Scalar = str | int | float | bool
Params = Mapping[str, Scalar | Iterable[Scalar] | None] | Iterable[tuple[str, Scalar | None]]
Data = str | bytes | Mapping[str, Any]

DROPPED = frozenset({"authorization", "host", "connection", "content-length", "x-request-id"})
"""Request headers that the engine does not pass on, besides every X-Forwarded-... one."""
SAFE = frozenset({"GET", "HEAD"})
TYPES = frozenset({
    "action_instance_setup", "action_run", "bad_request", "concurrency", "configuration", "connection", "custom_code",
    "dependency_error", "flow_instance_setup", "flow_run", "insufficient_credit", "internal",
    "openrouter_not_configured", "unit_run",
})  # fmt: skip
"""The engine's types of errors (its published clients, ``ErrorType``)."""
ENVELOPE = frozenset({"causedByError", "data", "doc", "key", "logs", "message", "stack", "type"})


async def call(
    client: EngineClient,
    connection_id: str,
    method: str,
    path: str,
    *,
    params: Params | None = None,
    json: Any = None,
    data: Data | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> Response:
    """The app's answer, whatever its status; EngineError only where the engine itself refuses or fails."""
    method = _method(method)
    address = f"{_of(connection_id)}/proxy{_path(path)}"
    query = query_of(params)
    address += f"{'&' if '?' in address else '?'}{query}" if query else ""
    content, kind = _content(data)
    if json is not None and content is not None:
        raise ConfigurationError("json= and data= exclude each other: give one of them.")
    given = _headers(headers)
    sent = {
        name: value for name, value in {"Accept": "*/*", **kind}.items() if name.lower() not in given
    } | given

    def make(token: Secret) -> Request:
        return client.request(method, address, token, headers=sent, body=json, content=content)

    started = time.monotonic()
    answer = await on_background(_answer(client, connection_id, method, make, timeout))
    shown = path.partition("?")[0]
    elapsed = time.monotonic() - started
    return Response(method, shown, answer.status, answer.reason, answer.headers, answer.body, elapsed)


async def _answer(
    client: EngineClient,
    connection_id: str,
    method: str,
    make: Callable[[Secret], Request],
    timeout: float | None,
) -> Answer:
    async def refused(answer: Answer, token: Secret) -> bool:
        """Whether the engine refuses the token: only then its own description of the connection is refused too."""
        if answer.body and of_engine(answer) is None:
            return False
        own = await client.http.exchange(client.request("GET", _of(connection_id), token))
        return own.status == 401

    safe = method in SAFE
    try:
        answer, token = await client.call(
            make, again=_again if safe else never, refused=refused, timeout=timeout
        )
        if answer.status == 401:
            engines = await refused(answer, token)
        else:
            engines = of_engine(answer) is not None
    except TransportError as error:
        problem = f"{_in_words(error)}{'' if safe else perhaps_done(error)}"
    else:
        if engines:
            raise await _explained(client, client.error(answer, token), connection_id)
        return answer
    raise EngineError(problem)


def _of(connection_id: str) -> str:
    return f"/connections/{quote(connection_id, safe='')}"


def of_engine(answer: Answer) -> dict[str, Any] | None:
    """The engine's own error in an answer, None if it is the app's or no error.

    Both come with the same kinds of status; the engine's has its form, with one of its types and nothing else in it.
    """
    found = answer.object if answer.status >= 400 else None
    if found is None or found.get("type") not in TYPES or not isinstance(found.get("message"), str):
        return None
    return found if set(found) <= ENVELOPE else None


async def _explained(client: EngineClient, error: EngineError, connection_id: str) -> EngineError:
    """`error` with what to do about it."""
    if error.status == 404:
        # Where the connection is known, it is the proxy that is not.
        await client.connection(connection_id)
        return EngineError(
            f"{client.host} has no proxy for calls of an app's API (404). Run one of connection.actions() instead,"
            " or ask whoever runs the engine.",
            status=404,
            data=error.data,
        )
    advice = await what_to_do(client, connection_id, error.data or {})
    message = f"{error.message}{'' if error.message.endswith('.') else '.'} {advice}".strip()
    return EngineError(message, status=error.status, data=error.data)


def _again(answer: Answer | None) -> bool:
    """Whether the app, or the way to it, says when to try again, and that is soon."""
    if answer is None:
        return True
    wait = retry_after(answer.headers)
    return (answer.status == 429 or answer.status >= 500) and wait is not None and wait <= Backoff.LONGEST


def _in_words(error: TransportError) -> str:
    if isinstance(error, TooLargeError):
        return f"The answer is too large. {error} Or ask for less at a time: fewer fields, a smaller page."
    return f"{error} timeout= allows for more." if isinstance(error, TooLateError) else str(error)


def _method(method: str) -> str:
    if not isinstance(method, str) or not re.fullmatch("[A-Za-z]+", method):
        raise ConfigurationError(f'The method must be one of HTTP\'s, such as "GET", not {method!r}.')
    return method.upper()


def _path(path: str) -> str:
    """`path` as it follows ``/proxy``: a path of the app's API, or a whole address."""
    if not isinstance(path, str):
        raise ConfigurationError(f'The path must be text, such as "/contacts", not {path!r}.')
    problem = None
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in path):
        problem = "has a line break or another control character in it"
    elif "#" in path:
        problem = 'has a "#" in it, after which nothing would be sent: write "%23" if you mean the character'
    elif re.search(r"(^|/)(\.|%2e){1,2}(/|$)", path.partition("?")[0], re.IGNORECASE):
        # Whoever resolves these on the way would leave the proxy.
        problem = 'has "." or ".." as one of its parts, which is resolved on the way: write out the path'
    if problem is not None:
        raise ConfigurationError(f"The path {seen(path)!r} {problem}.")
    rest = quote(path.strip().removeprefix("/"), safe="/%:@!$&'()*+,;=~?[]")
    return f"/{rest}" if rest else ""


def query_of(params: Params | None) -> str:
    """`params` as a query; ConfigurationError for what has no place in one."""
    if params is None:
        return ""
    if isinstance(params, str | bytes):
        raise ConfigurationError(
            'params= must be a dict or pairs; text goes into the path: "/contacts?limit=5".'
        )
    pairs: list[tuple[str, str]] = []
    for name, value in params.items() if isinstance(params, Mapping) else params:
        several = [value] if value is None or isinstance(value, str | int | float) else value
        if not isinstance(several, Iterable) or isinstance(several, bytes | Mapping):
            raise ConfigurationError(
                f"params= may hold text, numbers, True, False, None and lists of them; {name!r} has a"
                f" {type(value).__name__}."
            )
        pairs += [(name, _as_text(each)) for each in several if each is not None]
    return urlencode(pairs)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _content(data: Data | None) -> tuple[bytes | None, dict[str, str]]:
    """The body and its type: a dict as a form, text and bytes as they are."""
    if data is None:
        return None, {}
    if isinstance(data, str):
        return data.encode(), {"Content-Type": "text/plain; charset=utf-8"}
    if isinstance(data, bytes | bytearray | memoryview):
        return bytes(data), {"Content-Type": "application/octet-stream"}
    if isinstance(data, Mapping):
        return query_of(data).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    raise ConfigurationError(
        f"data= must be text, bytes, or a dict that is sent as a form, not a {type(data).__name__}; json= sends JSON."
    )


def _headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in (headers or {}).items():
        low = name.lower() if isinstance(name, str) else ""
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", low):
            raise ConfigurationError(f"{name!r} is no name of a header (RFC 9110, section 5.1).")
        if not isinstance(value, str) or not re.fullmatch(r"[\t\x20-\x7e]*", value):
            raise ConfigurationError(f"The header {name} must be text in ASCII, without line breaks.")
        if low in DROPPED or low.startswith("x-forwarded-"):
            why = (
                " It signs in to the app with the connection's own credentials."
                if low == "authorization"
                else ""
            )
            raise ConfigurationError(f"The engine does not pass on the header {name}, so leave it out.{why}")
        if low == "accept-encoding":
            raise ConfigurationError(f"Leave out the header {name}: the answer comes unpacked.")
        given[low] = value
    return given
