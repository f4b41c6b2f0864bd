"""ConnectWidget without a page: its traits, its checks, and what Python may do with it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import json
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import traitlets

from ic_widget import (
    ConfigurationError,
    ConnectCancelled,
    ConnectError,
    ConnectFlow,
    Connection,
    ConnectionRejected,
    ConnectTimeout,
    ConnectWidget,
    Engine,
)
from ic_widget.sandbox import Sandbox
from tests.unit.visitor import LAB, hand_off, launch, place, submit


@pytest.fixture
def widget(engine: Engine) -> Iterator[ConnectWidget]:
    """A widget that nobody has shown."""
    widget = ConnectWidget(engine, integration="hacker-news")
    yield widget
    widget.close()


class Shown(ConnectWidget):
    """A widget whose page is this test."""

    def __init__(self, engine: Engine, **keywords: Any) -> None:
        self.ticket: dict[str, Any] = {}
        self.came = threading.Event()
        super().__init__(engine, **keywords)

    def send(self, content: Any, buffers: Any = None) -> None:
        if content["kind"] == "ticket":
            self.ticket = content
            self.came.set()

    def hear(self, kind: str, **content: Any) -> None:
        self._handle_custom_msg({"kind": kind, "id": kind, **content}, [])


@pytest.mark.parametrize("shown", [False, True])
def test_a_closed_widget_is_freed(engine: Engine, shown: bool) -> None:
    """Nothing keeps a widget that was closed and let go, nor its session; the server knows its address as over."""
    other = Shown(engine, redirect="loopback")
    other.hear("ready", **LAB)
    assert other.came.wait(10)
    widget = Shown(engine, redirect="loopback")
    if shown:
        widget.hear("ready", **LAB)
        assert widget.came.wait(10)
    widget.close()
    kept: list[weakref.ref[Any]] = [weakref.ref(widget), weakref.ref(widget._session)]
    del widget
    deadline = time.monotonic() + 60
    while any(one() is not None for one in kept) and time.monotonic() < deadline:
        gc.collect()
    assert [None, None] == [one() for one in kept]
    other.close()


@pytest.mark.parametrize("name", ["status", "connection_id", "error", "error_data", "redirect", "preset"])
def test_traits_are_read_only(widget: ConnectWidget, name: str) -> None:
    """Nobody sets a result by hand."""
    with pytest.raises(traitlets.TraitError, match="read-only"):
        setattr(widget, name, "x")


def test_page_cannot_write(widget: ConnectWidget) -> None:
    """A state that a page sends changes nothing."""
    widget.set_state({"status": "connected", "connection_id": "forged", "unknown": 1})
    assert ["idle", None] == [widget.status, widget.connection_id]


def test_state_holds_no_secret(engine: Engine) -> None:
    """What is saved with a notebook holds neither token nor parameters."""
    widget = ConnectWidget(engine, integration="stripe", parameters={"apiKey": "planted-secret"})
    state = repr({name: value for name, value in widget.get_state().items() if name not in ("_esm", "_css")})
    assert "planted-secret" not in state
    assert engine.token() not in state
    assert f"<ConnectWidget idle, integration='stripe'{place(engine)}>" == repr(widget)
    widget.close()


def test_embedded_state(widget: ConnectWidget) -> None:
    """An exported page holds a line in the place of the module."""
    spec = ConnectWidget.get_manager_state(widgets=[widget])["state"][widget.model_id]
    assert len(json.dumps(spec)) < 5000
    assert "From an earlier session" in spec["state"]["_esm"]
    assert "" == spec["state"]["_css"]


def test_a_page_that_comes_later_gets_no_module(widget: ConnectWidget) -> None:
    """It hears of every widget of the kernel; it is sent the module of those that it shows, once it asks."""
    sent: list[dict[str, Any]] = []
    later = widget.get_state()
    assert "From an earlier session" in later["_esm"]
    assert len(json.dumps(later)) < 5000
    widget.comm.send = lambda data, **_: sent.append(data["state"])
    widget._handle_custom_msg({"kind": "module"}, [])
    widget.send_state()
    assert [widget._esm] * 2 == [state["_esm"] for state in sent]
    assert len(widget._esm) > 10_000


def test_all_are_of_one_class(widget: ConnectWidget) -> None:
    """No class is made for a widget: that is most of what one costs."""
    assert ConnectWidget is type(widget)
    assert "ic_widget.widget.ConnectWidget" == widget._anywidget_id


def test_ids_differ(engine: Engine) -> None:
    """Two widgets on one page never share an id."""
    first, second = ConnectWidget(engine), ConnectWidget(engine)
    assert first.get_state("_uid") != second.get_state("_uid")
    first.close()
    second.close()


def test_no_token() -> None:
    """Without a token and an environment it says which four ways there are, at construction."""
    with pytest.raises(ConfigurationError, match="one of four ways"):
        ConnectWidget()


def test_unknown_keyword(engine: Engine) -> None:
    """A mistyped keyword is a TypeError that names the nearest real one."""
    with pytest.raises(TypeError, match="Did you mean timeout="):
        ConnectWidget(engine, timeuot=3)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("keywords", "sentence"),
    [
        ({"integrations": "github"}, "takes a list of keys"),
        ({"integrations": []}, "at least one key"),
        ({"parameters": ["a"]}, "parameters= must be a dict"),
        ({"parameters": {"a": object()}}, "only what JSON can"),
        ({"timeout": 0}, "leaves no time"),
        ({"redirect": "pigeon"}, "is unknown"),
    ],
)
def test_impossible_keyword(engine: Engine, keywords: dict[str, Any], sentence: str) -> None:
    """What cannot work is refused at construction, with a sentence."""
    with pytest.raises(ConfigurationError, match=sentence):
        ConnectWidget(engine, **keywords)


def test_connects(engine: Engine) -> None:
    """The answer is in the traits when wait() returns, and observers and handlers have been told."""
    widget = Shown(engine, integration="hacker-news", redirect="loopback")
    seen: list[Connection] = []
    told = threading.Event()
    widget.on_connect(lambda connection: (seen.append(connection), told.set()))
    widget.hear("ready", **LAB)
    assert widget.came.wait(10)
    widget.hear("launched", flow=widget.ticket["flow"], integration="hacker-news")
    launch(widget.ticket, "hacker-news")
    connection = widget.wait(10)
    assert connection.id == widget.connection_id
    assert ["connected", None, "loopback"] == [widget.status, widget.error, widget.redirect]
    assert connection == widget.connection
    assert told.wait(10)
    assert [connection] == seen
    widget.close()


def test_reuse(engine: Engine) -> None:
    """Nobody has to see the widget where a connection is ready: wait() returns it, and `reused` says so."""
    with ConnectFlow(engine, integration="hacker-news") as flow:
        submit(*hand_off(flow.url))
        there = flow.wait(10)
    widget = ConnectWidget(engine, integration="hacker-news", reuse=True)

    assert there == widget.wait(10)
    assert ("connected", there.id, True) == (widget.status, widget.connection_id, widget.reused)
    widget.close()


@pytest.mark.parametrize(
    ("state", "status"),
    [("READY", "connected"), ("SETUP_FAILED", "failed"), ("CLIENT_ACTION_REQUIRED", "failed")],
)
def test_being_set_up(box: Sandbox, state: str, status: str) -> None:
    """A connection that the engine is setting up is waited for; one that it gives up is no success, and says why."""
    tenant = f"set up, {state}"
    there = box.connect("hacker-news", tenant=tenant)
    box.put_in_state(there.id, "BUILDING")
    widget = Shown(box.engine(tenant=tenant), integration="hacker-news", reuse=True)
    widget.hear("ready", **LAB)
    deadline = time.monotonic() + 20
    # One that has failed already is not taken for this widget at all.
    while not widget._session.flow.attempt.over and time.monotonic() < deadline:
        time.sleep(0.01)
    box.put_in_state(there.id, state)
    with contextlib.suppress(ConnectionRejected):
        widget.wait(20)

    assert status == widget.status
    assert (status == "failed") == bool(widget.error)
    assert (there.id if status == "connected" else None) == widget.connection_id
    widget.close()


def test_reconnect_shows_its_app(engine: Engine) -> None:
    """Of a connection the app is shown from the first moment on; of a name once the engine has said it."""
    known = ConnectWidget(engine, reconnect=Connection("c1", name="Work", integration_key="hacker-news"))
    named = ConnectWidget(engine, reconnect="Work")

    assert ["hacker-news", "Work"] == [known.preset, named.preset]
    assert f"<ConnectWidget idle, integration=None, reconnect='Work'{place(engine)}>" == repr(named)
    known.close()
    named.close()


def test_cancel_and_reset(widget: ConnectWidget) -> None:
    """cancel() ends the attempt with a sentence, reset() starts over; both show at once."""
    errors: list[ConnectError] = []
    told = threading.Event()
    widget.on_error(lambda error: (errors.append(error), told.set()))
    widget.cancel()
    assert "cancelled" == widget.status
    assert told.wait(10)
    assert widget.error == str(errors[0])
    with pytest.raises(ConnectCancelled):
        widget.wait()
    widget.reset()
    assert ["idle", None] == [widget.status, widget.error]


def test_wait_has_an_end(widget: ConnectWidget) -> None:
    """A wait with a timeout ends the attempt when nobody signs in, and says so."""
    with pytest.raises(ConnectTimeout, match="was not finished in time"):
        widget.wait(0.1)
    assert "expired" == widget.status
    assert isinstance(widget._session.flow.failure, TimeoutError)


def test_waiting_for_what_has_failed(widget: ConnectWidget) -> None:
    """Waiting again for what has failed says how to have another try."""
    with pytest.raises(ConnectTimeout) as first:
        widget.wait(0.1)
    with pytest.raises(ConnectTimeout, match="button in the widget") as second:
        widget.wait(0.1)
    with pytest.raises(ConnectTimeout, match="button in the widget"):
        asyncio.run(widget.connected(0.1))
    assert str(second.value).startswith(str(first.value))
    assert first.value.message == widget.error


def test_waiting_for_what_is_closed(widget: ConnectWidget) -> None:
    """A widget that was closed cannot start again: a new one can."""
    widget.close()
    with pytest.raises(ConnectCancelled, match=r"has been closed\. Make a new one"):
        widget.wait(0.1)


def test_nobody_there(engine: Engine) -> None:
    """Where no page can show it, as in this plain Python, wait() and connected() say so and what to do, whether it was
    shown or not; the attempt goes on.
    """
    widgets = [ConnectWidget(engine, integration="hacker-news") for _ in range(3)]
    widgets[1]._repr_mimebundle_()
    with ThreadPoolExecutor() as side_by_side:
        waiting = [
            side_by_side.submit(widgets[1].wait, 30),
            side_by_side.submit(lambda: asyncio.run(widgets[2].connected(30))),
        ]
        with pytest.raises(ConfigurationError, match=r"No page can show this widget here.*ConnectFlow"):
            widgets[0].wait(30)
    for each in waiting:
        with pytest.raises(ConfigurationError, match=r"No page can show this widget here.*ConnectFlow"):
            each.result()
    assert ["idle"] * 3 == [widget.status for widget in widgets]
    for widget in widgets:
        widget.close()


def test_page_there(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """A page that was heard of is one, whatever shows it; a cell that waits says for what, as Run All hides it."""
    widget = Shown(engine, integration="hacker-news", redirect="loopback")
    widget.hear("ready", **LAB)
    assert widget.came.wait(10)
    with pytest.raises(ConnectTimeout):
        widget.wait(2.5)
    said = "Waiting for somebody to connect hacker-news with the widget. Interrupt stops waiting.\n"
    assert said == capsys.readouterr().out
    widget.close()


def test_observer_sees_all_of_it(widget: ConnectWidget) -> None:
    """Whoever hears of the status finds the error there already."""
    found: list[str | None] = []
    told = threading.Event()
    widget.observe(lambda change: (found.append(widget.error), told.set()), "status")
    widget.cancel()
    assert told.wait(10)
    assert [widget.error] == found


def test_observer_that_fails_stops_nothing(widget: ConnectWidget, caplog: pytest.LogCaptureFixture) -> None:
    """An observer that raises is logged, and the other traits are set all the same."""

    def fail(change: object) -> None:
        raise ZeroDivisionError

    told = threading.Event()
    widget.observe(fail, "error")
    widget.observe(lambda change: told.set(), "status")
    widget.cancel()
    assert "cancelled" == widget.status
    assert told.wait(10)
    assert "A function that observes error failed" in caplog.text


def test_slow_observer_delays_no_wait(engine: Engine) -> None:
    """An observer that does not return holds back neither wait() nor the traits nor cancel()."""
    widget, release = ConnectWidget(engine, integration="hacker-news"), threading.Event()
    widget.observe(lambda change: release.wait(20), "status")
    widget.cancel()
    with pytest.raises(ConnectCancelled):
        widget.wait(10)
    widget.reset()
    assert "idle" == widget.status
    release.set()
    widget.close()


def test_two_that_cancel_each_other(engine: Engine) -> None:
    """Widgets whose observers cancel each other end both, without a deadlock."""
    first, second = ConnectWidget(engine), ConnectWidget(engine)
    met, told = threading.Barrier(2, timeout=60), [threading.Event(), threading.Event()]

    def cancel_the_other(change: Any, other: ConnectWidget, done: threading.Event) -> None:
        if change.new == "cancelled" and not done.is_set():
            met.wait()
            other.cancel()
            done.set()

    first.observe(lambda change: cancel_the_other(change, second, told[0]), "status")
    second.observe(lambda change: cancel_the_other(change, first, told[1]), "status")
    both = [threading.Thread(target=widget.cancel) for widget in (first, second)]
    for thread in both:
        thread.start()
    assert [True, True] == [done.wait(10) for done in told]
    first.close()
    second.close()


def test_observer_of_the_status_finds_the_id(engine: Engine) -> None:
    """Whoever hears of "connected" finds the connection's id, whatever else was published meanwhile."""
    widget = Shown(engine, integration="hacker-news", redirect="loopback")
    found: list[tuple[str, str | None]] = []
    told = threading.Event()
    widget.observe(
        lambda change: (
            (found.append((change.new, widget.connection_id)), told.set())
            if change.new == "connected"
            else None
        ),
        "status",
    )
    widget.hear("ready", **LAB)
    assert widget.came.wait(10)
    widget.hear("launched", flow=widget.ticket["flow"], integration="hacker-news")
    launch(widget.ticket, "hacker-news")
    widget.wait(10)
    assert told.wait(10)
    assert [("connected", widget.connection_id)] == found
    widget.close()


