"""A connection as the engine describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Connection"]


@dataclass(frozen=True)
class Connection:
    """One connection of the tenant to an external app.

    `state` is the engine's word for it (``READY``, ``CLIENT_ACTION_REQUIRED``, ...), `raw` everything else
    the engine said. What the engine left out is None.
    """

    id: str
    name: str | None = None
    integration_key: str | None = None
    integration_id: str | None = None
    state: str | None = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_engine(cls, raw: Mapping[str, Any]) -> Connection:
        """Read the engine's connection object; nothing but `id` is relied on."""
        nested = raw.get("integration")
        integration: Mapping[str, Any] = nested if isinstance(nested, Mapping) else {}
        return cls(
            id=str(raw.get("id") or ""),
            name=_text(raw.get("name")),
            integration_key=_text(integration.get("key")) or _text(raw.get("integrationKey")),
            integration_id=_text(raw.get("integrationId")) or _text(integration.get("id")),
            state=_text(raw.get("state")),
            raw=dict(raw),
        )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
