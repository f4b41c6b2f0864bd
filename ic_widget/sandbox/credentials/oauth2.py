"""The engine as an OAuth 2 client: authorization code with PKCE and state. oauthlib does the protocol."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote, urlencode

from oauthlib.oauth2 import OAuth2Error, WebApplicationClient
from tornado.httpclient import HTTPClientError, HTTPResponse
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from ..envelope import refused
from ..state.attempts import Attempt
from ..state.catalogue import input_schema
from ..state.world import World

__all__ = ["authorize", "credentials", "endpoints", "request_tokens"]

#: Parameters that say which of many sites the user signs in at; the provider's page shows it.
SITE = ("subdomain", "shop", "instanceUrl", "myDomain")


def endpoints(world: World, app: str, option: dict[str, Any]) -> dict[str, Any]:
    """Where the option's authorization server is and who we are to it: the sandbox's own by default."""
    path = f"/provider/{quote(app)}"
    own = f"{world.local_url}{path}"
    if option.get("type") == "oauth1":
        oauth = {
            "authorizeUri": f"{world.url}{path}/oauth1/authorize",
            "requestTokenUri": f"{own}/oauth1/request-token",
            "tokenUri": f"{own}/oauth1/access-token",
        }
    else:
        oauth = {
            "authorizeUri": f"{world.url}{path}/authorize",
            "tokenUri": f"{own}/token",
            "revokeUri": f"{own}/revoke",
        }
    return {
        **oauth,
        "apiUri": f"{own}/api",
        "clientId": world.provider.client_id,
        "clientSecret": world.provider.client_secret,
        "inputSchema": input_schema(option),
        "scopes": [],
        **option.get("sandbox", {}),
    }


def authorize(world: World, attempt: Attempt) -> str:
    """The address at the provider to send the user to."""
    where = endpoints(world, attempt.item["key"], attempt.option)
    client = WebApplicationClient(where["clientId"])
    verifier = client.create_code_verifier(64)
    attempt.pending = {"verifier": verifier}
    parameters = {
        "response_type": "code",
        "client_id": where["clientId"],
        "redirect_uri": world.callback_uri,
        "scope": " ".join(where["scopes"]),
        "state": world.attempts.wait(attempt),
        "code_challenge": client.create_code_challenge(verifier, "S256"),
        "code_challenge_method": "S256",
    }
    site = next((text for name, text in attempt.values.items() if name in SITE and isinstance(text, str)), "")
    if site and "authorizeUri" not in attempt.option.get("sandbox", {}):
        parameters["site"] = site
    return f"{where['authorizeUri']}?{urlencode(parameters)}"


async def credentials(world: World, attempt: Attempt, answer: dict[str, str]) -> dict[str, Any]:
    """The tokens for what the provider answered (RFC 6749 section 4.1.2), or `ApiError`."""
    name = attempt.item["name"]
    if "error" in answer:
        raise refused(name, answer.get("error_description") or answer["error"], key=answer["error"])
    if not answer.get("code"):
        raise refused(name, "it sent neither a code nor an error")
    where = endpoints(world, attempt.item["key"], attempt.option)
    client = WebApplicationClient(where["clientId"])
    body = client.prepare_request_body(
        code=answer["code"],
        redirect_uri=world.callback_uri,
        client_secret=where["clientSecret"],
        code_verifier=attempt.pending["verifier"],
    )
    return await request_tokens(name, where, client, body)


async def request_tokens(
    name: str, where: dict[str, Any], client: WebApplicationClient, body: str
) -> dict[str, Any]:
    """What the provider's token endpoint answers to `body`; `ApiError` of type ``connection``."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    http = SimpleAsyncHTTPClient(force_instance=True)
    try:
        response: HTTPResponse = await http.fetch(
            where["tokenUri"],
            method="POST",
            headers=headers,
            body=body,
            raise_error=False,
            request_timeout=20,
        )
        tokens = client.parse_request_body_response(response.body.decode("utf-8", "replace"))
        lifetime = float(tokens["expires_in"]) if tokens.get("expires_in") is not None else None
    except OAuth2Error as error:
        raise refused(name, error.description or error.error or "no reason given", key=error.error) from None
    except (OSError, HTTPClientError, ValueError, TypeError):
        raise refused(name, "its token endpoint did not answer as OAuth 2 wants") from None
    finally:
        http.close()
    kept = {
        key: tokens[key] for key in ("access_token", "refresh_token", "token_type", "scope") if key in tokens
    }
    if lifetime is not None:
        kept["expires_at"] = time.time() + lifetime
    return {"type": "oauth2", **kept}
