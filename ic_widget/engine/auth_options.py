"""The ways to sign in that the engine's answer offers for an integration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..foreign_text import seen
from ..form.data_schema import Schema, text

__all__ = ["auth_options"]


def auth_options(answer: object) -> list[dict[str, Any]]:
    """The auth options in the engine's answer, each with the same keys whatever the engine's age.

    Keys: ``key``, ``type``, ``title`` and ``description`` (text, maybe empty), ``inputSchema`` (dict, or None
    where nothing is asked) and ``helpUri`` (an http or https address, or None). Entries that are not objects
    are left out.
    """
    entries = answer.get("items") if isinstance(answer, Mapping) else answer
    return (
        [_auth_option(entry) for entry in entries if isinstance(entry, Mapping)]
        if isinstance(entries, list)
        else []
    )


def _auth_option(entry: Schema) -> dict[str, Any]:
    nested = entry.get("ui")
    legacy: Schema = nested if isinstance(nested, Mapping) else {}
    schemas = [
        found for found in (entry.get("inputSchema"), legacy.get("schema")) if isinstance(found, Mapping)
    ]
    helps = [found for found in (entry.get("helpUri"), legacy.get("helpUri")) if _is_web_address(found)]
    key = text(entry.get("key"))
    return {
        "key": key,
        "type": text(entry.get("type")),
        "title": seen(text(entry.get("title")) or text(entry.get("name")) or key),
        "description": seen(text(entry.get("description"))),
        "inputSchema": next((dict(found) for found in schemas if isinstance(found, Mapping)), None),
        "helpUri": next((found for found in helps if _is_web_address(found)), None),
    }


def _is_web_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))
