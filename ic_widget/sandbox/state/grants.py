"""The sandbox's own provider: accounts, authorization codes, and the tokens it handed out.

An authorization server after RFC 6749 with PKCE (RFC 7636, S256 only), refresh tokens that change at each
use, and revocation (RFC 7009). It knows any e-mail address; a password that begins with "wrong" is refused.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Any

from ..envelope import GrantError
from .oauth1_grants import OAuth1Provider
from .store import Document, Store

__all__ = ["Authorization", "Provider"]

CODE_LIFETIME = 60.0
SIGN_IN_LIFETIME = 900.0
KIND = "grant"


@dataclass
class Authorization:
    """One visit of a user who was sent here to allow something."""

    app: str
    redirect_uri: str
    state: str
    challenge: str
    scope: str
    site: str = ""
    request_token: str = ""
    account: str = ""
    expires: float = 0.0


class Provider:
    """Signs users in and hands out tokens for all apps of a sandbox; each token is good for one app."""

    def __init__(self, store: Store, *, token_lifetime: float = 3600) -> None:
        self.client_id = "ic-widget-sandbox"
        self.client_secret = secrets.token_urlsafe(32)
        self.token_lifetime = token_lifetime
        self.oauth1 = OAuth1Provider(store, self.client_id, self.client_secret)
        self._store = store
        self._visits: dict[str, Authorization] = {}
        self._codes: dict[str, Authorization] = {}

    def visit(self, authorization: Authorization) -> str:
        """Starts a visit; the result names it in the provider's own forms."""
        self._visits = {each: kept for each, kept in self._visits.items() if kept.expires > time.monotonic()}
        authorization.expires = time.monotonic() + SIGN_IN_LIFETIME
        handle = secrets.token_urlsafe(32)
        self._visits[handle] = authorization
        return handle

    def visited(self, app: str, handle: str, *, end: bool = False) -> Authorization | None:
        found = self._visits.get(handle)
        if found is None or found.app != app or found.expires < time.monotonic():
            return None
        if end:
            del self._visits[handle]
        return found

    def code(self, authorization: Authorization) -> str:
        """An authorization code for a user who allowed it: good once, for a minute."""
        authorization.expires = time.monotonic() + CODE_LIFETIME
        code = secrets.token_urlsafe(32)
        self._codes[code] = authorization
        return code

    def expire_codes(self) -> None:
        """Makes every code that was not redeemed yet too old."""
        for each in self._codes.values():
            each.expires = 0.0

    def redeem(self, app: str, code: str, redirect_uri: str, verifier: str) -> Document:
        """Tokens for an authorization code (RFC 6749 section 4.1.3, RFC 7636 section 4.6)."""
        found = self._codes.pop(code, None)
        if found is None or found.app != app or found.expires < time.monotonic():
            raise GrantError("invalid_grant", "The authorization code is unknown, used or expired.")
        if found.redirect_uri != redirect_uri:
            raise GrantError("invalid_grant", "The redirect_uri is not the one the code was made for.")
        digest = hashlib.sha256(verifier.encode()).digest()
        if not _same(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), found.challenge):
            raise GrantError("invalid_grant", "The code_verifier does not match the code_challenge.")
        return self.grant(app, found.account, found.scope)

    def grant(self, app: str, account: str, scope: str = "") -> Document:
        """Tokens for an `account` that allowed it."""
        return self._tokens({"id": secrets.token_hex(8), "app": app, "account": account, "scope": scope})

    def refresh(self, app: str, refresh_token: str) -> Document:
        """New tokens for a refresh token, which is then used up (RFC 6749 section 6)."""
        grant = self._grant(refresh_token)
        if grant is None or grant["app"] != app or not _same(refresh_token, grant["refresh_token"]):
            raise GrantError("invalid_grant", "The refresh token is unknown, used or revoked.")
        return self._tokens(grant)

    def revoke(self, token: str) -> None:
        """Ends the grant that `token`, of either kind, belongs to (RFC 7009); unknown tokens are fine."""
        grant = self._grant(token)
        if grant is not None:
            self._store.put(KIND, grant["id"], {**grant, "revoked": True})

    def key_account(self, app: str, key: str) -> str | None:
        """Whose key this is: each key has its own account; wrong and revoked ones have none."""
        account = hashlib.sha256(f"{app}:{key}".encode()).hexdigest()
        good = bool(key) and not key.lower().startswith("wrong")
        return account if good and self._store.get("revoked-key", account) is None else None

    def revoke_key(self, app: str, key: str) -> None:
        """Ends an app's key."""
        account = self.key_account(app, key)
        if account is not None:
            self._store.put("revoked-key", account, {})

    def revoke_all(self, app: str) -> None:
        """What a user does on an app's "connected applications" page."""
        self.oauth1.revoke_all(app)
        for grant in self._store.all(KIND):
            if grant["app"] == app:
                self._store.put(KIND, grant["id"], {**grant, "revoked": True})

    def account(self, app: str, access_token: str) -> str | None:
        """Whose access token this is, if it is good for `app` now (RFC 6750)."""
        grant = self._grant(access_token)
        if grant is None or grant["app"] != app or grant["access_expires"] < time.time():
            return None
        return str(grant["account"]) if _same(access_token, grant["access_token"]) else None

    def expire_access(self, app: str) -> None:
        """Makes every access token of `app` too old, as an hour would."""
        for grant in self._store.all(KIND):
            if grant["app"] == app:
                self._store.put(KIND, grant["id"], {**grant, "access_expires": 0})

    def _grant(self, token: str) -> Document | None:
        """The grant a token names in its middle part, unless revoked; the token itself is not checked."""
        parts = token.split("_")
        grant = self._store.get(KIND, parts[1]) if len(parts) == 3 else None
        return None if grant is None or grant.get("revoked") else grant

    def _tokens(self, grant: Document) -> Document:
        grant |= {
            "access_token": f"access_{grant['id']}_{secrets.token_hex(24)}",
            "refresh_token": f"refresh_{grant['id']}_{secrets.token_hex(24)}",
            "access_expires": time.time() + self.token_lifetime,
        }
        self._store.put(KIND, grant["id"], grant)
        answer: dict[str, Any] = {name: grant[name] for name in ("access_token", "refresh_token", "scope")}
        return {**answer, "token_type": "Bearer", "expires_in": int(self.token_lifetime)}


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
