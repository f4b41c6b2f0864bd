"""What a page sends, taken once."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Coroutine
from typing import Any

from ic_widget.page.explore_messages import FROM_PAGE
from ic_widget.page.inbox import Inbox


class Desk:
    """An inbox whose messages are handled at once, and what came of them."""

    def __init__(self) -> None:
        self.handled: list[Any] = []
        self.sent: list[Any] = []
        self.inbox = Inbox(FROM_PAGE, self._take, send=self.sent.append, start=self._now)

    async def _take(self, message: Any) -> None:
        self.handled.append(message)

    @staticmethod
    def _now(work: Coroutine[Any, Any, None]) -> None:
        asyncio.run(work)


CANCEL = {"kind": "cancel", "id": "m1", "call": "c1"}


def test_twice_is_once() -> None:
    """A copy that came by another way is acknowledged and otherwise ignored."""
    desk = Desk()
    desk.inbox.receive(CANCEL)
    desk.inbox.receive(dict(CANCEL))
    assert [CANCEL] == desk.handled
    assert [{"kind": "ack", "id": "m1"}] * 2 == desk.sent


def test_what_is_sealed_is_opened_once() -> None:
    """A message added to its pad is handled as if it had come in the open; the pad is used up."""
    desk, plain = Desk(), json.dumps(CANCEL).encode()
    desk.inbox.receive({"kind": "pad", "id": "p", "name": "n", "length": len(plain)})
    pad = base64.b64decode(desk.sent[-1]["data"])
    data = base64.b64encode(bytes(one ^ other for one, other in zip(plain, pad, strict=True))).decode()
    for name in ("s1", "s2"):
        desk.inbox.receive({"kind": "sealed", "id": name, "name": "n", "data": data})
    assert [CANCEL] == desk.handled


def test_closed() -> None:
    """What comes after the end is not handled."""
    desk = Desk()
    desk.inbox.close()
    desk.inbox.receive(CANCEL)
    assert [] == desk.handled
