"""``/self``: the tenant that the token speaks for."""

from __future__ import annotations

from typing import Any

from ..envelope import bad_request
from ..web.handlers import ApiHandler

__all__ = ["Self"]

KIND = "tenant"
OBJECTS = ("credentials", "fields", "meta")


class Self(ApiHandler):
    """``GET`` and ``PATCH /self``: the clients send a tenant's own ``credentials`` as soon as they are made."""

    def get(self) -> None:
        tenant = self.caller()
        kept = self.world.store.get(KIND, tenant.key) or {}
        workspace = self.world.credentials.workspace_key
        shown = {"id": tenant.key, "internalId": tenant.key, "name": tenant.name, "workspaceKey": workspace}
        self.reply({**shown, **kept})

    def patch(self) -> None:
        kept = self.world.store.get(KIND, self.caller().key) or {}
        self.world.store.put(KIND, self.caller().key, {**kept, **self.changes()})
        self.get()

    def changes(self) -> dict[str, Any]:
        """Name, credentials, fields and meta from the body; anything else is ignored."""
        body = self.body_object()
        changes = {name: body[name] for name in OBJECTS if name in body}
        for name, value in changes.items():
            if not isinstance(value, dict):
                raise bad_request(f"{name} must be an object.")
        if "name" in body:
            if not isinstance(body["name"], str) or not body["name"]:
                raise bad_request("name must be a text.")
            changes["name"] = body["name"]
        return changes
