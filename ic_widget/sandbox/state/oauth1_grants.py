"""The provider's side of OAuth 1 (RFC 5849): request tokens, verifiers, and signatures checked by hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote

from ..envelope import GrantError
from .store import Store

__all__ = ["OAuth1Provider", "authorization_parameters"]

LIFETIME = 900.0
CLOCK = 300.0
KIND = "oauth1-token"


@dataclass
class RequestToken:
    """A request token; `account` and `verifier` come once the user allowed it."""

    app: str
    callback: str
    secret: str
    expires: float
    account: str = ""
    verifier: str = ""


class OAuth1Provider:
    """Hands out and checks OAuth 1 tokens for one client."""

    def __init__(self, store: Store, client_id: str, client_secret: str) -> None:
        self._store = store
        self._client = (client_id, client_secret)
        self._requests: dict[str, RequestToken] = {}
        self._nonces: dict[tuple[str, str], float] = {}

    def request_token(self, app: str, uri: str, header: str, callback: str) -> dict[str, str]:
        """Section 2.1. `callback` is the only address the client may be sent back to."""
        given = self._check("POST", uri, header, "", "")
        if given.get("oauth_callback") != callback:
            raise GrantError("invalid_callback", "The oauth_callback is not registered.")
        token = secrets.token_urlsafe(24)
        now = time.monotonic()
        self._requests = {each: kept for each, kept in self._requests.items() if kept.expires > now}
        self._requests[token] = RequestToken(app, callback, secrets.token_urlsafe(24), now + LIFETIME)
        secret = self._requests[token].secret
        return {"oauth_token": token, "oauth_token_secret": secret, "oauth_callback_confirmed": "true"}

    def known(self, app: str, token: str) -> bool:
        """Whether `token` is a request token that a user may still decide on."""
        found = self._requests.get(token)
        return (
            found is not None and found.app == app and not found.verifier and found.expires > time.monotonic()
        )

    def allow(self, token: str, account: str) -> str:
        """The verifier for a request token that `account` allowed (section 2.2)."""
        self._requests[token].account = account
        self._requests[token].verifier = secrets.token_urlsafe(16)
        return self._requests[token].verifier

    def deny(self, token: str) -> None:
        """Forgets a request token that the user refused."""
        self._requests.pop(token, None)

    def access_token(self, app: str, uri: str, header: str) -> dict[str, str]:
        """Section 2.3: the request token is used up."""
        token = authorization_parameters(header).get("oauth_token", "")
        found = self._requests.pop(token, None)
        if found is None or found.app != app or not found.verifier:
            raise GrantError("invalid_token", "The request token is unknown, used or not allowed.")
        given = self._check("POST", uri, header, token, found.secret)
        if not hmac.compare_digest(given.get("oauth_verifier", "").encode(), found.verifier.encode()):
            raise GrantError("invalid_verifier", "The oauth_verifier is wrong.")
        issued = {"oauth_token": secrets.token_urlsafe(24), "oauth_token_secret": secrets.token_urlsafe(24)}
        self._store.put(KIND, issued["oauth_token"], {**issued, "app": app, "account": found.account})
        return issued

    def account(self, app: str, method: str, uri: str, header: str) -> str | None:
        """Whose signed request this is; None if it is not, or the token was revoked."""
        token = authorization_parameters(header).get("oauth_token", "")
        found = self._store.get(KIND, token)
        if found is None or found["app"] != app or found.get("revoked"):
            return None
        try:
            self._check(method, uri, header, token, found["oauth_token_secret"])
        except GrantError:
            return None
        return str(found["account"])

    def revoke_all(self, app: str) -> None:
        """Ends every token for `app`."""
        for each in self._store.all(KIND):
            if each["app"] == app:
                self._store.put(KIND, each["oauth_token"], {**each, "revoked": True})

    def _check(self, method: str, uri: str, header: str, token: str, token_secret: str) -> dict[str, str]:
        """The parameters of `header`, if its signature is right and new (sections 3.2 to 3.4)."""
        given = authorization_parameters(header)
        client_id, client_secret = self._client
        if given.get("oauth_consumer_key") != client_id or given.get("oauth_token", "") != token:
            raise GrantError("invalid_client", "The client or the token is not known.")
        if given.get("oauth_signature_method") != "HMAC-SHA1":
            raise GrantError("invalid_signature", "Only HMAC-SHA1 is spoken here.")
        stamp = given.get("oauth_timestamp", "")
        if not stamp.isdecimal() or abs(time.time() - int(stamp[:12])) > CLOCK:
            raise GrantError("invalid_signature", "The timestamp is wrong.")
        signed = [(name, value) for name, value in given.items() if name not in ("oauth_signature", "realm")]
        right = _signature(method, uri, signed, client_secret, token_secret)
        if not hmac.compare_digest(given.get("oauth_signature", "").encode(), right.encode()):
            raise GrantError("invalid_signature", "The signature is wrong.")
        oldest = time.time() - CLOCK
        self._nonces = {each: at for each, at in self._nonces.items() if at > oldest}
        nonce = (token, given.get("oauth_nonce", ""))
        if nonce in self._nonces:
            raise GrantError("invalid_signature", "The nonce was used before.")
        self._nonces[nonce] = time.time()
        return given


def authorization_parameters(header: str) -> dict[str, str]:
    """The parameters of an ``Authorization: OAuth`` header (section 3.5.1)."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "oauth":
        return {}
    pairs = (part.strip().partition("=")[::2] for part in rest.split(","))
    return {unquote(name): unquote(value.strip('"')) for name, value in pairs}


def _signature(
    method: str, uri: str, parameters: Iterable[tuple[str, str]], client_secret: str, token_secret: str
) -> str:
    """HMAC-SHA1 over the signature base string (section 3.4.1)."""
    base, _, query = uri.partition("?")
    pairs = [*parameters, *parse_qsl(query, keep_blank_values=True)]
    encoded = sorted((_encode(name), _encode(value)) for name, value in pairs)
    normalized = "&".join(f"{name}={value}" for name, value in encoded)
    text = "&".join((method.upper(), _encode(base), _encode(normalized)))
    key = f"{_encode(client_secret)}&{_encode(token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _encode(text: str) -> str:
    return quote(text, safe="~-._")
