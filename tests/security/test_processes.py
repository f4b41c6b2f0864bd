"""A pending sign-in in a process that sleeps, forks or ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from ic_widget.sandbox import Sandbox
from tests.security.conftest import sign_in
from tests.unit.wire import parsed, request

BEGIN = """
import json, os, sys, urllib.request
from ic_widget import ConnectError, ConnectFlow

def say(**what):
    print(json.dumps(what), flush=True)

flow = ConnectFlow(integration="stripe", parameters={"apiKey": "sk"}, **json.loads(sys.argv[1])).start()
say(url=flow.url, redirect=flow.redirect_uri)
"""
WAIT = """
try:
    say(status="connected", id=flow.wait().id)
except ConnectError as error:
    say(status=flow.status, error=type(error).__name__)
"""


class Program:
    """A Python program with a pending flow; `said` reads what it says next."""

    def __init__(self, box: Sandbox, code: str, **keywords: Any) -> None:
        given = {"MEMBRANE_API_URI": box.url, "MEMBRANE_TOKEN": box.token()}
        command = [
            sys.executable,
            "-W",
            "ignore::DeprecationWarning",
            "-c",
            BEGIN + code,
            json.dumps(keywords),
        ]
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        begun = self.said()
        self.url, self.redirect = begun["url"], urlsplit(begun["redirect"])
        self.port = self.redirect.port or 0

    def said(self) -> dict[str, Any]:
        """The next thing it says."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"died": self.process.communicate()[1]}

    def ended(self) -> tuple[int, str]:
        """Wait until it has ended: exit status and what it printed besides."""
        _, printed = self.process.communicate(timeout=120)
        return self.process.returncode, printed


@pytest.fixture
def program(box: Sandbox) -> Iterator[Callable[..., Program]]:
    """`program(code, **keywords of the flow)` starts one; it is ended after the test."""
    programs: list[Program] = []

    def start(code: str, **keywords: Any) -> Program:
        programs.append(Program(box, code, **keywords))
        return programs[-1]

    yield start
    for started in programs:
        # With its children, which hold its pipes open.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.process.pid, signal.SIGKILL)
        started.process.communicate()


asleep = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no process can be put to sleep here")
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@asleep
def test_asleep_over_the_timeout(program: Callable[..., Program]) -> None:
    """A process that wakes up after the timeout says that it expired, and a late answer is told that it is over."""
    started = program(WAIT, timeout=1)
    started.process.send_signal(signal.SIGSTOP)
    time.sleep(1.5)  # the time that passes meanwhile is what is tested
    started.process.send_signal(signal.SIGCONT)

    assert {"status": "expired", "error": "ConnectTimeout"} == started.said()
    assert (0, "") == started.ended()


@asleep
def test_answered_while_asleep(box: Sandbox, program: Callable[..., Program]) -> None:
    """An answer that came while the process slept over its timeout counts, or is told that it came late."""
    started = program(WAIT + "import time; time.sleep(0.5)", timeout=1)
    made = box.connect("stripe", parameters={"apiKey": "sk"}).id
    started.process.send_signal(signal.SIGSTOP)
    with socket.create_connection(("127.0.0.1", started.port), 20) as browser:
        target = f"{started.redirect.path}?connectionId={made}"
        browser.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{started.port}\r\n\r\n".encode())
        time.sleep(1.5)  # as above
        started.process.send_signal(signal.SIGCONT)
        received = b""
        while chunk := browser.recv(65536):
            received += chunk
    outcome = (parsed(received).status, started.said()["status"])

    assert outcome in [(200, "connected"), (200, "expired")]


@asleep
def test_asleep_within_the_timeout(program: Callable[..., Program]) -> None:
    """A process that slept for less than the timeout takes the answer as if nothing had been."""
    started = program(WAIT, timeout=60)
    started.process.send_signal(signal.SIGSTOP)
    time.sleep(0.5)
    started.process.send_signal(signal.SIGCONT)
    sign_in(started.url)

    assert "connected" == started.said()["status"]


FORK = """
child = os.fork()
if child == 0:
    CHILD
    sys.exit(7)
say(child=os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


OWN = """own = ConnectFlow(integration="stripe", parameters={"apiKey": "sk"}).start()
    urllib.request.urlopen(own.redirect_uri + "?connectionId=MADE").close()
    own.wait()"""


@forks
@pytest.mark.parametrize(
    "child",
    [
        "pass",
        "flow.cancel()",
        "say(status=flow.status); flow.cancel(); say(status=flow.status)",
        OWN,
    ],
)
def test_fork(program: Callable[..., Program], box: Sandbox, child: str) -> None:
    """A child forked beside a pending flow ends on its own, whatever it does; the parent gets its answer."""
    made = box.connect("stripe", parameters={"apiKey": "sk"}).id
    started = program(FORK.replace("CHILD", child).replace("MADE", made) + WAIT)
    says = [started.said() for _ in range(child.count("say(") + 1)]
    sign_in(started.url)

    assert {"child": 7} == says[-1]
    assert "connected" == started.said()["status"]
    assert (0, "") == started.ended()


@pytest.mark.parametrize("end", ["", "sys.exit(0)", "raise SystemExit(0)", "flow.cancel()"])
def test_end_with_a_pending_flow(program: Callable[..., Program], end: str) -> None:
    """A program ends at once and quietly though a flow is pending and a client is in the middle of a request."""
    started = program(f"sys.stdin.readline(); {end}" if end else "")
    started.process.stdin and started.process.stdin.close()

    assert (0, "") == started.ended()
    with pytest.raises(ConnectionRefusedError):
        request(started.port, "/")


def test_killed(program: Callable[..., Program]) -> None:
    """After a kill the port is free for the next process, where the old address belongs to nobody."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    first = program(WAIT, port=port)
    first.process.kill()
    first.process.wait()
    second = program(WAIT, port=port)
    stale = request(port, f"{first.redirect.path}?connectionId=stale")
    sign_in(second.url)

    assert 404 == stale.status
    assert "connected" == second.said()["status"]
