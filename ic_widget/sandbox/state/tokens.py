"""Engine tokens: JSON Web Tokens that a workspace signs for one of its tenants.

Claims as the engine documents them: current ``workspaceKey``, ``tenantKey``, ``name``, ``fields``, ``exp``;
legacy ``iss`` (workspace key), ``id``, ``name``, ``fields``, ``exp``. HS512 is recommended, HS256 accepted.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from ..envelope import not_authenticated

__all__ = ["Tenant", "check", "mint"]

ALGORITHMS = ("HS512", "HS384", "HS256")


@dataclass(frozen=True)
class Tenant:
    """Who a token speaks for."""

    key: str
    name: str


def mint(workspace_key: str, secret: str, tenant: str, *, expires_in: float, legacy: bool = False) -> str:
    """A token for `tenant` that expires in `expires_in` seconds (negative: it has expired already)."""
    import jwt  # only where there is a token

    claims: dict[str, Any] = {"name": tenant, "exp": int(time.time() + expires_in)}
    if legacy:
        return jwt.encode({"iss": workspace_key, "id": tenant, **claims}, secret, algorithm="HS256")
    return jwt.encode(
        {"workspaceKey": workspace_key, "tenantKey": tenant, **claims}, secret, algorithm="HS512"
    )


def check(token: str | None, workspace_key: str, secret: str) -> Tenant:
    """The tenant `token` speaks for; `ApiError` 401 if it is missing, foreign, forged or expired."""
    import jwt

    if not token:
        raise not_authenticated("No access token. Send it as 'Authorization: Bearer <token>'.")
    try:
        claims = jwt.decode(token, secret, algorithms=ALGORITHMS)
    except jwt.ExpiredSignatureError:
        raise not_authenticated("The access token has expired.") from None
    except jwt.InvalidSignatureError:
        raise not_authenticated("The access token has a wrong signature.") from None
    except (jwt.InvalidTokenError, ValueError, OverflowError):
        raise not_authenticated("The access token is not a valid token.") from None
    workspace = claims.get("workspaceKey", claims.get("iss"))
    tenant = claims.get("tenantKey", claims.get("id"))
    if workspace != workspace_key:
        raise not_authenticated("The access token belongs to another workspace.")
    if not isinstance(tenant, str) or not tenant:
        raise not_authenticated(
            "The access token names no tenant (claim tenantKey, or id in a legacy token)."
        )
    name = claims.get("name")
    return Tenant(tenant, name if isinstance(name, str) and name else tenant)
