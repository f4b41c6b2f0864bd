"""What can be done with a built-in app: its actions, each one call of the app's API."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from ..state.catalogue import Integration
from ..state.data_schema import Schema
from .api import kind_of, sample_records

__all__ = ["Action", "actions_of"]

SLOWEST = 30


@dataclass(frozen=True)
class Action:
    """One action of one integration. `path` may name inputs in braces; the other inputs go into query or body."""

    integration: Integration
    key: str
    name: str
    description: str
    method: str
    path: str
    input_schema: Schema
    output_schema: Schema = field(default_factory=lambda: {"type": "object"})

    @property
    def id(self) -> str:
        """From the key, so that it outlives a restart."""
        return hashlib.sha256(f"{self.integration['key']}:{self.key}".encode()).hexdigest()[:24]

    def public(self, connection_id: str | None = None) -> dict[str, Any]:
        """The action as the engine shows it."""
        shown = {
            "id": self.id,
            "key": self.key,
            "name": self.name,
            "description": self.description,
            "type": "api-request-to-external-app",
            "integrationId": self.integration["id"],
            "state": "READY",
            "inputSchema": self.input_schema,
            "outputSchema": self.output_schema,
        }
        return {**shown, "connectionId": connection_id} if connection_id else shown

    def request(self, given: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
        """Path and body of the call that `given` asks for."""
        inside = {name: quote(str(value), safe="") for name, value in given.items()}
        rest = {name: value for name, value in given.items() if f"{{{name}}}" not in self.path}
        path = self.path.format_map(inside)
        if self.method == "GET":
            return f"{path}?{urlencode(rest)}" if rest else path, None
        return path, rest


def actions_of(item: Integration) -> list[Action]:
    """The actions of `item`; none if its API is somewhere else, where the sandbox does not know what there is."""
    if any("apiUri" in option.get("sandbox", {}) for option in item["authOptions"]):
        return []
    kind = kind_of(item)
    one = kind.removesuffix("s")
    fields = {name: _field(name, value) for name, value in sample_records(kind)[0].items() if name != "id"}
    record: Schema = {"type": "object", "properties": {"id": {"type": "string"}, **fields}}
    record_id = {"id": {"type": "string", "title": "Id", "description": f"The {one}'s id."}}
    first = next(iter(fields))
    limit = {"type": "integer", "title": "Limit", "minimum": 1, "maximum": 100, "default": 20}
    seconds = {"type": "number", "title": "Seconds", "minimum": 0, "maximum": SLOWEST, "default": 2}
    file_format = {"type": "string", "title": "Format", "enum": ["csv", "png"], "default": "csv"}
    listed = {"items": {"type": "array", "items": record}, "cursor": {"type": "string"}}

    def action(
        key: str, name: str, text: str, call: str, given: Schema, output: Schema | None = None
    ) -> Action:
        method, _, path = call.partition(" ")
        return Action(item, key, name, text, method, path, given, output or {"type": "object"})

    return [
        action(
            f"list-{kind}",
            f"List {kind}",
            f"The {kind} of the account, a page at a time.",
            "GET records",
            _object(
                {
                    "search": {"type": "string", "title": "Search"},
                    "limit": limit,
                    "cursor": {"type": "string"},
                }
            ),
            _object(listed),
        ),
        action(
            f"get-{one}", f"Get {one}", f"One {one}.", "GET records/{id}", _object(record_id, "id"), record
        ),
        action(
            f"create-{one}", f"Create {one}", f"A new {one}.", "POST records", _object(fields, first), record
        ),
        action(
            f"update-{one}",
            f"Update {one}",
            f"Changes what is given of one {one}.",
            "PATCH records/{id}",
            _object({**record_id, **fields}, "id"),
            record,
        ),
        action(
            "export-file",
            "Export a file",
            f"The {kind} as a file.",
            "GET export",
            _object({"format": file_format}),
        ),
        action("slow", "Take a while", "Answers late.", "GET slow", _object({"seconds": seconds})),
        action("fail", "Fail", "The app refuses it, always.", "POST status/422", _object({})),
    ]


def _object(properties: Schema, *required: str) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required)}


def _field(name: str, value: Any) -> Schema:
    kinds = {bool: "boolean", int: "number", float: "number", list: "array"}
    schema: Schema = {
        "type": kinds.get(type(value), "string"),
        "title": name.capitalize(),
        "examples": [value],
    }
    if isinstance(value, list):
        schema["items"] = {"type": "string"}
    if name == "email":
        schema["format"] = "email"
    return schema
