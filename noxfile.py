"""The unit tests on every Python there is, and with the oldest and the newest packages: `make matrix`.

One part: `make matrix ARGS="-s lowest"`, or `ARGS="-s unit-3.12 -- tests/unit/engine"`.
"""

from __future__ import annotations

from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv"
nox.options.error_on_missing_interpreters = False  # it says which it has not found
nox.options.reuse_venv = "yes"

PYTHONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"))
LOCK = "constraints.txt"


@nox.session(python=PYTHONS)
def unit(session: nox.Session) -> None:
    """With the locked packages."""
    session.install("-c", LOCK, "-e", ".[dev]")
    _test(session)


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """With the lowest versions that pyproject.toml admits, on the oldest Python."""
    pins = Path(session.create_tmp()) / "lowest.txt"
    command = ["uv", "pip", "compile", "-q", "--resolution", "lowest-direct", "--python-version", PYTHONS[0]]
    session.run(*command, "--extra", "demo", "pyproject.toml", "-o", str(pins), external=True)
    session.install("-c", str(pins), "-e", ".[dev]")
    _test(session)


@nox.session(python=PYTHONS[-2])
def newest(session: nox.Session) -> None:
    """With whatever the registry has today: what users get."""
    session.install("--upgrade", "-e", ".[dev]")
    _test(session)


def _test(session: nox.Session) -> None:
    session.run(
        "python", "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *(session.posargs or ["tests/unit"])
    )
