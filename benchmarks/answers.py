"""From the answer's arrival to where Python has it and a person sees it, in real JupyterLab and Chromium."""

from __future__ import annotations

import itertools
import socket
import time

from playwright.sync_api import Page

from benchmarks.inside import SETUP
from benchmarks.jupyter import Jupyter, Watched, jupyter
from benchmarks.limits import within
from benchmarks.processes import sandbox
from benchmarks.report import Row, Section

__all__ = ["measure"]

LAUNCHED = """
import queue, time

class Launched(ConnectWidget):
    tickets = queue.Queue()

    def send(self, content, buffers=None):
        if content.get("kind") == "ticket":
            self.tickets.put(content)
        super().send(content, buffers)

def launch():
    "Say what the page says when its button is clicked; where the answer is to be sent."
    ticket = widget.tickets.get(timeout=30)
    message = {"kind": "launched", "id": "bench", "flow": ticket["flow"], "integration": "github"}
    widget._handle_custom_msg(message, [])
    return ticket["payload"]["redirectUri"]
"""
SHOW = """
Launched.tickets, stamps = queue.Queue(), []
widget = Launched(engine, integration="github", redirect="loopback")
widget.observe(lambda _: stamps.append(time.time_ns() / 1e6), "connection_id")
widget
"""
BUSY = """
end, total = time.monotonic() + 1.5, 0
while time.monotonic() < end:
    for number in range(1000):
        total += number * number
"""
STATES = {"idle": "", "busy": ", beside a cell in a pure-Python loop"}
LIMITS = {
    ("in Python", "idle"): 5,
    ("in Python", "busy"): 50,
    ("in the page", "idle"): 50,
    ("in the page", "busy"): 150,
}
# When the text first stands in the page, in milliseconds of the page's own clock.
APPEARS = """([index, text]) => {
  const cell = document.querySelectorAll('.jp-Notebook .jp-Cell')[index].querySelector('.jp-OutputArea');
  window.icSeen = new Promise((resolve) => {
    new MutationObserver((_, observer) => {
      if (!cell.textContent.includes(text)) return;
      observer.disconnect();
      resolve(performance.timeOrigin + performance.now());
    }).observe(cell, {childList: true, subtree: true, characterData: true});
  });
}"""
HOW = (
    "From the moment at which a client in another process sends the request, on a connection made before, to the"
    " call of a function that observes `connection_id` in the kernel, and to the change of the page that shows the"
    " id (n={rounds} in turns), while the kernel is idle and while a cell keeps its main thread busy. The page's"
    " clock is compared with Python's by the fastest of 50 round trips (within 1 ms)."
)


def measure(rounds: int = 20) -> Section:
    """The table's part about answers, in milliseconds."""
    found: dict[tuple[str, str], list[float]] = {case: [] for case in LIMITS}
    with sandbox() as env, jupyter() as lab, lab.notebook([SETUP + LAUNCHED, SHOW, BUSY], env) as notebook:
        for turn, state in itertools.product(range(-2, rounds), STATES):
            with within(60, f"answer {turn} to be seen, the kernel being {state}"):
                python, page = _once(lab, notebook, state, f"{state}{turn + 2}".ljust(24, "x"))
            if turn >= 0:
                found["in Python", state].append(python)
                found["in the page", state].append(page)
    section = Section("Answer received to visible", HOW.format(rounds=rounds))
    for (where, state), limit in LIMITS.items():
        section.rows.append(Row(where + STATES[state], found[where, state], "ms", at_most=limit))
    return section


def _once(lab: Jupyter, notebook: Watched, state: str, answer: str) -> tuple[float, float]:
    page = lab.page
    lab.drawn(1, ".icw-card")
    notebook.wait_for_kernel()
    uri = notebook.value("launch()")
    page.wait_for_timeout(400)  # until the widget is drawn and has nothing more to do
    page.evaluate(APPEARS, [1, answer])
    ahead = _ahead(page)
    if state == "busy":
        notebook.start(2)
        page.wait_for_timeout(200)  # until the loop runs
    begun = _send(uri, answer)
    seen = float(page.evaluate("() => window.icSeen")) - ahead - begun
    if state == "busy":
        notebook.finish(2)
    called = float(notebook.value("stamps[0]")) - begun
    notebook.execute("widget.close()")
    return called, seen


def _send(uri: str, answer: str) -> float:
    """Bring the answer; when its request was sent, in milliseconds of Python's clock."""
    host, _, path = uri.removeprefix("http://").partition("/")
    port = int(host.partition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        time.sleep(0.01)  # until the connection is accepted
        begun = time.time_ns() / 1e6
        connection.sendall(f"GET /{path}?connectionId={answer} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        while connection.recv(65536):
            pass
    return begun


def _ahead(page: Page) -> float:
    """How far the page's clock is ahead of ours, in milliseconds."""
    trips = []
    for _ in range(50):
        before = time.time_ns() / 1e6
        there = float(page.evaluate("() => performance.timeOrigin + performance.now()"))
        after = time.time_ns() / 1e6
        trips.append((after - before, there - (before + after) / 2))
    return min(trips)[1]
