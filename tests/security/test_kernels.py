"""A pending sign-in in a real ipykernel that is busy, interrupted, restarted or killed."""

from __future__ import annotations

import ast
import base64
import json
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

from ic_widget.sandbox import Sandbox
from tests.security.conftest import sign_in
from tests.unit.page.explore_page import hubspot
from tests.unit.wire import request

MAKE = "flow = ConnectFlow(integration='stripe', parameters={'apiKey': 'sk'}, port=PORT).start()"


class Kernel:
    """An ipykernel and its client."""

    def __init__(self, box: Sandbox, port: int = 0) -> None:
        self._box, self._port = box, port
        manager, client = start_new_kernel()
        self.manager: KernelManager = manager
        self.client: BlockingKernelClient = client
        self.make()

    def make(self) -> None:
        """Start a flow there."""
        self.run("import os, time\nfrom ic_widget import ConnectFlow")
        self.run(
            f"os.environ.update(MEMBRANE_API_URI={self._box.url!r}, MEMBRANE_TOKEN={self._box.token()!r})"
        )
        assert [] == self.run(MAKE.replace("PORT", str(self._port)))

    def start(self, code: str) -> str:
        """Run a cell without waiting for it; wait until the kernel is at it."""
        message = self.client.execute(code)
        while True:
            said = self.client.get_iopub_msg(timeout=120)
            if said["parent_header"].get("msg_id") == message and said["msg_type"] == "execute_input":
                return str(message)

    def start_aloud(self, code: str) -> str:
        """Run a cell without waiting for it; wait until its own code runs, no longer ipykernel's around it."""
        message = self.start(f"print('at it', flush=True)\n{code}")
        while True:
            said = self.client.get_iopub_msg(timeout=120)
            if said["parent_header"].get("msg_id") == message and said["msg_type"] == "stream":
                return message

    def finish(self, message: str) -> list[dict[str, Any]]:
        """What a started cell says from now on until its end."""
        outputs: list[Any] = []
        while True:
            said = self.client.get_iopub_msg(timeout=120)
            if said["parent_header"].get("msg_id") != message:
                continue
            if said["msg_type"] == "status" and said["content"]["execution_state"] == "idle":
                return outputs
            if said["msg_type"] in ("stream", "error", "execute_result"):
                outputs.append(said["content"])

    def run(self, code: str) -> list[dict[str, Any]]:
        """Run a cell to its end; what it says."""
        return self.finish(self.start(code))

    def value(self, expression: str) -> Any:
        """A Python value in the idle kernel."""
        [output] = self.run(expression)
        return ast.literal_eval(output["data"]["text/plain"])

    def close(self) -> None:
        """End it."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture
def port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def kernel(box: Sandbox, port: int) -> Iterator[Kernel]:
    """A kernel with a flow on a pinned port."""
    kernel = Kernel(box, port)
    yield kernel
    kernel.close()


AT_DEBUG = """
import base64, json, logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, force=True)
from ic_widget import ConnectWidget
sent = []
class Heard(ConnectWidget):
    def send(self, content, buffers=None):
        sent.append(content)
        super().send(content, buffers)
widget = Heard(redirect="paste")
"""


def say(kernel: Kernel, comm: str, content: dict[str, Any]) -> str:
    """Send the kernel a message of the page's; what is seen of it in the notebook."""
    message = kernel.client.session.msg(
        "comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": content}}
    )
    kernel.client.shell_channel.send(message)
    shown = kernel.finish(str(message["header"]["msg_id"]))
    return "".join(output.get("text", "") for output in shown)


def seal(kernel: Kernel, comm: str, inner: dict[str, Any], name: str) -> str:
    """Send the kernel a message added to a pad of its own, as the page does; what is seen of it in the notebook."""
    plain = json.dumps({**inner, "id": f"inner-{name}"}).encode()
    log = say(kernel, comm, {"kind": "pad", "id": f"p{name}", "name": name, "length": len(plain)})
    kernel.run(f"while not any(one.get('name') == {name!r} for one in sent): time.sleep(0.05)")
    pad = kernel.value(f"[one['data'] for one in sent if one.get('name') == {name!r}][0]")
    data = bytes(one ^ other for one, other in zip(plain, base64.b64decode(pad), strict=True))
    sealed = {"kind": "sealed", "id": f"s{name}", "name": name, "data": base64.b64encode(data).decode()}
    return log + say(kernel, comm, sealed)


def until_sent(kernel: Kernel, *kinds: str) -> str:
    """Wait until the kernel has answered the page with these; what is seen meanwhile."""
    waiting = f"while not {set(kinds)} <= {{one['kind'] for one in sent}}: time.sleep(0.05)"
    return "".join(output.get("text", "") for output in kernel.run(waiting))


def test_a_kernel_that_logs_all_it_is_sent(kernel: Kernel) -> None:
    """With the root logger at DEBUG the cell shows every message of the page, but neither a paste nor typed values."""
    assert [] == [output for output in kernel.run(AT_DEBUG) if "ename" in output]
    comm = kernel.value("widget.model_id")
    ready = {"kind": "ready", "id": "1", "origin": "https://x.example", "base_url": None, "host": "vscode"}
    log = say(kernel, comm, ready)
    until_sent(kernel, "ticket")
    flow = kernel.value("widget._session.flow.attempt.id")
    assert "x.example" in log
    typed = {"kind": "handoff", "flow": flow, "integration": "stripe", "auth_option": None, "name": None}
    log += seal(kernel, comm, {**typed, "parameters": {"apiKey": "planted-key"}}, "n0")
    log += seal(kernel, comm, {"kind": "pasted", "flow": flow, "text": "planted-paste"}, "n1")
    log += until_sent(kernel, "handoff-link", "paste-result")

    assert (True, False) == ("sealed" in log, "planted" in log)
    assert kernel.value("[one['url'] for one in sent if one['kind'] == 'handoff-link'][0]").startswith("http")


