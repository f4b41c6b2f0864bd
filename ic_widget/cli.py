"""The `ic-widget` command: a demo notebook against the sandbox, the sandbox alone, or a report on this machine."""

from __future__ import annotations

import argparse
import http.client
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from .errors import ConfigurationError

if TYPE_CHECKING:
    from .sandbox import Sandbox

__all__ = ["main"]

NOTEBOOK = "quickstart.ipynb"
START_SECONDS = 60
AFTER_ADDRESS = """Ctrl-C ends the notebook server and the sandbox.
If a line below warns that a kernel is running over TCP without encryption, it is ipykernel's, and matters where you
share this machine with others.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with `argv` (default: the process's arguments) and return its exit status."""
    options = _parser().parse_args(argv)
    # SIGINT too: a shell without job control starts what it puts in the background with SIGINT ignored.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return 0
    except (ConfigurationError, OSError, _Stopped) as error:
        print(f"ic-widget: {error}", file=sys.stderr)
        return 1


class _Stopped(Exception):
    """The command cannot go on; the text says why and what to do."""


def _parser() -> argparse.ArgumentParser:
    from . import __version__
    from .sandbox import command

    parser = argparse.ArgumentParser(prog="ic-widget", description="Try ic_widget without an account.")
    parser.add_argument("--version", action="version", version=f"ic_widget {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="open the quickstart notebook in JupyterLab, against the sandbox")
    demo.add_argument("--no-browser", action="store_true", help="only print the address")
    demo.add_argument(
        "--folder",
        type=Path,
        default=Path("ic_widget_demo"),
        help="where your copies of the notebooks live (default: ./ic_widget_demo)",
    )
    demo.set_defaults(run=_demo)
    sandbox = commands.add_parser("sandbox", help="run the sandbox engine on this machine until Ctrl-C")
    command.add_arguments(sandbox)
    sandbox.set_defaults(run=command.run)
    doctor = commands.add_parser(
        "doctor", help="say what works here and what does not, for a bug report; no secrets"
    )
    doctor.set_defaults(run=_doctor)
    return parser


def _doctor(_: argparse.Namespace) -> int:
    from .doctor import main

    return main()


def _demo(options: argparse.Namespace) -> int:
    if importlib.util.find_spec("jupyterlab") is None:
        raise _Stopped('the demo needs JupyterLab: run pip install "ic_widget[demo]", then try again.')
    from .sandbox import Sandbox

    folder = options.folder.resolve()
    _copy_notebooks(folder)
    with Sandbox() as box, _jupyterlab(folder, _environment(box), browser=not options.no_browser) as lab:
        status = lab.wait()
    raise _Stopped(f"JupyterLab ended by itself (exit status {status}); its last lines above say why.")


def _environment(box: Sandbox) -> dict[str, str]:
    """What lets `ConnectWidget.demo()` of another process use this sandbox; the user's own MEMBRANE_* stay."""
    return {
        "IC_WIDGET_SANDBOX": box.url,
        "IC_WIDGET_SANDBOX_KEY": box.workspace_key,
        "IC_WIDGET_SANDBOX_SECRET": box.workspace_secret,
    }


def _copy_notebooks(folder: Path) -> None:
    package = Path(__file__).parent
    # A wheel carries the notebooks inside the package; a checkout has them beside it.
    source = next(
        (path for path in (package / "notebooks", package.parent / "notebooks") if path.is_dir()), None
    )
    if source is None or not (source / NOTEBOOK).is_file():
        raise _Stopped(f"{NOTEBOOK} is not where it was installed: reinstall ic_widget, then try again.")
    folder.mkdir(parents=True, exist_ok=True)
    for notebook in sorted(source.glob("*.ipynb")):
        copy = folder / notebook.name
        if not copy.exists():
            shutil.copyfile(notebook, copy)
        elif copy.read_bytes() != notebook.read_bytes():
            print(f"Keeping your {copy}; delete it to get a fresh one.", flush=True)


@contextmanager
def _jupyterlab(folder: Path, env: dict[str, str], *, browser: bool) -> Iterator[subprocess.Popen[bytes]]:
    port, token = _free_port(), secrets.token_hex(24)
    command = [sys.executable, "-m", "jupyterlab", NOTEBOOK, "--ip=127.0.0.1", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", "--ServerApp.base_url=/", "--Application.log_level=ERROR"]
    command += [] if browser else ["--no-browser"]
    command += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="ic_widget-") as defaults:
        _without_news(Path(defaults))
        path = os.pathsep.join(filter(None, [defaults, os.environ.get("JUPYTER_CONFIG_PATH")]))
        # The token goes by environment: arguments are readable by every user of the machine. A session of its
        # own keeps Ctrl-C from JupyterLab, which would ask for confirmation.
        lab = subprocess.Popen(  # noqa: S603
            command,
            cwd=folder,
            env={**os.environ, **env, "JUPYTER_TOKEN": token, "JUPYTER_CONFIG_PATH": path},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait_until_up(lab, port)
            print(f"\n    http://127.0.0.1:{port}/lab/tree/{NOTEBOOK}?token={token}\n", flush=True)
            print(AFTER_ADDRESS, flush=True)
            yield lab
        finally:
            _shut_down(lab, port, token)


def _without_news(folder: Path) -> None:
    """Defaults for JupyterLab without its question about news; what the user has chosen stays."""
    (folder / "labconfig").mkdir()
    settings = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
    (folder / "labconfig/default_setting_overrides.json").write_text(json.dumps(settings), encoding="utf-8")


def _shut_down(lab: subprocess.Popen[bytes], port: int, token: str) -> None:
    """Ask it to end, and its kernels with it: it calls a signal critical, in a line that frightens."""
    if lab.poll() is not None:
        return
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("POST", "/api/shutdown", headers={"Authorization": f"token {token}"})
        connection.getresponse().read()
        lab.wait(10)
    except (OSError, http.client.HTTPException, subprocess.TimeoutExpired):
        lab.terminate()
        try:
            lab.wait(10)
        except subprocess.TimeoutExpired:
            lab.kill()
            lab.wait()
    finally:
        connection.close()


def _wait_until_up(lab: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if lab.poll() is not None:
            raise _Stopped(
                f"JupyterLab did not start (exit status {lab.returncode}); its lines above say why."
            )
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/api")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise _Stopped(f"JupyterLab did not answer within {START_SECONDS} seconds; try again.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _interrupt(*_: Any) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
