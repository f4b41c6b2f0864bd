"""The channel of one page: where the kernel's own server takes its probes, and messages while busy."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from ..returning.endpoints import ChannelEndpoint, Proved
from ..returning.server import server_on
from .common_messages import Channel

__all__ = ["PageChannel"]


class PageChannel:
    """`message` takes what the page sends by it; `proved` is told by which path, host and origin the page came.

    Used on the background loop only.
    """

    def __init__(
        self,
        message: Callable[[object], None],
        proved: Proved = lambda path, host, origin: None,
    ) -> None:
        self._message = message
        self._proved = proved
        self._shown: Channel | None = None
        self._port = 0

    def open(self, port: int = 0) -> Channel:
        """What tells the page where it is. Raises ConfigurationError where no port is to be had."""
        if self._shown is None:
            nonce, proof = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
            server = server_on(port)
            endpoint = ChannelEndpoint(proof, proved=self._proved, message=self._message)
            self._shown = {
                "kind": "channel",
                "port": server.open(nonce, endpoint),
                "nonce": nonce,
                "proof": proof,
            }
            self._port = port
        return self._shown

    def retire(self) -> None:
        """Take no more messages; what was opened may be opened again, elsewhere."""
        shown, self._shown = self._shown, None
        if shown is not None:
            server_on(self._port).retire(shown["nonce"])
