"""The integrations of a sandbox, in the engine's shape."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ic_widget.errors import ConfigurationError

from .data_schema import problems

__all__ = ["Catalogue", "Integration", "builtin", "input_schema", "load"]

Integration = dict[str, Any]

AUTH_TYPES = ["oauth2", "oauth1", "client-credentials", "proxy", "membrane-token", "integration-app-token"]
TEXT = {"type": "string"}
#: What an entry of a catalogue file must look like. `sandbox` is the only key that is not the engine's own.
ENTRY: dict[str, Any] = {
    "type": "object",
    "required": ["key", "name"],
    "additionalProperties": False,
    "properties": {
        "key": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"},
        "id": TEXT,
        "uuid": TEXT,
        "name": {"type": "string", "maxLength": 200},
        "description": TEXT,
        "logoUri": TEXT,
        "appUri": TEXT,
        "categories": {"type": "array", "items": TEXT},
        "state": TEXT,
        "isDeactivated": {"type": "boolean"},
        "hasMissingParameters": {"type": "boolean"},
        "archivedAt": TEXT,
        "authOptions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["key", "type"],
                "additionalProperties": False,
                "properties": {
                    "key": TEXT,
                    "type": {"type": "string", "enum": AUTH_TYPES},
                    "title": TEXT,
                    "description": TEXT,
                    "inputSchema": {"type": "object"},
                    "ui": {"type": "object", "properties": {"schema": {"type": "object"}, "helpUri": TEXT}},
                    "sandbox": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {
                            "scopes": {"type": "array", "items": TEXT},
                            "authorizeUri": TEXT,
                            "tokenUri": TEXT,
                            "revokeUri": TEXT,
                            "requestTokenUri": TEXT,
                            "apiUri": TEXT,
                            "testPath": TEXT,
                            "clientId": TEXT,
                            "clientSecret": TEXT,
                        },
                    },
                },
            },
        },
        "sandbox": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "logo": {"type": "object", "properties": {"color": TEXT, "path": TEXT}},
                "legacyOptions": {"type": "boolean"},
                "listedWithoutId": {"type": "boolean"},
                "records": {
                    "type": "string",
                    "enum": ["contacts", "issues", "payments", "messages", "files"],
                },
            },
        },
    },
}


class Catalogue:
    """Integrations by id, key and uuid, in the order of their names."""

    def __init__(self, entries: Iterable[Integration]) -> None:
        self.items = sorted((_complete(entry) for entry in entries), key=lambda item: item["name"].casefold())
        self._by_id = {item["id"]: item for item in self.items} | {item["uuid"]: item for item in self.items}
        self._by_key = {item["key"]: item for item in self.items}

    def get(self, selector: str) -> Integration | None:
        """The integration with this id, uuid or key."""
        return self._by_id.get(selector) or self._by_key.get(selector)

    def by_connector(self, connector_id: str) -> Integration | None:
        return next((item for item in self.items if item["connectorId"] == connector_id), None)

    def search(self, text: str, *, include_archived: bool) -> list[Integration]:
        """Integrations that have every word of `text` in name, key, description or categories."""
        words = text.casefold().split()
        return [
            item
            for item in self.items
            if (include_archived or "archivedAt" not in item)
            and all(word in _haystack(item) for word in words)
        ]


def builtin() -> list[Integration]:
    """The entries that come with the sandbox."""
    folder = resources.files(__package__) / "apps"
    files = sorted(
        (each for each in folder.iterdir() if each.name.endswith(".json")), key=lambda each: each.name
    )
    return [entry for each in files for entry in json.loads(each.read_text(encoding="utf-8"))]


def load(source: str | os.PathLike[str] | Iterable[Integration] | None) -> list[Integration]:
    """Entries from a JSON file, from a list, or (None) the built-in ones.

    `ConfigurationError` names the entry and the key that is wrong.
    """
    if source is None:
        return builtin()
    where = "the catalogue"
    if isinstance(source, str | os.PathLike):
        where = str(source)
        try:
            entries = json.loads(Path(source).read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigurationError(f"The catalogue {where} cannot be read: {error.strerror}.") from None
        except ValueError as error:
            raise ConfigurationError(f"The catalogue {where} is not JSON: {error}.") from None
    else:
        entries = list(source)
    if not isinstance(entries, list):
        raise ConfigurationError(f"The catalogue {where} must be a JSON list of integrations.")
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries, start=1):
        name = entry.get("key") if isinstance(entry, dict) else None
        for problem in problems(entry, ENTRY):
            label = f"entry {number}" + (f" ({name})" if isinstance(name, str) else "")
            raise ConfigurationError(
                f"The catalogue {where}, {label}: {problem.path or 'it'} {problem.message}."
            )
        if name in seen:
            raise ConfigurationError(
                f"The catalogue {where}, entry {number}: key {name!r} is also entry {seen[name]}."
            )
        seen[entry["key"]] = number
    return entries


def input_schema(option: dict[str, Any]) -> dict[str, Any]:
    """What an auth option asks for, in the current or the legacy place."""
    return option.get("inputSchema") or option.get("ui", {}).get("schema") or {}


def _complete(entry: Integration) -> Integration:
    """`entry` with what the engine adds; ids come from the key, so that they outlive a restart."""
    digest = hashlib.sha256(entry["key"].encode()).hexdigest()
    item = {
        "id": digest[:24],
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:ic-widget:sandbox:{entry['key']}")),
        "connectorId": digest[24:48],
        "state": "READY",
        "hasMissingParameters": False,
        "isDeactivated": False,
        "authOptions": [],
        **entry,
    }
    logo = item.get("sandbox", {}).get("logo")
    if logo:
        item.setdefault("logoUri", _draw(**logo))
    if item["authOptions"]:
        item["authType"] = item["authOptions"][0]["type"]
    return item


def _draw(color: str, path: str) -> str:
    return "data:image/svg+xml," + quote(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
        f"<rect width='32' height='32' rx='7' fill='{color}'/>"
        f"<path d='{path}' fill='none' stroke='#fff' stroke-width='2.6' stroke-linecap='round'"
        " stroke-linejoin='round'/></svg>",
        safe="/:='<> ",
    ).replace(" ", "%20")


def _haystack(item: Integration) -> str:
    parts = [item["name"], item["key"], item.get("description", ""), *item.get("categories", [])]
    return " ".join(parts).casefold()
