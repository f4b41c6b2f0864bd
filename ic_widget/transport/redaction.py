"""Take secrets out of what an engine, a provider or a proxy says: it may repeat what it was sent or keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .secret import SHOWN, Secret

__all__ = ["MARK", "redacted", "without_credentials"]

MARK = SHOWN
SHORTEST = 8
"""Letters; a shorter secret would be found in ordinary words."""
BEGINNING = 16
"""Letters of a longer secret that count as the secret: what somebody repeats may be cut off."""
DEEPEST = 64
CREDENTIALS = frozenset({"accessToken", "credentials", "refreshToken"})
"""Of a connection or the tenant's user that it names (the engine's documentation, "Connections")."""
GIVEN = frozenset({"connectionParameters", "connectorParameters", "input", "parameters"})
"""What somebody filled in or configured for a connection: a key as likely as a subdomain."""


def redacted(value: Any, secrets: Iterable[Secret]) -> Any:
    """`value`, as parsed from JSON, with `MARK` for each of `secrets` in its texts and keys.

    A secret is found as it is, percent-encoded (RFC 3986), as JSON text inside a text (RFC 8259), or cut off. What is
    nested deeper than `DEEPEST` is left out.
    """
    texts = {one.reveal() for one in secrets}
    return _redacted(
        value, sorted({one for one in texts if len(one) >= SHORTEST}, key=len, reverse=True), DEEPEST
    )


def without_credentials(connection: Mapping[str, Any]) -> dict[str, Any]:
    """What the engine says of a connection, with `MARK` for its credentials and for what was filled in for it."""
    return {name: MARK if name in GIVEN and held else _open(name, held) for name, held in connection.items()}


def _open(name: str, value: Any, depth: int = DEEPEST) -> Any:
    if name in CREDENTIALS and value:
        return MARK
    if isinstance(value, Mapping | list) and not depth:
        return "..."
    if isinstance(value, Mapping):
        return {inner: _open(inner, held, depth - 1) for inner, held in value.items()}
    return [_open("", held, depth - 1) for held in value] if isinstance(value, list) else value


def _redacted(value: Any, secrets: list[str], depth: int) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = _without(value, secret)
    elif isinstance(value, dict | list) and not depth:
        return "..."
    elif isinstance(value, dict):
        return {
            _redacted(name, secrets, 0): _redacted(held, secrets, depth - 1) for name, held in value.items()
        }
    elif isinstance(value, list):
        return [_redacted(held, secrets, depth - 1) for held in value]
    return value


def _without(text: str, secret: str) -> str:
    # The pattern of a whole token takes tens of milliseconds to compile: not before its first letters are there.
    if ("%" in text or "\\" in text) and re.search(_spelled(secret[:SHORTEST]), text):
        text = re.sub(_spelled(secret), MARK, text)
    pieces, rest, head = [], text, secret[:BEGINNING]
    while (start := rest.find(head)) >= 0:
        end = start + len(head)
        while end - start < len(secret) and rest[end : end + 1] == secret[end - start]:
            end += 1
        pieces += [rest[:start], MARK]
        rest = rest[end:]
    return "".join(pieces) + rest


def _spelled(secret: str) -> str:
    return "".join(map(_spellings, secret))


def _spellings(letter: str) -> str:
    # At most four backslashes, JSON in JSON in JSON: without a limit many of them would take quadratic time.
    code, backslashes = ord(letter), "" if letter.isalnum() else r"\\{0,4}"
    return rf"(?:{backslashes}{re.escape(letter)}|(?i:%{code:02x})|\\{{1,4}}(?i:u{code:04x}))"
