"""The notebooks whose outputs are kept: runs them in real kernels; `make notebooks` writes what came."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
from nbclient import NotebookClient

from ic_widget.cli import _environment
from ic_widget.flow import ConnectFlow
from ic_widget.sandbox import Sandbox, sign_in

FOLDER = Path(__file__).parents[2] / "notebooks"
NAMES = ("explore", "headless", "integration-test")
WIDGET = "application/vnd.jupyter.widget-view+json"


def kept(name: str) -> Any:
    """The notebook as it is in the repository."""
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def executed(name: str) -> Any:
    """The notebook after a run in a kernel, against a sandbox in which somebody has signed in to HubSpot."""
    notebook = kept(name)
    with Sandbox() as box, mock.patch.dict(os.environ, _environment(box)):
        with ConnectFlow(box.engine(), integration="hubspot", auth_option="oauth") as flow:
            sign_in(flow.url)
            flow.wait(60)
        NotebookClient(notebook, timeout=120, kernel_name="python3", store_widget_state=False).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            # Without the widget's state, which holds the whole page, a viewer can show its text only.
            output.get("data", {}).pop(WIDGET, None)
    return notebook


def shown(notebook: Any) -> list[list[Any]]:
    """What a reader sees of each code cell's outputs, without what differs from run to run."""
    return [[_seen(output) for output in cell.outputs] for cell in notebook.cells if cell.cell_type == "code"]


def _seen(output: Any) -> Any:
    if output.output_type == "stream":
        return output.name, _masked(output.text)
    data = output.get("data", {})
    return {kind: "" if kind.startswith("image/") else _masked(str(data[kind])) for kind in sorted(data)}


def _masked(text: str) -> str:
    text = re.sub(r"\b[0-9a-f]{12,}\b", "ID", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
    text = re.sub(r"shown at \d\d:\d\d", "shown at TIME", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "HOST", text)
    text = re.sub(r"\b\d+ (s|min|h|days)\b", "AGE", text)
    return re.sub(r"(?m) +$| {2,}|-{3,}", " ", text)


if __name__ == "__main__":
    for each in sys.argv[1:] or NAMES:
        nbformat.write(executed(each), FOLDER / f"{each}.ipynb")
