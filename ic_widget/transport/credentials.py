"""Which of the four ways to a token the caller, or else the environment, has chosen."""

from __future__ import annotations

import json
import os
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from ..errors import ConfigurationError
from ..runtime.single_thread import IN_BROWSER
from .secret import Secret
from .tokens import MARGIN, Credentials, FetchedToken, GivenToken, RenewedToken

__all__ = ["MARGIN", "Credentials", "Secret", "TokenSource", "credentials"]

TokenSource = str | Callable[[], str] | Callable[[], Awaitable[str]]

FOUR_WAYS = (
    "Give the engine a token in one of four ways: token= (or MEMBRANE_TOKEN) with a token; token= with a "
    "function that returns one; workspace_key=, workspace_secret= and tenant_key= (or "
    "MEMBRANE_WORKSPACE_KEY, MEMBRANE_WORKSPACE_SECRET and MEMBRANE_TENANT_KEY) to make tokens here; or "
    'token="membrane-cli" for the one that the engine\'s command line stored.'
)

_INSIDE_BROWSER = (
    "This Python runs inside the browser, where whoever opens the page can read the workspace's secret. Give"
    " Engine(token=...) a token of one tenant instead, made elsewhere."
)

CLI = "membrane-cli"
"""As `token`: what the engine's command line stored. Asked for by this name, never taken silently."""
CLI_FILE = Path(".membrane", "credentials.json")
CLI_KEYS = ("token", "accessToken", "access_token", "tenantToken", "jwt")
LOG_IN = "Run: membrane login --tenant"


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
    in_browser: bool = IN_BROWSER,
    now: Callable[[], float] = time.time,
) -> Credentials:
    """Choose the way that the arguments give, else the environment (MEMBRANE_TOKEN counts first there).

    Without a tenant's key the tokens made here are for the workspace. Raises ConfigurationError where no way is
    complete, or two are given; warns where the workspace's secret is given to a Python inside the browser.
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
        given = found["MEMBRANE_TOKEN"].reveal() if token is None else token
        if given == CLI:
            return FetchedToken(
                _stored_by_cli,
                source="The engine's command line",
                advice=f"{LOG_IN}, then try again.",
                now=now,
            )
        return GivenToken(given, now=now)
    key = _stripped(workspace_key) or found["MEMBRANE_WORKSPACE_KEY"].reveal()
    secret = Secret(_stripped(workspace_secret)) or found["MEMBRANE_WORKSPACE_SECRET"]
    tenant = _stripped(tenant_key) or found["MEMBRANE_TENANT_KEY"].reveal()
    if not (minting or key or secret):
        raise ConfigurationError("There is no token for the engine. " + FOUR_WAYS)
    needed: dict[str, str | Secret] = {"workspace_key=": key, "workspace_secret=": secret}
    if legacy_claims or tenant_name is not None or tenant_fields is not None:
        needed["tenant_key="] = tenant
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise ConfigurationError(f"Making tokens needs {' and '.join(missing)} too. {FOUR_WAYS}")
    if in_browser:
        warnings.warn(_INSIDE_BROWSER, stacklevel=4)  # the line that makes the Engine
    return MintedToken(
        key,
        secret,
        _claims(key, tenant or None, tenant_name, tenant_fields, legacy=legacy_claims),
        algorithm=algorithm,
        now=now,
    )


def _stored_by_cli(home: Callable[[], Path] = Path.home) -> Secret:
    """The one token in the command line's file, read again each time: a login replaces it.

    Only the place of the file is documented, not its form: a token is looked for under the usual names, however
    deep.
    """
    path = home() / CLI_FILE
    problem = f"holds no token. {LOG_IN}"
    try:
        stored = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        problem = f"is not there. {LOG_IN}"
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
    except (ValueError, RecursionError):
        problem = f"holds no JSON. {LOG_IN}"
    else:
        found = _tokens_in(stored)
        if len(found) == 1:
            return found.pop()
        if found:
            problem = "holds several tokens. Give token= with the one you mean"
    raise ConfigurationError(f"{path}, where the engine's command line stores its token, {problem}.")


def _tokens_in(stored: object) -> set[Secret]:
    found: set[Secret] = set()
    if isinstance(stored, Mapping):
        for name, value in stored.items():
            if isinstance(value, str) and name in CLI_KEYS and value.strip():
                found.add(Secret(value.strip()))
            else:
                found |= _tokens_in(value)
    elif isinstance(stored, list):
        found.update(*map(_tokens_in, stored))
    return found


def _stripped(given: str | None) -> str:
    # What was read from a file or copied ends in a line break often enough.
    return (given or "").strip()


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

    async def token(self, *, min_life: float = MARGIN, rejected: Secret | None = None) -> Secret:
        """See `Credentials`."""
        return self.usable(min_life, rejected) or self._mint(min_life)

    @property
    def secrets(self) -> set[Secret]:
        """See `Credentials`."""
        return super().secrets | {self._secret}

    def _mint(self, min_life: float = 0) -> Secret:
        expires = int(self.now() + max(LIFETIME, min_life + MARGIN))
        return self.keep(_sign({**self._claims, "exp": expires}, self._secret, self._algorithm))


def _claims(
    workspace: str, tenant: str | None, name: str | None, fields: Mapping[str, Any] | None, *, legacy: bool
) -> dict[str, Any]:
    """What a token says about its tenant; `legacy`: in the words of engines from before tenants."""
    claims: dict[str, Any] = {"iss": workspace} if legacy else {"workspaceKey": workspace}
    if tenant is not None:
        claims["id" if legacy else "tenantKey"] = tenant
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
        return Secret(signer.encode(payload, secret.reveal(), algorithm=algorithm))
    except NotImplementedError:
        problem = f"algorithm={algorithm!r} needs the package cryptography: pip install cryptography."
    except (jwt.PyJWTError, TypeError, ValueError):
        kind = "the workspace's secret" if algorithm.startswith("HS") else "a private key in PEM text"
        problem = f"workspace_secret= does not fit algorithm={algorithm!r}, which needs {kind}."
    raise ConfigurationError(problem)
