"""ExploreWidget without a page."""

from __future__ import annotations

import builtins
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from ic_widget import ConfigurationError, Connection, ConnectWidget, Engine, ExploreWidget
from tests.unit.page.explore_page import hubspot
from tests.unit.visitor import LAB, launch


class Shown(ExploreWidget):
    """An explorer whose page is this test."""

    def __init__(self, connection: Connection) -> None:
        self.ended = threading.Semaphore(0)
        super().__init__(connection)

    def send(self, content: Any, buffers: Any = None) -> None:
        if content["kind"] == "result":
            self.ended.release()

    def run(self, call: str, action: str | None, **given: Any) -> None:
        message = {"kind": "run", "id": call, "call": call, "action": action, "input": given, "shown": given}
        self._handle_custom_msg(message, [])
        assert self.ended.acquire(timeout=20)


@pytest.fixture
def x(engine: Engine) -> Iterator[Shown]:
    """An explorer of a HubSpot connection."""
    x = Shown(hubspot(engine))
    yield x
    x.close()


def test_before_anything_ran(x: Shown) -> None:
    """Nothing is there yet, and the table says what to do."""
    assert (None, None, None) == (x.output, x.error, x.response)
    with pytest.raises(ConfigurationError, match="press Run"):
        x.dataframe()


def test_results(x: Shown) -> None:
    """The last call's output, response and error are in Python, each at a time."""
    x.run("c1", "list-contacts", limit=2)
    assert ["c1", "c2"] == [each["id"] for each in x.output["items"]]
    x.run("c2", "fail")
    assert (None, None) == (x.output, x.response)
    assert "422" in str(x.error)
    x.run("c3", None, method="GET", path="/records/c1")
    assert (200, None) == (x.response.status, x.error)  # type: ignore[union-attr]


def test_dataframe(x: Shown) -> None:
    """The list of objects becomes a table, one row each."""
    x.run("c1", "list-contacts", limit=2)
    frame = x.dataframe()
    assert (["c1", "c2"], 2) == (list(frame["id"]), len(frame))
    x.run("c2", None, method="GET", path="/records/c1")
    with pytest.raises(ConfigurationError, match="no list of objects"):
        x.dataframe()


def test_dataframe_without_pandas(x: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pandas is missing it says what to install and what has the same."""
    x.run("c1", "list-contacts")
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigurationError, match="pip install pandas"):
        x.dataframe()


def test_nothing_of_a_call_is_in_the_state(x: Shown) -> None:
    """What is saved with a notebook holds neither input nor output."""
    x.run("c1", "create-contact", name="planted")
    assert "planted" in str(x.output)
    state = {name: value for name, value in x.get_state().items() if name not in ("_esm", "_css")}
    assert "planted" not in str(state)


@pytest.mark.parametrize("given", ["c1", None])
def test_what_is_no_connection(given: Any) -> None:
    """Anything else is refused with a sentence that says what to give."""
    with pytest.raises(ConfigurationError, match=r"must be a Connection, not .*such as w\.connection"):
        ExploreWidget(given)


def test_connection_without_an_engine() -> None:
    """One that was made by hand is refused at once, not when it is called."""
    with pytest.raises(ConfigurationError, match="knows no engine"):
        ExploreWidget(Connection(id="c1"))


def test_unknown_keyword(engine: Engine) -> None:
    """A mistyped keyword is a TypeError that names the nearest real one."""
    with pytest.raises(TypeError, match="Did you mean connection="):
        ExploreWidget(conection=None)  # type: ignore[call-arg]


def test_repr(x: Shown) -> None:
    """It says of which connection it is."""
    assert "<ExploreWidget of <Connection connected:" in repr(x)


def test_try_it(engine: Engine) -> None:
    """The button of a connected widget makes one explorer, w.explorer, and tells the page its model."""
    models: list[str] = []
    came, told = threading.Event(), threading.Semaphore(0)

    class Page(ConnectWidget):
        def send(self, content: Any, buffers: Any = None) -> None:
            if content["kind"] == "ticket":
                self.ticket = content
                came.set()
            if content["kind"] == "explore":
                models.append(content["model"])
                told.release()

    w = Page(engine, integration="hacker-news", redirect="loopback")
    w._handle_custom_msg({"kind": "ready", "id": "a", **LAB}, [])
    assert came.wait(20)
    launch(w.ticket)
    connection = w.wait(20)
    for name in ("b", "c"):
        w._handle_custom_msg({"kind": "explore", "id": name}, [])
        assert told.acquire(timeout=20)
    assert w.explorer is not None
    assert [w.explorer.model_id] * 2 == models
    assert connection.id == w.explorer.connection.id
    w.close()
