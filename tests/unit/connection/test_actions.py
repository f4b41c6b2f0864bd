"""Actions: listed, run in each of the ways that engines know, and what goes wrong."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from tornado.httputil import HTTPServerRequest

from ic_widget.connection.actions import Action
from ic_widget.connection.connection import Connection
from ic_widget.engine.engine import Engine
from ic_widget.errors import ActionError, ConfigurationError, EngineError
from ic_widget.sandbox import Sandbox
from tests.unit.engine.test_client import client_of
from tests.unit.fake_engine import FakeEngine, Reply

ACTION = {"id": "a1", "key": "make", "inputSchema": {"properties": {"name": {}}, "required": ["name"]}}
NOTHING = Reply({"type": "bad_request", "key": "not_found", "message": "No such path."}, 404)


def test_the_actions_of_a_connection(hubspot: Connection) -> None:
    """Each has its key, name and schemas; a search narrows them."""
    found = {each.key: each for each in hubspot.actions()}
    create = found["create-contact"]

    assert ["list-contacts", "get-contact"] == list(found)[:2]
    assert create.input_schema is not None
    assert ("Create contact", ["name"]) == (create.name, create.input_schema["required"])
    assert "<Action 'create-contact': Create contact>" == repr(create)
    assert ["create-contact"] == [each.key for each in hubspot.actions("new contact")]


def test_actions_of_the_engine(engine: Engine, hubspot: Connection) -> None:
    """The engine lists those of a connection, of an integration, and all there are."""
    of_connection = engine.actions(connection=hubspot)

    assert of_connection == engine.actions(connection=hubspot.id) == engine.actions(integration="hubspot")
    assert len(engine.actions()) > 400
    with pytest.raises(ConfigurationError, match="exclude each other"):
        engine.actions(connection=hubspot, integration="hubspot")


def test_run(hubspot: Connection) -> None:
    """An action runs by its key, its id or itself; output and run id come back, and the log has the exchange."""
    made = hubspot.run("create-contact", {"name": "Ada"})
    get = next(each for each in hubspot.actions() if each.key == "get-contact")

    assert "Ada" == made.output["name"]
    assert made.output == hubspot.run(get, {"id": made.output["id"]}).output
    assert made.output == hubspot.run(get.id, {"id": made.output["id"]}).output
    log = made.log()
    assert (made.id, "POST") == (log["id"], log["details"][0]["request"]["method"])
    assert repr(made).startswith(f"<ActionRun {made.id}: output with name, id")


def test_run_in_an_async_cell(hubspot: Connection) -> None:
    """`aio` runs actions and asks for logs as coroutines."""

    async def run() -> Any:
        return await (await hubspot.aio.run("list-contacts", {"limit": 1})).log.aio()

    assert "success" == asyncio.run(run())["status"]


def test_defaults_are_sent_as_by_the_form(hubspot: Connection) -> None:
    """What the action's form would fill in is sent."""
    assert {"limit": 20} == hubspot.run("list-contacts").log()["input"]


@pytest.mark.parametrize(
    ("action", "given", "sentence"),
    [
        ("create-contct", {}, "no action 'create-contct'. The nearest: 'create-contact'"),
        ("create-contact", {}, r"'create-contact' also asks for 'name' \(Name\)\. Add it to the input\."),
        ("create-contact", {"nmae": "Ada"}, "It has no 'nmae': did you mean 'name'"),
        ("create-contact", ["Ada"], "must be a dict, not a list"),
        ("", {}, "by its key or id"),
    ],
)
def test_what_cannot_run(hubspot: Connection, action: Any, given: Any, sentence: str) -> None:
    """An unknown action is answered with the nearest, a missing input with its name, and nothing is run."""
    with pytest.raises(ConfigurationError, match=sentence):
        hubspot.run(action, given)


def test_a_run_that_fails(hubspot: Connection) -> None:
    """The error has what the app said, the run's id, and the raw exchange behind `log()`."""
    with pytest.raises(ActionError, match="Fail failed: the app answered 422") as caught:
        hubspot.run("fail")
    error = caught.value

    assert (True, ["the app answered 422: This path always answers 422."]) == (
        bool(error.run_id),
        error.causes,
    )
    log = error.log()
    assert ("error", 422) == (log["status"], log["details"][0]["response"]["status"])


