"""What is done with a connection once it is there: test, refresh, disconnect, and call the app through it."""

from __future__ import annotations

from urllib.parse import quote

from ..credentials import app_client
from ..envelope import not_found
from .connections import ConnectionBase

__all__ = ["Disconnect", "DisconnectIntegration", "Proxy", "RefreshCredentials", "Test"]

#: RFC 9110 section 7.6.1, and the length, which is that of what is sent on.
HOP_BY_HOP = {
    "connection", "content-length", "keep-alive", "proxy-authenticate", "proxy-authorization",
    "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip
#: What the engine drops besides, and the sandbox's own header.
DROPPED = HOP_BY_HOP | {"authorization", "expect", "host", "x-request-id", "x-sandbox-fault"}


class Test(ConnectionBase):
    """``POST /connections/{selector}/test``: whether the app takes the credentials."""

    async def post(self, selector: str) -> None:
        self.reply({"success": await app_client.works(self.world, self.connection(selector))})


class RefreshCredentials(ConnectionBase):
    """``POST /connections/{selector}/refresh-credentials``"""

    async def post(self, selector: str) -> None:
        self.reply_with(await app_client.refresh(self.world, self.connection(selector)))


class Disconnect(ConnectionBase):
    """``POST /connections/{selector}/disconnect``: revokes at the app what can be, and erases the credentials."""

    async def post(self, selector: str) -> None:
        self.reply_with(await app_client.forget(self.world, self.connection(selector)))


class DisconnectIntegration(ConnectionBase):
    """``POST /integrations/{selector}/disconnect``: the legacy client's way to disconnect what is current."""

    async def post(self, selector: str) -> None:
        for connection in self.world.connections.to(self.caller().key, selector, limit=1):
            return self.reply_with(await app_client.forget(self.world, connection))
        raise not_found("Connection to", selector)


class Proxy(ConnectionBase):
    """Any method on ``/connections/{selector}/proxy/{path}``: the app's API with the connection's credentials."""

    async def get(self, selector: str) -> None:
        connection = self.connection(selector)
        path = (self.request.uri or "").split("/", 4)[4:]
        headers = [
            (name, value)
            for name, value in self.request.headers.get_all()
            if name.lower() not in DROPPED and not name.lower().startswith("x-forwarded-")
        ]
        response = await app_client.call(
            self.world,
            connection,
            self.request.method or "GET",
            "".join(path),
            headers=headers,
            body=self.request.body or None,
        )
        self.set_status(response.code, quote(response.reason, safe=" '"))
        self.clear_header("Content-Type")
        passed = [
            (name, value)
            for name, value in response.headers.get_all()
            if name.lower() not in HOP_BY_HOP and not name.lower().startswith("access-control-")
        ]
        for name in {name for name, _ in passed}:
            self.clear_header(name)
        for name, value in passed:
            self.add_header(name, value)
        self.finish(response.body or None)

    async def post(self, selector: str) -> None:
        await self.get(selector)

    head = put = patch = delete = post

    def compute_etag(self) -> None:
        """Whether something changed is between the app and the caller."""
