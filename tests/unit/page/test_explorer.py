"""What the kernel makes of an explorer's messages, against a sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from ic_widget import Connection, Engine
from ic_widget.connection.actions import Action
from ic_widget.runtime.background import background
from ic_widget.sandbox import Sandbox
from tests.unit.page.explore_page import ExplorePage, hubspot
from tests.unit.visitor import LAB, PATIENCE, impatient


@pytest.fixture
def connection(engine: Engine) -> Connection:
    """A connection of the tenant."""
    return hubspot(engine)


@pytest.fixture
def page(connection: Connection) -> Iterator[ExplorePage]:
    """An explorer's page."""
    page = ExplorePage(connection)
    yield page
    page.explorer.close()


def test_ready(page: ExplorePage, connection: Connection) -> None:
    """A page that is there hears which connection it is and what can be done with it."""
    page.say("ready", **LAB)
    assert {"name": "HubSpot", "app": "hubspot", "problem": None, "called": "x"}.items() <= page.hears(
        "connection", id=connection.id
    ).items()
    assert "list-contacts" in [item["key"] for item in page.hears("actions")["items"]]


def test_what_an_action_asks_for(page: ExplorePage) -> None:
    """The schema of an action comes when it is chosen; of one that is gone it is said."""
    page.say("action", key="create-contact")
    assert "name" in page.hears("action", key="create-contact")["schema"]["properties"]
    page.say("action", key="nope")
    assert "no longer there" in page.hears("action", key="nope")["error"]


def test_an_action_whose_form_is_too_deep(page: ExplorePage, connection: Connection) -> None:
    """Where no form can be made of what an action asks for, a sentence says so and what to do instead."""
    schema: dict[str, object] = {"type": "string"}
    for _ in range(20):
        schema = {"properties": {"a": schema}}
    page.explorer._actions = {"deep": Action("", "deep", "Deep", "", input_schema=schema)}
    page.say("action", key="deep")
    heard = page.hears("action", key="deep", schema=None)

    assert "nested more than 16 levels deep" in heard["error"]
    assert "connection.run('deep', {...}) runs it without a form." in heard["error"]


def test_actions_that_cannot_be_had(connection: Connection, box: Sandbox) -> None:
    """Why there is no list is a sentence, and asking again brings it."""
    page = ExplorePage(impatient(box).connection(connection.id))
    box.faults.set("internal")
    page.say("ready", **LAB)
    assert page.hears("actions", items=[])["error"]
    box.faults.clear()
    page.say("actions")
    page.hears("actions", error=None)
    page.explorer.close()


def test_a_call_is_told_from_its_begin_to_its_end(page: ExplorePage) -> None:
    """The page hears that a call runs and how it ended, and a page that comes later hears of it too."""
    page.run("c1", "list-contacts", limit=2)
    assert ["running", "succeeded"] == [m["state"] for m in page.heard if m["kind"] == "call"]
    page.heard.clear()
    page.say("ready", **LAB)
    assert 2 == len(page.hears("result", call="c1")["output"]["items"])
    assert {"limit": 2} == page.hears("call", call="c1")["input"]


def test_recall(page: ExplorePage) -> None:
    """The result of an earlier call can be had again."""
    page.run("c1", "list-contacts", limit=1)
    page.run("c2", "list-contacts", limit=2)
    page.heard.clear()
    page.say("recall", call="c1")
    assert 1 == len(page.hears("result", call="c1")["output"]["items"])


def test_cancel(page: ExplorePage) -> None:
    """A call that runs long can be given up."""
    page.say("run", call="c1", action="slow", input={"seconds": 30}, shown={"seconds": 30})
    page.hears("call", state="running")
    page.say("cancel", call="c1")
    page.hears("call", state="cancelled")
    assert "may have done it all the same" in page.hears("result", call="c1")["error"]


def test_a_cancel_that_overtakes_its_run(page: ExplorePage) -> None:
    """A call that was given up before it came is not made."""
    page.say("cancel", call="c1")
    page.say("run", call="c1", action=None, input={"method": "POST", "path": "/records"}, shown={})
    page.hears("call", state="cancelled")
    assert "the app was not called" in page.hears("result", call="c1")["error"]
    page.run("c2", None, method="GET", path="/records/c1")
    assert ["c1", "c2"] == list(dict.fromkeys(m["call"] for m in page.heard if m["kind"] == "call"))
    assert "running" not in [m["state"] for m in page.heard if m.get("call") == "c1" and m["kind"] == "call"]


def test_a_busy_kernel_hears_the_page_by_http(page: ExplorePage) -> None:
    """The channel that is announced takes messages that the comm cannot bring."""
    page.explorer.announce()
    channel = page.hears("channel")
    url = f"http://127.0.0.1:{channel['port']}/{channel['nonce']}/loopback"
    message = b'{"kind": "action", "id": "h1", "key": "create-contact"}'
    with urlopen(Request(url, data=message), timeout=PATIENCE) as answer:
        assert channel["proof"] in answer.read().decode()
    page.hears("action", key="create-contact", error=None)


def test_the_channel_ends_with_it(page: ExplorePage) -> None:
    """Once the explorer is closed its address proves nothing and takes no message, and holds no server open."""
    page.explorer.announce()
    channel = page.hears("channel")
    url = f"http://127.0.0.1:{channel['port']}/{channel['nonce']}/loopback"
    page.explorer.close()
    background.submit(asyncio.sleep(0)).result(PATIENCE)

    with pytest.raises((HTTPError, URLError)) as refused:
        urlopen(url, timeout=PATIENCE)
    if isinstance(refused.value, HTTPError):
        with refused.value as answer:
            assert (410, False) == (answer.status, channel["proof"] in answer.read().decode())


def test_a_closed_one_is_silent(page: ExplorePage) -> None:
    """After close nothing is run, and what ran is given up."""
    page.say("run", call="c1", action="slow", input={"seconds": 30}, shown={})
    page.hears("call", state="running")
    page.explorer.close()
    page.hears("call", state="cancelled")
    page.heard.clear()
    page.say("actions")
    assert ["ack"] == [m["kind"] for m in page.heard]
