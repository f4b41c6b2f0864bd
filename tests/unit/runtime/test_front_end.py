"""Whether anybody can see what a cell displays, as real kernels are told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from ic_widget.runtime.front_end import nobody_there

ASK = """
import comm
from ic_widget.runtime.front_end import nobody_there
print(nobody_there(comm.create_comm(target_name="test", primary=False)))
"""


@pytest.fixture(scope="module")
def client() -> Iterator[BlockingKernelClient]:
    """A kernel of this interpreter."""
    manager, client = start_new_kernel()
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    manager.cleanup_resources()


@pytest.mark.program
@pytest.mark.parametrize("attended", [True, False])
def test_kernel(client: BlockingKernelClient, attended: bool) -> None:
    """A cell that may ask for input is a person's; one that may not is run by a program that shows no page."""
    said: list[str] = []
    client.execute_interactive(
        ASK, allow_stdin=attended, timeout=30, output_hook=lambda m: said.append(m["content"].get("text", ""))
    )
    assert str(not attended) == "".join(said).strip()


MAKE = """
from ic_widget import ConnectWidget, Engine
w = ConnectWidget(Engine(token="t"))
"""


@pytest.mark.program
@pytest.mark.parametrize("attended", [True, False])
def test_module(client: BlockingKernelClient, attended: bool) -> None:
    """A program that saves what it runs unattended gets no module; a page that comes later gets it when it asks."""
    sent: list[dict[str, Any]] = []
    client.execute_interactive(
        MAKE, allow_stdin=attended, timeout=30, output_hook=lambda m: sent.append(m["content"])
    )
    (opened,) = (c for c in sent if "connection_id" in c.get("data", {}).get("state", {}))
    assert attended == (len(json.dumps(opened["data"])) > 5000)
    asked = {"comm_id": opened["comm_id"], "data": {"method": "custom", "content": {"kind": "module"}}}
    client.shell_channel.send(client.session.msg("comm_msg", asked))
    module = ""
    while len(module) < 5000:
        content = client.get_iopub_msg(timeout=30)["content"]
        module = content.get("data", {}).get("state", {}).get("_esm", "")


@pytest.mark.program
@pytest.mark.parametrize(
    "program", [[sys.executable, "-c", ASK], [sys.executable, "-m", "IPython", "-c", ASK]]
)
def test_without_a_kernel(program: list[str]) -> None:
    """In plain Python and in a terminal's IPython nothing shows a widget."""
    result = subprocess.run(program, capture_output=True, text=True, check=True, timeout=120)
    assert "True" == result.stdout.strip()


def test_other_hosts() -> None:
    """A host with comms of its own, as marimo has them, shows widgets."""
    assert not nobody_there(object())
