"""Notebooks that are run while nobody looks at them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from ic_widget.sandbox import Sandbox
from tests.browser.lab import isolated
from tests.environments import environment
from tests.hosts.servers import get, serving

SENTENCE = "No page can show this widget here"
WAIT = """
import time
from ic_widget import ConfigurationError, ConnectWidget, Engine
w = ConnectWidget(Engine(token={token!r}, api_uri={url!r}), integration="github")
display(w)
begun = time.monotonic()
try:
    {wait}
except ConfigurationError as error:
    print("long before its timeout:", time.monotonic() - begun < 60)
    raise"""


def written(folder: Path, box: Sandbox, wait: str = "w.wait()") -> Path:
    """A notebook that waits for somebody to sign in."""
    cell = nbformat.v4.new_code_cell(WAIT.format(token=box.token(), url=box.url, wait=wait))
    path = folder / "unattended.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    return path


@pytest.mark.parametrize("wait", ["w.wait()", "await w.connected()"])
def test_nbclient(box: Sandbox, tmp_path: Path, wait: str) -> None:
    """nbclient, by which Quarto and Jupyter Book run notebooks too: the cell fails with what to do instead."""
    notebook = nbformat.read(written(tmp_path, box, wait), as_version=4)
    with pytest.raises(CellExecutionError, match=SENTENCE):
        NotebookClient(notebook, timeout=60).execute()
    assert "long before its timeout: True" in json.dumps(notebook.cells[0].outputs)


@pytest.mark.parametrize("program", ["nbconvert", "papermill"])
def test_command(box: Sandbox, tmp_path: Path, program: str) -> None:
    """`nbconvert --execute` and papermill end with the sentence."""
    notebook, out = written(tmp_path, box), tmp_path / "out.ipynb"
    if program == "nbconvert":
        command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", str(notebook)]
    else:
        python = environment("unattended", "papermill>=2.6", "voila>=0.5", "ipykernel")
        command = [
            str(python),
            "-m",
            "papermill",
            "-k",
            "python3",
            str(notebook),
            str(out),
        ]
    result = subprocess.run(
        command, env=isolated(tmp_path), capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode != 0
    assert SENTENCE in result.stderr
    # papermill keeps what the cell printed in its notebook, nbconvert repeats it.
    printed = out.read_text() if out.exists() else result.stderr
    assert "long before its timeout: True" in printed


def test_voila(box: Sandbox, tmp_path: Path) -> None:
    """Voilà runs all cells before it shows the first: its page shows the sentence in the place of the cell."""
    python = environment("unattended", "papermill>=2.6", "voila>=0.5", "ipykernel")
    command = [
        str(python),
        "-m",
        "voila",
        str(written(tmp_path, box)),
        "--no-browser",
        "--show_tracebacks=True",
    ]
    with serving([*command, "--Voila.ip=127.0.0.1"], tmp_path, port_option="--port=") as port:
        page = get(port, "/")
    assert SENTENCE in page
    assert "long before its timeout: True" in page
