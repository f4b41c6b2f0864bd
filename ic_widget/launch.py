"""What an attempt asks the engine for, and the payload that says so to its connect page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any

from .connection.connection import Connection
from .engine import lookup
from .engine.engine import Engine
from .errors import ConfigurationError
from .form.check import form_problem
from .form.data_schema import asked_names, field_title, why_unreadable
from .form.values import Reading, read
from .runtime.kinds import a_kind
from .runtime.public_calls import repr_at_every_moment
from .transport.secret import Secret

__all__ = ["ConnectRequest", "aimed", "check_presets", "choose_option", "readable", "why_unusable"]

_LONGEST_KEY = 100  # characters, the engine's limit


@repr_at_every_moment
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
    connection_key: str | None = None
    reuse: bool = False
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
        self._check_what_is_there()
        for keyword in ("parameters", "connector_parameters", "custom_state"):
            value = getattr(self, keyword)
            if keyword != "custom_state" and value is not None and not isinstance(value, Mapping):
                raise ConfigurationError(f"{keyword}= must be a dict, not {a_kind(value)}.")
            try:
                json.dumps(value, allow_nan=False)
            except (TypeError, ValueError, RecursionError):
                raise ConfigurationError(
                    f"{keyword}= must hold only what JSON can: text, numbers, true and false, None, lists, dicts."
                ) from None

    def _check_what_is_there(self) -> None:
        """The keywords about connections that exist: each says which one is meant, so they exclude each other."""
        if self.reconnect is not None:
            if not isinstance(self.reconnect, str | Connection):
                raise ConfigurationError(
                    "reconnect= takes a Connection, or the id, the key or the name of one, not"
                    f" {a_kind(self.reconnect)}."
                )
            if not (self.reconnect.id if isinstance(self.reconnect, Connection) else self.reconnect.strip()):
                raise ConfigurationError("reconnect= is empty: name the connection by its id, key or name.")
            for keyword in ("allow_multiple", "reuse", "connection_key"):
                if getattr(self, keyword):
                    raise ConfigurationError(
                        f"reconnect= signs in again to the connection that it names: leave {keyword}= out."
                    )
        if self.connection_key is not None and not 1 <= len(self.connection_key.strip()) <= _LONGEST_KEY:
            raise ConfigurationError(f"connection_key= must be a text of 1 to {_LONGEST_KEY} characters.")
        if self.reuse and self.integration is None and self.connection_key is None:
            raise ConfigurationError(
                "reuse=True takes a connection that is there: say which with integration= or connection_key=."
            )

    @property
    def connection_to_update(self) -> str | None:
        """Id of the connection that is signed in again, None where a new one is made."""
        return self.reconnect.id if isinstance(self.reconnect, Connection) else self.reconnect

    def payload(self, *, token: Secret, request_id: str, redirect_uri: str | None) -> dict[str, Any]:
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
        elif self.connection_key is not None:
            payload["connectionKey"] = self.connection_key
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


async def aimed(request: ConnectRequest) -> tuple[ConnectRequest, Connection | None]:
    """`request` with the connection it is about as the engine has it, and the one to take without asking anyone.

    `reconnect` is then a Connection of the engine's, or None for a new one; app and auth option are those of that
    connection. Raises ConfigurationError or EngineError where there is none such.
    """
    client, integration = request.engine.client, request.integration
    if request.reconnect is not None:
        named = request.reconnect.id if isinstance(request.reconnect, Connection) else request.reconnect
        return _about(request, await lookup.named_connection(client, named)), None
    there: Connection | None = None
    if request.connection_key is not None:
        there = await lookup.connection_with_key(client, request.connection_key)
    elif request.reuse and integration is not None:
        there = _the_one(request, integration, await lookup.usable_connections(client, integration))
    if there is None:
        return request, None
    # A connection that does not work is signed in again: a new one would leave those behind who use it.
    usable = there.connected or there.being_set_up
    return _about(request, there), there if request.reuse and usable else None


def _the_one(request: ConnectRequest, integration: str, found: list[Connection]) -> Connection | None:
    if request.name is not None and (request.allow_multiple or len(found) > 1):
        found = [each for each in found if each.name == request.name]
    if len(found) > 1:
        ids = ", ".join(f"{each.name or integration!r} is {each.id!r}" for each in found[:3])
        raise ConfigurationError(
            f"You have {len(found)} connections to {integration!r}, so reuse=True cannot tell which to take. Say which"
            f" with name= or connection_key=, or take one with engine.connection(id): {ids}."
        )
    dead = found and not (found[0].connected or found[0].being_set_up)
    return None if not found or (dead and request.allow_multiple) else found[0]


def _about(request: ConnectRequest, connection: Connection) -> ConnectRequest:
    app = connection.integration_key or connection.integration_id
    wanted = request.integration
    if None not in (wanted, app) and wanted not in (connection.integration_key, connection.integration_id):
        raise ConfigurationError(
            f"The connection {connection.name or connection.id!r} is to {app!r}, but integration= says {wanted!r}."
            " Leave integration= out, or name another connection."
        )
    option = connection.raw.get("authOptionKey")
    known = option if isinstance(option, str) and option else None
    return replace(
        request,
        reconnect=connection,
        connection_key=None,
        reuse=False,
        allow_multiple=False,
        integration=app or wanted,
        auth_option=request.auth_option or known,
    )


def why_unusable(item: Mapping[str, Any]) -> str | None:
    """Why an integration cannot be connected whatever is filled in, in a sentence; None if it can."""
    name = item.get("name") or item.get("key") or item.get("id")
    if item.get("archivedAt"):
        return (
            f"{name} has been archived in this workspace, so it cannot be connected. Restore it there first."
        )
    if item.get("isDeactivated"):
        return f"{name} is deactivated in this workspace, so it cannot be connected. Activate it there first."
    if item.get("hasMissingParameters"):
        return (
            f"{name} is not configured yet: this workspace has not set all that it needs. Finish its setup in the"
            " workspace's console, then try again."
        )
    return None


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
    named = readable(integration, [option for option in options if wanted in (None, option["key"])])
    # A parameter that an option does not ask for shows that another one is meant, even if that lacks something.
    asked = [_count_asked(option, parameters) for option in named]
    meant = [option for option, count in zip(named, asked, strict=True) if count == max(asked)]
    readings = [(option, read(option.get("inputSchema"), parameters)) for option in meant]
    complete = [each for each in readings if not each[1].missing] if parameters else []
    option, reading = [*complete, *readings][0]
    if problem := form_problem(option.get("inputSchema"), parameters):
        raise ConfigurationError(f"parameters=: {integration!r} {problem}")
    if reading.missing:
        raise ConfigurationError(
            _what_is_missing(integration, option, reading, keys if len(options) > 1 else "")
        )
    return option, reading.values


def check_presets(integration: str, options: list[dict[str, Any]], parameters: Mapping[str, Any]) -> None:
    """Raise ConfigurationError for `parameters` that no form of `options` could show as they are."""
    problems = [form_problem(option.get("inputSchema"), parameters) for option in options]
    if parameters and all(problems):
        raise ConfigurationError(f"parameters=: {integration!r} {problems[0]}")


def readable(name: str, options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of `options` of which a form can be made. ConfigurationError where there is none."""
    found = [(option, why_unreadable(option.get("inputSchema"))) for option in options]
    kept = [option for option, problem in found if problem is None]
    if not kept:
        option, problem = found[0]
        raise ConfigurationError(
            f"What the auth option {option['key']!r} of {name} asks for cannot be read: it {problem}. Whoever set the"
            " integration up has to simplify it."
        )
    return kept


def _count_asked(option: Mapping[str, Any], parameters: Mapping[str, Any]) -> int:
    asked = asked_names(option.get("inputSchema"))
    return len(parameters) if asked is None else len(asked & set(parameters))


def _what_is_missing(integration: str, option: Mapping[str, Any], reading: Reading, others: str) -> str:
    schema = option.get("inputSchema")
    names = ", ".join(f"{name!r} ({field_title(schema, name)})" for name in reading.missing)
    choice = f" Or choose another auth_option= of {others}." if others else ""
    return f"{integration!r} also asks for {names}. Add it to parameters={{...}}.{choice}"
