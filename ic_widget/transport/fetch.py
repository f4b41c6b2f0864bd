"""The way out of a Python inside the browser: its `fetch`, as a transport of httpx.

Whether this page may read an answer is the engine's decision (CORS); proxies and certificates are the browser's.
Pyodide's own build of httpx has such a transport, that of the registry has not. Source: https://fetch.spec.whatwg.org.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
from pyodide.ffi import JsException, to_js

__all__ = ["FetchTransport"]

js: Any = importlib.import_module("js")  # the browser; type checkers would take our own folder for it

# Those a page must not set, and those that `fetch` sets by itself; each of the latter would have to be allowed by the
# engine in answer to one more request.
_LEFT_OUT = {"accept-encoding", "cache-control", "connection", "content-length", "host", "user-agent"}
_UNPACKED = {"content-encoding", "content-length"}
"""They speak of the body as it travelled, which `fetch` has unpacked."""


class FetchTransport(httpx.AsyncBaseTransport):
    """Sends requests by `fetch`. Redirects are not followed: what one leads to is kept from the page.

    Raises httpx.ConnectError where no answer came or this page may not read it: a browser does not say which.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx."""
        patience = request.extensions.get("timeout", {}).get("read")
        content = await request.aread()
        abort = js.AbortController.new()
        options = {
            "method": request.method,
            "headers": {
                name: value for name, value in request.headers.items() if name.lower() not in _LEFT_OUT
            },
            "cache": "no-store",
            "credentials": "omit",
            "redirect": "manual",
            "referrerPolicy": "no-referrer",
            "signal": abort.signal,
        }
        if content:
            options["body"] = to_js(content)
        try:
            asked = js.fetch(str(request.url), to_js(options, dict_converter=js.Object.fromEntries))
            answer = await asyncio.wait_for(asked, patience)
        except asyncio.TimeoutError:
            abort.abort()
            raise httpx.ReadTimeout("no answer came") from None
        except JsException:
            # Its text names the address, in which a stream's token is.
            raise httpx.ConnectError("") from None
        except BaseException:
            abort.abort()
            raise
        headers = [(pair[0], pair[1]) for pair in answer.headers.entries()]
        return httpx.Response(
            302 if answer.type == "opaqueredirect" else answer.status,
            headers=[(name, value) for name, value in headers if name.lower() not in _UNPACKED],
            stream=_Body(answer, abort, patience),
            extensions={"reason_phrase": answer.statusText.encode("ascii", "replace")},
        )


class _Body(httpx.AsyncByteStream):
    """What an answer brings, piece by piece as it comes."""

    def __init__(self, answer: Any, abort: Any, patience: float | None) -> None:
        self._answer = answer
        self._abort = abort
        self._patience = patience

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._answer.body is None:
            return
        reader = self._answer.body.getReader()
        while True:
            try:
                piece = await asyncio.wait_for(reader.read(), self._patience)
            except asyncio.TimeoutError:
                raise httpx.ReadTimeout("nothing more came") from None
            except JsException:
                raise httpx.ReadError("") from None
            if piece.done:
                return
            yield piece.value.to_bytes()

    async def aclose(self) -> None:
        with contextlib.suppress(JsException):
            self._abort.abort()
