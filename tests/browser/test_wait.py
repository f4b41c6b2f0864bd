"""How soon `wait()` and `await connected()` end, in kernels of several ipykernel versions; needs no browser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from ic_widget.sandbox import Sandbox
from tests.browser.lab import EVERY_KERNEL, Lab
from tests.unit.visitor import hand_off, submit

PROMISED = 1.0  # seconds
TRIES = 3  # a loaded machine may be late once
WAITS = ["flow.wait()", "await flow.connected()", "await asyncio.sleep(0)\nflow.wait()"]


class Kernel:
    """A kernel without a front end."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client: BlockingKernelClient = manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    def start(self, code: str) -> str:
        """Run a cell without waiting for its end; returns the first thing it prints."""
        # An error would have the kernel drop a request that comes right after it.
        self._request = self.client.execute(code, stop_on_error=False)
        return str(self._until(lambda kind, content: kind == "stream" and content["text"]))

    def finish(self) -> str:
        """Wait for the end of that cell; returns the name of its error, or "ok"."""
        while True:
            reply = self.client.get_shell_msg(timeout=120)
            if reply["parent_header"]["msg_id"] == self._request:
                return str(reply["content"].get("ename", reply["content"]["status"]))

    def _until(self, found: Callable[[str, Any], Any]) -> Any:
        while True:
            message = self.client.get_iopub_msg(timeout=120)
            if message["parent_header"].get("msg_id") == self._request:
                assert "error" != message["msg_type"], "\n".join(message["content"]["traceback"])
                if answer := found(message["msg_type"], message["content"]):
                    return answer


@pytest.fixture(params=EVERY_KERNEL)
def kernel(request: pytest.FixtureRequest, lab: Lab, box: Sandbox) -> Iterator[Kernel]:
    """A kernel of each version, with an engine."""
    specs = KernelSpecManager(kernel_dirs=[str(lab.folder.parent / "data" / "kernels")])
    name = lab.kernel_name(request.param)
    manager = KernelManager(kernel_name=name, **({} if name == "python3" else {"kernel_spec_manager": specs}))
    manager.start_kernel()
    kernel = Kernel(manager)
    try:
        keys = f"workspace_key={box.workspace_key!r}, workspace_secret={box.workspace_secret!r}"
        kernel.start(
            "import asyncio; from ic_widget import *\n"
            f"engine = Engine({keys}, tenant_key='waiting', api_uri={box.url!r}); print('made')"
        )
        assert "ok" == kernel.finish()
        yield kernel
    finally:
        kernel.client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_ends_with_the_answer_or_an_interrupt(kernel: Kernel) -> None:
    """Each way to wait ends within a second of the answer and of an Interrupt, which the attempt outlives."""
    for wait in WAITS:
        begin = f"flow = ConnectFlow(engine, integration='hacker-news').start(); print(flow.url)\n{wait}"

        def answered(begin: str = begin) -> tuple[float, str]:
            submit(*hand_off(kernel.start(begin).strip()))
            return time.monotonic(), "ok"

        def interrupted(begin: str = begin) -> tuple[float, str]:
            kernel.start(begin)
            kernel.manager.interrupt_kernel()
            return time.monotonic(), "KeyboardInterrupt"

        for act in (answered, interrupted):
            taken: list[Any] = []
            while not taken or (min(taken) > PROMISED and len(taken) < TRIES):
                begun, expected = act()
                assert expected in kernel.finish().replace("CancelledError", "KeyboardInterrupt")
                taken.append(time.monotonic() - begun)
            assert min(taken) <= PROMISED, (wait, act.__name__, taken)
    submit(*hand_off(kernel.start("print(flow.status, flow.url)").split()[1]))
    kernel.finish()
    kernel.start("print(flow.wait().id)")
    assert "ok" == kernel.finish()
