"""Fixtures of the security tests: an engine on this machine, and a sign-in without a browser."""

from __future__ import annotations

import html
import json
import logging
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ic_widget import ConnectFlow, Engine
from ic_widget.sandbox import Sandbox
from tests.security.planted import API_KEY, CODE, CONNECTOR, OPAQUE, PASSWORD, STATE, WRONG_KEY, Ledger
from tests.two_secrets import sandbox

NewFlow = Callable[..., ConnectFlow]


@pytest.fixture(scope="session")
def box() -> Iterator[Sandbox]:
    """One sandbox for all tests that do not break it."""
    with sandbox() as box:
        yield box


@pytest.fixture
def engine(box: Sandbox) -> Iterator[Engine]:
    """An engine without faults."""
    box.faults.clear()
    yield box.engine()
    box.faults.clear()


@pytest.fixture
def new_flow(engine: Engine) -> Iterator[NewFlow]:
    """`new_flow(...)` makes a ConnectFlow to an app that takes any key; it is cancelled after the test."""
    flows: list[ConnectFlow] = []

    def make(**keywords: Any) -> ConnectFlow:
        chosen = {"integration": "stripe", "parameters": {"apiKey": "sk_test"}, **keywords}
        flows.append(ConnectFlow(engine, **chosen))
        return flows[-1]

    yield make
    for flow in flows:
        flow.cancel()


@pytest.fixture
def flow(new_flow: NewFlow) -> ConnectFlow:
    """A flow that waits for its answer."""
    return new_flow().start()


@pytest.fixture
def ledger(
    box: Sandbox, engine: Engine, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[Ledger]:
    """Collects what is seen during a test; at its end nothing planted may be among it."""
    caplog.set_level(logging.DEBUG)
    ledger = Ledger(
        {
            "api key": API_KEY,
            "wrong key": WRONG_KEY,
            "password": PASSWORD,
            "connector secret": CONNECTOR,
            "custom state": STATE,
            "code": CODE,
            "opaque token": OPAQUE,
            "workspace secret": box.workspace_secret,
            "token": engine.token(),
        }
    )
    yield ledger
    for thread in threading.enumerate():
        if thread.name.startswith("ic_widget h"):
            thread.join(10)
    ledger.objects()
    # By now `caplog.records` holds those of the teardown alone.
    for record in (*caplog.get_records("setup"), *caplog.get_records("call"), *caplog.records):
        if record.threadName != "ic-widget-sandbox":
            ledger.note(f"log {record.name}", logging.Formatter("%(message)s %(args)s").format(record))
    output = capfd.readouterr()
    ledger.note("stdout", output.out)
    ledger.note("stderr", output.err)
    assert [] == ledger.leaks()
    assert len(ledger.seen) > 5


def raised(ledger: Ledger, kind: type[BaseException], work: Callable[[], object]) -> None:
    """Do what must raise, and note all of it."""
    try:
        work()
    except kind as error:
        ledger.exception(error)
    else:
        pytest.fail(f"no {kind.__name__} was raised")


def fetch(url: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """What a browser ends on, after all redirects: status and page."""
    request = urllib.request.Request(url, data, {"Accept": "text/html", **(headers or {})})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def handed_off(url: str) -> tuple[str, dict[str, Any]]:
    """Action and payload of the hand-off page at `url`, which works once."""
    _, page = fetch(url)
    found = re.search(r'action="([^"]*)".*?name="payload" value="([^"]*)"', page)
    assert found is not None, page
    return html.unescape(found[1]), json.loads(html.unescape(found[2]))


def sign_in(url: str) -> tuple[int, str]:
    """Open the hand-off page as a browser does, up to the page on which it ends."""
    action, payload = handed_off(url)
    return fetch(action, urllib.parse.urlencode({"payload": json.dumps(payload)}).encode())


def connect_without_redirect(action: str, payload: dict[str, Any]) -> None:
    """Post the payload as a browser whose way back is blocked: only the event stream will tell."""
    payload = {name: value for name, value in payload.items() if name != "redirectUri"}
    fetch(action, urllib.parse.urlencode({"payload": json.dumps(payload)}).encode())


def functions_have_run(flow: ConnectFlow) -> bool:
    """Wait until everything that `flow` had to tell the user's functions so far has been told."""
    observers, done = flow._flow.handlers.observers, threading.Event()
    # Telling hands in one call for each function, so what is handed in by a call handed in now comes after them.
    observers.call("the last", lambda: observers.call("the last", done.set))
    return done.wait(20)
