"""Connection events, and who waits for those of which request."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

__all__ = ["EventHub", "Listener"]

REMEMBERED = 1000


@dataclass(eq=False)
class Listener:
    """One open stream. `tenant` None: the legacy client, which sends no token."""

    tenant: str | None
    queue: asyncio.Queue[dict[str, Any] | None] = field(default_factory=asyncio.Queue)


class EventHub:
    """Hands each event to the streams open for its request, and to those that open a little later."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}
        self._last: OrderedDict[str, tuple[str, dict[str, Any]]] = OrderedDict()

    def publish(self, tenant: str, event: dict[str, Any], *, remember: bool = True) -> None:
        request_id = event["requestId"]
        if remember:
            self._last[request_id] = (tenant, event)
            while len(self._last) > REMEMBERED:
                self._last.popitem(last=False)
        for listener in self._listeners.get(request_id, []):
            if listener.tenant in (None, tenant):
                listener.queue.put_nowait(event)

    def open(self, request_id: str, tenant: str | None) -> Listener:
        listener = Listener(tenant)
        self._listeners.setdefault(request_id, []).append(listener)
        owner, event = self._last.get(request_id, (None, None))
        if event is not None and tenant in (None, owner):
            listener.queue.put_nowait(event)
        return listener

    def close(self, request_id: str, listener: Listener) -> None:
        listeners = self._listeners.get(request_id, [])
        if listener in listeners:
            listeners.remove(listener)
        if not listeners:
            self._listeners.pop(request_id, None)

    def drop(self) -> None:
        """Ends every open stream, as a proxy or a restart would; what was published stays remembered."""
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.queue.put_nowait(None)

    @property
    def open_streams(self) -> int:
        return sum(map(len, self._listeners.values()))
