"""Connection events: who waits for which request, and the server-sent event stream they wait on.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from tornado.iostream import StreamClosedError

from .envelope import not_found
from .handlers import ApiHandler

__all__ = ["EventHub", "EventStream"]

KEEP_ALIVE = 15.0
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


class EventStream(ApiHandler):
    """``GET /sse/connection-events/{requestId}?token=``: the token may be missing, but not be wrong."""

    token_optional = True

    def token_elsewhere(self) -> str | None:
        """Browsers' event streams can send no header."""
        return self.get_query_argument("token", None)

    async def get(self, request_id: str) -> None:
        hub = self.world.events
        if self.fault("events-missing"):
            raise not_found("Path", self.request.path)
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("X-Accel-Buffering", "no")
        self._listener = listener = hub.open(request_id, self.tenant.key if self.tenant else None)
        try:
            self.write(": connected\n\n")
            await self.flush()
            while not self.fault("events-drop"):
                try:
                    event = await asyncio.wait_for(listener.queue.get(), KEEP_ALIVE)
                except asyncio.TimeoutError:
                    self.write(": keep-alive\n\n")
                else:
                    if event is None:
                        return
                    self.write(f"data: {json.dumps(event)}\n\n")
                await self.flush()
        except StreamClosedError:
            pass
        finally:
            hub.close(request_id, listener)

    def on_connection_close(self) -> None:
        listener = getattr(self, "_listener", None)
        if listener is not None:
            listener.queue.put_nowait(None)
