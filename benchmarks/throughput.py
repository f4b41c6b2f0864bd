"""How many answers the callback server takes, how long one has to wait, and what a busy cell does to that."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

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
HOW = (
    "Each server in a process of its own, the client (plain sockets, one selector) in another; {rounds} rounds in"
    " turns of {seconds} s each; a new TCP connection for each request and the same page in every answer. Ours is asked"
    " for the answer of a flow that has ended while the others wait, each with its event stream to a sandbox in a"
    " third process. Requests per second and p99 with 16 requests at a time, p50 with one at a time; shown are median"
    " and spread over the rounds. `http.server` and `wsgiref` run for ever here; in the peers they serve one"
    " login and then end. Client and server share two cores."
)
BUSY_HOW = (
    "As above with one request at a time, while the main thread of the server's process runs the cell. All servers"
    " here run in a thread beside it; the peers' own receivers block the main thread themselves, so that no cell can"
    " run meanwhile. CPython hands the interpreter to another thread every 5 ms at most (`sys.getswitchinterval`)"
    " and an answer needs it more than once."
)


def measured(
    cases: Mapping[str, Case], rounds: int, seconds: float, at_once: tuple[int, ...] = (1, AT_ONCE)
) -> dict[tuple[str, int], dict[str, Series]]:
    """By case and number of requests at a time: requests per second, p50 and p99 in microseconds, by round."""
    found: dict[tuple[str, int], dict[str, list[float]]] = {}
    with sandbox() as env, contextlib.ExitStack() as stack:
        targets = {}
        for name, command in cases.items():
            process = stack.enter_context(child("benchmarks.serving", *command, env=env))
            targets[name] = read(process)
        for turn in range(-1, rounds):
            for name, (port, path) in targets.items():
                request = f"GET {path}?{ANSWER} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
                for connections in at_once:
                    result = load(port, request, connections, seconds if turn >= 0 else 0.2)
                    if turn < 0:
                        continue
                    figures = found.setdefault((name, connections), {"rps": [], "p50": [], "p99": []})
                    figures["rps"].append(result.per_second)
                    figures["p50"].append(percentile(result.microseconds, 50))
                    figures["p99"].append(percentile(result.microseconds, 99))
    return {case: {name: Series(tuple(each)) for name, each in figures.items()} for case, figures in found.items()}


def measure(rounds: int = 7, seconds: float = 1.0) -> Section:
    """The table's part about the callback server."""
    found = measured(CASES, rounds, seconds)
    section = Section("Callback server", HOW.format(rounds=rounds, seconds=seconds))
    for figure, connections, unit in (("rps", AT_ONCE, "/s"), ("p99", AT_ONCE, "µs"), ("p50", 1, "µs")):
        floor = f"{LABELS[figure]}: {next(iter(CASES))}"
        for name in CASES:
            section.rows.append(
                Row(f"{LABELS[figure]}: {name}", found[name, connections][figure], unit, floor=floor)
            )
    one, thousand = (found[f"ic_widget, {n} pending", AT_ONCE]["rps"] for n in ("1 flow", "1,000 flows"))
    section.notes.append(
        f"cost of a request with 1,000 flows pending over 1: {one.median / thousand.median:.2f} x"
    )
    return section


LABELS = {"rps": "requests per second", "p99": "p99", "p50": "p50, one at a time"}
CELLS = {
    "idle": "idle",
    "sleep": "`time.sleep`",
    "numpy": "a NumPy product",
    "python": "a pure-Python loop",
}


def measure_busy(rounds: int = 5, seconds: float = 1.0) -> Section:
    """The table's part about a kernel that is busy."""
    servers = {"tornado": ("tornado",), "ic_widget": ("ic_widget", "1")}
    cases = {
        f"{server}, main thread: {label}": (*command, *(["1"] if len(command) == 1 else []), cell)
        for cell, label in CELLS.items()
        for server, command in servers.items()
    }
    found: dict[str, dict[str, Series]] = {}
    for cell in CELLS:  # busy processes one at a time: there are only so many cores
        some = {name: case for name, case in cases.items() if case[-1] == cell}
        for name, case in some.items():
            found[name] = measured({name: case}, rounds, seconds, (1,))[name, 1]
    section = Section("Callback server beside a busy cell", BUSY_HOW)
    for figure in ("rps", "p50", "p99"):
        for name in cases:
            server = name.partition(",")[0]
            floor = f"{figure}: {server}, main thread: idle"
            unit = "/s" if figure == "rps" else "µs"
            section.rows.append(Row(f"{figure}: {name}", found[name][figure], unit, floor=floor))
    return section
