"""From the answer's arrival to where a person sees it: in a cell's output, in real JupyterLab and Chromium."""

from __future__ import annotations

import json
import socket
import time

from playwright.sync_api import Page

from benchmarks.jupyter import Jupyter, jupyter, setup
from benchmarks.processes import sandbox
from benchmarks.report import Row, Section
from benchmarks.stats import Series
from tests.browser.notebook import Notebook

__all__ = ["measure"]

SETUP = """
import json, threading, time
import anywidget, traitlets
from IPython.display import display
from ic_widget import ConnectWidget, Engine
from benchmarks.receivers import RECEIVERS, get
from benchmarks.servers import tornado_server

class Floor(anywidget.AnyWidget):
    _esm = "export default {render({model, el}) { const show = () => { el.textContent = model.get('value') };"
    _esm += "model.on('change:value', show); show(); }}"
    value = traitlets.Unicode("-").tag(sync=True)

engine, stamps = Engine(), {}
def arrived():
    widget.value = answer
floor_port, _ = tornado_server(arrived)
receivers = {}
"""
CELLS = {
    "floor": """
widget, answer = Floor(), {answer!r}
widget.observe(lambda _: stamps.setdefault(answer, time.time_ns()), "value")
display(widget)
target = [floor_port, get(floor_port, "/callback?connectionId=" + answer)]
""",
    "ic_widget": """
widget, answer = ConnectWidget(engine, integration="github"), {answer!r}
widget.observe(lambda _, answer=answer: stamps.setdefault(answer, time.time_ns()), "connection_id")
display(widget)
flow = widget._session.flow
flow.prepare()
flow.launched()  # as the click does
target = [flow.receiver.port, get(flow.receiver.port, f"/{{flow.attempt.nonce}}?connectionId=" + answer)]
""",
}
PEER = """
receive = receivers.setdefault({name!r}, RECEIVERS[{name!r}]())
receive(lambda *target: print(json.dumps([*target, {answer!r}]), flush=True))
print({answer!r})
"""
# When the text first stands in the page, in milliseconds of the page's own clock.
APPEARS = """({index, text, times}) => {
  const cell = document.querySelectorAll('.jp-Notebook .jp-Cell')[index].querySelector('.jp-OutputArea');
  window.icSeen = new Promise((resolve) => {
    new MutationObserver((_, observer) => {
      if (cell.textContent.split(text).length <= times) return;
      observer.disconnect();
      resolve(performance.timeOrigin + performance.now());
    }).observe(cell, {childList: true, subtree: true, characterData: true});
  });
}"""
ID = 24  # as long as the id in the receivers' requests
LABELS = {
    "floor": "a bare tornado handler that sets the trait of an empty anywidget",
    "ic_widget": "ConnectWidget",
    "google": "google-auth-oauthlib in a cell that prints the result",
    "msal": "MSAL in a cell that prints the result",
}
FLOORS = {part: f"{part}: {LABELS['floor']}" for part in ("in Python", "in the page")}
HOW = (
    "As above, but in a kernel that JupyterLab runs: from the moment at which the request is sent to the call of an"
    " observer of the trait in the kernel, and to the change of the page that shows the id (n={rounds} in turns, MSAL"
    " fewer). The page's clock is compared with Python's by the fastest of 50 round trips (within 1 ms). The kernel"
    " is idle, except for the peers, whose cell blocks it."
)


def measure(rounds: int = 20) -> Section:
    """The table's part about answers in the page."""
    python: dict[str, list[float]] = {}
    shown: dict[str, list[float]] = {}
    with sandbox() as env, jupyter() as lab, lab.notebook([setup(env, SETUP), "pass"]) as notebook:
        notebook.run(0)
        for turn in range(-2, rounds):
            for name in LABELS:
                if name == "msal" and turn % 5:
                    continue
                kernel, page = _once(lab, notebook, name, f"{name}{turn + 2}".ljust(ID, "x"))
                if turn >= 0:
                    shown.setdefault(name, []).append(page)
                    if kernel is not None:
                        python.setdefault(name, []).append(kernel)
    section = Section("Answer received to visible, in JupyterLab", HOW.format(rounds=rounds))
    for part, found in (("in Python", python), ("in the page", shown)):
        for name, samples in found.items():
            series = Series(tuple(samples))
            section.rows.append(Row(f"{part}: {LABELS[name]}", series, "ms", floor=FLOORS[part]))
    section.rows[1].goal = 1.5
    return section


def _once(lab: Jupyter, notebook: Notebook, name: str, answer: str) -> tuple[float | None, float]:
    source = CELLS[name].format(answer=answer) if name in CELLS else PEER.format(name=name, answer=answer)
    page = lab.page
    page.evaluate(
        "(source) => jupyterapp.shell.currentWidget.content.model.sharedModel.getCell(1).setSource(source)",
        source,
    )
    notebook.start(1)
    if name in CELLS:
        notebook.finish(1)
        page.wait_for_timeout(400)  # until the widget is drawn and has nothing more to do
        port, request = notebook.value("target")
    else:
        while answer not in (printed := notebook.output(1)):
            page.wait_for_timeout(20)
        port, request, _ = json.loads(printed)
        page.wait_for_timeout(300)
    page.evaluate(APPEARS, {"index": 1, "text": answer, "times": 0 if name in CELLS else 1})
    offset = _offset(page)
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        time.sleep(0.01)
        begun = time.time_ns() / 1e6
        connection.sendall(request.replace("6548d1a2b3c4d5e6f7a8b9c0", answer).encode())
        while connection.recv(65536):
            pass
    seen = float(page.evaluate("() => window.icSeen")) - offset - begun
    if name not in CELLS:
        notebook.finish(1)
        return None, seen
    stamp = notebook.value(f"stamps[{answer!r}]") / 1e6 - begun
    notebook.execute("widget.close()")
    return stamp, seen


def _offset(page: Page) -> float:
    """How far the page's clock is ahead of ours, in milliseconds."""
    trips = []
    for _ in range(50):
        before = time.time_ns() / 1e6
        there = float(page.evaluate("() => performance.timeOrigin + performance.now()"))
        after = time.time_ns() / 1e6
        trips.append((after - before, there - (before + after) / 2))
    return min(trips)[1]
