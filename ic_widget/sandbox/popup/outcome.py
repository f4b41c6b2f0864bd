"""How an attempt ends: the connection is stored, the event published, the browser sent back or told."""

from __future__ import annotations

import json
import string
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from ..envelope import Envelope
from ..state.attempts import REQUEST, Attempt
from ..web.handlers import SandboxHandler

__all__ = ["fail", "publish_failure", "succeed", "tell_failure"]

SOURCE = "integration.app"


def succeed(handler: SandboxHandler, attempt: Attempt, credentials: dict[str, Any]) -> None:
    """Makes or renews the connection and ends the attempt with it."""
    world = handler.world
    if attempt.connection is not None:
        connection = world.connections.connect(
            attempt.connection["id"],
            option_key=attempt.option["key"],
            credentials=credentials,
            name=attempt.name,
        )
    else:
        connection = world.connections.create(
            attempt.tenant,
            attempt.item,
            option_key=attempt.option["key"],
            credentials=credentials,
            name=attempt.name,
            key=attempt.key,
            keep_others=attempt.keep_others,
        )
    _answer_request(handler, attempt, status="success", resultConnectionId=connection["id"])
    event = {
        "source": SOURCE,
        "requestId": attempt.request_id,
        "type": "newConnectionCreated",
        "connection": world.connections.public(connection),
    }
    _publish(handler, attempt.tenant.key, event)
    if attempt.redirect_uri:
        redirect(handler, attempt.redirect_uri, {"connectionId": connection["id"]})
    else:
        title = f"{attempt.item['name']} is connected"
        handler.page("done.html", title=title, event=_script_json(event), envelope=None)


def fail(handler: SandboxHandler, attempt: Attempt, envelope: Envelope) -> None:
    """Ends the attempt with an error; nothing is stored, a connection that existed stays as it was."""
    _answer_request(handler, attempt, status="error", resultError=envelope)
    connection_id = attempt.connection["id"] if attempt.connection else None
    event = publish_failure(handler, attempt.tenant.key, attempt.request_id, envelope, connection_id)
    tell_failure(handler, attempt.redirect_uri, event, title=f"{attempt.item['name']} is not connected")


def tell_failure(
    handler: SandboxHandler, redirect_uri: str | None, event: dict[str, Any], *, title: str
) -> None:
    """Sends the browser back with the error of `event`, or shows it and tells the opening window."""
    envelope = event["errorData"]
    if redirect_uri:
        redirect(handler, redirect_uri, _failure_parameters(handler, envelope))
    else:
        handler.page("done.html", title=title, event=_script_json(event), envelope=envelope)


def publish_failure(
    handler: SandboxHandler,
    tenant: str,
    request_id: str | None,
    envelope: Envelope,
    connection_id: str | None = None,
) -> dict[str, Any]:
    """Tells the open streams of `request_id` that it failed; the event comes back."""
    event: dict[str, Any] = {
        "source": SOURCE,
        "requestId": request_id,
        "type": "newConnectionFailure",
        "error": envelope["message"],
        "errorData": envelope,
    }
    if connection_id:
        event["connectionId"] = connection_id
    _publish(handler, tenant, event)
    return event


def _failure_parameters(handler: SandboxHandler, envelope: Envelope) -> dict[str, str]:
    parameters = {"error": str(envelope["message"])}
    if handler.fault("error-data-text"):
        parameters["errorData"] = "Something went wrong <here>"
    elif not handler.fault("error-without-data"):
        parameters["errorData"] = json.dumps(envelope)
    return parameters


def redirect(handler: SandboxHandler, uri: str, parameters: dict[str, str]) -> None:
    """Sends the browser to `uri` with `parameters` added to whatever query it has."""
    uri = quote(uri, safe=string.punctuation)
    if not handler.fault("redirect-bare"):
        parts = urlsplit(uri)
        query = "&".join(each for each in (parts.query, urlencode(parameters)) if each)
        uri = urlunsplit(parts._replace(query=query))
    if handler.fault("redirect-twice"):
        handler.page("twice.html", title="Sent back twice", uri=uri, uri_json=_script_json(uri))
    else:
        handler.redirect(uri, status=303)


def _publish(handler: SandboxHandler, tenant: str, event: dict[str, Any]) -> None:
    if event["requestId"]:
        handler.world.events.publish(tenant, event, remember=not handler.fault("events-forget"))


def _answer_request(handler: SandboxHandler, attempt: Attempt, **outcome: Any) -> None:
    """Writes what came of the connection request that the attempt answers. A success is final."""
    found = handler.world.store.get(REQUEST, attempt.connection_request or "")
    if found is not None and found["status"] != "success":
        kept = {name: value for name, value in found.items() if name != "resultError"}
        handler.world.store.put(REQUEST, found["requestId"], {**kept, **outcome})


def _script_json(value: Any) -> str:
    """JSON that is safe inside a script element."""
    return json.dumps(value).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
