"""Other versions of packages, and virtual environments of the tests' own: kept between runs."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.one_at_a_time import CACHE, one_at_a_time

ROOT = Path(__file__).parents[1]


def environment(name: str, *requirements: str, extra: str = "") -> Path:
    """Python of the environment `name`, which has `requirements` and this checkout with its `extra`."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    told = [(ROOT / "pyproject.toml").read_text(), str(ROOT), extra, *requirements]
    wanted = hashlib.sha256("\n".join(told).encode()).hexdigest()
    home = CACHE / "environments" / f"{name}-py{version}"
    stamp, python = home / "made-from", home / "bin" / "python"
    with one_at_a_time("environments"):
        if not stamp.exists() or stamp.read_text() != wanted:
            fresh(home, *requirements, "-e", f"{ROOT}{extra}")
            stamp.write_text(wanted)
    return python


def fresh(home: Path, *requirements: str) -> None:
    """Make a virtual environment in `home` that has `requirements` and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", home], check=True)
    install(home, *requirements)


def install(home: Path | str, *arguments: str) -> None:
    """`pip install` into the environment `home`, by uv where that is there: seconds where pip needs a minute."""
    place = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    if uv := shutil.which("uv", path=place):
        by_uv = [uv, "pip", "install", "-q", "--system-certs", "--python", home, *arguments]
        if subprocess.run(by_uv, stdin=subprocess.DEVNULL).returncode == 0:
            return
        # It does not read pip's settings: an index of one's own, for example.
    by_pip = [sys.executable, "-m", "pip", "--python", home, "install", "-q", *arguments]
    subprocess.run(by_pip, check=True, stdin=subprocess.DEVNULL)


def unpacked(requirement: str) -> Path:
    """A folder with that one package, to stand before the installed ones in `PYTHONPATH`."""
    home = CACHE / "packages" / requirement
    part = home.with_name(f"{requirement}.part")
    with one_at_a_time("packages"):
        if not home.exists():
            shutil.rmtree(part, ignore_errors=True)
            install(sys.prefix, "--no-deps", "--target", str(part), requirement)
            part.rename(home)
    return home
