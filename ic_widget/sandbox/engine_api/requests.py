"""``/connection-requests``: a program asks for a connection, a person makes it at the address that comes back."""

from __future__ import annotations

import secrets
from typing import Any

from ..envelope import bad_request, not_found
from ..state.attempts import REQUEST, checked_redirect
from ..state.connections import now
from ..state.store import Document
from ..web.handlers import ApiHandler
from ..web.selectors import integration_of, text

__all__ = ["ConnectionRequest", "ConnectionRequests"]

TEXTS = (
    "integrationId",
    "integrationKey",
    "connectorId",
    "connectionId",
    "connectionKey",
    "name",
    "redirectUri",
    "prompt",
)


class ConnectionRequests(ApiHandler):
    """``POST /connection-requests``: which integration, or which connection to connect again."""

    def post(self) -> None:
        body = self.body_object()
        wanted: dict[str, Any] = {name: value for name in TEXTS if (value := text(body, name)) is not None}
        checked_redirect(wanted.get("redirectUri"))
        multiple = body.get("allowMultipleConnections")
        if not isinstance(multiple, bool | None):
            raise bad_request("allowMultipleConnections must be true or false.")
        if multiple is not None:
            wanted["allowMultipleConnections"] = multiple
        integration_of(self.world, self.caller(), wanted)
        request_id = secrets.token_urlsafe(24)
        request: Document = {
            **wanted,
            "requestId": request_id,
            "tenantKey": self.caller().key,
            "tenantId": self.caller().key,
            "status": "pending",
            "createdAt": now(),
            "url": f"{self.world.url}/screens/connections?connectionRequestId={request_id}",
        }
        self.world.store.put(REQUEST, request_id, request)
        self.reply(_public(request))


class ConnectionRequest(ApiHandler):
    """``GET /connection-requests/{requestId}``: pending, success or error, and what came of it."""

    def get(self, request_id: str) -> None:
        found = self.world.store.get(REQUEST, request_id)
        if found is None or found["tenantKey"] != self.caller().key:
            raise not_found("Connection request", request_id)
        self.reply(_public(found))


def _public(request: Document) -> Document:
    return {name: value for name, value in request.items() if name != "tenantKey"}
