"""The integrations of a sandbox, in the engine's shape."""

from __future__ import annotations

import functools
import hashlib
import html
import json
import logging
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ic_widget.errors import ConfigurationError

from .data_schema import problems

__all__ = ["AUTH_TYPES", "Catalogue", "Integration", "builtin", "input_schema", "load", "logo"]

Integration = dict[str, Any]

log = logging.getLogger("ic_widget.sandbox")
ENTRY = json.loads((resources.files(__package__) / "catalogue_entry.schema.json").read_text(encoding="utf-8"))
AUTH_TYPES: list[str] = ENTRY["$defs"]["option"]["properties"]["type"]["enum"]


class Catalogue:
    """Integrations by id, key and uuid, in the order of their names."""

    def __init__(self, entries: Iterable[Integration]) -> None:
        self.items = sorted((_complete(entry) for entry in entries), key=lambda item: item["name"].casefold())
        self._by_name = {item[name]: item for name in ("key", "uuid", "id") for item in self.items}
        # Each page of a list is a search of its own: what it goes through must be ready.
        self._current = [item for item in self.items if "archivedAt" not in item]
        self._haystacks = {item["id"]: _haystack(item) for item in self.items}

    def get(self, selector: str) -> Integration | None:
        """The integration with this id, uuid or key."""
        return self._by_name.get(selector)

    def by_connector(self, connector_id: str) -> Integration | None:
        return next((item for item in self.items if item["connectorId"] == connector_id), None)

    def search(self, text: str, *, include_archived: bool) -> list[Integration]:
        """Integrations that have every word of `text` in name, key, description or categories."""
        items = self.items if include_archived else self._current
        words = text.casefold().split()
        if not words:
            return items
        return [item for item in items if all(word in self._haystacks[item["id"]] for word in words)]


def builtin() -> list[Integration]:
    """The entries that come with the sandbox."""
    folder = resources.files("ic_widget.sandbox.apps") / "builtin"
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
    where = "The catalogue"
    try:
        if isinstance(source, str | os.PathLike):
            where = f"The catalogue {source}"
            source = json.loads(Path(source).read_text(encoding="utf-8"))
        elif not isinstance(source, list):
            source = list(source)
        entries: list[Integration] = _given(source)
        _check(entries, where)
    except OSError as error:
        raise ConfigurationError(f"{where} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise ConfigurationError(f"{where} is not JSON: {error}.") from None
    except RecursionError:
        raise ConfigurationError(f"{where} is nested too deeply.") from None
    return entries


def input_schema(option: dict[str, Any]) -> dict[str, Any]:
    """What an auth option asks for, in the current or the legacy place."""
    return option.get("inputSchema") or option.get("ui", {}).get("schema") or {}


def logo(item: Integration) -> str:
    """The logo of `item`, or its initials: a single integration always has one, a listed one need not."""
    return str(item.get("logoUri") or _initials(item["name"][:2]))


def _given(value: Any) -> Any:
    """A copy of `value` without the keys that are null: to the engine they are not there."""
    if isinstance(value, dict):
        return {name: _given(below) for name, below in value.items() if below is not None}
    return [_given(below) for below in value] if isinstance(value, list) else value


def _check(entries: Any, where: str) -> None:
    """`ConfigurationError` that begins with `where` and names entry and key of the first thing wrong."""
    if not isinstance(entries, list):
        raise ConfigurationError(f"{where} must be a JSON list of integrations.")
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries, start=1):
        name = entry.get("key") if isinstance(entry, dict) else None
        label = f"entry {number}" + (f" ({name})" if isinstance(name, str) else "")
        problem = _problem(entry) or _taken(entry, seen)
        if problem:
            raise ConfigurationError(f"{where}, {label}: {problem}.")
        seen |= {entry[name]: number for name in ("key", "id", "uuid") if name in entry}
        for pattern in _foreign_patterns(entry):
            log.warning(
                "%s, %s: the sandbox cannot check the pattern %s, and takes any text.", where, label, pattern
            )


def _problem(entry: Any) -> str | None:
    for problem in problems(entry, ENTRY, plain=True):
        return f"{problem.path or 'it'} {problem.message}"
    options = [option["key"] for option in entry.get("authOptions", [])]
    return next((f"two authOptions have the key {key!r}" for key in options if options.count(key) > 1), None)


def _taken(entry: dict[str, Any], seen: dict[str, int]) -> str | None:
    """Requests name an integration by key, id or uuid alike, so no two may share any of them."""
    for name in ("key", "id", "uuid"):
        if entry.get(name) in seen:
            return f"{name} {entry[name]!r} is also entry {seen[entry[name]]}"
    return None


def _foreign_patterns(value: Any) -> Iterator[str]:
    """The patterns below `value` that ECMAScript may know and Python does not."""
    if isinstance(value, dict):
        pattern = value.get("pattern")
        if isinstance(pattern, str):
            try:
                re.compile(pattern)
            except (re.error, OverflowError, RecursionError):
                yield pattern
    if isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from _foreign_patterns(below)


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
        **entry,
    }
    # An export has the connection of whoever made it, and a listed integration has no auth options.
    item.pop("connection", None)
    kind = item.pop("authType", None)
    item.setdefault("authOptions", [{"key": kind, "type": kind}] if kind in AUTH_TYPES else [])
    drawing = item.get("sandbox", {}).get("logo")
    if drawing:
        path = (
            f"<path d='{drawing['path']}' fill='none' stroke='#fff' stroke-width='2.6' stroke-linecap='round'"
            " stroke-linejoin='round'/>"
        )
        item.setdefault("logoUri", _draw(drawing["color"], path))
    if item["authOptions"]:
        item["authType"] = item["authOptions"][0]["type"]
    return item


def _initials(text: str) -> str:
    return _draw(
        "#57606a",
        "<text x='16' y='21' font-family='sans-serif' font-size='13' text-anchor='middle' fill='#fff'>"
        f"{html.escape(text)}</text>",
    )


@functools.lru_cache(maxsize=512)
def _draw(color: str, inside: str) -> str:
    return "data:image/svg+xml," + quote(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
        f"<rect width='32' height='32' rx='7' fill='{color}'/>{inside}</svg>",
        safe="/:='<> ",
    ).replace(" ", "%20")


def _haystack(item: Integration) -> str:
    parts = [item["name"], item["key"], item.get("description", ""), *item.get("categories", [])]
    return " ".join(parts).casefold()
