"""What the engine is asked for, and when: as little as needed, and before anybody waits for it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tornado.httputil import HTTPServerRequest

from ic_widget import ConnectWidget, Engine
from ic_widget.errors import ConfigurationError
from ic_widget.page.catalogue import Catalogue
from ic_widget.sandbox import Sandbox
from tests.unit.fake_engine import FakeEngine, Reply
from tests.unit.visitor import COLAB, LAB, Page, launch

APP = {"key": "acme", "id": "i1", "name": "Acme"}
AFTER = {"": "1", "1": "2", "2": "3", "3": None}
STREAM = "/sse/connection-events"


class Watched(FakeEngine):
    """An engine with a catalogue of four pages; keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__(self._reply)
        self.asked: list[str] = []
        self._news = threading.Condition()

    def _reply(self, request: HTTPServerRequest) -> Reply:
        cursor = b"".join(request.arguments.get("cursor", [])).decode()
        stream = request.path.startswith(STREAM)
        with self._news:
            self.asked.append(STREAM if stream else f"{request.path} {cursor}".strip())
            self._news.notify_all()
        if stream:
            return Reply(b": hi\n\n", headers={"Content-Type": "text/event-stream"}, open=True)
        if request.path == "/integrations":
            return Reply({"items": [APP], "cursor": AFTER[cursor]})
        options = [{"key": "default", "type": "oauth2", "title": "Sign in"}]
        return Reply(options if request.path == "/connection-options" else APP)

    def until(self, asked: str) -> None:
        """Wait until it was asked for that."""
        with self._news:
            assert self._news.wait_for(lambda: asked in self.asked, 20), self.asked

    def engine(self) -> Engine:
        """One that asks it."""
        keys = {"workspace_key": "acme", "workspace_secret": "planted", "tenant_key": "ada"}
        return Engine(**keys, api_uri=self.url)


@pytest.fixture
def watched() -> Iterator[Watched]:
    """The engine."""
    engine = Watched()
    with engine.in_thread():
        yield engine


@pytest.fixture
def made(watched: Watched) -> Iterator[Callable[..., Page]]:
    """`made(**keywords)`: a widget that was made and not shown, once all it has begun is done."""
    pages: list[Page] = []
    engine = watched.engine()

    def make(**keywords: Any) -> Page:
        page = Page(engine, **keywords)
        pages.append(page)
        page.session.begin_ahead()
        page.session._thread.submit(page.session._supplies.ahead(page.flow)).result(20)
        return page

    yield make
    for page in pages:
        page.session.close()


def test_a_widget_that_is_not_shown(watched: Watched, made: Callable[..., Page]) -> None:
    """Making a widget reads the first page of the catalogue and nothing else; a view then waits for nothing."""
    page = made()
    assert ["/integrations"] == watched.asked
    page.say("ready", **LAB)
    assert ["acme"] == [item["key"] for item in page.hears("integrations", cursor=None)["items"]]
    page.settled()
    assert ["/integrations"] == watched.asked


def test_a_widget_that_python_makes(watched: Watched) -> None:
    """ConnectWidget() itself begins, in the background."""
    widget = ConnectWidget(watched.engine(), integration="acme")
    watched.until("/integrations/acme")
    watched.until("/connection-options")
    widget.close()


def test_many_widgets_read_the_catalogue_once(watched: Watched, made: Callable[..., Page]) -> None:
    """However many widgets an engine has, each page is read once for all of them."""
    shown = [made() for _ in range(20)]
    for page in shown:
        page.say("ready", **LAB)
        page.hears("integrations")
        page.say("integrations", search="", cursor="1")
        page.hears("integrations", cursor="1")
    watched.until("/integrations 2")
    assert ["/integrations", "/integrations 1", "/integrations 2"] == watched.asked


def test_the_next_page_is_fetched_while_one_is_read(watched: Watched, made: Callable[..., Page]) -> None:
    """Further pages are asked for when somebody goes through the list, each before it is needed."""
    page = made()
    page.say("ready", **LAB)
    page.hears("integrations", cursor=None)
    for cursor, ahead in (("1", "2"), ("2", "3")):
        page.say("integrations", search="", cursor=cursor)
        page.hears("integrations", cursor=cursor)
        watched.until(f"/integrations {ahead}")
    assert ["/integrations", "/integrations 1", "/integrations 2", "/integrations 3"] == watched.asked


def test_a_preset_app_is_read_once(watched: Watched, made: Callable[..., Page]) -> None:
    """With integration= the app and its ways to sign in are there before the page; later they are read afresh."""
    page = made(integration="acme")
    page.session._thread.submit(page.session._supplies.ahead(page.flow)).result(20)
    page.say("ready", **LAB)
    page.hears("options")
    assert ["/connection-options", "/integrations/acme"] == sorted(watched.asked)
    page.choose("acme")
    assert 4 == len([path for path in watched.asked if path != STREAM])