def test_a_run_with_a_revoked_key(hubspot: Connection, box: Sandbox) -> None:
    """Where the app no longer takes the credentials, the error says how to connect again."""
    box.revoke("hubspot")
    with pytest.raises(ActionError, match=r"Sign in to it again: connection\.reconnect\(\)\."):
        hubspot.run("list-contacts")


def test_act(hubspot: Connection) -> None:
    """`act` does one thing, unchecked: an action by key or id, or a call of the app's API."""
    called = hubspot.act(api={"method": "GET", "path": "/records", "query": {"limit": 1}})

    assert 1 == len(called.output["items"])
    assert "Bo" == hubspot.act(key="create-contact", input={"name": "Bo"}).output["name"]
    with pytest.raises(EngineError, match="Invalid input of Create contact"):
        hubspot.act(key="create-contact", input={})
    with pytest.raises(ConfigurationError, match="exactly one of"):
        hubspot.act(key="a", id="b")


def run(engine: FakeEngine, *calls: Any) -> list[Any]:
    """What runs of ``make`` through `engine` come to."""

    async def all_of_them() -> list[Any]:
        async with engine.serving():
            connection = Connection("c1", client=client_of(engine.url))
            return [await connection.aio.run("make", *given, **more) for given, more in calls]

    return asyncio.run(all_of_them())


@pytest.mark.parametrize(
    ("path", "query", "body"),
    [
        ("/act", {}, {"id": "a1", "connectionId": "c1", "input": {"name": "A"}, "meta": {"m": 1}}),
        ("/actions/a1/run", {"connectionId": ["c1"]}, {"input": {"name": "A"}, "meta": {"m": 1}}),
        ("/connections/c1/actions/a1/run", {}, {"name": "A"}),
    ],
)
def test_engines_of_every_age(path: str, query: Any, body: Any) -> None:
    """An engine without a newer way is asked in the older one, and from then on only so."""

    def answer(request: HTTPServerRequest) -> Reply:
        if request.path == "/actions":
            return Reply({"items": [ACTION]})
        return Reply({"output": 1, "actionRunId": "r"}) if request.path == path else NOTHING

    engine = FakeEngine(answer)
    first, second = run(
        engine, (({"name": "A"},), {"meta": {"m": 1}}), (({"name": "A"},), {"meta": {"m": 1}})
    )

    assert (1, 1, "r") == (first.output, second.output, first.id)
    assert [path, path] == [each.path for each in engine.requests[-2:]]
    assert (query, body) == (engine.query(), json.loads(engine.requests[-1].body))


def test_an_engine_that_runs_nothing() -> None:
    """Where no way is known, the error says so; where only /act is missing, what needs it says what else there is."""

    def answer(request: HTTPServerRequest) -> Reply:
        known = {"/actions": {"items": [ACTION]}, "/connections/c1": {"id": "c1"}}
        return Reply(known[request.path]) if request.path in known else NOTHING

    with pytest.raises(EngineError, match="runs no actions"):
        run(FakeEngine(answer), (({"name": "A"},), {}))

    async def act(engine: FakeEngine) -> None:
        async with engine.serving():
            await Connection("c1", client=client_of(engine.url)).aio.act(api={"path": "/x"})

    with pytest.raises(EngineError, match=r"no /act \(404\).*connection\.request\(\)"):
        asyncio.run(act(FakeEngine(answer)))


def test_a_run_without_an_id() -> None:
    """Engines from before runs had ids give the output alone, and there is no log to ask for."""
    engine = FakeEngine([Reply({"items": [ACTION]}), Reply({"output": [1]})])
    (came,) = run(engine, (({"name": "A"},), {}))

    assert (None, [1]) == (came.id, came.output)
    with pytest.raises(ConfigurationError, match="no id, so there is no log"):
        came.log()


def test_what_the_engine_left_out() -> None:
    """An action with nothing but an id can still be named."""
    action = Action.from_engine({"id": "a1", "inputSchema": "none"})

    assert ("a1", None, "") == (action.selector, action.input_schema, action.name)
