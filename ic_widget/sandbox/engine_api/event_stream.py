"""The event stream that a client waits on for the result of its request.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import json

from tornado.iostream import StreamClosedError

from ..envelope import not_found
from ..web.handlers import ApiHandler

__all__ = ["EventStream"]

KEEP_ALIVE = 15.0


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
