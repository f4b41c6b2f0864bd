"""One-time pads: what the page sends where every message it sends may end up in a log."""

from __future__ import annotations

import base64
import json
import secrets
from collections import OrderedDict

__all__ = ["Pads"]

LONGEST = 256 * 1024
_MOST = 20


class Pads:
    """Random bytes for the page to add (XOR) to a message, each good for one message.

    With the root logger or the kernel at DEBUG every incoming message is logged, and the log lands in the cell's
    output; what the kernel sends is not. A pad needs no cipher, which browsers have on encrypted pages only.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def make(self, name: str, length: int) -> str | None:
        """A new pad of `length` bytes, in base64; None for a length that no message has."""
        if not 0 < length <= LONGEST:
            return None
        self._kept[name] = secrets.token_bytes(length)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return base64.b64encode(self._kept[name]).decode()

    def open(self, name: str, data: str) -> object:
        """The message that was sealed with the pad `name`, which is used up; None if it cannot be read."""
        pad = self._kept.pop(name, b"")
        try:
            sealed = base64.b64decode(data, validate=True)
            if len(sealed) != len(pad):
                return None
            return json.loads(bytes(one ^ other for one, other in zip(sealed, pad, strict=True)))
        except (ValueError, RecursionError):
            return None
