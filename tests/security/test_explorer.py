"""Planted secrets in an explorer: what is filled in is shown, kept and logged by its name only."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import threading
from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any

import pytest

from ic_widget import AppError, ConnectError, Engine, EngineError, ExploreWidget
from ic_widget.sandbox import Sandbox
from tests.security.conftest import raised
from tests.security.planted import API_KEY, CONNECTOR, PASSWORD, STATE, Ledger
from tests.unit.page.explore_page import hubspot

PATIENCE = 20


class Explorer(ExploreWidget):
    """An explorer whose page is this test: it hides what it sends as the real one does, and keeps what it hears."""

    def __init__(self, connection: Any) -> None:
        self.heard: list[Any] = []
        self._news = threading.Condition()
        self._ids = count()
        super().__init__(connection)

    def send(self, content: Any, buffers: Any = None) -> None:
        with self._news:
            self.heard.append(copy.deepcopy(content))
            self._news.notify_all()

    def hear(self, kind: str, **wanted: Any) -> Any:
        """Wait for a message of that kind."""

        def found() -> Any:
            return next((m for m in self.heard if m["kind"] == kind and wanted.items() <= m.items()), None)

        with self._news:
            assert self._news.wait_for(found, PATIENCE), [message["kind"] for message in self.heard]
            return found()

    def run(self, action: str | None, given: dict[str, Any], shown: dict[str, Any]) -> Any:
        """Run a call as the page does, added to a pad; its result."""
        call = f"c{next(self._ids)}"
        inner = {
            "kind": "run",
            "id": f"i{call}",
            "call": call,
            "action": action,
            "input": given,
            "shown": shown,
        }
        plain = json.dumps(inner).encode()
        self._handle_custom_msg({"kind": "pad", "id": f"p{call}", "name": call, "length": len(plain)}, [])
        pad = base64.b64decode(self.hear("pad", name=call)["data"])
        sealed = base64.b64encode(bytes(one ^ other for one, other in zip(plain, pad, strict=True))).decode()
        self._handle_custom_msg({"kind": "sealed", "id": f"s{call}", "name": call, "data": sealed}, [])
        return self.hear("result", call=call)


@pytest.fixture
def x(engine: Engine) -> Iterator[Explorer]:
    """An explorer of a HubSpot connection."""
    x = Explorer(hubspot(engine))
    yield x
    x.close()


def mark(name: str) -> dict[str, str]:
    """What stands for a secret."""
    return {"$secret": name}


HEADERS = {"X-Api-Key": API_KEY}
CALLS: list[tuple[str | None, dict[str, Any], dict[str, Any]]] = [
    ("create-contact", {"name": "Ada", "secret": STATE}, {"name": "Ada", "secret": mark("secret")}),
    (
        None,
        {"method": "POST", "path": "/nothing-here", "headers": HEADERS, "form": {"client_secret": CONNECTOR}},
        {
            "method": "POST",
            "path": "/nothing-here",
            "headers": {"X-Api-Key": mark("X-Api-Key")},
            "form": {"client_secret": mark("client_secret")},
        },
    ),
    (
        None,
        {"method": "POST", "path": "/echo", "body": {"password": PASSWORD}},
        {"method": "POST", "path": "/echo", "body": {"password": mark("password")}},
    ),
    (
        None,
        {"method": "GET", "path": "/records", "headers": {"Authorization": f"Bearer {API_KEY}"}},
        {"method": "GET", "path": "/records", "headers": {"Authorization": mark("Authorization")}},
    ),
]


def look(x: Explorer, ledger: Ledger) -> None:
    """All that a front end, a notebook file and a cell can see of it."""
    ledger.note("traits", {name: getattr(x, name) for name in x.traits() if name not in ("_esm", "_css")})
    ledger.note("state", json.dumps(x.get_state(drop_defaults=False), default=str))
    ledger.note("manager state", json.dumps(Explorer.get_manager_state(widgets=[x]), default=str))
    ledger.note("displayed", json.dumps(x._repr_mimebundle_(), default=str))
    ledger.note("repr", [x, x.response, x.error, x.connection])
    if x.error is not None:
        raised(ledger, ConnectError, lambda: (_ for _ in ()).throw(x.error))


@pytest.mark.parametrize(("action", "given", "shown"), CALLS)
def test_what_is_filled_in(
    x: Explorer,
    ledger: Ledger,
    action: str | None,
    given: dict[str, Any],
    shown: dict[str, Any],
) -> None:
    """A secret that is filled in is in no trait, saved state, repr, log, error or traceback, nor in the history."""
    look(x, ledger)
    x.run(action, given, shown)
    look(x, ledger)
    x._handle_custom_msg({"kind": "ready", "id": "r1", **LAB}, [])
    x.hear("connection")
    # What came back is the page's to hide: of all else it is told, nothing may be secret.
    for message in x.heard:
        if message["kind"] not in ("result", "pad", "channel"):
            ledger.note(f"message {message['kind']}", json.dumps(message))

    assert [shown] == [call["input"] for call in x._explorer._calls.shown()]
    assert shown == x.hear("call", state="running")["input"]


LAB = {"origin": "http://127.0.0.1:8888", "base_url": "/", "host": "jupyterlab"}


def test_what_comes_back_is_not_saved(x: Explorer, ledger: Ledger) -> None:
    """A secret in an answer is whole in Python and in the result that the page shows, and nowhere else."""
    result = x.run(None, {"method": "POST", "path": "/echo", "body": {"token": PASSWORD}}, {})
    look(x, ledger)

    assert {"token": PASSWORD} == x.output == result["output"]


def test_an_engine_that_is_gone(ledger: Ledger) -> None:
    """A call that cannot be sent shows nothing of it either, to whoever raises its error."""
    with Sandbox() as box:
        engine = box.engine()
        ledger.planted["this token"] = engine.token()
        x = Explorer(hubspot(engine))
    x.run(None, *CALLS[1][1:])
    look(x, ledger)
    x.close()

    assert isinstance(x.error, EngineError)
    assert not isinstance(x.error, AppError)


def test_it_cannot_be_pickled(x: Explorer, ledger: Ledger) -> None:
    """An explorer with the results of its calls is written to no file by mistake."""
    x.run(*CALLS[0])
    for thing in (x, x._explorer):
        raised(ledger, (TypeError, AttributeError, pickle.PicklingError), partial(pickle.dumps, thing))
    look(x, ledger)
