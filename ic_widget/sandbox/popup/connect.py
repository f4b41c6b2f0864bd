"""``/connection-popup`` and ``/connect``: where a user's browser is sent to open a connection."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from ..envelope import ApiError, bad_request, not_found, refused
from ..state.attempts import REQUEST, Attempt, checked_redirect
from ..state.catalogue import input_schema
from ..state.data_schema import problems
from ..state.tokens import Tenant
from ..web.handlers import SandboxHandler, json_object
from ..web.selectors import auth_option, connection_of, integration_of, text
from . import outcome
from .callback import authorize

__all__ = ["Connect", "ConnectionPopup"]

OBJECTS = ("input", "connectionParameters", "connectorParameters")
FLAGS = {"true": True, "1": True, "false": False, "0": False}


class Connect(SandboxHandler):
    """``GET`` or ``POST /connect``: parameters in the query, the form field ``payload``, or a JSON body."""

    #: Names under which the user's input may come, the current one first.
    input_keys: tuple[str, ...] = ("input", "connectionParameters")

    def prepare(self) -> None:
        self.faults_by_header()

    async def get(self) -> None:
        await self.connect(self.from_query())

    async def post(self) -> None:
        await self.connect({**self.from_query(), **self.from_body()})

    async def connect(self, payload: dict[str, Any]) -> None:
        self.world.remember(payload)
        token = text(payload, "token", longest=100_000) or self.bearer()
        tenant = self.world.tenant(token)
        redirect_uri = checked_redirect(text(payload, "redirectUri", longest=10_000))
        request_id = text(payload, "requestId", longest=200)
        try:
            attempt = self.attempt_of(payload, tenant, token or "", redirect_uri, request_id)
        except ApiError as error:
            event = outcome.publish_failure(self, tenant.key, request_id, error.envelope)
            if not self.wants_page():
                raise
            outcome.tell_failure(self, redirect_uri, event, title="This connection cannot be made")
            return
        await self.begin(attempt)

    async def begin(self, attempt: Attempt) -> None:
        kind = attempt.option["type"]
        if kind in ("oauth1", "oauth2"):
            try:
                where_to = await authorize(self.world, attempt)
            except ApiError as error:
                outcome.fail(self, attempt, error.envelope)
            else:
                self.redirect(where_to, status=303)
            return
        wrong = [each for each in _texts(attempt.values) if each.lower().startswith("wrong")]
        if wrong:
            refusal = refused(attempt.item["name"], "the credentials are not valid", data={"status": 401})
            outcome.fail(self, attempt, refusal.envelope)
        else:
            outcome.succeed(self, attempt, {"type": kind, "values": attempt.values})

    def attempt_of(
        self,
        payload: dict[str, Any],
        tenant: Tenant,
        token: str,
        redirect_uri: str | None,
        request_id: str | None,
    ) -> Attempt:
        item = integration_of(self.world, tenant, payload)
        connection = connection_of(self.world, tenant, payload)
        option_key = text(payload, "authOptionKey") or (connection or {}).get("authOptionKey")
        option = auth_option(item, option_key)
        given: Any = next((payload[each] for each in self.input_keys if payload.get(each) is not None), {})
        if connection is not None and option["type"] in ("oauth1", "oauth2") and isinstance(given, dict):
            given = {**connection.get("input", {}), **given}
        for name in OBJECTS:
            if not isinstance(payload.get(name, {}), dict | None):
                raise bad_request(f"{name} must be an object.")
        schema = input_schema(option)
        found = list(problems(given, schema))
        if found:
            sentence = "; ".join(f"{each.path} {each.message}" for each in found)
            fields = [{"path": each.path, "message": each.message} for each in found]
            missing = all(each.message == "is required" for each in found)
            what = "Missing required parameter" if missing else "Invalid parameter"
            raise bad_request(f"{what} of {item['name']}: {sentence}.", parameters=fields)
        multiple = payload.get("allowMultipleConnections")
        if not isinstance(multiple, bool | None):
            raise bad_request("allowMultipleConnections must be true or false.")
        asked = text(payload, "connectionRequestId")
        if asked is not None:
            request = self.world.store.get(REQUEST, asked)
            if request is None or request["tenantKey"] != tenant.key:
                raise not_found("Connection request", asked)
        key = text(payload, "connectionKey", longest=100)
        if connection is None:
            self.world.connections.claim(tenant.key, key)
        return Attempt(
            tenant=tenant,
            token=token,
            item=item,
            option=option,
            values=given,
            request_id=request_id,
            redirect_uri=redirect_uri,
            name=text(payload, "name"),
            key=key,
            connection=connection,
            keep_others=bool(multiple),
            connection_request=asked,
        )

    def from_query(self) -> dict[str, Any]:
        return _parameters(parse_qsl(self.request.query, keep_blank_values=True))

    def from_body(self) -> dict[str, Any]:
        content_type = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if content_type == "application/json":
            return json_object(self.request.body, "The body")
        if content_type not in ("application/x-www-form-urlencoded", ""):
            raise ApiError("Send a form with the field payload, or a JSON body.", status=415)
        pairs = parse_qsl(self.request.body.decode("utf-8", "replace"), keep_blank_values=True)
        fields = dict(pairs)
        if "payload" in fields:
            return json_object(fields["payload"], "The form field payload")
        return _parameters(pairs)


class ConnectionPopup(Connect):
    """``/connection-popup``, the documented older path; it knows no ``input``."""

    input_keys = ("connectionParameters",)


def _parameters(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Query or form parameters with objects and flags read from their text."""
    parameters: dict[str, Any] = {}
    for name, value in pairs:
        if name in OBJECTS:
            parameters[name] = json_object(value, f"The parameter {name}") if value else {}
        elif name == "allowMultipleConnections" and value.lower() in FLAGS:
            parameters[name] = FLAGS[value.lower()]
        else:
            parameters[name] = value
    return parameters


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [each for below in value.values() for each in _texts(below)]
    return [value] if isinstance(value, str) else []
