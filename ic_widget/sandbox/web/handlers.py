"""What all answers have in common: who asks, errors in the engine's envelope, no secret logged."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import tornado.template
from tornado.web import HTTPError, RequestHandler

from ..envelope import ApiError, Envelope, bad_request, not_authenticated, not_found
from ..faults import parse
from ..state.tokens import Tenant
from ..state.world import World

__all__ = ["ApiHandler", "NotFound", "PageHandler", "SandboxHandler", "json_object"]

log = logging.getLogger("ic_widget.sandbox")
#: What is nested deeper is no form of any app, and would exhaust what walks through it.
DEEPEST = 50
DEFAULT_LIMIT = 100
templates = tornado.template.Loader(str(Path(__file__).with_name("templates")))


class SandboxHandler(RequestHandler):
    """Base of all handlers."""

    world: World
    tenant: Tenant | None = None
    error_id = ""  # a request that is given up when the sandbox stops is no error that was logged

    def initialize(self, world: World) -> None:
        self.world = world

    def set_default_headers(self) -> None:
        self.set_header("Server", "ic-widget sandbox")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")

    def bearer(self) -> str | None:
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    def fault(self, name: str) -> float:
        """The value of fault `name` if it is in force, by setting or by header, else 0."""
        return self.world.faults.take(name) or self.faults_by_header().get(name, 0)

    def faults_by_header(self) -> dict[str, float]:
        """The faults that the request asks for itself; `ApiError` for one that does not exist."""
        try:
            return parse(self.request.headers.get("X-Sandbox-Fault", ""))
        except ValueError as error:
            raise bad_request(f"X-Sandbox-Fault: {error}.") from None

    async def be_slow(self, name: str = "provider-slow") -> None:
        """Waits as long as fault `name` says, or until faults are cleared."""
        faults = self.world.faults
        before = faults.cleared
        end = time.monotonic() + min(self.fault(name), 60_000) / 1000
        # Faults are cleared from any thread, an event belongs to one loop.
        while (left := end - time.monotonic()) > 0 and faults.cleared == before:  # noqa: ASYNC110
            await asyncio.sleep(min(left, 0.02))

    def wants_page(self) -> bool:
        """Whether a browser is asking: programs do not ask for text/html."""
        return "text/html" in self.request.headers.get("Accept", "")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        if status_code == 405:
            self.set_header("Allow", ", ".join(self.methods()))
        envelope = self.envelope_of(status_code, kwargs.get("exc_info", (None, None, None))[1])
        if self.wants_page():
            self.page("error.html", title="This did not work", envelope=envelope)
        else:
            self.set_header("Content-Type", "application/json; charset=utf-8")
            self.finish(json.dumps(envelope))

    def methods(self) -> list[str]:
        """The methods this path has."""
        return [
            each
            for each in self.SUPPORTED_METHODS
            if getattr(type(self), each.lower()) is not getattr(RequestHandler, each.lower())
        ]

    def envelope_of(self, status: int, error: BaseException | None) -> Envelope:
        if isinstance(error, ApiError):
            return error.envelope
        if status == 404:
            return not_found("Path", self.request.path).envelope
        if status < 500:
            return {"type": "bad_request", "message": f"{self._reason}."}
        return {"type": "internal", "message": "Internal error.", "data": {"errorId": self.error_id}}

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Path and kind of error only: queries, bodies and exception texts may hold a token or a secret."""
        if isinstance(value, HTTPError):
            return
        self.error_id = secrets.token_hex(8)
        where = tb
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        line = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where is not None else "?"
        log.error("error %s: %s at %s", self.error_id, typ.__name__ if typ else "?", line)

    def page(self, template: str, **values: Any) -> None:
        """Answers with a page of the sandbox; `script_nonce` lets the page's own script run, and no other."""
        nonce = secrets.token_urlsafe(16)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header(
            "Content-Security-Policy",
            f"default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; "
            "connect-src http: https:; img-src data:; base-uri 'none'",
        )
        self.finish(templates.load(template).generate(script_nonce=nonce, **values))


