"""``python -m ic_widget.sandbox``."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from ic_widget.engine.engine import Engine
from ic_widget.sandbox.state import tokens

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.program


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m ic_widget.sandbox`` until it ends by itself."""
    command = [sys.executable, "-m", "ic_widget.sandbox", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--address", "0.0.0.0"], "--allow-remote"),  # noqa: S104
        (["--catalogue", "no/such/file.json"], "no/such/file.json cannot be read"),
        (["--port", "70000"], "There is no port 70000"),
        (["--address", "203.0.113.9", "--allow-remote"], "Choose an address of this machine"),
        (["--fault", "nope"], "there is no fault 'nope'"),
        (["--fault", "latency=x"], "latency takes a number of milliseconds, not 'x'"),
        (["--state", "/no/such/folder/state.db"], "/no/such/folder/state.db"),
    ],
)
def test_command_says_what_is_wrong(arguments: list[str], words: str) -> None:
    """A sandbox that cannot start says why in one line and ends with 2."""
    ended = run(*arguments)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_command_prints_what_a_client_needs(tmp_path: Path) -> None:
    """The environment for the widget is printed, works for the tenants named, and Ctrl-C ends it quietly."""
    command = [
        sys.executable,
        "-m",
        "ic_widget.sandbox",
        "--tenants",
        "a, b",
        "--state",
        str(tmp_path / "s.db"),
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    values = dict(process.stdout.readline().strip().split("=", 1) for _ in range(4))
    engine = Engine(
        api_uri=values["MEMBRANE_API_URI"],
        workspace_key=values["MEMBRANE_WORKSPACE_KEY"],
        workspace_secret=values["MEMBRANE_WORKSPACE_SECRET"],
        tenant_key=values["MEMBRANE_TENANT_KEY"],
    )
    assert engine.integration("github")["name"] == "GitHub"
    for tenant, status in (("a", 200), ("b", 200), ("c", 403)):
        token = tokens.mint(
            values["MEMBRANE_WORKSPACE_KEY"], values["MEMBRANE_WORKSPACE_SECRET"], tenant, expires_in=60
        )
        address = values["MEMBRANE_API_URI"].removeprefix("http://")
        with closing(HTTPConnection(address, timeout=60)) as connection:
            connection.request("GET", "/self", headers={"Authorization": f"Bearer {token}"})
            assert connection.getresponse().status == status
    process.send_signal(2)
    _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors.count("\n")) == (0, 1)


def test_no_tenant_at_all() -> None:
    """An empty list of tenants is more likely a slip than a wish."""
    ended = run("--tenants", " , ")
    assert ended.returncode == 2
    assert "name at least one tenant" in ended.stderr
