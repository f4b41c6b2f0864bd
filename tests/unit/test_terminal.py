"""ConnectFlow in plain IPython, in a terminal."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from ic_widget.sandbox import Sandbox
from tests.prompt import PROMPT, prompt_of
from tests.unit.visitor import hand_off, submit


@pytest.mark.program
def test_ipython_in_a_terminal(box: Sandbox, tmp_path: Path) -> None:
    """`flow.url` leads to the engine, Interrupt stops only the wait, `wait()` returns, a handler's print is seen."""
    arguments = ["-m", "IPython", "--simple-prompt", "--no-banner", "--no-confirm-exit", "--colors=nocolor"]
    env = {"IPYTHONDIR": str(tmp_path), "HOME": str(tmp_path), "TERM": "dumb", "PATH": "/usr/bin:/bin"}
    with prompt_of(sys.executable, *arguments, env=env) as prompt:
        run, python = prompt.run, prompt.terminal
        run("from ic_widget import ConnectFlow, Engine")
        keys = f"workspace_key={box.workspace_key!r}, workspace_secret={box.workspace_secret!r}"
        run(f"engine = Engine({keys}, tenant_key='terminal', api_uri={box.url!r})")
        run("flow = ConnectFlow(engine, integration='stripe', parameters={'apiKey': 'sk'}).start()")
        run("flow.on_connect(lambda connection: print('told', connection.integration_key))")
        assert "<ConnectFlow waiting, integration='stripe', workspace='" in run("flow")
        url = re.search(r"http://127\.0\.0\.1:\d+/\S+/start", run("print(flow.url)"))
        assert url is not None
        python.sendline("print('waiting'); flow.wait()")
        python.expect("\nwaiting")
        python.sendintr()
        python.expect("KeyboardInterrupt")
        python.expect(PROMPT)
        assert "waiting" in run("flow.status")
        python.sendline("print('again'); flow.wait().integration_key")
        python.expect("\nagain")
        status, page, _ = submit(*hand_off(url[0]))
        assert (200, True) == (status, "Connected" in page)
        # The handler has a thread of its own: what it prints comes before or after the cell's value.
        python.expect("told stripe.*Out.*'stripe'|Out.*'stripe'.*told stripe")
        (connection,) = box.engine("terminal").connections()
        python.sendline("flow.connection_id")
        python.expect(connection.id)
