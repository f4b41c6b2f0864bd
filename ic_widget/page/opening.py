"""Opening an attempt for a page: its ways back, the page's channel, tickets, and what the page needs first.

Used on the background loop only, except `opened`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ..errors import ConnectError
from ..returning.flow import Flow
from ..runtime.background import Background
from .attempts import Attempts
from .channel import PageChannel
from .messages import ToPage
from .supply import Supply
from .tickets import Tickets

__all__ = ["Opening"]

_ANNOUNCE = (0.0, 0.2, 0.3, 0.5, 1.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0)  # seconds between two tries


class Opening:
    """Opens what an attempt of `attempts` needs so that a page can begin it, as long as the widget is not `closed`.

    `send` posts a message to the page, `receive` takes what the page sends by its channel, and `changed` is called once
    it is known what the attempt asks for.
    """

    def __init__(
        self,
        attempts: Attempts,
        supplies: Supply,
        tickets: Tickets,
        *,
        receive: Callable[[object], None],
        send: Callable[[ToPage], None],
        changed: Callable[[], None],
        closed: Callable[[], bool],
        thread: Background,
        new_channel: Callable[..., PageChannel] = PageChannel,
    ) -> None:
        self._attempts = attempts
        self._supplies = supplies
        self._tickets = tickets
        self._send = send
        self._changed = changed
        self._closed = closed
        self._thread = thread
        self.channel = new_channel(receive, self._proved)

    def opened(self, flow: Flow) -> bool:
        """Open the ways back, from any thread; whether the attempt goes on, which it does not where that failed."""
        try:
            flow.open(lambda: self._thread.call(self._tickets.wake))
        except ConnectError as error:
            flow.attempt.fail(error)
        return not flow.attempt.over

    async def begin(self, flow: Flow) -> bool:
        """Open the ways back for `flow`, tell the page where its channel is, keep it supplied with tickets."""
        if not await self._prepared(flow) or self._closed() or not self.opened(flow) or flow.receiver is None:
            return False
        for host in self._tickets.viewers.hosts:
            flow.receiver.allow_host(host)
        if flow.receiver.port:
            self._send(self.channel.open(flow.settings.port))
        self._tickets.serve(flow)
        self.say_time_left(flow)
        return True

    async def supply(self, flow: Flow) -> None:
        """Send all that the page needs first; when that cannot be had, Python learns it as the page does."""
        if not await self.begin(flow):
            return
        error = await self._supplies.first(flow)
        if error is not None:
            flow.attempt.fail(error)

    async def announce(self, flow: Flow) -> None:
        """Supply a page that cannot ask until one is heard of: it may not be there yet, so try again and again."""
        self._tickets.expect()
        for pause in _ANNOUNCE:
            await asyncio.sleep(pause)
            if self._tickets.viewers.page is not None or flow.status != "idle" or self._closed():
                return
            if self._tickets.waited_enough:
                # Nothing was heard: maybe the page cannot reach the kernel at all, but it can still listen.
                await self.supply(flow)
                await self._supplies.more(flow)
            else:
                await self.begin(flow)

    def say_time_left(self, flow: Flow) -> None:
        """Tell the page how long the attempt may still take, where it has a limit."""
        seconds = flow.time_left
        if seconds is not None:
            self._send({"kind": "time-left", "flow": flow.attempt.id, "seconds": round(seconds, 1)})

    async def _prepared(self, flow: Flow) -> bool:
        """Whether there is something to ask for: the connection meant was found, and none was taken as it is."""
        try:
            await flow.prepare(reuse=self._attempts.reuse)
        except ConnectError as error:
            flow.attempt.fail(error)
        self._changed()
        return not flow.attempt.over

    def _proved(self, path: str, host: str, origin: str | None) -> None:
        for flow in self._attempts:
            if flow.receiver is not None and path == "proxy":
                flow.receiver.allow_host(host)
        self._tickets.proved(path, host, origin)
