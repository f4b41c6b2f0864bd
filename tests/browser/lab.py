"""A real JupyterLab in folders of its own, with kernels of several ipykernel versions."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import sys
from pathlib import Path
from typing import Any

import trustme

from tests.environments import unpacked
from tests.server_program import running

CURRENT = "current"
# How a busy kernel handles messages differs between these: a subshell's thread reads them at once on 7.0 to 7.3 only.
# One more where asked for.
EVERY_KERNEL = ["6.31.0", *(["7.1.0"] if "EVERY_KERNEL" in os.environ else []), CURRENT]

SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none", "autoStartDefaultKernel": True},
    "@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}


class Lab:
    """JupyterLab as a child process; `base_url` may have a prefix, `token` "" means no login.

    `app` may be Notebook 7's, and `host` a name that Chromium takes for another machine's. With `tls` it has a
    certificate that no browser trusts.
    """

    def __init__(
        self,
        folder: Path,
        *,
        base_url: str = "/",
        token: str = "",
        app: str = "LabApp",
        host: str = "127.0.0.1",
        tls: bool = False,
    ) -> None:
        self.folder = folder / "notebooks"
        self.log = folder / "jupyter.log"
        self._data = folder / "data"
        self._token = token
        self._base_url = base_url
        self._port = free_port()
        self._app = app
        self.url = f"http{'s' if tls else ''}://{host}:{self._port}{base_url}"
        self._env = isolated(folder)
        self.folder.mkdir(parents=True)
        self._certificate = certificate(folder) if tls else None

    def __enter__(self) -> Lab:
        module = "jupyterlab" if self._app == "LabApp" else "notebook"
        command = [sys.executable, "-m", module, "--allow-root", "--no-browser", "--ip=127.0.0.1"]
        command += [f"--port={self._port}", "--ServerApp.port_retries=0", "--ServerApp.root_dir=."]
        command += [f"--ServerApp.base_url={self._base_url}", f"--IdentityProvider.token={self._token}"]
        command += [f"--{self._app}.expose_app_in_browser=True", "--ServerApp.allow_remote_access=True"]
        if self._certificate:
            command.append(f"--ServerApp.certfile={self._certificate}")
        self._running = running(command, answers=self._answers, log=self.log, cwd=self.folder, env=self._env)
        self._running.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._running.__exit__(*error)

    def address(self, notebook: str) -> str:
        """Where a notebook is shown."""
        return (
            f"{self.url}lab/tree/{notebook}?reset"
            if self._app == "LabApp"
            else f"{self.url}notebooks/{notebook}"
        )

    def kernel_name(self, ipykernel: str) -> str:
        """Name of the kernel with that ipykernel version; makes it on first use."""
        if ipykernel == CURRENT:
            return "python3"
        name = f"ipykernel-{ipykernel}"
        spec = self._data / "kernels" / name / "kernel.json"
        if not spec.exists():
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            env = {"PYTHONPATH": str(unpacked(f"ipykernel=={ipykernel}"))}
            told = {"argv": argv, "display_name": name, "language": "python", "env": env}
            spec.parent.mkdir(parents=True)
            spec.write_text(json.dumps(told))
        return name

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        if self._certificate:
            context = ssl.create_default_context(cafile=self._certificate)
            connection = http.client.HTTPSConnection("127.0.0.1", self._port, timeout=5, context=context)
        try:
            connection.request("GET", f"{self._base_url}api")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def certificate(folder: Path) -> Path:
    """A file with a key, its certificate for 127.0.0.1, and that of the authority, which nobody knows."""
    authority, path = trustme.CA(), folder / "certificate.pem"
    issued = authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem
    path.write_bytes(issued.bytes() + authority.cert_pem.bytes())
    return path


def free_port() -> int:
    """A port of 127.0.0.1 that was free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def isolated(folder: Path) -> dict[str, str]:
    """An environment in which Jupyter keeps everything in `folder`, where the settings for tests are."""
    for plugin, settings in SETTINGS.items():
        path = folder / "settings" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    names = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    env = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "MEMBRANE"))}
    return {**env, **{name: str(folder / part) for name, part in names.items()}}