def test_the_list_is_read_once_more_after_a_connection(box: Sandbox, pages: Any) -> None:
    """What the list says of connections is true after one was made."""
    engine = box.engine(tenant="read once more")
    page, other = pages(engine), pages(engine)
    for one in (page, other):
        one.say("ready", **LAB)
        assert "connection" not in _listed(one, "hacker-news")
    launch(page.ticket("events"), "hacker-news")
    page.hears("connection")
    other.heard.clear()
    other.say("ready", **LAB)
    assert _listed(other, "hacker-news")["connection"]["id"] == page.last("connection")["id"]


def _listed(page: Page, key: str) -> dict[str, Any]:
    return next(item for item in page.hears("integrations", cursor=None)["items"] if item["key"] == key)


def test_a_failure_before_there_is_a_page(
    watched: Watched, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """A token that cannot be had disturbs nobody until a page asks; then it is told, or had."""
    fails = threading.Event()
    fails.set()

    def token() -> str:
        if fails.is_set():
            raise ZeroDivisionError
        return "pat-x"

    page = Page(Engine(token, api_uri=watched.url))
    page.session._thread.submit(page.session._supplies.ahead(page.flow)).result(20)
    assert ("idle", [], "", ("", "")) == (page.flow.status, page.heard, caplog.text, capfd.readouterr())
    page.say("ready", **LAB)
    assert "raised ZeroDivisionError" in page.ends("failed").failure.message
    fails.clear()
    page.say("ready", **LAB)
    page.hears("ticket")
    page.session.close()


class Broken(Catalogue):
    """A catalogue with a fault in it."""

    async def _page(self, search: str, cursor: str | None) -> Any:
        raise KeyError("planted-secret")


def test_a_fault_of_ours_before_there_is_a_page(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    """What fails unexpectedly ahead of a page is not in the cell's output either."""
    engine = watched.engine()
    page = Page(engine, catalogue=Broken(engine.client, None))
    page.session._thread.submit(page.session._supplies.ahead(page.flow)).result(20)
    assert ("idle", "") == (page.flow.status, caplog.text)
    page.session.close()


def test_no_thread_to_be_had(monkeypatch: pytest.MonkeyPatch, watched: Watched) -> None:
    """Where no thread can be started a widget is made all the same; it says so when it is shown."""
    page = Page(watched.engine())

    def refuse(*_: object) -> None:
        raise ConfigurationError("no threads here")

    monkeypatch.setattr(page.session._thread, "hold", refuse)
    page.session.begin_ahead()
    monkeypatch.undo()
    assert "idle" == page.flow.status
    page.session.close()


def test_no_event_stream_before_a_tab_may_open(watched: Watched, made: Callable[..., Page]) -> None:
    """A widget that is shown opens no event stream; choosing an app does, whatever the way back."""
    page = made()
    page.say("ready", **LAB)
    page.hears("ticket")
    page.settled()
    assert STREAM not in watched.asked
    page.choose("acme")
    watched.until(STREAM)


def test_no_event_stream_for_a_preset_app_that_comes_back_by_redirect(
    watched: Watched, made: Callable[..., Page]
) -> None:
    """Where the redirect brings the answer, the stream is opened with the tab."""
    page = made(integration="acme", redirect="loopback")
    page.say("ready", **LAB)
    ticket = page.ticket("loopback")
    page.settled()
    assert STREAM not in watched.asked
    page.say("launched", flow=ticket["flow"], integration="acme")
    watched.until(STREAM)


def test_the_stream_is_open_before_the_form_is_there(box: Sandbox, pages: Any) -> None:
    """Where the stream alone brings the answer the page gets no form, so no button, before it is open."""
    page = pages(redirect="events")
    page.say("ready", **COLAB)
    assert not page.hears("ticket")["paste"]
    assert page.flow.receiver.events is None
    box.faults.set("events-forget")
    page.choose("hacker-news")
    assert "proved" == page.flow.receiver.events
    launch(page.last("ticket"))
    assert "events" == page.ends("connected").attempt.state.via


def test_a_stream_that_cannot_be_opened_is_known_with_the_form(box: Sandbox, pages: Any) -> None:
    """The ticket for pasting is there before the form that needs it."""
    box.faults.set("events-missing")
    page = pages(redirect="events")
    page.say("ready", **COLAB)
    page.hears("ticket")
    page.choose("hacker-news")
    kinds = [message["kind"] for message in page.heard]
    assert "paste" == page.last("ticket")["redirect"]["path"]
    assert kinds.index("options") > len(kinds) - 1 - kinds[::-1].index("ticket")


FORK = """
import os, sys
from ic_widget import ConnectWidget, Engine
widget = ConnectWidget(Engine("pat-x", api_uri=sys.argv[1]))
child = os.fork()
if child == 0:
    found = widget.engine.integration("acme")
    other = ConnectWidget(widget.engine)
    os._exit(0 if found["key"] == "acme" else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.program
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_fork_while_it_begins(watched: Watched) -> None:
    """A child that is forked right after a widget was made can use the engine, and make widgets."""
    command = [sys.executable, "-W", "ignore", "-c", FORK, watched.url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50)
    assert (0, "") == (done.returncode, done.stderr)
