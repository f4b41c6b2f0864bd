"""Which of the three ways to a token the caller, or else the environment, has chosen."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from .errors import ConfigurationError
from .minting import MintedToken, claims
from .tokens import MARGIN, Credentials, FetchedToken, GivenToken, Secret, token_expires

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
