"""What a token says about itself, without verification: when it expires, for which workspace and tenant it speaks."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..foreign_text import seen
from .secret import Secret

__all__ = ["Subject", "subject_of", "token_expires", "token_subject"]

_LONGEST_NAME = 100


def token_expires(token: Secret) -> float | None:
    """When `token` expires, in seconds since 1970, read without verification (RFC 7519, section 4.1.4).

    None for a token that says nothing about it: an opaque one (``pat-...``), or a JWT without ``exp``.
    """
    try:
        expires = _claims(token).get("exp")
        return float(expires) if isinstance(expires, int | float) and not isinstance(expires, bool) else None
    except (ValueError, OverflowError):
        return None


class Subject(NamedTuple):
    """Which workspace and which tenant of it a token speaks for, in words for people; None where it does not say."""

    workspace: str | None = None
    tenant: str | None = None

    @property
    def shown(self) -> dict[str, str]:
        """What is known of it, by name."""
        return {name: value for name, value in self._asdict().items() if value}


def subject_of(claims: Mapping[str, Any]) -> Subject:
    """Read from a token's claims, today's or those of older engines, or from what the engine says of its caller."""
    return Subject(
        _name(claims, "workspaceKey", "iss"), _name(claims, "name", "tenantKey", "internalId", "id")
    )


def _name(claims: Mapping[str, Any], *names: str) -> str | None:
    found = (" ".join(seen(value).split()) for name in names if isinstance(value := claims.get(name), str))
    return next((text[:_LONGEST_NAME] for text in found if text), None)


def token_subject(token: Secret | None) -> Subject:
    """Whom `token` speaks for, read without verification; an opaque one does not say."""
    try:
        return subject_of(_claims(token)) if token is not None else Subject()
    except ValueError:
        return Subject()


def _claims(token: Secret) -> Mapping[str, Any]:
    claims = json.loads(_payload(token))
    return claims if isinstance(claims, dict) else {}


def _payload(token: Secret) -> bytes:
    parts = token.reveal().split(".")
    if parts[0].startswith("pat-") or len(parts) != 3:
        return b""
    return base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
