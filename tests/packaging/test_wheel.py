"""The package as a user gets it: built from a clean clone, installed where no source is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

import ic_widget
from tests.environments import ROOT, fresh, install

pytestmark = [pytest.mark.timeout(600), pytest.mark.program]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean clone: what is committed and nothing else."""
    folder = tmp_path_factory.mktemp("clone")
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    return folder


def _build(clone: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "build", *arguments]
    environment = {**os.environ, **env}
    return subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def wheel(clone: Path) -> Path:
    """The wheel, made from the sdist that the clone gives."""
    done = _build(clone)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (clone / "dist").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a fresh environment with the wheel, and an empty folder beside it."""
    home = tmp_path_factory.mktemp("installed")
    (home / "elsewhere").mkdir()
    fresh(home / "venv", str(wheel))
    return home / "venv/bin"


def _run(installed: Path, *command: str) -> subprocess.CompletedProcess[str]:
    folder = installed.parents[1] / "elsewhere"
    return subprocess.run(
        [installed / command[0], *command[1:]], cwd=folder, capture_output=True, text=True, timeout=60
    )


def test_wheel_contains_what_is_built_and_shown(wheel: Path) -> None:
    """The wheel holds the bundle, the notebook, the typing mark and the licence."""
    names = ZipFile(wheel).namelist()
    wanted = {"static/widget.js", "static/widget.css", "static/saved.js", "py.typed"}
    wanted |= {
        f"notebooks/{name}.ipynb" for name in ("quickstart", "explore", "integration-test", "headless")
    }
    assert set() == {f"ic_widget/{name}" for name in wanted} - set(names)
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_sdist_contains_the_documentation(wheel: Path) -> None:
    """The source distribution has the pages and pictures that README.md links to, and what makes the site of them."""
    (path,) = wheel.parent.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    linked = set(re.findall(r"[\"(]((?:docs|notebooks)/[\w./-]+)", (ROOT / "README.md").read_text("utf-8")))
    assert set() == {*linked, "docs/conf.py", "Makefile", "CHANGELOG.md"} - names


def test_installed_package_makes_a_widget(installed: Path) -> None:
    """With the source away every public name loads and a widget carries the bundle."""
    code = (
        "import ic_widget; from ic_widget import *;"
        "w = ConnectWidget(Engine(workspace_key='k', workspace_secret='s' * 64, tenant_key='t'));"
        "print(len(w._esm) > 10_000, len(w._css) > 1_000, ic_widget.__version__)"
    )
    done = _run(installed, "python", "-W", "error", "-c", code)
    assert done.stdout.split() == ["True", "True", ic_widget.__version__], done.stderr


def test_sandbox_needs_the_extra_demo(installed: Path) -> None:
    """Without what only a sandbox needs, demo() and the command say what to install; the rest works."""
    code = "from ic_widget import ConnectWidget; ConnectWidget.demo()"
    for command in (("python", "-c", code), ("ic-widget", "sandbox"), ("python", "-m", "ic_widget.sandbox")):
        done = _run(installed, *command)
        assert done.returncode != 0
        assert 'which is not installed: pip install "ic_widget[demo]"' in done.stderr.splitlines()[-1]


def test_sandbox_runs_with_it(installed: Path, tmp_path: Path) -> None:
    """With it the installed package has all that a sandbox reads, and a widget for it."""
    install(installed.parent, "--target", str(tmp_path), "jsonschema", "oauthlib")
    code = (
        f"import sys; sys.path.append({str(tmp_path)!r}); from ic_widget.sandbox import Sandbox\n"
        "from ic_widget import ConnectWidget; ConnectWidget.demo()\n"
        "with Sandbox() as box: print(len(box.engine().integrations()) > 50)"
    )
    done = _run(installed, "python", "-c", code)
    assert done.stdout.split() == ["True"], done.stderr


def test_importing_is_cheap(installed: Path) -> None:
    """Importing the package loads neither tornado nor httpx nor the widget libraries."""
    code = "import sys, ic_widget; print({'tornado', 'httpx', 'ipywidgets', 'anywidget'} & set(sys.modules))"
    assert _run(installed, "python", "-c", code).stdout.strip() == "set()"


def test_widget_import_leaves_the_server_for_later(installed: Path) -> None:
    """Importing ConnectWidget loads neither tornado's web and server modules nor an HTTP client."""
    code = (
        "import sys; from ic_widget import ConnectWidget, Engine;"
        "print({'tornado.web', 'tornado.httpserver', 'tornado.httpclient', 'httpx'} & set(sys.modules))"
    )
    done = _run(installed, "python", "-c", code)
    assert done.stdout.strip() == "set()", done.stderr


def test_installed_command_runs(installed: Path) -> None:
    """`ic-widget --help` works, and without JupyterLab the demo says what to install."""
    assert "sandbox" in _run(installed, "ic-widget", "--help").stdout
    demo = _run(installed, "ic-widget", "demo")
    assert demo.returncode == 1
    assert 'pip install "ic_widget[demo]"' in demo.stderr


def test_no_wheel_without_the_bundle(clone: Path, tmp_path: Path) -> None:
    """Without Node the build fails with a sentence instead of making a wheel that cannot show anything."""
    done = _build(clone, "--wheel", "--outdir", str(tmp_path), PATH=str(tmp_path))
    assert done.returncode != 0
    assert "needs Node.js 20 or newer" in done.stdout + done.stderr
    assert [] == list(tmp_path.iterdir())


def test_the_fixture_is_there_with_the_package(wheel: Path) -> None:
    """pytest finds the fixture by itself, under the name that an older `pytest_plugins` line has."""
    with ZipFile(wheel) as archive:
        (found,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        told = archive.read(found).decode()

    assert "[pytest11]\nic_widget.sandbox.fixtures = ic_widget.sandbox.fixtures" in told
