"""Catalogues made for a test, in the engine's shape."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def app(key: str, schema: Schema | None = None, *, name: str = "", **more: Any) -> Schema:
    """An integration that is connected by values alone, called `name`, or as its key."""
    option = {"key": "form", "type": "client-credentials", "inputSchema": schema or {}}
    return {"key": key, "name": name or key.title(), "authOptions": [option], **more}


def fields(*required: str, **properties: Schema) -> Schema:
    """A schema of an object with these properties, in this order."""
    return {"type": "object", "required": list(required), "properties": properties}
