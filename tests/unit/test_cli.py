"""The `ic-widget` command as a person runs it: a process of its own."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ic_widget import Engine
from ic_widget.cli import _environment
from ic_widget.sandbox import Sandbox, demo_engine

pytestmark = pytest.mark.program
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """`start("demo", ...)` starts the command in an empty folder; it is ended with the test."""
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> subprocess.Popen[str]:
        env = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", "ic_widget.cli", *arguments],
            cwd=tmp_path,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.terminate()
        process.communicate(timeout=120)


def _line_with(process: subprocess.Popen[str], pattern: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(pattern, line):
            return found[1]
    assert process.stderr is not None
    raise AssertionError(process.stderr.read())


def _get(url: str, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _refuses(url: str) -> bool:
    try:
        _get(url, "/")
    except ConnectionRefusedError:
        return True
    return False


def test_help_names_every_command(start: Start) -> None:
    """--help names the demo, the sandbox and the doctor."""
    out, _ = start("--help").communicate(timeout=120)
    assert ["demo", "sandbox", "doctor"] == re.findall(r"^    (\w+) ", out, re.MULTILINE)


def test_demo_serves_the_quickstart_and_its_sandbox(start: Start, tmp_path: Path) -> None:
    """The demo prints the address of a notebook that asks for a token, and Ctrl-C ends all of it."""
    process = start("demo", "--no-browser")
    address = _line_with(process, r"(http://127\.0\.0\.1:\S+)")
    assert (tmp_path / "ic_widget_demo" / "quickstart.ipynb").is_file()
    place = urlsplit(address)
    assert place.path == "/lab/tree/quickstart.ipynb"
    assert _get(address, f"/api/contents/quickstart.ipynb?{place.query}")[0] == 200
    assert _get(address, "/api/contents/quickstart.ipynb")[0] == 403
    setting = f"/lab/api/settings/@jupyterlab/apputils-extension:notification?{place.query}"
    known = json.loads(_get(address, setting)[1])["schema"]["properties"]
    assert "false" == known["fetchNews"]["default"]
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert _refuses(address)
    assert process.stderr is not None
    assert "received signal" not in process.stderr.read()


def test_demo_leaves_the_users_own_workspace(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the demo ConnectWidget.demo() is the sandbox, and a plain Engine() what the user has set."""
    own = {"MEMBRANE_API_URI": "https://engine.example", "MEMBRANE_TOKEN": "mine"}
    for name, value in {**own, **_environment(box)}.items():
        monkeypatch.setenv(name, value)

    assert ("https://engine.example", "mine") == (Engine().api_uri, f"{Engine().token()}")
    demo = demo_engine()
    assert box.url == demo.api_uri
    assert [] == demo.connections()


def test_demo_keeps_an_edited_notebook(start: Start, tmp_path: Path) -> None:
    """A notebook that the user has changed is kept, and the demo says so."""
    folder = tmp_path / "mine"
    folder.mkdir()
    edited = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (folder / "quickstart.ipynb").write_text(edited)
    process = start("demo", "--no-browser", "--folder", "mine")
    assert _line_with(process, r"^Keeping your (.*quickstart\.ipynb)") == str(folder / "quickstart.ipynb")
    _line_with(process, r"(http://127\.0\.0\.1:\S+)")
    assert (folder / "quickstart.ipynb").read_text() == edited


def test_demo_ends_on_terminate(start: Start) -> None:
    """SIGTERM ends the demo as Ctrl-C does: no server stays behind."""
    process = start("demo", "--no-browser")
    address = _line_with(process, r"(http://127\.0\.0\.1:\S+)")
    process.terminate()
    assert process.wait(20) == 0
    assert _refuses(address)


def test_demo_says_when_jupyterlab_is_missing(tmp_path: Path) -> None:
    """Without JupyterLab the demo names the command that installs it."""
    code = "import sys; sys.modules['jupyterlab'] = None; from ic_widget.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "demo"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert 'pip install "ic_widget[demo]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_sandbox_prints_what_a_shell_needs(start: Start) -> None:
    """The sandbox prints its address and credentials and serves until Ctrl-C."""
    process = start("sandbox")
    address = _line_with(process, r"MEMBRANE_API_URI=(\S+)")
    assert _line_with(process, r"MEMBRANE_WORKSPACE_KEY=(\S+)")
    assert _line_with(process, r"MEMBRANE_WORKSPACE_SECRET=(\S+)")
    assert _get(address, "/integrations")[0] == 401
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0


def test_sandbox_says_that_a_port_is_taken(start: Start) -> None:
    """A port that is taken gets a sentence, not a traceback."""
    taken = urlsplit(_line_with(start("sandbox"), r"MEMBRANE_API_URI=(\S+)")).port
    second = start("sandbox", "--port", str(taken))
    _, err = second.communicate(timeout=120)
    assert second.returncode != 0
    assert str(taken) in err
    assert "Traceback" not in err
