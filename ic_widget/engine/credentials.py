"""Which of the three ways to a token the caller, or else the environment, has chosen."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ..errors import ConfigurationError
from .tokens import MARGIN, Credentials, FetchedToken, GivenToken, RenewedToken, Secret, token_expires

__all__ = ["MARGIN", "Credentials", "Secret", "TokenSource", "credentials", "token_expires"]

TokenSource = str | Callable[[], str] | Callable[[], Awaitable[str]]

THREE_WAYS = (
    "Give the engine a token in one of three ways: token= (or MEMBRANE_TOKEN) with a token; token= with a "
    "function that returns one; or workspace_key=, workspace_secret= and tenant_key= (or "
    "MEMBRANE_WORKSPACE_KEY, MEMBRANE_WORKSPACE_SECRET and MEMBRANE_TENANT_KEY) to make tokens here."
)


def credentials(
    token: TokenSource | None = None,
    *,
    workspace_key: str | None = None,
    workspace_secret: str | None = None,
    tenant_key: str | None = None,
    tenant_name: str | None = None,
    tenant_fields: Mapping[str, Any] | None = None,
    legacy_claims: bool = False,
    algorithm: str = "HS512",
    environ: Mapping[str, str] | None = None,
    now: Callable[[], float] = time.time,
) -> Credentials:
    """Choose the way that the arguments give, else the environment (MEMBRANE_TOKEN counts first there).

    Raises ConfigurationError where no way is complete, or two are given.
    """
    minting = any(
        value is not None
        for value in (workspace_key, workspace_secret, tenant_key, tenant_name, tenant_fields)
    )
    if token is not None and minting:
        raise ConfigurationError(
            "token= and the workspace_...= and tenant_...= keywords exclude each other: a token already says "
            "which workspace and tenant it is for. Give one or the other."
        )
    if callable(token):
        return FetchedToken(token, now=now)
    found = _from_environment(os.environ if environ is None else environ)
    if token is not None or (found["MEMBRANE_TOKEN"] and not minting):
        return GivenToken(found["MEMBRANE_TOKEN"] if token is None else token, now=now)
    key = workspace_key or found["MEMBRANE_WORKSPACE_KEY"]
    secret = Secret(workspace_secret) if workspace_secret else found["MEMBRANE_WORKSPACE_SECRET"]
    tenant = tenant_key or found["MEMBRANE_TENANT_KEY"]
    if not (minting or key or secret):
        raise ConfigurationError("There is no token for the engine. " + THREE_WAYS)
    needed = {"workspace_key=": key, "workspace_secret=": secret, "tenant_key=": tenant}
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise ConfigurationError(f"Making tokens needs {' and '.join(missing)} too. {THREE_WAYS}")
    return MintedToken(
        str(key),
        secret,
        claims(str(key), str(tenant), tenant_name, tenant_fields, legacy=legacy_claims),
        algorithm=algorithm,
        now=now,
    )


def _from_environment(environ: Mapping[str, str]) -> dict[str, Secret]:
    names = ("MEMBRANE_TOKEN", "MEMBRANE_WORKSPACE_KEY", "MEMBRANE_WORKSPACE_SECRET", "MEMBRANE_TENANT_KEY")
    return {name: Secret(environ.get(name, "").strip()) for name in names}


LIFETIME = 3600
"""Seconds a minted token is valid for, as the engine's own SDK has it."""

ALGORITHMS = ("HS512", "HS256", "ES256", "RS256", "PS256")
"""Signatures the engine accepts (its documentation, "Authentication")."""


class MintedToken(RenewedToken):
    """Tokens signed here with the workspace's secret (the engine's documentation, "Authentication")."""

    def __init__(
        self,
        workspace_key: str,
        secret: Secret,
        claims: Mapping[str, Any],
        *,
        algorithm: str = "HS512",
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(now)
        if algorithm not in ALGORITHMS:
            raise ConfigurationError(f"algorithm= must be one of {', '.join(ALGORITHMS)}, not {algorithm!r}.")
        self._secret = secret
        self._claims = dict(claims)
        self._algorithm = algorithm
        self._mint()

    async def token(self, *, min_life: float = MARGIN, rejected: str | None = None) -> Secret:
        """See `Credentials`."""
        return self.usable(min_life, rejected) or self._mint(min_life)

    @property
    def secrets(self) -> set[Secret]:
        """See `Credentials`."""
        return super().secrets | {self._secret}

    def _mint(self, min_life: float = 0) -> Secret:
        expires = int(self.now() + max(LIFETIME, min_life + MARGIN))
        return self.keep(_sign({**self._claims, "exp": expires}, self._secret, self._algorithm))


def claims(
    workspace: str, tenant: str, name: str | None, fields: Mapping[str, Any] | None, *, legacy: bool
) -> dict[str, Any]:
    """What a token says about its tenant; `legacy`: in the words of engines from before tenants."""
    claims: dict[str, Any] = (
        {"iss": workspace, "id": tenant} if legacy else {"workspaceKey": workspace, "tenantKey": tenant}
    )
    if name is not None:
        claims["name"] = name
    if fields is not None:
        claims["fields"] = dict(fields)
    return claims


def _sign(claims: Mapping[str, Any], secret: Secret, algorithm: str) -> Secret:
    import jwt
    from jwt.algorithms import HMACAlgorithm

    class AnyLength(HMACAlgorithm):
        # The engine chose the secret: a warning about its length is nothing the user can act on.
        def check_key_length(self, key: bytes) -> str | None:
            return None

    signer = jwt.PyJWS()
    for name, digest in (("HS512", HMACAlgorithm.SHA512), ("HS256", HMACAlgorithm.SHA256)):
        signer.unregister_algorithm(name)
        signer.register_algorithm(name, AnyLength(digest))
    try:
        payload = json.dumps(claims, separators=(",", ":")).encode()
    except (TypeError, ValueError):
        raise ConfigurationError(
            "tenant_fields= may hold only what JSON can: text, numbers, lists, dicts."
        ) from None
    try:
        return Secret(signer.encode(payload, secret, algorithm=algorithm))
    except NotImplementedError:
        problem = f"algorithm={algorithm!r} needs the package cryptography: pip install cryptography."
    except (jwt.PyJWTError, TypeError, ValueError):
        kind = "the workspace's secret" if algorithm.startswith("HS") else "a private key in PEM text"
        problem = f"workspace_secret= does not fit algorithm={algorithm!r}, which needs {kind}."
    raise ConfigurationError(problem)
