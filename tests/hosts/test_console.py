"""Consoles that show text alone, with a Jupyter kernel behind them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from ic_widget.sandbox import Sandbox
from tests.browser.lab import isolated
from tests.environments import environment
from tests.prompt import prompt_of
from tests.unit.visitor import hand_off, submit


def test_jupyter_console(box: Sandbox, tmp_path: Path) -> None:
    """`jupyter console`: ConnectFlow works as in IPython, and the widget, which it cannot show, is a line of text."""
    python = environment("console", "jupyter-console>=6.6", "ipykernel")
    env = {**isolated(tmp_path), "TERM": "dumb"}
    arguments = ["-m", "jupyter_console", "--simple-prompt"]
    with prompt_of(str(python), *arguments, env=env, cwd=str(tmp_path)) as prompt:
        run = prompt.run
        run("from ic_widget import ConnectFlow, ConnectWidget, Engine")
        keys = f"workspace_key={box.workspace_key!r}, workspace_secret={box.workspace_secret!r}"
        run(f"engine = Engine({keys}, tenant_key='console', api_uri={box.url!r})")
        assert "<ConnectWidget idle, integration='stripe'" in run(
            "ConnectWidget(engine, integration='stripe')"
        )
        run("flow = ConnectFlow(engine, integration='stripe', parameters={'apiKey': 'sk'}).start()")
        run("flow.on_connect(lambda connection: print('told', connection.integration_key))")
        url = re.search(r"http://127\.0\.0\.1:\d+/\S+/start", run("print(flow.url)"))
        assert url is not None
        status, page, _ = submit(*hand_off(url[0]))
        assert (200, True) == (status, "Connected" in page)
        shown = run("flow.wait().integration_key")
        assert "'stripe'" in shown
        # What came of it is shown with the next cell that is run.
        assert "told stripe" in shown + run("0")
        (connection,) = box.engine("console").connections()
        assert connection.id in run("flow.connection_id")


def test_spyder(box: Sandbox, tmp_path: Path) -> None:
    """The kernel of Spyder's console: ConnectFlow works, and what a handler prints goes to the cell that gave it."""
    python = environment("spyder", "spyder-kernels>=3")
    spec = tmp_path / "spyder" / "kernel.json"
    spec.parent.mkdir()
    argv = [str(python), "-m", "spyder_kernels.console", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "Spyder", "language": "python"}))
    manager = KernelManager(
        kernel_name="spyder", kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(tmp_path)])
    )
    manager.start_kernel(cwd=str(tmp_path), env=isolated(tmp_path))
    client = manager.client()
    client.start_channels()
    printed: dict[str, str] = {}

    def hear() -> dict[str, Any]:
        message: dict[str, Any] = client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "stream":
            cell = message["parent_header"]["msg_id"]
            printed[cell] = printed.get(cell, "") + message["content"]["text"]
        return message

    def run(code: str) -> str:
        cell = str(client.execute(code))
        while (message := hear())["parent_header"].get("msg_id") != cell or (
            message["content"].get("execution_state") != "idle"
        ):
            assert "error" != message["msg_type"], message["content"]
        return cell

    try:
        client.wait_for_ready(timeout=100)
        keys = f"workspace_key={box.workspace_key!r}, workspace_secret={box.workspace_secret!r}"
        run("from ic_widget import ConnectFlow, Engine")
        run(f"engine = Engine({keys}, tenant_key='spyder', api_uri={box.url!r})")
        run("flow = ConnectFlow(engine, integration='stripe', parameters={'apiKey': 'sk'}).start()")
        given = run("flow.on_connect(lambda connection: print('told', connection.integration_key))")
        box.sign_in(printed[run("print(flow.url)")].strip())
        assert "stripe\n" == printed[run("print(flow.wait().integration_key)")]
        while given not in printed:
            hear()
        assert "told stripe\n" == printed[given]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