class ApiHandler(SandboxHandler):
    """A REST call of the engine: JSON in and out, from any origin, with a token."""

    token_optional = False

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
        self.set_header("Access-Control-Expose-Headers", "*")
        self.set_header(
            "Access-Control-Allow-Headers",
            "Authorization, Content-Type, API-Version, Membrane-API-Version, X-Sandbox-Fault",
        )
        self.set_header("Access-Control-Max-Age", "600")

    async def prepare(self) -> None:
        if self.request.method == "OPTIONS":
            return
        token = self.bearer() or self.token_elsewhere()
        if token or not self.token_optional:
            self.tenant = self.world.tenant(token)
        await self.apply_faults()

    def token_elsewhere(self) -> str | None:
        """A token that is not in the header."""
        return None

    async def apply_faults(self) -> None:
        """Applies the faults that concern every call of the API."""
        await self.be_slow("latency")
        if self.fault("rate-limit"):
            raise ApiError("Rate limit exceeded.", status=429, key="rate_limit_exceeded")
        if self.fault("internal"):
            data = {"errorId": secrets.token_hex(8)}
            raise ApiError("Internal error.", status=500, kind="internal", data=data)

    def wants_page(self) -> bool:
        return False

    def options(self, *_: str) -> None:
        asked = self.request.headers.get("Access-Control-Request-Headers")
        if asked:
            # An app behind the proxy may want any header.
            self.set_header("Access-Control-Allow-Headers", asked)
        self.set_status(204)

    def flag(self, name: str) -> bool | None:
        """What the query says to `name`; None if nothing."""
        value = self._word(name).lower()
        if value not in ("", "0", "1", "false", "true"):
            raise bad_request(f"{name} must be true or false.")
        return value in ("1", "true") if value else None

    def number(self, name: str, default: int) -> int:
        """The whole number that the query has for `name`."""
        text = self._word(name)
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise bad_request(f"{name} must be a whole number.")
        return int(text)

    def _word(self, name: str) -> str:
        # As it was sent: tornado takes control characters for white space, and leaves that out.
        return self.request.query_arguments.get(name, [b""])[-1].decode("utf-8", "replace")

    def limit(self) -> int:
        """How many entries a page of a list may have."""
        limit = self.number("limit", DEFAULT_LIMIT)
        if not 1 <= limit <= 1000:
            raise bad_request("limit must be a number from 1 to 1000.")
        return limit

    def reply_page(self, items: list[Any], cursor: int) -> None:
        """Answers with a page of a list; `cursor` 0: it is the last."""
        self.reply({"items": items} | ({"cursor": str(cursor)} if cursor else {}))

    def caller(self) -> Tenant:
        if self.tenant is None:
            raise not_authenticated("No access token.")
        return self.tenant

    def body_object(self) -> dict[str, Any]:
        return json_object(self.request.body or b"{}", "The body")

    def reply(self, body: Any) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(body))


class NotFound(ApiHandler):
    """Any path the sandbox does not know."""

    token_optional = True

    def prepare(self) -> None:  # type: ignore[override]
        # A preflight is answered, or a page of another origin could not read the 404 that follows.
        if self.request.method != "OPTIONS":
            raise not_found("Path", self.request.path)


class PageHandler(SandboxHandler):
    """A page for a person."""

    def wants_page(self) -> bool:
        return True


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= DEEPEST:
        depth += 1
        inner = [
            each.values() if isinstance(each, dict) else each
            for each in level
            if isinstance(each, dict | list)
        ]
        level = [each for below in inner for each in below]
    return depth


def json_object(text: str | bytes, what: str) -> dict[str, Any]:
    """`text` as a JSON object; `ApiError` 400 that names `what` if it is none."""
    try:
        value = json.loads(text)
        # Half a surrogate pair, NaN and 1e999 are taken by json.loads, but no answer could carry them.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise bad_request(f"{what} is not valid JSON.") from None
    if _depth(value) > DEEPEST:
        raise bad_request(f"{what} is nested too deeply.")
    if not isinstance(value, dict):
        raise bad_request(f"{what} must be a JSON object.")
    return value
