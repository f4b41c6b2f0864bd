"""Speaks to a connected app with the connection's credentials, renews them, and notices their end."""

from __future__ import annotations

import time
from typing import Any, cast
from urllib.parse import urlencode

from oauthlib import oauth1
from oauthlib.oauth2 import WebApplicationClient
from tornado.httpclient import HTTPClientError, HTTPRequest, HTTPResponse
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from .data_schema import secret
from .envelope import ApiError, bad_request, refused
from .oauth2 import endpoints, request_tokens
from .store import Document
from .world import World

__all__ = ["call", "forget", "refresh", "revoke_keys", "works"]

#: A token that expires within so many seconds is renewed first.
MARGIN = 10.0


async def call(
    world: World,
    connection: Document,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    content_type: str = "",
) -> HTTPResponse:
    """The app's answer. `ApiError` of type ``connection`` if the app takes the credentials no longer."""
    if not connection["connected"]:
        raise _ended(connection, "it is disconnected")
    credentials = connection["credentials"]
    if credentials.get("expires_at", float("inf")) < time.time() + MARGIN:
        connection = await refresh(world, connection)
    response = await _send(world, connection, method, path, body, content_type)
    if response.code == 401 and "refresh_token" in connection["credentials"]:
        connection = await refresh(world, connection)
        response = await _send(world, connection, method, path, body, content_type)
    if response.code == 401:
        error = _ended(connection, "the app no longer accepts its credentials")
        world.connections.disconnect(connection, error.envelope)
        raise error
    return response


async def works(world: World, connection: Document) -> bool:
    """Whether the app takes the credentials; if not, the connection turns disconnected."""
    try:
        return (
            await call(world, connection, "GET", _where(world, connection).get("testPath", "me"))
        ).code < 400
    except ApiError:
        return False


async def refresh(world: World, connection: Document) -> Document:
    """New tokens for `connection` (RFC 6749 section 6). Refused: it turns disconnected, and `ApiError`."""
    credentials = connection["credentials"]
    if "refresh_token" not in credentials:
        raise bad_request(f"The credentials of {connection['name']} cannot be refreshed.")
    where = _where(world, connection)
    client = WebApplicationClient(where["clientId"])
    body = client.prepare_refresh_body(
        refresh_token=credentials["refresh_token"],
        client_id=where["clientId"],
        client_secret=where["clientSecret"],
    )
    try:
        renewed = await request_tokens(connection["name"], where, client, body)
    except ApiError as error:
        if error.envelope.get("key") == "invalid_grant":
            world.connections.disconnect(connection, error.envelope)
        raise
    return world.connections.save(connection, credentials={**credentials, **renewed})


async def forget(world: World, connection: Document) -> Document:
    """Revokes the tokens at the provider as far as it lets us (RFC 7009), and erases them here."""
    token = connection["credentials"].get("refresh_token") or connection["credentials"].get("access_token")
    where = _where(world, connection)
    if token and connection["credentials"]["type"] == "oauth2" and where.get("revokeUri"):
        form = {"token": token, "client_id": where["clientId"], "client_secret": where["clientSecret"]}
        request = HTTPRequest(where["revokeUri"], "POST", body=urlencode(form), request_timeout=20)
        await _fetch(request, connection["name"])
    return world.connections.disconnect(connection)


def revoke_keys(world: World, integration: str) -> None:
    """Makes the sandbox's provider refuse the keys of every connection to `integration`."""
    for connection in world.connections.everyone(integration):
        key = _key_of(_where(world, connection)["inputSchema"], connection["credentials"].get("values"))
        if key:
            world.provider.revoke_key(integration, key)


def _where(world: World, connection: Document) -> dict[str, Any]:
    item = world.catalogue.get(connection["integrationId"])
    options = item["authOptions"] if item else []
    option: dict[str, Any] = next(
        (each for each in options if each["key"] == connection["authOptionKey"]), {}
    )
    return endpoints(world, item["key"] if item else "unknown", option)


async def _send(
    world: World, connection: Document, method: str, path: str, body: bytes | None, content_type: str
) -> HTTPResponse:
    where = _where(world, connection)
    uri = f"{where['apiUri'].rstrip('/')}/{path.lstrip('/')}"
    headers = {"Accept": "application/json"}
    if content_type:
        headers["Content-Type"] = content_type
    credentials = connection["credentials"]
    if "oauth_token" in credentials:
        client = oauth1.Client(
            where["clientId"],
            where["clientSecret"],
            credentials["oauth_token"],
            credentials["oauth_token_secret"],
        )
        uri, headers, _ = client.sign(uri, cast("Any", method), headers=headers)
    else:
        token = credentials.get("access_token") or _key_of(where["inputSchema"], credentials.get("values"))
        if token:
            headers["Authorization"] = f"Bearer {token}"
    request = HTTPRequest(
        uri,
        method,
        headers=headers,
        body=body,
        allow_nonstandard_methods=True,
        follow_redirects=False,
        request_timeout=30,
    )
    return await _fetch(request, connection["name"])


async def _fetch(request: HTTPRequest, name: str) -> HTTPResponse:
    http = SimpleAsyncHTTPClient(force_instance=True)
    try:
        return await http.fetch(request, raise_error=False)
    except (OSError, HTTPClientError, ValueError):
        raise refused(name, "it could not be reached") from None
    finally:
        http.close()


def _key_of(schema: dict[str, Any], values: Any) -> str | None:
    """The first secret among `values`: what a program sends to an app that takes keys."""
    if isinstance(values, str):
        return values if secret(schema) else None
    for branch in schema.get("anyOf", []):
        if found := _key_of(branch, values):
            return found
    if isinstance(values, dict):
        for name, below in schema.get("properties", {}).items():
            if found := _key_of(below, values.get(name)):
                return found
    return None


def _ended(connection: Document, why: str) -> ApiError:
    return ApiError(
        f"{connection['name']} has to be connected again: {why}.",
        kind="connection",
        key="connection_is_defunct",
        data={"connectionId": connection["id"]},
    )
