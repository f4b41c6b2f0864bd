"""Actions of a connection: which there are, and running one.

Source: the engine's documentation, "Actions", and what its published clients send.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import ActionError, ConfigurationError, ConnectError, EngineError
from ..foreign_text import seen
from ..form.data_schema import asked_names, field_title
from ..form.values import read
from ..runtime.blocking import run_blocking
from ..runtime.nearest import nearest
from ..runtime.public_calls import public
from ..transport.rest import Rest
from .advice import what_to_do

if TYPE_CHECKING:
    from ..engine.client import EngineClient

__all__ = ["Action", "ActionRun", "Actions", "RunLog"]

NEAREST = 3
"""Names that an error about an unknown action suggests."""


@public
@dataclass(frozen=True, repr=False)
class Action:
    """Something that can be done with a connection. `raw` is all the engine said of it.

    `input_schema` and `output_schema` are Data Schemas (JSON Schema with keywords of the engine's own); None where
    the engine gave none.
    """

    id: str
    key: str
    name: str
    description: str
    input_schema: dict[str, Any] | None = field(default=None, compare=False)
    output_schema: dict[str, Any] | None = field(default=None, compare=False)
    raw: dict[str, Any] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        return f"<Action {self.selector!r}: {self.name}>"

    @property
    def selector(self) -> str:
        """What `run` takes: the key, or else the id."""
        return self.key or self.id

    @classmethod
    def from_engine(cls, raw: Mapping[str, Any]) -> Action:
        """Read the engine's action; nothing but `id` or `key` is relied on."""
        text = {
            name: raw[name] for name in ("id", "key", "name", "description") if isinstance(raw.get(name), str)
        }
        given, output = raw.get("inputSchema"), raw.get("outputSchema")
        key = text.get("key", "")
        return cls(
            id=text.get("id", ""),
            key=key,
            name=seen(text.get("name", "") or key),
            description=seen(text.get("description", "")),
            input_schema=dict(given) if isinstance(given, Mapping) else None,
            output_schema=dict(output) if isinstance(output, Mapping) else None,
            raw=dict(raw),
        )


@public
class RunLog:
    """Asks for the log of one run: called, it blocks; `aio()` is the same for an async cell."""

    def __init__(self, rest: Rest, run_id: str | None) -> None:
        self._rest = rest
        self._run_id = run_id

    def __call__(self) -> dict[str, Any]:
        """What the engine kept of the run, with the raw exchange with the app in ``details`` where it keeps that."""
        return run_blocking(self.aio)

    async def aio(self) -> dict[str, Any]:
        """The same as calling this, as a coroutine."""
        if not self._run_id:
            raise ConfigurationError("The engine gave this run no id, so there is no log to ask for.")
        path = f"/action-run-logs/{quote(self._run_id, safe='')}"
        missing = f"{self._rest.host} keeps no log of the run {self._run_id!r} (404)."
        return self._rest.checked_object(
            await self._rest.read("GET", path, {"details": "true"}, not_found_message=missing)
        )


@public
@dataclass(frozen=True, repr=False)
class ActionRun:
    """What came of running an action: its `output` as the engine gave it, and the `id` of the run, if it has one.

    `log()` asks the engine for the run's log, with the raw exchange with the app.
    """

    output: Any
    id: str | None
    log: RunLog = field(compare=False)

    def __repr__(self) -> str:
        return f"<ActionRun {self.id}: output {_briefly(self.output)}>"


class Actions:
    """The actions of one connection. What was looked up once is remembered."""

    def __init__(self, client: EngineClient, connection_id: str) -> None:
        self._client = client
        self._connection_id = connection_id
        self._known: dict[str, Action] = {}
        self._ways = [self._act, self._run_action, self._run_of_connection]

    async def find(self, search: str | None = None) -> list[Action]:
        """All of them, or those that the engine finds for `search`."""
        found = await self._client.actions(connection=self._connection_id, search=search)
        self._known |= {name: each for each in found for name in (each.id, each.key) if name}
        return found

    async def run(
        self, action: str | Action, given: Mapping[str, Any] | None, meta: Mapping[str, Any] | None
    ) -> ActionRun:
        """Run `action` with what a form for it would send for the input `given`."""
        if not isinstance(given, Mapping | None):
            raise ConfigurationError(f"The input must be a dict, not a {type(given).__name__}.")
        found = action if isinstance(action, Action) else await self._meant(action)
        which = {"id": found.id} if found.id else {"key": found.key}
        return await self.perform(which, _input(found, given or {}), meta)

    async def perform(
        self, which: Mapping[str, Any], given: Any, meta: Mapping[str, Any] | None
    ) -> ActionRun:
        """Run `which`: one of ``id``, ``key``, ``api`` and ``code``."""
        selector = which.get("id") or which.get("key")
        for way in list(self._ways):
            try:
                answer = await way(which, given, meta)
            except EngineError as error:
                failure = await self._failure(error)
                if error.status not in (404, 405) or isinstance(failure, ActionError):
                    break
                if selector is None:
                    raise EngineError(
                        f"{self._client.host} has no /act (404), which api= and code= need. For a call of the app's API"
                        " use connection.request().",
                        status=404,
                    ) from None
            else:
                # What this engine knows not, it need not be asked again.
                self._ways = self._ways[self._ways.index(way) :]
                return self._came(answer)
        else:
            failure = await self._unrunnable(str(selector))
        raise failure

    async def _unrunnable(self, selector: str) -> ConnectError:
        """Why no way knows the action: the connection, the action or all of it is unknown to this engine."""
        await self._client.connection(self._connection_id)
        await self.find()
        if selector not in self._known:
            return self._unknown(selector)
        return EngineError(
            f"{self._client.host} runs no actions: it has none of the paths for it (404).", status=404
        )

    async def _meant(self, selector: str) -> Action:
        if not isinstance(selector, str) or not selector.strip():
            raise ConfigurationError(f"Name the action by its key or id, as text; {selector!r} is none.")
        if selector not in self._known:
            await self.find()
        if selector in self._known:
            return self._known[selector]
        raise self._unknown(selector)

    def _unknown(self, selector: str) -> ConfigurationError:
        names = list(dict.fromkeys(each.selector for each in self._known.values()))
        near = nearest(selector, names, most=NEAREST, cutoff=0.5) or names[:NEAREST]
        listed = ", ".join(repr(name) for name in near)
        hint = f" The nearest: {listed}." if listed else " It has none."
        return ConfigurationError(
            f"This connection has no action {selector!r}.{hint} connection.actions() lists them all."
        )

    async def _act(self, which: Mapping[str, Any], given: Any, meta: Mapping[str, Any] | None) -> Any:
        body = {**which, "connectionId": self._connection_id, "input": given, "meta": meta}
        return await self._client.change("POST", "/act", body=_without_none(body))

    async def _run_action(self, which: Mapping[str, Any], given: Any, meta: Mapping[str, Any] | None) -> Any:
        path = f"/actions/{_selector(which)}/run"
        query = {"connectionId": self._connection_id}
        return await self._client.change(
            "POST", path, query, body=_without_none({"input": given, "meta": meta})
        )

    async def _run_of_connection(
        self, which: Mapping[str, Any], given: Any, _: Mapping[str, Any] | None
    ) -> Any:
        path = f"/connections/{quote(self._connection_id, safe='')}/actions/{_selector(which)}/run"
        return await self._client.change("POST", path, body={} if given is None else given)

    def _came(self, answer: Any) -> ActionRun:
        found = self._client.checked_object(answer)
        run_id = _text(found.get("actionRunId"))
        return ActionRun(found.get("output"), run_id, RunLog(self._client, run_id))

    async def _failure(self, error: EngineError) -> ConnectError:
        data = error.data or {}
        inner = data.get("data")
        run_id = _text(inner.get("actionRunId")) if isinstance(inner, Mapping) else None
        run_id = run_id or _text(data.get("actionRunId"))
        advice = await what_to_do(self._client, self._connection_id, data)
        message = f"{error.message}{'' if error.message.endswith('.') else '.'} {advice}".strip()
        if error.type != "action_run" and run_id is None:
            return EngineError(message, status=error.status, data=error.data)
        return ActionError(message, run_id=run_id, log=RunLog(self._client, run_id), data=error.data)


def _input(action: Action, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the form for `action` would send. ConfigurationError that names what is missing, and nothing is sent."""
    reading = read(action.input_schema, given)
    if not reading.missing:
        return reading.values
    schema = action.input_schema
    missing = ", ".join(f"{name!r} ({field_title(schema, name)})" for name in reading.missing)
    asked = asked_names(schema)
    slips = [
        f" It has no {name!r}: did you mean {near[0]!r}?"
        for name in given
        if asked is not None and name not in asked
        for near in [nearest(name, asked)]
        if near
    ]
    raise ConfigurationError(
        f"{action.selector!r} also asks for {missing}. Add it to the input.{''.join(slips)}"
    )


def _selector(which: Mapping[str, Any]) -> str:
    return quote(str(which.get("id") or which.get("key")), safe="")


def _without_none(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _briefly(output: Any) -> str:
    if isinstance(output, Mapping):
        return f"with {', '.join(map(str, list(output)[:5]))}"
    return f"of {len(output)}" if isinstance(output, list) else type(output).__name__
