"""What an attempt asks the engine for, and the payload that says so to its connect page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from .engine.connection import Connection
from .engine.data_schema import asked_names, field_title
from .engine.engine import Engine
from .engine.form_values import Reading, read
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
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The auth option to use without a person to ask, and the parameters as its form would send them.

    Without `wanted` it is one of those that ask for most of the parameters given: the first that lacks none,
    else the first.
    ConfigurationError says what is missing and what there is.
    """
    if not options:
        raise ConfigurationError(
            f"The integration {integration!r} offers no way to sign in: it has not been set up in this workspace"
            " yet. Add authentication to it in the workspace's console, then try again."
        )
    keys = ", ".join(repr(option["key"]) for option in options)
    if wanted is not None and all(option["key"] != wanted for option in options):
        raise ConfigurationError(
            f"The integration {integration!r} has no auth option {wanted!r}. It has {keys}."
        )
    named = [option for option in options if wanted in (None, option["key"])]
    # A parameter that an option does not ask for shows that another one is meant, even if that lacks something.
    asked = [_count_asked(option, parameters) for option in named]
    meant = [option for option, count in zip(named, asked, strict=True) if count == max(asked)]
    readings = [(option, read(option.get("inputSchema"), parameters)) for option in meant]
    complete = [each for each in readings if not each[1].missing] if parameters else []
    option, reading = [*complete, *readings][0]
    if reading.missing:
        raise ConfigurationError(
            _what_is_missing(integration, option, reading, keys if len(options) > 1 else "")
        )
    return option, reading.values


def _count_asked(option: Mapping[str, Any], parameters: Mapping[str, Any]) -> int:
    asked = asked_names(option.get("inputSchema"))
    return len(parameters) if asked is None else len(asked & set(parameters))


def _what_is_missing(integration: str, option: Mapping[str, Any], reading: Reading, others: str) -> str:
    schema = option.get("inputSchema")
    names = ", ".join(f"{name!r} ({field_title(schema, name)})" for name in reading.missing)
    choice = f" Or choose another auth_option= of {others}." if others else ""
    return f"{integration!r} also asks for {names}. Add it to parameters={{...}}.{choice}"
