"""From the answer's arrival to where Python has it."""

from __future__ import annotations

import random
import socket
import subprocess
import time
from collections.abc import Sequence

from benchmarks.processes import child, read, sandbox
from benchmarks.report import Row, Section
from benchmarks.stats import Series, in_turns

__all__ = ["measure", "measured"]

FLOOR = "tornado"
GOAL = 1.5
CASES = {
    "tornado": "a bare tornado handler that sets an event",
    "ConnectFlow": "ConnectFlow.connection_id",
    "ConnectWidget": "ConnectWidget.connection_id, in observe()",
    "google": "google-auth-oauthlib, run_local_server",
    "msal": "MSAL, AuthCodeReceiver",
}
HOW = (
    "From the moment at which a client in another process sends the request, on a connection made before, to the"
    " moment at which the thread that waits for it goes on with the answer in hand (system-wide monotonic clock;"
    " n={rounds} in turns, MSAL {slow}). All of them in one process that has nothing else to do; ours with the event"
    " stream to a sandbox open besides. google-auth-oauthlib up to where it would exchange the code for a token;"
    " MSAL looks once a second whether its server's thread is done."
)


def measured(names: Sequence[str], rounds: int) -> dict[str, Series]:
    """Microseconds from request to answer in hand."""
    with sandbox() as env, child("benchmarks.receiving", env=env) as process:
        cases = {name: lambda name=name: _once(process, name) for name in names}
        return in_turns(cases, rounds, warm_up=3, every={"msal": 10})


def measure(rounds: int = 100) -> Section:
    """The table's part about answers, in a process without a page."""
    found = measured(list(CASES), rounds)
    section = Section(
        "Answer received to `connection_id` visible in Python",
        HOW.format(rounds=rounds, slow=len(found["msal"].samples)),
    )
    for name, series in found.items():
        section.rows.append(Row(CASES[name], series, "µs", floor=CASES[FLOOR]))
        if name.startswith("Connect"):
            section.rows[-1].goal = GOAL
    return section


def _once(process: subprocess.Popen[str], name: str) -> float:
    assert process.stdin is not None
    process.stdin.write(f"{name}\n")
    port, request = read(process)
    # Until the receiver waits; MSAL at any moment of the second after which it looks again.
    time.sleep(0.02 if name != "msal" else random.uniform(0.1, 1.1))  # noqa: S311
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        time.sleep(0.005)  # until the connection is accepted
        begun = time.monotonic_ns()
        connection.sendall(request.encode())
        while connection.recv(65536):
            pass
        return (read(process) - begun) / 1000
