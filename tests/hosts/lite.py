"""A JupyterLite site with this checkout's wheel, built without any address but the two package registries'."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from packaging.requirements import Requirement
from playwright.sync_api import Page

from tests.browser.lab import isolated
from tests.browser.notebook import IS, OPEN, Notebook, as_notebook
from tests.environments import ROOT, environment
from tests.one_at_a_time import CACHE, one_at_a_time

# The kernel's own needs, of which no wheel's metadata tells.
_KERNEL = ("ipython", "micropip", "jedi", "comm")
_MOCKED = {"widgetsnbextension", "ipykernel", "piplite", "pyodide-kernel"}  # JupyterLite brings its own
_CONFIG = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "exposeAppInBrowser": True,
        "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": {"disablePyPIFallback": True}},
    },
}
_SAVE = """async ([path, content]) => {
  await jupyterapp.serviceManager.contents.save(path, {type: 'notebook', format: 'json', content});
}"""


def built(folder: Path) -> Path:
    """The site, built in `folder`; what does not come from this checkout is kept between runs."""
    python = environment("lite", "jupyterlite-core>=0.8", "jupyterlite-pyodide-kernel>=0.8")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = folder.glob("*.whl")
    needed = sorted(_requirements(wheel))
    with one_at_a_time("lite"):
        kept = _kept(python, needed)
        shutil.copytree(kept, folder / "site")
    shutil.copy(wheel, folder / "site" / "pypi")
    command = [str(python), "-m", "jupyter", "lite", "build", "--output-dir", str(folder / "out")]
    log = folder / "build.log"
    with log.open("wb") as output:
        done = subprocess.run(
            command, cwd=folder / "site", env=isolated(folder), stdout=output, stderr=output
        )
    assert 0 == done.returncode, log.read_text()
    return folder / "out"


@contextlib.contextmanager
def served(site: Path) -> Iterator[str]:
    """The address of the site, from a server that knows nothing but files."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self.extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}
            super().__init__(*args, **kwargs)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class LiteNotebook(Notebook):
    """A notebook open in JupyterLite, in a page that may have it already."""

    def __init__(self, url: str, page: Page, cells: Sequence[str]) -> None:
        self.page = page
        self.page.goto(f"{url}lab/index.html")
        self.page.wait_for_function("() => window.jupyterapp?.serviceManager.isReady", timeout=120_000)
        # Only then are the commands there.
        self.page.evaluate("async () => { await jupyterapp.restored; }")
        self.page.evaluate(_SAVE, ["lite.ipynb", as_notebook(cells, "python")])
        self.page.evaluate(OPEN, "lite.ipynb")
        self.wait_for_kernel()

    def wait_for_kernel(self, status: str = "idle") -> None:
        """Wait until a kernel is connected and has that status; Pyodide has to be compiled first."""
        self.page.wait_for_function(IS, arg=status, polling=50, timeout=240_000)


def _kept(python: Path, needed: Sequence[str]) -> Path:
    """A site with Pyodide and the wheels that `needed` leads to."""
    version = subprocess.run(
        [str(python), "-c", "from jupyterlite_pyodide_kernel.constants import *; print(PYODIDE_VERSION)"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    told = "\n".join([version, json.dumps(_CONFIG), *_KERNEL, *needed])
    home = CACHE / "lite" / hashlib.sha256(told.encode()).hexdigest()[:16]
    if not home.exists():
        shutil.rmtree(home.parent, ignore_errors=True)
        part = home.with_name("part")
        (part / "pypi").mkdir(parents=True)
        _unpack_pyodide(version, part)
        _Wheels(part).take([*_KERNEL, *needed])
        (part / "jupyter-lite.json").write_text(json.dumps(_CONFIG))
        part.rename(home)
    return home


def _unpack_pyodide(version: str, site: Path) -> None:
    subprocess.run(
        ["npm", "pack", "--silent", f"pyodide@{version}"], cwd=site, check=True, stdout=subprocess.DEVNULL
    )
    (archive,) = site.glob("pyodide-*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(site, filter="data")
    archive.unlink()
    (site / "static").mkdir()
    (site / "package").rename(site / "static" / "pyodide")


class _Wheels:
    """Takes the wheels that a package needs in Pyodide: in the version that Pyodide's own list has, else the newest.

    Pyodide's list describes wheels that are in no registry; where the registry's stand in their place, it says so.
    """

    def __init__(self, site: Path) -> None:
        self._pyodide, self._pypi = site / "static" / "pyodide", site / "pypi"
        self._lock_file = self._pyodide / "pyodide-lock.json"
        self._lock: dict[str, Any] = json.loads(self._lock_file.read_text())
        self._known = {_plain(name): entry for name, entry in self._lock["packages"].items()}

    def take(self, names: Sequence[str]) -> None:
        """Take `names`, what they require, and so on."""
        due, done = [_plain(name) for name in names], set(_MOCKED)
        while due:
            name = due.pop()
            if name in done:
                continue
            done.add(name)
            entry = self._known.get(name)
            wheel = _downloaded(
                f"{name}=={entry['version']}" if entry else name, self._pyodide if entry else self._pypi
            )
            requires = {_plain(needed) for needed in _requirements(wheel)} - _MOCKED
            due += requires
            if entry:
                entry["file_name"], entry["sha256"] = (
                    wheel.name,
                    hashlib.sha256(wheel.read_bytes()).hexdigest(),
                )
                entry["depends"] = sorted(requires & self._known.keys())
        self._lock_file.write_text(json.dumps(self._lock))


def _downloaded(requirement: str, folder: Path) -> Path:
    pure = [
        "--only-binary",
        ":all:",
        "--python-version",
        "3.14",
        "--platform",
        "any",
        "--implementation",
        "py",
    ]
    part = folder / "part"
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", *pure, "--abi", "none"]
    subprocess.run([*command, "-d", str(part), requirement], check=True, stderr=subprocess.DEVNULL)
    (wheel,) = part.iterdir()
    moved = wheel.rename(folder / wheel.name)
    part.rmdir()
    return moved


def _requirements(wheel: Path) -> set[str]:
    """The names of what `wheel` needs where Python runs inside the browser."""
    here = {"sys_platform": "emscripten", "platform_system": "Emscripten", "python_version": "3.14"}
    here |= {"python_full_version": "3.14.2", "platform_machine": "wasm32", "os_name": "posix", "extra": ""}
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        told = message_from_bytes(archive.read(name)).get_all("Requires-Dist", [])
    found = [Requirement(one) for one in told]
    return {one.name for one in found if one.marker is None or one.marker.evaluate(here)}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
