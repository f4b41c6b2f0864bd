"""What an entry of a catalogue must look like, and what is wrong with one that does not."""

from __future__ import annotations

from typing import Any

from ic_widget.errors import ConfigurationError

from .data_schema import Schema, problems

__all__ = ["AUTH_TYPES", "check"]

AUTH_TYPES = ["oauth2", "oauth1", "client-credentials", "proxy", "membrane-token", "integration-app-token"]


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _object(properties: dict[str, Schema]) -> Schema:
    """An object with these keys and no others."""
    return {"type": "object", "additionalProperties": False, "properties": properties}


TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
NUMBER = {"type": "number"}
ADDRESS = {"type": "string", "pattern": r"^https?://[A-Za-z0-9.:\[\]-]+(/\S*)?$"}
#: A Data Schema, as far as it decides what the sandbox accepts; it has itself inside.
FORM: Schema = {"type": "object"}
FORM["properties"] = {
    "type": {"anyOf": [TEXT, _list(TEXT)]},
    "properties": {"type": "object", "additionalProperties": FORM},
    "required": _list(TEXT),
    "items": FORM,
    "anyOf": _list(FORM),
    "additionalProperties": {"anyOf": [FLAG, FORM]},
    "enum": {"type": "array"},
    "referenceRecords": _list({"type": "object", "required": ["id"]}),
    "pattern": {"type": "string", "format": "regex"},
    **dict.fromkeys(("minLength", "maxLength", "maxItems", "minimum", "maximum"), NUMBER),
}
OPTION: Schema = {
    "required": ["key", "type"],
    **_object(
        {
            "key": TEXT,
            "type": {"type": "string", "enum": AUTH_TYPES},
            "title": TEXT,
            "description": TEXT,
            "inputSchema": FORM,
            "ui": {"type": "object", "properties": {"schema": FORM, "helpUri": TEXT}},
            "sandbox": _object(
                {
                    "scopes": _list(TEXT),
                    "authorizeUri": ADDRESS,
                    "tokenUri": ADDRESS,
                    "revokeUri": ADDRESS,
                    "requestTokenUri": ADDRESS,
                    "apiUri": ADDRESS,
                    "testPath": TEXT,
                    "clientId": TEXT,
                    "clientSecret": TEXT,
                }
            ),
        }
    ),
}
#: `sandbox` is the only key, here and in `OPTION`, that is not the engine's own.
ENTRY: Schema = {
    "required": ["key", "name"],
    **_object(
        {
            "key": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"},
            "id": TEXT,
            "uuid": TEXT,
            "name": {"type": "string", "maxLength": 200},
            "description": TEXT,
            "logoUri": TEXT,
            "appUri": TEXT,
            "categories": _list(TEXT),
            "state": TEXT,
            "isDeactivated": FLAG,
            "hasMissingParameters": FLAG,
            "archivedAt": TEXT,
            "authOptions": _list(OPTION),
            "sandbox": _object(
                {
                    "logo": {"type": "object", "properties": {"color": TEXT, "path": TEXT}},
                    "legacyOptions": FLAG,
                    "listedWithoutId": FLAG,
                    "records": {
                        "type": "string",
                        "enum": ["contacts", "issues", "payments", "messages", "files"],
                    },
                }
            ),
        }
    ),
}


def check(entries: Any, where: str) -> None:
    """`ConfigurationError` that begins with `where` and names entry and key of the first thing wrong."""
    if not isinstance(entries, list):
        raise ConfigurationError(f"{where} must be a JSON list of integrations.")
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries, start=1):
        problem = _problem(entry) or _taken(entry, seen)
        if problem:
            name = entry.get("key") if isinstance(entry, dict) else None
            label = f"entry {number}" + (f" ({name})" if isinstance(name, str) else "")
            raise ConfigurationError(f"{where}, {label}: {problem}.")
        seen |= {entry[name]: number for name in ("key", "id", "uuid") if name in entry}


def _problem(entry: Any) -> str | None:
    for problem in problems(entry, ENTRY):
        return f"{problem.path or 'it'} {problem.message}"
    options = [option["key"] for option in entry.get("authOptions", [])]
    return next((f"two authOptions have the key {key!r}" for key in options if options.count(key) > 1), None)


def _taken(entry: dict[str, Any], seen: dict[str, int]) -> str | None:
    """Requests name an integration by key, id or uuid alike, so no two may share any of them."""
    for name in ("key", "id", "uuid"):
        if entry.get(name) in seen:
            return f"{name} {entry[name]!r} is also entry {seen[entry[name]]}"
    return None
