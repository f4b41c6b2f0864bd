"""Tokens signed here with the workspace's secret (the engine's documentation, "Authentication")."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from .errors import ConfigurationError
from .tokens import MARGIN, RenewedToken, Secret

__all__ = ["MintedToken", "claims"]

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

    def _mint(self, min_life: float = 0) -> Secret:
        expires = int(self.now() + max(LIFETIME, min_life + MARGIN))
        self.kept = _sign({**self._claims, "exp": expires}, self._secret, self._algorithm)
        return self.kept


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
