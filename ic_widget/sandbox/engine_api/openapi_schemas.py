"""What is in the answers of the sandbox, for its OpenAPI description."""

from __future__ import annotations

from typing import Any

from ..state.catalogue import AUTH_TYPES

__all__ = ["FLAG", "OBJECT", "SCHEMAS", "TEXT", "Json", "list_of", "ref"]

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
FLAG: Json = {"type": "boolean"}
OBJECT: Json = {"type": "object"}


def ref(name: str) -> Json:
    """The schema of that name in `SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(items: Json) -> Json:
    """The schema of a list."""
    return {"type": "array", "items": items}


SCHEMAS: Json = {
    "Error": {
        "type": "object",
        "required": ["type", "message"],
        "properties": {
            "type": TEXT,
            "key": TEXT,
            "message": TEXT,
            "data": OBJECT,
            "causedByError": ref("Error"),
        },
    },
    "Action": {
        "type": "object",
        "required": ["id", "key", "name", "inputSchema", "outputSchema"],
        "properties": {
            "id": TEXT,
            "key": TEXT,
            "name": TEXT,
            "description": TEXT,
            "type": TEXT,
            "integrationId": TEXT,
            "connectionId": TEXT,
            "state": TEXT,
            "inputSchema": OBJECT,
            "outputSchema": OBJECT,
        },
    },
    "Run": {
        "type": "object",
        "required": ["actionRunId"],
        "properties": {"actionRunId": TEXT, "output": {"description": "Whatever the app answered."}},
    },
    "RunLog": {
        "type": "object",
        "required": ["id", "name", "status", "connectionId", "integrationId", "createdAt"],
        "properties": {"id": TEXT, "status": {"enum": ["success", "error"]}, "duration": {"type": "integer"}},
    },
    "ConnectionRequest": {
        "type": "object",
        "required": ["requestId", "tenantId", "status", "url", "createdAt"],
        "properties": {
            "requestId": TEXT,
            "status": {"enum": ["pending", "success", "error"]},
            "resultConnectionId": TEXT,
            "resultError": ref("Error"),
            "url": TEXT,
        },
    },
    "AuthOption": {
        "type": "object",
        "required": ["key", "type"],
        "properties": {
            "key": TEXT,
            "type": {"enum": AUTH_TYPES},
            "title": TEXT,
            "description": TEXT,
            "inputSchema": OBJECT,
            "ui": {"type": "object", "properties": {"schema": OBJECT, "helpUri": TEXT}},
        },
    },
    "Integration": {
        "type": "object",
        "required": ["key", "name", "state"],
        "properties": {
            "id": TEXT,
            "key": TEXT,
            "uuid": TEXT,
            "name": TEXT,
            "description": TEXT,
            "logoUri": TEXT,
            "state": TEXT,
            "authType": TEXT,
            "hasMissingParameters": FLAG,
            "isDeactivated": FLAG,
            "archivedAt": TEXT,
            "authOptions": list_of(ref("AuthOption")),
            "connection": ref("Connection"),
        },
    },
    "Connection": {
        "type": "object",
        "required": ["id", "name", "userId", "integrationId", "connected", "state", "createdAt", "updatedAt"],
        "properties": {
            "id": TEXT,
            "key": TEXT,
            "name": TEXT,
            "integrationId": TEXT,
            "integration": OBJECT,
            "authOptionKey": TEXT,
            "tenantId": TEXT,
            "userId": TEXT,
            "isTest": FLAG,
            "isDefunct": FLAG,
            "clientAction": {"type": "object", "properties": {"type": TEXT, "description": TEXT}},
            "connected": FLAG,
            "disconnected": FLAG,
            "state": TEXT,
            "error": ref("Error"),
            "errors": list_of(ref("Error")),
            "createdAt": TEXT,
            "updatedAt": TEXT,
            "archivedAt": TEXT,
            "meta": OBJECT,
        },
    },
}
