"""``/screens/connections``: the page at which a person answers a connection request."""

from __future__ import annotations

from typing import Any

from ..envelope import not_found
from ..state import tokens
from ..state.attempts import REQUEST
from ..state.catalogue import Integration, input_schema
from ..state.data_schema import Schema, secret
from ..state.store import Document
from ..web.selectors import auth_option, connection_of, integration_of
from .connect import Connect

__all__ = ["ConnectionScreen"]

LIFETIME = 900


class ConnectionScreen(Connect):
    """Whoever has the address may answer it: its id cannot be guessed, and stands for the tenant that asked."""

    async def get(self) -> None:
        request = self.asked()
        item, schema = self.form(request)
        required = schema.get("required", [])
        fields = [
            {
                "name": name,
                "label": below.get("title", name),
                "kind": "password" if secret(below) else "text",
                "required": name in required,
                "value": below.get("default", ""),
            }
            for name, below in schema.get("properties", {}).items()
            if below.get("type") not in ("object", "array")
        ]
        title = f"Connect {item['name']}"
        self.page("screen.html", title=title, fields=fields, prompt=request.get("prompt", ""))

    async def post(self) -> None:
        request = self.asked()
        _, schema = self.form(request)
        given: dict[str, Any] = {}
        for name, below in schema.get("properties", {}).items():
            value = self.get_body_argument(name, "", strip=False)
            if value:
                given[name] = _typed(value, below.get("type"))
        credentials = self.world.credentials
        token = tokens.mint(
            credentials.workspace_key, credentials.workspace_secret, request["tenantKey"], expires_in=LIFETIME
        )
        answered = {"requestId": None, "connectionRequestId": request["requestId"]}
        await self.connect({**request, **answered, "token": token, "input": given})

    def form(self, request: Document) -> tuple[Integration, Schema]:
        """What is to be connected, and what its first auth option, or that of the connection, asks for."""
        tenant = tokens.Tenant(request["tenantKey"], request["tenantKey"])
        item = integration_of(self.world, tenant, request)
        connection = connection_of(self.world, tenant, request) or {}
        return item, input_schema(auth_option(item, connection.get("authOptionKey")))

    def asked(self) -> Document:
        request_id = self.get_query_argument("connectionRequestId", "")
        found = self.world.store.get(REQUEST, request_id)
        if found is None or found["status"] == "success":
            raise not_found("Connection request", request_id)
        return found

    def wants_page(self) -> bool:
        return True


def _typed(text: str, kind: Any) -> Any:
    """`text` as the schema wants it; what is no number stays text, and is then refused in words."""
    if kind == "boolean":
        return text.lower() in ("true", "yes", "on", "1")
    if kind in ("integer", "number"):
        try:
            return int(text) if kind == "integer" else float(text)
        except ValueError:
            return text
    return text