def test_every_trait_is_explained() -> None:
    """`ConnectWidget.status?` and its like say what the trait means."""
    named = [
        *(
            "status",
            "connection_id",
            "error",
            "error_data",
            "redirect",
            "redirect_reason",
            "preset",
            "reused",
        ),
    ]
    assert [] == [name for name in named if not ConnectWidget.class_traits()[name].help]


def test_help_shows_the_keywords() -> None:
    """A reader of the signature finds every keyword with its default."""
    parameters = inspect.signature(ConnectWidget).parameters
    assert (600, "auto") == (parameters["timeout"].default, parameters["redirect"].default)
    assert {*inspect.signature(ConnectFlow).parameters} == {*parameters} - {
        "integrations",
        "sensitive",
        "aliases",
        "foreign_logos",
    }


def test_demo() -> None:
    """demo() needs no account: it starts one sandbox for all widgets of the process."""
    first, second = ConnectWidget.demo(), ConnectWidget.demo(integration="github")
    assert first.engine.api_uri == second.engine.api_uri
    assert "github" == second.engine.integration("github")["key"]
    first.close()
    second.close()


TOKEN_THAT_NEVER_COMES = """
import threading
from ic_widget import Engine
asked = threading.Event()
v = ConnectWidget(Engine(lambda: (asked.set(), threading.Event().wait()), api_uri=w.engine.api_uri))
if not asked.wait(30):
    print("nobody asked for a token")
"""


@pytest.mark.program
@pytest.mark.parametrize(
    "code", ["", "w.close()", "w._session.flow.open()", "w._session.announce()", TOKEN_THAT_NEVER_COMES]
)
def test_interpreter_ends(code: str) -> None:
    """A script that ends with a widget alive, whatever it was doing, ends at once and says nothing."""
    script = f"from ic_widget import ConnectWidget\nw = ConnectWidget.demo(integration='github')\n{code}"
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, timeout=120, check=False
    )
    assert (0, b"", b"") == (ended.returncode, ended.stdout, ended.stderr)
