"""What a page sends: acknowledged, opened where it is sealed, and handed on once."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from .common_messages import PadWanted, Sealed
from .pads import Pads
from .shapes import Shapes, parse

__all__ = ["Handler", "Handlers", "Inbox"]

_log = logging.getLogger("ic_widget")
_REMEMBERED = 500

Handler = Callable[[Any], Coroutine[Any, Any, None]]
Handlers = Mapping[str, Callable[[Any, Any], Coroutine[Any, Any, None]]]
"""By kind of message, the method of a class that takes it: of the class, as bound methods of each object add up."""


class Inbox:
    """Hands each message of the page to `handle`; one that came twice, by HTTP too, counts once.

    `shapes` are those of `shapes`. `start` runs a coroutine on the background loop, `send` posts to the page
    from any thread.
    """

    def __init__(
        self,
        shapes: Shapes,
        handle: Handler,
        *,
        send: Callable[[Any], None],
        start: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._shapes = shapes
        self._hand_on = handle
        self._send = send
        self._start = start
        self._heard: OrderedDict[str, None] = OrderedDict()
        self._pads = Pads()
        self._closed = False

    def receive(self, content: object) -> None:
        """Take a message from the page, from any thread; what is not one is logged and ignored."""
        message = parse(content, self._shapes)
        if message is None:
            _log.debug("ignored a message of unknown shape from the page")
            return
        self._send({"kind": "ack", "id": message["id"]})
        self._start(self._handle(message))

    def close(self) -> None:
        """Take no more."""
        self._closed = True

    async def _handle(self, message: Any) -> None:
        if self._closed or message["id"] in self._heard:
            return
        self._heard[message["id"]] = None
        while len(self._heard) > _REMEMBERED:
            self._heard.popitem(last=False)
        if message["kind"] == "pad":
            await self._on_pad(message)
        elif message["kind"] == "sealed":
            await self._on_sealed(message)
        else:
            await self._hand_on(message)

    async def _on_pad(self, message: PadWanted) -> None:
        data = self._pads.make(message["name"], message["length"])
        if data is not None:
            self._send({"kind": "pad", "name": message["name"], "data": data})

    async def _on_sealed(self, message: Sealed) -> None:
        opened = parse(self._pads.open(message["name"], message["data"]), self._shapes)
        if opened is not None and opened["kind"] != "sealed":
            await self._handle(opened)
