"""A sandbox with an app more that is signed in to with two secrets: a key and a passphrase."""

from __future__ import annotations

import copy
from typing import Any

from ic_widget.sandbox import Sandbox
from ic_widget.sandbox.state.catalogue import builtin

__all__ = ["TWO_SECRETS", "sandbox"]

TWO_SECRETS = "two-secrets"
"""Its key; it is Stripe but for its name and the passphrase."""


def sandbox() -> Sandbox:
    """The built-in apps and this one."""
    apps = builtin()
    app: dict[str, Any] = copy.deepcopy(next(each for each in apps if each["key"] == "stripe"))
    schema = app["authOptions"][0]["inputSchema"]
    schema["properties"]["passphrase"] = {"type": "string", "title": "Passphrase", "isSensitive": True}
    schema["required"].append("passphrase")
    return Sandbox([*apps, {**app, "key": TWO_SECRETS, "name": "Two Secrets"}])
