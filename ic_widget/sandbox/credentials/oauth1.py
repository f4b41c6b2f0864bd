"""The engine as an OAuth 1 client (RFC 5849), three-legged with HMAC-SHA1; oauthlib signs."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode

from oauthlib.oauth1 import Client
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from ..envelope import refused
from ..state.attempts import Attempt
from ..state.world import World
from .oauth2 import endpoints

__all__ = ["authorize", "credentials"]


async def authorize(world: World, attempt: Attempt) -> str:
    """Gets a request token (section 2.1); the result is where to send the user (section 2.2)."""
    where = endpoints(world, attempt.item["key"], attempt.option)
    client = Client(where["clientId"], where["clientSecret"], callback_uri=world.callback_uri)
    token = await _token(attempt.item["name"], client, where["requestTokenUri"])
    if token.get("oauth_callback_confirmed") != "true":
        raise refused(attempt.item["name"], "its request token is not confirmed")
    attempt.pending = token
    world.attempts.wait(attempt, f"oauth1:{token['oauth_token']}")
    return f"{where['authorizeUri']}?{urlencode({'oauth_token': token['oauth_token']})}"


async def credentials(world: World, attempt: Attempt, answer: dict[str, str]) -> dict[str, Any]:
    """Exchanges the verifier for the token (section 2.3); `ApiError` of type ``connection``."""
    if "denied" in answer:
        raise refused(attempt.item["name"], "The user did not allow it.", key="access_denied")
    where = endpoints(world, attempt.item["key"], attempt.option)
    client = Client(
        where["clientId"],
        where["clientSecret"],
        attempt.pending["oauth_token"],
        attempt.pending["oauth_token_secret"],
        verifier=answer.get("oauth_verifier", ""),
    )
    token = await _token(attempt.item["name"], client, where["tokenUri"])
    return {"type": "oauth1", **{key: token[key] for key in ("oauth_token", "oauth_token_secret")}}


async def _token(name: str, client: Client, uri: str) -> dict[str, str]:
    uri, headers, _ = client.sign(uri, "POST")
    http = SimpleAsyncHTTPClient(force_instance=True)
    try:
        response = await http.fetch(
            HTTPRequest(uri, "POST", headers=headers, body="", request_timeout=20), raise_error=False
        )
    except (OSError, HTTPClientError):
        raise refused(name, "it could not be reached") from None
    finally:
        http.close()
    token = {key: values[-1] for key, values in parse_qs(response.body.decode("utf-8", "replace")).items()}
    if response.code != 200 or not {"oauth_token", "oauth_token_secret"} <= token.keys():
        raise refused(name, token.get("error") or "its OAuth 1 endpoint refused the request")
    return token
