"""Speaks to a connected app with the connection's credentials, renews them, and notices their end."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import urlencode

from oauthlib import oauth1
from oauthlib.oauth2 import WebApplicationClient
from tornado.httpclient import HTTPClientError, HTTPRequest, HTTPResponse
from tornado.httputil import HTTPHeaders
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from ..envelope import ApiError, Envelope, bad_request, refused
from ..state.data_schema import secret
from ..state.store import Document
from ..state.world import World
from .oauth2 import endpoints, request_tokens

__all__ = ["call", "forget", "refresh", "revoke_keys", "works"]

#: A token that expires within so many seconds is renewed first.
MARGIN = 10.0
#: The clients' name for a connection that has to be connected again.
DEFUNCT = "connection_is_defunct"


async def call(
    world: World,
    connection: Document,
    method: str,
    path: str,
    *,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes | None = None,
) -> HTTPResponse:
    """The app's answer. `ApiError` of type ``connection`` if the app takes the credentials no longer."""
    if connection["state"] not in ("READY", "CLIENT_ACTION_REQUIRED"):
        raise ApiError(
            f"{connection['name']} is not ready: it is in state {connection['state']}.", kind="connection"
        )
    if not connection["connected"]:
        raise _ended(connection, "it is disconnected")
    request = (method, path, list(headers), body)
    if connection["credentials"].get("expires_at", math.inf) < time.time() + MARGIN:
        connection = await _renewed(world, connection)
    response = await _send(world, connection, *request)
    if response.code == 401:
        again = await _renewed(world, connection)
        if again["credentials"] != connection["credentials"]:
            connection = again
            response = await _send(world, connection, *request)
    if response.code == 401:
        expired = connection["credentials"].get("expires_at", math.inf) < time.time()
        why = "its access has expired" if expired else "the app no longer accepts its credentials"
        error = _ended(connection, why, key="access_token_expired" if expired else DEFUNCT)
        world.connections.disconnect(connection["id"], connection["credentials"], error.envelope)
        raise error
    return response


async def works(world: World, connection: Document) -> bool:
    """Whether the app takes the credentials; if not, the connection turns disconnected."""
    path = _where(world, connection).get("testPath", "me")
    try:
        return (await call(world, connection, "GET", path)).code < 400
    except ApiError:
        return False


async def refresh(world: World, connection: Document) -> Document:
    """New tokens for `connection` (RFC 6749 section 6). Refused: it turns disconnected, and `ApiError`."""
    async with world.connections.lock(connection["id"]):
        return await _refresh(world, world.connections.read(connection["id"]))


async def forget(world: World, connection: Document) -> Document:
    """Revokes the tokens at the provider as far as it lets us (RFC 7009), and erases them here."""
    async with world.connections.lock(connection["id"]):
        connection = world.connections.read(connection["id"])
        used = connection["credentials"]
        token = used.get("refresh_token") or used.get("access_token")
        where = _where(world, connection)
        if token and used["type"] == "oauth2" and where.get("revokeUri"):
            form = {"token": token, "client_id": where["clientId"], "client_secret": where["clientSecret"]}
            request = HTTPRequest(where["revokeUri"], "POST", body=urlencode(form), request_timeout=20)
            await _fetch(request, connection["name"])
        return world.connections.disconnect(connection["id"], used)


async def _renewed(world: World, seen: Document) -> Document:
    """`seen` with other credentials than it had, if there are any: another call's, or new ones."""
    async with world.connections.lock(seen["id"]):
        connection = world.connections.read(seen["id"])
        if not connection["connected"]:
            raise _ended(connection, "it is disconnected")
        same = connection["credentials"] == seen["credentials"]
        return await _refresh(world, connection) if same and _refreshable(connection) else connection


def _refreshable(connection: Document) -> bool:
    return "refresh_token" in connection["credentials"]


async def _refresh(world: World, connection: Document) -> Document:
    """To be called with the lock held, and a document read under it: a refresh token is good once."""
    used = connection["credentials"]
    if not _refreshable(connection):
        raise bad_request(f"The credentials of {connection['name']} cannot be refreshed.")
    where = _where(world, connection)
    client = WebApplicationClient(where["clientId"])
    body = client.prepare_refresh_body(
        refresh_token=used["refresh_token"],
        client_id=where["clientId"],
        client_secret=where["clientSecret"],
    )
    try:
        renewed = await request_tokens(connection["name"], where, client, body)
    except ApiError as error:
        if error.envelope.get("key") != "invalid_grant":
            raise
        ended = _ended(connection, "the app no longer accepts its credentials", cause=error.envelope)
        world.connections.disconnect(connection["id"], used, ended.envelope)
        raise ended from None
    if world.connections.read(connection["id"])["credentials"] != used:
        # Connected again, by hand, while the app was asked: those are newer.
        return world.connections.read(connection["id"])
    return world.connections.change(connection["id"], credentials={**used, **renewed})


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
    world: World,
    connection: Document,
    method: str,
    path: str,
    given: list[tuple[str, str]],
    body: bytes | None,
) -> HTTPResponse:
    where = _where(world, connection)
    uri = _address(where["apiUri"].rstrip("/"), path)
    headers = HTTPHeaders({"Accept": "application/json"})
    for name in {name for name, _ in given}:
        headers.pop(name, None)
    for name, value in given:
        headers.add(name, value)
    credentials = connection["credentials"]
    if "oauth_token" in credentials:
        client = oauth1.Client(
            where["clientId"],
            where["clientSecret"],
            credentials["oauth_token"],
            credentials["oauth_token_secret"],
        )
        uri, signed, _ = client.sign(uri, cast("Any", method))
        headers.update(signed)
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
        # What the caller gets is what the app sent, compressed or not.
        decompress_response=False,
        request_timeout=30,
    )
    return await _fetch(request, connection["name"])


def _address(base: str, path: str) -> str:
    """Where `path` is at the app. A whole address goes there too, but to no other host: it gets the credentials."""
    if not re.match("https?:/", path):
        return f"{base}/{path.lstrip('/')}"
    # The clients' joining of addresses may have made one slash of the two.
    uri = re.sub("^(https?):/+", r"\1://", path)
    if not uri.startswith(f"{base}/"):
        raise bad_request(f"The app is at {base}, and the sandbox calls no other address for it.")
    return uri


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


def _ended(connection: Document, why: str, *, key: str = DEFUNCT, cause: Envelope | None = None) -> ApiError:
    return ApiError(
        f"{connection['name']} has to be connected again: {why}.",
        kind="connection",
        key=key,
        data={"connectionId": connection["id"]},
        cause=cause,
    )
