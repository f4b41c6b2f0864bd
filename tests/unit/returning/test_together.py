"""Waiting for several attempts at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ic_widget import ConnectFlow, ConnectionRejected, ConnectTimeout, Engine
from ic_widget.launch import ConnectRequest
from ic_widget.returning.flow import Flow
from ic_widget.returning.handlers import Handlers
from ic_widget.returning.together import Together
from ic_widget.runtime.observers import Observers
from ic_widget.sandbox import Sandbox, sign_in

Begin = Callable[..., ConnectFlow]


@pytest.fixture
def begin(box: Sandbox, request: pytest.FixtureRequest) -> Iterator[Begin]:
    """`begin("github")` starts an attempt of a tenant that has nothing yet."""
    engine, begun = box.engine(request.node.name), []

    def start(app: str, **keywords: Any) -> ConnectFlow:
        begun.append(ConnectFlow(engine, integration=app, **keywords).start())
        return begun[-1]

    yield start
    for flow in begun:
        flow.cancel()


def together(**flows: ConnectFlow) -> Together:
    """Who waits for them."""
    return Together({name: lambda flow=flow: flow._flow for name, flow in flows.items()}, "Do it again.")  # type: ignore[misc]


def test_any_order(begin: Begin) -> None:
    """They may end in any order, and come in theirs; the same for a running loop."""
    first, second = begin("github"), begin("notion")
    waiting = together(GitHub=first, Notion=second)
    sign_in(second.url)
    sign_in(first.url)

    assert ["github", "notion"] == [each.integration_key for each in waiting.block()]
    assert ["github", "notion"] == [each.integration_key for each in asyncio.run(waiting.come())]


def test_what_is_missing(begin: Begin) -> None:
    """What is raised is the first failure's kind, and says of each what is missing, why, and what to do."""
    denied, slow, there = begin("github"), begin("notion", timeout=0.2), begin("hacker-news")
    waiting = together(GitHub=denied, Notion=slow, News=there)
    sign_in(denied.url, allow=False)
    sign_in(there.url)
    with pytest.raises(ConnectionRejected) as raised:
        waiting.block()

    said = str(raised.value)
    assert said.startswith("GitHub is not connected: ")
    assert "Notion is not connected: The sign-in was not finished in time." in said
    assert said.endswith(" Connected: News. Do it again.")
    assert said == raised.value.message
    assert said != str(denied._flow.failure)


def test_words_of_the_engine(begin: Begin) -> None:
    """What the engine says without a full stop is set off from what follows it."""
    wrong = begin("hubspot", auth_option="private-app", parameters={"accessToken": "wrong"})
    sign_in(wrong.url)
    with pytest.raises(ConnectionRejected, match=r"not valid\. Do it again\.$"):
        together(HubSpot=wrong).block()


def test_nobody_begins(engine: Engine) -> None:
    """What nobody has opened ends when nothing has happened for as long as a sign-in may take."""
    request = ConnectRequest(engine, integration="github", timeout=0.3)
    flows = {name: Flow(request, Handlers(Observers())) for name in ("A", "B")}
    for flow in flows.values():
        flow.open()
    told: list[int] = []
    with pytest.raises(ConnectTimeout, match=r"A is not connected: .*B is not connected: .*nobody opened"):
        Together({"A": lambda: flows["A"], "B": lambda: flows["B"]}, "", lambda: told.append(1)).block()

    assert [] == told


def test_time_for_the_others(engine: Engine, begin: Begin) -> None:
    """While one is signed in to, those that nobody has opened yet wait."""
    flow = Flow(ConnectRequest(engine, integration="github", timeout=0.3), Handlers(Observers()))
    flow.open()
    busy = begin("notion", timeout=0.8)
    with pytest.raises(ConnectTimeout):
        Together({"A": lambda: flow, "B": lambda: busy._flow}, "").block()

    assert ("expired", "expired") == (flow.status, busy.status)
    assert busy._flow.time_left is None
