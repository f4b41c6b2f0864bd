"""A real JupyterHub behind configurable-http-proxy, under a host name that is not this machine's."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Page

from tests.browser.lab import SETTINGS, free_port
from tests.environments import ROOT
from tests.one_at_a_time import one_at_a_time
from tests.server_program import LIMIT, running

HOST = "hub.test"  # tests.browser.chromium has Chromium find it on this machine
PASSWORD = "pw"
WITHOUT_PROXY = "carol"
SOURCES = Path(__file__).parent / "hub_proxy"

CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.ConfigurableHTTPProxy.command = {command!r}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {home!r}
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.default_url = "/lab"
c.Spawner.http_timeout = c.Spawner.start_timeout = {limit}
c.LocalProcessSpawner.interrupt_timeout = 1  # seconds: the tests are over, nothing is to be saved
c.Spawner.environment = {environment!r}
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.cookie_secret = b"0" * 32

def arguments(spawner):
    spawner.args = ["--allow-root", "--LabApp.expose_app_in_browser=True"]
    if spawner.user.name == {without!r}:
        spawner.args.append("--ServerApp.jpserver_extensions={{'jupyter_server_proxy': False}}")

c.Spawner.pre_spawn_hook = arguments
"""


@dataclass
class UserServer:
    """One user's JupyterLab; stands where a `Lab` does."""

    folder: Path
    url: str

    def address(self, notebook: str) -> str:
        """Where a notebook is shown."""
        return f"{self.url}lab/tree/{notebook}?reset"

    def kernel_name(self, _ipykernel: str) -> str:
        """Every user has the current kernel alone."""
        return "python3"


class Hub:
    """JupyterHub as a child process. Anyone may log in; `WITHOUT_PROXY` has no jupyter-server-proxy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "hub.log"
        self._port = free_port()
        self.url = f"http://{HOST}:{self._port}"

    def __enter__(self) -> Hub:
        settings = self.folder / "settings"
        for plugin, values in SETTINGS.items():
            path = settings / f"{plugin}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        config = self.folder / "jupyterhub_config.py"
        config.write_text(
            CONFIG.format(
                port=self._port,
                hub_port=free_port(),
                api_port=free_port(),
                command=_proxy_command(),
                password=PASSWORD,
                home=str(self.folder / "{username}"),
                python=sys.executable,
                environment={"JUPYTERLAB_SETTINGS_DIR": str(settings)},
                without=WITHOUT_PROXY,
                limit=LIMIT,
            )
        )
        env = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "MEMBRANE"))}
        env |= {"CONFIGPROXY_AUTH_TOKEN": "x" * 32}
        self._running = running(
            [sys.executable, "-m", "jupyterhub", "-f", str(config)],
            answers=self._answers,
            log=self.log,
            cwd=self.folder,
            env=env,
            end=signal.SIGINT,
        )
        self._running.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._running.__exit__(*error)

    def begin(self, user: str, page: Page) -> None:
        """Log `user` in on `page`, which has their server started."""
        page.goto(f"{self.url}/hub/spawn/{user}")
        log_in(page, user)

    def server(self, user: str, page: Page) -> UserServer:
        """Wait for the server of the user who began on `page`."""
        page.wait_for_url(f"{self.url}/user/{user}/lab**", wait_until="commit", timeout=LIMIT * 1000)
        return UserServer(self.folder / user, f"{self.url}/user/{user}/")

    def _answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self._port}/hub/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def log_in(page: Page, user: str) -> None:
    """Fill JupyterHub's login page."""
    page.get_by_label("Username").fill(user)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def _proxy_command() -> list[str]:
    """configurable-http-proxy, installed on first use and kept between runs."""
    lock = (SOURCES / "package-lock.json").read_bytes()
    home = ROOT / ".cache" / "hub-proxy" / hashlib.sha256(lock).hexdigest()[:12]
    command = home / "node_modules" / ".bin" / "configurable-http-proxy"
    with one_at_a_time("hub-proxy"):
        if not command.exists():
            shutil.copytree(SOURCES, home, dirs_exist_ok=True)
            subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=home, check=True, stdin=subprocess.DEVNULL)
    return [str(command)]
