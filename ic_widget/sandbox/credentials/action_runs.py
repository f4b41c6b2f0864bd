"""Runs of actions: the app is called, and what was asked and answered is kept in a log."""

from __future__ import annotations

import base64
import json
import secrets
import time
from typing import Any, Protocol
from urllib.parse import urlencode

from tornado.httpclient import HTTPResponse

from ..envelope import ApiError, bad_request
from ..state.connections import now
from ..state.data_schema import Schema, problems
from ..state.store import Document
from ..state.world import World
from . import app_client

__all__ = ["LOG", "run_action", "run_api_call"]

#: The kind of document a log is.
LOG = "action-run-log"
#: Headers of an answer that may hold a secret.
SECRET = ("authorization", "set-cookie", "cookie")


class Runnable(Protocol):
    """What can be run: an action of an app."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def input_schema(self) -> Schema: ...
    def request(self, given: dict[str, Any]) -> tuple[str, dict[str, Any] | None]: ...


async def run_action(
    world: World, connection: Document, action: Runnable, given: dict[str, Any]
) -> dict[str, Any]:
    """``{"output", "actionRunId"}``. `ApiError` of type ``action_run`` with the run's id if the app refuses."""
    found = list(problems(given, action.input_schema))
    if found:
        sentence = "; ".join(f"{each.path or 'the input'} {each.message}" for each in found)
        fields = [{"path": each.path, "message": each.message} for each in found]
        raise bad_request(f"Invalid input of {action.name}: {sentence}.", parameters=fields)
    path, body = action.request(given)
    log = {"name": action.name, "actionId": action.id, "integrationActionId": action.id, "input": given}
    return await _run(world, connection, log, action.method, path, body)


async def run_api_call(
    world: World,
    connection: Document,
    *,
    method: str,
    path: str,
    body: Any,
    headers: dict[str, Any],
    query: dict[str, Any],
) -> dict[str, Any]:
    """The same for one call of the app's API; the output is the app's answer."""
    if query:
        path += ("&" if "?" in path else "?") + urlencode(query)
    log = {
        "name": f"{method} {path.partition('?')[0]}",
        "input": {"method": method, "path": path, "body": body},
    }
    return await _run(world, connection, log, method, path, body, headers)


async def _run(
    world: World,
    connection: Document,
    log: Document,
    method: str,
    path: str,
    body: Any,
    headers: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Calls the app and keeps the log, whatever comes of it."""
    log |= {
        "id": secrets.token_hex(12),
        "tenantKey": connection["tenantKey"],
        "tenantId": connection["tenantKey"],
        "userId": connection["tenantKey"],
        "connectionId": connection["id"],
        "integrationId": connection["integrationId"],
        "createdAt": now(),
    }
    started = time.monotonic()
    sent = [(str(name), str(value)) for name, value in (headers or {}).items()]
    content = None if body is None else json.dumps(body).encode()
    if content is not None:
        sent.append(("Content-Type", "application/json"))
    exchange: dict[str, Any] = {"request": {"method": method, "path": path, "body": body}}
    log["details"] = [exchange]
    try:
        response = await app_client.call(world, connection, method, path, headers=sent, body=content)
        exchange["response"] = {
            "status": response.code,
            "headers": {
                name: value for name, value in response.headers.items() if name.lower() not in SECRET
            },
            "body": _output(response),
        }
        if response.code >= 400:
            answer = exchange["response"]["body"]
            said = answer.get("error") if isinstance(answer, dict) else None
            raise ApiError(
                f"the app answered {response.code}" + (f": {said}" if said else ""), kind="connection"
            )
    except ApiError as error:
        data = {"actionRunId": log["id"]} | (
            {"response": exchange["response"]} if "response" in exchange else {}
        )
        failure = ApiError(
            f"{log['name']} failed: {error.message}", kind="action_run", data=data, cause=error.envelope
        )
        _keep(world, log, started, status="error", error=failure.envelope)
        raise failure from None
    output = exchange["response"]["body"]
    _keep(world, log, started, status="success", output=output)
    return {"output": output, "actionRunId": log["id"]}


def _keep(world: World, log: Document, started: float, **outcome: Any) -> None:
    log |= {"completedAt": now(), "duration": round((time.monotonic() - started) * 1000), **outcome}
    world.store.put(LOG, log["id"], log)


def _output(response: HTTPResponse) -> Any:
    """JSON as it is, text as text, and anything else as a file: name, type and content in base 64."""
    content_type = response.headers.get("Content-Type", "")
    if "json" in content_type:
        return json.loads(response.body or b"null")
    if not response.body:
        return None
    disposition = response.headers.get("Content-Disposition", "")
    if content_type.startswith("text/") and "attachment" not in disposition:
        return response.body.decode("utf-8", "replace")
    name = disposition.partition('filename="')[2].rstrip('"')
    content = base64.b64encode(response.body).decode()
    return {"name": name, "contentType": content_type, "encoding": "base64", "content": content}
