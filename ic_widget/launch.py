"""What an attempt asks the engine for, and the payload that says so to its connect page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from .engine.connection import Connection
from .engine.data_schema import field_title, missing_required, with_defaults
from .engine.engine import Engine
from .errors import ConfigurationError

__all__ = ["ConnectRequest", "choose_option"]


@dataclass(frozen=True)
class ConnectRequest:
    """The keywords of ConnectFlow and ConnectWidget: each is one field here. `parameters` are never shown.

    Raises ConfigurationError for values that cannot work, at construction.
    """

    engine: Engine = field(default_factory=Engine)
    _: KW_ONLY
    integration: str | None = None
    auth_option: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)
    connector_parameters: Mapping[str, Any] | None = field(default=None, repr=False)
    name: str | None = None
    reconnect: str | Connection | None = None
    allow_multiple: bool = False
    custom_state: Any = field(default=None, repr=False)
    timeout: float = 600
    redirect: str = "auto"
    redirect_base: str | None = None
    port: int = 0

    def __post_init__(self) -> None:
        # Both may be given as None, as a caller with keywords of its own hands them on.
        if self.engine is None:
            object.__setattr__(self, "engine", Engine())
        if self.parameters is None:
            object.__setattr__(self, "parameters", {})
        if not self.timeout > 0:
            raise ConfigurationError(f"timeout={self.timeout!r} leaves no time. Give seconds, such as 600.")
        for keyword in ("parameters", "connector_parameters", "custom_state"):
            value = getattr(self, keyword)
            if keyword != "custom_state" and value is not None and not isinstance(value, Mapping):
                raise ConfigurationError(f"{keyword}= must be a dict, not a {type(value).__name__}.")
            try:
                json.dumps(value, allow_nan=False)
            except (TypeError, ValueError, RecursionError):
                raise ConfigurationError(
                    f"{keyword}= must hold only what JSON can: text, numbers, true and false, None, lists, dicts."
                ) from None

    @property
    def connection_to_update(self) -> str | None:
        """Id of the connection that is signed in again, None where a new one is made."""
        return self.reconnect.id if isinstance(self.reconnect, Connection) else self.reconnect

    def payload(self, *, token: str, request_id: str, redirect_uri: str | None) -> dict[str, Any]:
        """Everything but the integration and what the user types.

        Keys as the engine's documentation of ``/connection-popup`` and its published clients send them.
        """
        payload: dict[str, Any] = {"token": token, "requestId": request_id}
        if redirect_uri is not None:
            payload["redirectUri"] = redirect_uri
        if self.connector_parameters is not None:
            payload["connectorParameters"] = dict(self.connector_parameters)
        if self.connection_to_update is not None:
            payload["connectionId"] = self.connection_to_update
        if self.allow_multiple:
            payload["allowMultipleConnections"] = True
        if self.custom_state is not None:
            payload["customState"] = self.custom_state
        return payload

    @staticmethod
    def choices(
        item: Mapping[str, Any],
        parameters_key: str,
        *,
        auth_option: str | None,
        name: str | None,
        parameters: Mapping[str, Any],
    ) -> dict[str, Any]:
        """The other half of the payload: the integration, and what was chosen and typed."""
        which = {"integrationKey": item["key"]} if item.get("key") else {"integrationId": item.get("id")}
        choices: dict[str, Any] = {**which, parameters_key: dict(parameters)}
        if auth_option is not None:
            choices["authOptionKey"] = auth_option
        if name is not None:
            choices["name"] = name
        return choices


def choose_option(
    integration: str, options: list[dict[str, Any]], wanted: str | None, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """The auth option to use without a person to ask; ConfigurationError says what is missing and what there is."""
    if not options:
        raise ConfigurationError(
            f"The integration {integration!r} offers no way to sign in: it has not been set up in this workspace"
            " yet. Add authentication to it in the workspace's console, then try again."
        )
    keys = ", ".join(repr(option["key"]) for option in options)
    chosen = options[0] if wanted is None else next((o for o in options if o["key"] == wanted), None)
    if chosen is None:
        raise ConfigurationError(
            f"The integration {integration!r} has no auth option {wanted!r}. It has {keys}."
        )
    schema = chosen.get("inputSchema")
    missing = missing_required(schema, with_defaults(schema, parameters))
    if missing and wanted is None and len(options) > 1:
        fitting = [o for o in options if not missing_required(o["inputSchema"], parameters)]
        if fitting and parameters:
            return fitting[0]
    if missing:
        names = ", ".join(f"{name!r} ({field_title(schema, name)})" for name in missing)
        others = f" Or choose another auth_option= of {keys}." if len(options) > 1 else ""
        raise ConfigurationError(
            f"{integration!r} also asks for {names}. Add it to parameters={{...}}.{others}"
        )
    return chosen
