"""The catalogue that a widget offers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ic_widget.engine.client import EngineClient
from ic_widget.engine.engine import Engine
from ic_widget.errors import ConfigurationError, EngineError
from ic_widget.page.catalogue import FIRST_PAGE, Catalogue, current_connection, trimmed
from ic_widget.sandbox import Sandbox
from ic_widget.transport.http import Http
from ic_widget.transport.tokens import GivenToken


def keys(catalogue: Catalogue, search: str = "") -> list[str]:
    """Keys of all pages."""
    found, cursor = asyncio.run(catalogue.page(search, None))
    while cursor is not None:
        items, cursor = asyncio.run(catalogue.page(search, cursor))
        found += items
    return [item["key"] for item in found]


def test_all(engine: Engine) -> None:
    """Without a restriction the list is the engine's own, a short page first."""
    assert FIRST_PAGE == len(asyncio.run(Catalogue(engine.client, None).page("", None))[0])
    assert {"github", "stripe", "hubspot"} <= set(keys(Catalogue(engine.client, None)))
    assert ["github"] == keys(Catalogue(engine.client, None), "github")


def test_keys_keep_their_order(engine: Engine) -> None:
    """A list of keys is offered as it was given."""
    assert ["stripe", "github"] == keys(Catalogue(engine.client, ["stripe", "github"]))
    assert [] == keys(Catalogue(engine.client, ["stripe", "github"]), "git")


def test_unknown_key(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """A key that the engine does not know is named once, and the rest is offered; nothing but it is an error."""
    catalogue = Catalogue(engine.client, ["github", "gihtub"])
    assert ["github"] == keys(catalogue)
    assert ["github"] == asyncio.run(_keys_asked_anew(catalogue))
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert ['integrations=: There is no integration "gihtub" for this tenant. Did you mean "github"?'] == said
    with pytest.raises(EngineError, match='no integration "nope"'):
        keys(Catalogue(engine.client, ["nope"]))


async def _keys_asked_anew(catalogue: Catalogue) -> list[str]:
    catalogue.forget()
    return [item["key"] for item in (await catalogue.page("", None))[0]]


def test_predicate(engine: Engine) -> None:
    """A function of the whole integration decides."""
    offered = keys(Catalogue(engine.client, lambda item: item["name"].startswith("Git")))
    assert ["github", "gitlab"] == offered


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_predicate_that_exits(engine: Engine, error: type[BaseException]) -> None:
    """A predicate that ends the process, as a login helper may, ends nothing but the question."""

    def leave(_: object) -> bool:
        raise error

    with pytest.raises(ConfigurationError, match=f"raised {error.__name__}"):
        keys(Catalogue(engine.client, leave))


def test_odd_items(box: Sandbox) -> None:
    """An item without a name is shown by its key, one without a key by its id; one without either is left out."""

    class Odd(EngineClient):
        async def integrations_page(self, *_: Any, **__: Any) -> tuple[list[dict[str, Any]], str | None]:
            items: list[dict[str, Any]] = [
                {"key": "a", "name": ""},
                {"id": "i1", "name": None},
                {"name": "nothing to choose it by"},
                {"key": "b", "name": "B", "connection": {"id": 7, "name": None}},
            ]
            return items, None

    engine = box.engine()
    odd = Catalogue(Odd(GivenToken(box.token()), Http(engine.api_uri)), None)
    items, _ = asyncio.run(odd.page("", None))
    assert [("a", "a"), ("i1", "i1"), ("b", "B")] == [(item["key"], item["name"]) for item in items]
    assert "7" == items[-1]["connection"]["id"]


def test_failing_predicate(engine: Engine) -> None:
    """A predicate that fails is named as such."""
    with pytest.raises(ConfigurationError, match="raised KeyError"):
        keys(Catalogue(engine.client, lambda item: item["no such field"]))


def test_options(engine: Engine) -> None:
    """An integration comes with its auth options."""
    item, options = asyncio.run(Catalogue(engine.client, None).options("hubspot"))
    assert "hubspot" == item["key"]
    assert 2 == len(options)


def test_no_options(engine: Engine) -> None:
    """An integration without one is not set up: said with its name."""
    with pytest.raises(ConfigurationError, match="Workday offers no way to sign in"):
        asyncio.run(Catalogue(engine.client, None).options("workday"))


def test_trimmed() -> None:
    """The page gets what it shows and nothing else."""
    item: dict[str, Any] = {
        "key": "a",
        "name": "A",
        "secretThing": 1,
        "isDeactivated": False,
        "archivedAt": None,
    }
    assert {"key": "a", "name": "A"} == trimmed(item)
    connected = {
        **item,
        "connection": {"id": "c", "name": "N", "meta": {}},
        "authOptions": [{}],
        "categories": ["X", 1],
    }
    expected = {"key": "a", "name": "A", "connection": {"id": "c", "name": "N"}, "authOptionCount": 1}
    assert {**expected, "categories": ["X"]} == trimmed(connected)


def test_foreign_text() -> None:
    """Names that others gave are shown without what cannot be seen or turns the direction; else the key."""
    item = {
        "key": "a",
        "name": "Git\u200bHub\u202e",
        "description": "Issues\u2066",
        "categories": ["Dev\u200ftools"],
        "connection": {"id": "c", "name": "Mi\u00adne"},
    }
    assert {
        "key": "a",
        "name": "GitHub",
        "description": "Issues",
        "categories": ["Devtools"],
        "connection": {"id": "c", "name": "Mine"},
    } == trimmed(item)
    assert "a" == trimmed({"key": "a", "name": "\u200b\u2060"})["name"]


@pytest.mark.parametrize("connection", [None, "c", {}, {"name": "N"}])
def test_no_connection_yet(connection: object) -> None:
    """What is no connection object is none."""
    assert current_connection({"connection": connection}) is None
