"""How many answers the callback server takes, how long one has to wait, and what a busy cell does to that."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import psutil

from benchmarks.load import load
from benchmarks.processes import child, read, sandbox
from benchmarks.report import Row, Section
from benchmarks.servers import ANSWER
from benchmarks.stats import Series, percentile

__all__ = ["measure", "measure_busy", "measured"]

Case = tuple[str, ...]
CASES: dict[str, Case] = {
    "raw asyncio, canned answer": ("raw asyncio",),
    "tornado, one handler": ("tornado",),
    "ic_widget, 1 flow pending": ("ic_widget", "1"),
    "ic_widget, 1,000 flows pending": ("ic_widget", "1000"),
    "http.server, as MSAL uses it": ("http.server",),
    "wsgiref, as google-auth-oauthlib uses it": ("wsgiref",),
}
AT_ONCE = 16
TABLE = (("rps", AT_ONCE, "/s"), ("p99", AT_ONCE, "µs"), ("cpu", AT_ONCE, "µs"), ("p50", 1, "µs"))
LABELS = {
    "rps": "requests per second",
    "p99": "p99",
    "cpu": "processor time of a request",
    "p50": "p50, one at a time",
}
CELLS = {
    "idle": "idle",
    "sleep": "`time.sleep`",
    "numpy": "a NumPy product",
    "python": "a pure-Python loop",
}
HOW = (
    "Each server in a process of its own, the client (plain sockets, one selector) in another; {rounds} rounds in"
    " turns of {seconds} s each; a new TCP connection for each request and the same page in every answer. Ours is asked"
    " for the answer of a flow that has ended while the others wait, each with its event stream to a sandbox in a"
    " third process. Requests per second, p99 and the server's processor time with 16 requests at a time, p50 with one"
    " at a time; shown are median and spread over the rounds. `http.server` and `wsgiref` run for ever here; in the"
    " peers they serve one login and then end. Client and server share the machine's cores."
)
BUSY_HOW = (
    "As above with one request at a time, while the main thread of the server's process runs the cell; in turns, the"
    " processes that have no turn are stopped (SIGSTOP). Both servers run in a thread beside the cell; the peers' own"
    " receivers block the main thread themselves, so that no cell can run meanwhile. CPython hands the interpreter"
    " to another thread after 5 ms (`sys.getswitchinterval`), and an answer needs it more than once."
)


def measured(
    cases: Mapping[str, Case],
    rounds: int,
    seconds: float,
    at_once: tuple[int, ...] = (1, AT_ONCE),
    alone: bool = False,
) -> dict[tuple[str, int], dict[str, Series]]:
    """By case and number of requests at a time: the FIGURES, by round; `alone` stops all processes but one."""
    found: dict[tuple[str, int], dict[str, list[float]]] = {}
    with sandbox() as env, contextlib.ExitStack() as stack:
        targets = {}
        for name, command in cases.items():
            process = stack.enter_context(child("benchmarks.serving", *command, env=env))
            targets[name] = (psutil.Process(process.pid), *read(process))
            if alone:
                targets[name][0].suspend()
                stack.callback(targets[name][0].resume)
        for turn in range(-1, rounds):
            for name, (server, port, path) in targets.items():
                request = f"GET {path}?{ANSWER} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
                if alone:
                    server.resume()
                for connections in at_once:
                    figures = _round(server, port, request, connections, seconds if turn >= 0 else 0.2)
                    if turn >= 0:
                        for figure, value in figures.items():
                            found.setdefault((name, connections), {}).setdefault(figure, []).append(value)
                if alone:
                    server.suspend()
    return {case: {name: Series(tuple(each)) for name, each in some.items()} for case, some in found.items()}


def _round(
    server: psutil.Process, port: int, request: bytes, connections: int, seconds: float
) -> dict[str, float]:
    before = server.cpu_times()
    result = load(port, request, connections, seconds)
    after = server.cpu_times()
    spent = after.user + after.system - before.user - before.system
    return {
        "rps": result.per_second,
        "p50": percentile(result.microseconds, 50),
        "p99": percentile(result.microseconds, 99),
        "cpu": spent * 1e6 / len(result.microseconds),
    }


def measure(rounds: int = 7, seconds: float = 1.0) -> Section:
    """The table's part about the callback server."""
    found = measured(CASES, rounds, seconds)
    section = Section("Callback server", HOW.format(rounds=rounds, seconds=seconds))
    for figure, connections, unit in TABLE:
        floor = f"{LABELS[figure]}: {next(iter(CASES))}"
        for name in CASES:
            section.rows.append(
                Row(f"{LABELS[figure]}: {name}", found[name, connections][figure], unit, floor=floor)
            )
    one, thousand = (found[f"ic_widget, {n} pending", AT_ONCE]["cpu"] for n in ("1 flow", "1,000 flows"))
    cost = thousand.median / one.median
    section.notes.append(f"processor time of a request with 1,000 flows pending over 1: {cost:.2f} x")
    return section


def measure_busy(rounds: int = 5, seconds: float = 1.0) -> Section:
    """The table's part about a kernel that is busy."""
    servers = {"tornado": ("tornado",), "ic_widget": ("ic_widget", "1")}
    cases = {
        f"{server}, main thread: {label}": (*command, *(["1"] if len(command) == 1 else []), cell)
        for cell, label in CELLS.items()
        for server, command in servers.items()
    }
    found = measured(cases, rounds, seconds, (1,), alone=True)
    section = Section("Callback server beside a busy cell", BUSY_HOW, base="idle")
    for figure in ("rps", "p50", "p99"):
        for name in cases:
            server = name.partition(",")[0]
            floor = f"{figure}: {server}, main thread: idle"
            unit = "/s" if figure == "rps" else "µs"
            section.rows.append(Row(f"{figure}: {name}", found[name, 1][figure], unit, floor=floor))
    return section
