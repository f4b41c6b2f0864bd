"""A real Jupyter server with jupyter-server-proxy: its log, which others may read, holds no address that counts."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ic_widget import ConnectFlow
from tests.browser.lab import free_port, isolated
from tests.security.conftest import NewFlow
from tests.unit.wire import request

CLOSE = {"Connection": "close"}


@dataclass
class Jupyter:
    """A Jupyter server without a login."""

    port: int
    log: Path

    @property
    def up(self) -> bool:
        """Whether it answers."""
        try:
            return request(self.port, "/api", headers=CLOSE).status == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """A Jupyter server that forwards ``/proxy/PORT/``."""
    folder = tmp_path_factory.mktemp("jupyter")
    server = Jupyter(free_port(), folder / "log")
    command = [sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser", "--ip=127.0.0.1"]
    command += [f"--port={server.port}", "--ServerApp.port_retries=0", "--IdentityProvider.token="]
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=isolated(folder), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    deadline = time.monotonic() + 90
    while not server.up:
        assert process.poll() is None, server.log.read_text()
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.1)
    yield server
    process.kill()
    process.wait()


def waiting(jupyter: Jupyter, new_flow: NewFlow) -> tuple[ConnectFlow, str]:
    """A flow whose answer comes through the server's proxy, and the path of its address there."""
    port = free_port()
    flow = new_flow(
        redirect="base", redirect_base=f"http://127.0.0.1:{jupyter.port}/proxy/{port}", port=port
    ).start()
    return flow, str(flow.redirect_uri).removeprefix(f"http://127.0.0.1:{jupyter.port}")


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("method", "tail"),
    [
        ("GET", ""),
        ("GET", "?"),
        ("GET", "?connectionId="),
        ("GET", "?connectionId=a&error=b"),
        ("GET", "?connectionId=a&connectionId=b"),
        ("GET", "?connectionId=a%0d%0ab"),
        ("GET", "?connectionId=" + "a" * 300),
        ("GET", "?errorData=" + "a" * 70_000),
        ("HEAD", "?connectionId=a"),
        ("POST", "?connectionId=a"),
        ("OPTIONS", "?connectionId=a"),
        ("PUT", "?connectionId=a"),
    ],
)
def test_what_is_no_answer(jupyter: Jupyter, new_flow: NewFlow, method: str, tail: str) -> None:
    """What is no answer, and had the random part that counts, leaves it in no line of Jupyter's log."""
    flow, path = waiting(jupyter, new_flow)
    nonce = flow._flow.attempt.nonce
    before = len(jupyter.log.read_text())
    request(jupyter.port, path + tail, method=method, headers=CLOSE)
    # The control: the server does log what it forwards, where it is refused.
    request(jupyter.port, path.replace(nonce, "A" * 43), headers=CLOSE)
    deadline = time.monotonic() + 30
    while "A" * 43 not in (logged := jupyter.log.read_text()[before:]) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert "A" * 43 in logged
    assert nonce not in logged
    assert "waiting" == flow.status


@pytest.mark.timeout(180)
def test_an_answer(jupyter: Jupyter, new_flow: NewFlow) -> None:
    """A valid answer comes through, and is not logged either."""
    flow, path = waiting(jupyter, new_flow)
    answer = request(jupyter.port, f"{path}?error=planted-denial", headers=CLOSE)

    assert (200, True) == (answer.status, "planted-denial" in answer.text)
    assert flow._flow.attempt.ended.wait(20)
    assert flow._flow.attempt.nonce not in jupyter.log.read_text()
    assert "planted-denial" not in jupyter.log.read_text()
