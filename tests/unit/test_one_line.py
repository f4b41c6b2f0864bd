"""`connect` and `aconnect`, where no page is: in a script, and in a kernel that runs unattended."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest

import ic_widget
from ic_widget import ConfigurationError, ConnectFlow, Connection, ConnectionRejected, Engine
from ic_widget.sandbox import Sandbox, sign_in

ADDRESS = re.compile(r"To connect (\S+), open this page in a browser: (\S+)")


class Person:
    """Opens every page that is printed, as somebody before the terminal does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, allow: bool = True, comes: bool = True) -> None:
        self.said: list[str] = []
        self._comes = comes
        self.told: Callable[[], None] = lambda: None
        self._allow = allow
        monkeypatch.setattr("ic_widget.one_line.print", self._read, raising=False)

    def _read(self, *parts: object, **_: Any) -> None:
        line = " ".join(map(str, parts))
        self.said.append(line)
        if len(self.said) > 1:
            self.told()
        if self._comes and (found := ADDRESS.match(line)):
            threading.Thread(target=sign_in, args=[found[2]], kwargs={"allow": self._allow}).start()


@pytest.fixture
def own(box: Sandbox, request: pytest.FixtureRequest) -> Engine:
    """An engine whose tenant has nothing yet."""
    return box.engine(f"one-line-{request.node.name}")


def test_the_connection_that_is_ready(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody signs in once; from then on it is there at once, and a line says so and how to have another."""
    person = Person(monkeypatch)
    first = ic_widget.connect(own, "hacker-news")
    assert ("hacker-news", 1) == (first.integration_key, len(person.said))

    again = ic_widget.connect("hacker-news", engine=own)
    assert first.id == again.id
    assert 'For a new one: connect("hacker-news", reuse=False)' in person.said[1]

    other = ic_widget.connect(own, "hacker-news", reuse=False, allow_multiple=True)
    assert first.id != other.id


def test_several(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several apps are asked for together, and come in the order of their names, whatever was ready."""
    person = Person(monkeypatch)
    ready = ic_widget.connect(own, "hacker-news")
    found = ic_widget.connect(own, "github", "hacker-news", timeout=8)

    assert ["github", "hacker-news"] == [one.integration_key for one in found]
    assert ready.id == found[1].id
    assert 3 == len(person.said)


def test_interrupted(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """An async cell that is interrupted says what is missing, and what to do."""
    person = Person(monkeypatch, comes=False)

    async def cell() -> None:
        task = asyncio.ensure_future(ic_widget.aconnect(own, "hacker-news", "github"))
        told = asyncio.Event()
        person.told = told.set
        await told.wait()
        await asyncio.sleep(0)  # to where it waits
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cell())
    assert person.said[-1].startswith(
        "No longer waiting. Not connected yet: Hacker News, GitHub. Run this again"
    )


def test_one_that_cannot_be_begun(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one of several lacks something, nothing of the others is left open."""
    begun: list[ConnectFlow] = []
    start = ConnectFlow.start
    monkeypatch.setattr(ConnectFlow, "start", lambda flow: (begun.append(flow), start(flow))[1])
    with pytest.raises(ConfigurationError, match="'stripe' also asks for"):
        ic_widget.connect(own, "github", "stripe")

    assert ["cancelled", "cancelled"] == [flow.status for flow in begun]


def test_async(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an async cell other tasks go on meanwhile."""
    Person(monkeypatch)

    async def cell() -> tuple[Connection, list[Connection]]:
        return await ic_widget.aconnect(own, "hacker-news"), await ic_widget.aconnect(
            own, "hacker-news", "github"
        )

    one, both = asyncio.run(cell())
    assert [one.id, "github"] == [both[0].id, both[1].integration_key]


def test_denied(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is raised as from a widget."""
    Person(monkeypatch, allow=False)
    with pytest.raises(ConnectionRejected):
        ic_widget.connect(own, "github")


def test_unattended(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a kernel that runs unattended what is ready is taken, and nothing else is waited for."""
    Person(monkeypatch)
    ready = ic_widget.connect(own, "hacker-news")
    monkeypatch.setattr("ic_widget.runtime.front_end._request", lambda: {"allow_stdin": False})

    assert ready.id == ic_widget.connect(own, "hacker-news").id
    with pytest.raises(ConfigurationError, match="No page can show this widget here"):
        ic_widget.connect(own, "github")


@pytest.mark.parametrize(
    ("what", "keywords", "kind", "sentence"),
    [
        ((), {}, TypeError, "the app as its first argument"),
        ((), {"integration": "github"}, TypeError, "the app as its first argument"),
        ((5,), {}, ConfigurationError, 'Name each app by its key, such as "github", not by a number'),
        ((["github", "stripe"],), {}, ConfigurationError, "not by a list"),
        (("github", "stripe"), {"parameters": {"a": 1}}, TypeError, "parameters= is about one app"),
        (("gihtub",), {}, ic_widget.EngineError, 'Did you mean "github"'),
        (("github",), {"timout": 5}, TypeError, "has no keyword timout=. Did you mean timeout="),
    ],
)
def test_mistakes(
    own: Engine, what: tuple[Any, ...], keywords: dict[str, Any], kind: type[Exception], sentence: str
) -> None:
    """What cannot be meant is told in a sentence."""
    with pytest.raises(kind) as raised:
        ic_widget.connect(*what, **{"engine": own, **keywords})

    assert sentence in str(raised.value)
