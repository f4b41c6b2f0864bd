"""What is done with a connection once it is there: test, refresh, disconnect, and call the app through it."""

from __future__ import annotations

from . import app_api
from .connections_api import ConnectionBase
from .envelope import not_found

__all__ = ["Disconnect", "DisconnectIntegration", "Proxy", "RefreshCredentials", "Test"]

#: Headers of the app's answer that the proxy hands on.
HANDED_ON = ("Content-Type", "Content-Disposition", "Location", "Retry-After", "Link")


class Test(ConnectionBase):
    """``POST /connections/{id}/test``: whether the app takes the credentials."""

    async def post(self, selector: str) -> None:
        self.reply({"success": await app_api.works(self.world, self.connection(selector))})


class RefreshCredentials(ConnectionBase):
    """``POST /connections/{id}/refresh-credentials``"""

    async def post(self, selector: str) -> None:
        self.reply_with(await app_api.refresh(self.world, self.connection(selector)))


class Disconnect(ConnectionBase):
    """``POST /connections/{id}/disconnect``: revokes at the app what can be, and erases the credentials."""

    async def post(self, selector: str) -> None:
        self.reply_with(await app_api.forget(self.world, self.connection(selector)))


class DisconnectIntegration(ConnectionBase):
    """``POST /integrations/{selector}/disconnect``: the legacy client's way to disconnect what is current."""

    async def post(self, selector: str) -> None:
        item = self.world.catalogue.get(selector)
        connections = self.world.connections.by_integration(self.caller().key)
        connection = connections.get(item["id"]) if item else None
        if connection is None:
            raise not_found("Connection to", selector)
        self.reply_with(await app_api.forget(self.world, connection))


class Proxy(ConnectionBase):
    """Any method on ``/connections/{id}/proxy/{path}``: the app's API with the connection's credentials."""

    async def get(self, selector: str) -> None:
        connection = self.connection(selector)
        path = self.request.uri.split("/", 4)[4] if self.request.uri else ""
        response = await app_api.call(
            self.world,
            connection,
            self.request.method or "GET",
            path,
            body=self.request.body or None,
            content_type=self.request.headers.get("Content-Type", ""),
        )
        self.set_status(response.code)
        for name in HANDED_ON:
            if name in response.headers:
                self.set_header(name, response.headers[name])
        self.finish(response.body or None)

    async def post(self, selector: str) -> None:
        await self.get(selector)

    head = put = patch = delete = post
