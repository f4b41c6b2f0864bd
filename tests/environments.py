"""Other versions of packages, and virtual environments of the tests' own: kept between runs."""

from __future__ import annotations

import hashlib
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
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
            install = [str(python), "-m", "pip", "install", "-q", *requirements, "-e", f"{ROOT}{extra}"]
            subprocess.run(install, check=True, stdin=subprocess.DEVNULL)
            stamp.write_text(wanted)
    return python


def unpacked(requirement: str) -> Path:
    """A folder with that one package, to stand before the installed ones in `PYTHONPATH`."""
    home = CACHE / "packages" / requirement
    part = home.with_name(f"{requirement}.part")
    with one_at_a_time("packages"):
        if not home.exists():
            shutil.rmtree(part, ignore_errors=True)
            install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(part)]
            subprocess.run([*install, requirement], check=True, stdin=subprocess.DEVNULL)
            part.rename(home)
    return home
