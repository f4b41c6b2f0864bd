"""What the attempts of one widget came to: the last connection made, and one that was finished late."""

from __future__ import annotations

from typing import Any

from ..connection.connection import Connection
from ..returning.flow import Flow
from ..returning.success import unconfirmed

__all__ = ["Results", "late_offer"]


def late_offer(late: Connection) -> dict[str, Any]:
    """What the page shows of a connection that was finished late."""
    return {"id": late.id, "name": late.name, "app": late.app, "problem": unconfirmed(late)}


class Results:
    """A result stays until a new one comes; what came late is offered until it is taken or the widget forgets all."""

    def __init__(self) -> None:
        self._made: list[Flow] = []
        self._offered: set[str] = set()
        self.late: Connection | None = None

    def note(self, flow: Flow) -> bool:
        """Look at how `flow` stands; whether it has something late to offer that was not known."""
        if flow.status == "connected" and flow not in self._made:
            self._made = [*self._made[-1:], flow]
        if flow.late is None or flow.late.id in self._offered:
            return False
        self._offered.add(flow.late.id)
        self.late = flow.late
        return True

    def last(self, current: Flow) -> Flow | None:
        """The attempt whose connection counts while `current` is the one that goes on or has ended."""
        made = [*self._made, current]
        return next((flow for flow in reversed(made) if flow.status == "connected"), None)

    def take_late(self) -> Connection | None:
        """What was offered, once."""
        late, self.late = self.late, None
        return late