EXPLORE_AT_DEBUG = (
    AT_DEBUG.replace("ConnectWidget", "ExploreWidget").rpartition("widget = ")[0]
    + """
from ic_widget import Engine
x = Heard(Engine().connection(ID))
"""
)


def test_a_kernel_that_logs_what_an_explorer_is_sent(kernel: Kernel, box: Sandbox) -> None:
    """With the root logger at DEBUG nothing of what is filled in to try a connection out is seen, nor in its error."""
    made = EXPLORE_AT_DEBUG.replace("ID", repr(hubspot(box.engine()).id))
    assert [] == [output for output in kernel.run(made) if "ename" in output]
    comm = kernel.value("x.model_id")
    given = {"method": "POST", "path": "/nothing-here", "headers": {"X-Api-Key": "planted-header"}}
    call = {"kind": "run", "call": "c1", "action": None, "shown": {"path": "/nothing-here"}}
    log = seal(kernel, comm, {**call, "input": {**given, "form": {"password": "planted-form"}}}, "n0")
    log += until_sent(kernel, "result")
    log += "".join(str(output) for output in kernel.run("%xmode Verbose\nraise x.error"))

    assert (True, True, False) == ("sealed" in log, "AppError" in log, "planted" in log)
    assert 404 == kernel.value("x.error.status")


WAITS = ["flow.wait()", "await flow.connected()"]


@pytest.mark.parametrize("wait", WAITS)
def test_interrupted(kernel: Kernel, wait: str) -> None:
    """Interrupt stops a cell that waits, not the sign-in, which the next cell can wait for."""
    cell = kernel.start_aloud(wait)
    kernel.manager.interrupt_kernel()
    [error] = [output for output in kernel.finish(cell) if "ename" in output]
    status = kernel.value("flow.status")
    sign_in(kernel.value("flow.url"))

    assert ("waiting", True) == (status, error["ename"] in ("KeyboardInterrupt", "CancelledError"))
    assert kernel.value("flow.connection_id") == kernel.value("flow.wait().id")


@pytest.mark.parametrize(
    "busy",
    [
        *WAITS,
        "while flow.status == 'waiting': pass",
        "while flow.status == 'waiting': time.sleep(0.2)",
    ],
)
def test_busy(kernel: Kernel, busy: str) -> None:
    """The answer comes in while a cell runs, whatever it does."""
    url = kernel.value("flow.url")
    cell = kernel.start(busy)
    sign_in(url)

    assert [] == [output for output in kernel.finish(cell) if "ename" in output]
    assert "connected" == kernel.value("flow.status")


@pytest.mark.parametrize("wait", WAITS)
def test_waiting_prints_nothing(kernel: Kernel, port: int, wait: str) -> None:
    """Whoever calls at the port meanwhile, the waiting cell shows nothing but its result."""
    url = kernel.value("flow.url")
    cell = kernel.start(f"_ = {wait}")
    for target in ("/", "/favicon.ico", "/%00", "/" + "a" * 5000):
        request(port, target)
        request(port, target, host="evil.example", method="POST", body=b"\xff" * 100)
    with socket.create_connection(("127.0.0.1", port), 5) as tls:
        tls.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
    sign_in(url)

    assert [] == kernel.finish(cell)


def test_restarted(kernel: Kernel, port: int) -> None:
    """After a restart the port is free for a new flow, and the address of the old one belongs to nobody."""
    old = urlsplit(kernel.value("flow.redirect_uri")).path
    kernel.manager.restart_kernel(now=False)
    kernel.client.wait_for_ready(timeout=120)
    with pytest.raises(ConnectionRefusedError):
        request(port, f"{old}?connectionId=stale")
    kernel.make()

    assert 404 == request(port, f"{old}?connectionId=stale").status
    assert "waiting" == kernel.value("flow.status")
    sign_in(kernel.value("flow.url"))
    assert "connected" == kernel.value("flow.status")


def test_killed(kernel: Kernel, port: int, box: Sandbox) -> None:
    """After a kill the port is free at once, for the kernel that follows."""
    kernel.manager.shutdown_kernel(now=True)
    with pytest.raises(ConnectionRefusedError):
        request(port, "/")
    following = Kernel(box, port)
    try:
        sign_in(following.value("flow.url"))
        assert "connected" == following.value("flow.status")
    finally:
        following.close()


def test_shut_down_in_peace(kernel: Kernel) -> None:
    """A kernel with a pending flow and a half-sent request ends by itself when asked."""
    kernel.manager.shutdown_wait_time = 30
    slow = socket.create_connection(("127.0.0.1", int(kernel.value("flow._flow.receiver.port"))), 5)
    slow.sendall(b"GET / HTTP/1.1\r\n")
    begun = time.monotonic()
    kernel.manager.shutdown_kernel()
    slow.close()

    assert time.monotonic() - begun < 15


def test_what_a_users_function_prints_is_seen(kernel: Kernel) -> None:
    """What an on_connect function prints, and the traceback of one that fails, appear under the cell that gave it."""
    cell = kernel.start("flow.on_connect(lambda c: print('hello', c.id))\nflow.on_connect(lambda c: 1 / 0)")
    kernel.finish(cell)
    sign_in(kernel.value("flow.url"))
    said = ""
    while "ZeroDivisionError" not in said or "hello" not in said:
        message = kernel.client.get_iopub_msg(timeout=120)
        if message["msg_type"] == "stream" and message["parent_header"].get("msg_id") == cell:
            said += message["content"]["text"]
    assert f"hello {kernel.value('flow.connection_id')}" in said
    assert "The function given to on_connect failed. The connection is not affected." in said
