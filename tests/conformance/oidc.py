"""oidc-provider (npm) as one more integration of a sandbox."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ic_widget.sandbox import Sandbox

from .clients import HERE


def entry(issuer: str) -> dict[str, Any]:
    """The catalogue entry of an app that signs in at `issuer`."""
    return {
        "key": "certified",
        "name": "Certified",
        "authOptions": [
            {
                "key": "oauth",
                "type": "oauth2",
                "sandbox": {
                    "authorizeUri": f"{issuer}/auth",
                    "tokenUri": f"{issuer}/token",
                    "revokeUri": f"{issuer}/token/revocation",
                    "apiUri": issuer,
                    "testPath": "me",
                    "clientId": "engine",
                    "clientSecret": "engine-secret",
                    "scopes": ["openid"],
                },
            }
        ],
    }


@contextmanager
def certified(*, coop: str | None = None, late: int = 0) -> Iterator[Sandbox]:
    """A sandbox whose one app signs in at oidc-provider; its clock is `late` seconds ahead for codes."""
    process = subprocess.Popen(
        ["node", "oidc_server.mjs"],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        issuer = process.stdout.readline().strip()
        with Sandbox([entry(issuer)]) as box:
            settings = {
                "redirectUri": f"{box.url}/oauth-callback",
                "coop": coop,
                "late": late,
            }
            process.stdin.write(json.dumps(settings) + "\n")
            process.stdin.flush()
            assert process.stdout.readline().strip() == "ready"
            yield box
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
