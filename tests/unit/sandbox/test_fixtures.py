"""The pytest plugin that every program with this package installed has."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.program
def test_costs_others_nothing() -> None:
    """A test run that asks for no sandbox does not pay for one: nothing heavy is imported with the plugin."""
    code = (
        "import sys, pytest, ic_widget.sandbox.fixtures;"
        "print({name.partition('.')[0] for name in sys.modules}"
        " & {'tornado', 'httpx', 'ipywidgets', 'anywidget', 'traitlets', 'jsonschema', 'oauthlib', 'jwt', 'sqlite3'})"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=120, check=False
    )

    assert "set()" == done.stdout.strip(), done.stderr
