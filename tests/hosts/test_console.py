"""A console that shows text alone, with a Jupyter kernel behind it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ic_widget.sandbox import Sandbox
from tests.browser.lab import isolated
from tests.environments import environment
from tests.unit.visitor import hand_off, submit

pexpect = pytest.importorskip("pexpect", reason="pseudo-terminals are POSIX only")
PROMPT = r"In \[\d+\]: "


def test_jupyter_console(box: Sandbox, tmp_path: Path) -> None:
    """`jupyter console`: ConnectFlow works as in IPython, and the widget, which it cannot show, is a line of text."""
    python = environment("console", "jupyter-console>=6.6", "ipykernel")
    console = pexpect.spawn(
        str(python),
        ["-m", "jupyter_console", "--simple-prompt"],
        env={**isolated(tmp_path), "TERM": "dumb"},
        cwd=str(tmp_path),
        encoding="utf-8",
        timeout=120,
        dimensions=(50, 400),
    )

    def run(line: str) -> str:
        console.sendline(line)
        console.expect(PROMPT)
        return str(console.before)

    try:
        console.expect(PROMPT)
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
        console.sendline("exit")
        console.expect(pexpect.EOF)
    finally:
        console.close(force=True)
