"""Child processes of a measurement: what is measured never shares an interpreter with what measures it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["ROOT", "child", "read", "sandbox"]

ROOT = Path(__file__).parents[1]


@contextlib.contextmanager
def child(
    *command: str, env: Mapping[str, str] | None = None, quiet: bool = False
) -> Iterator[subprocess.Popen[str]]:
    """``python -m COMMAND`` with pipes; told to end by closing its input, ended at the latest after 10 s."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else None,
        text=True,
        bufsize=1,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def read(process: subprocess.Popen[str]) -> Any:
    """The next line the child prints, as JSON. Raises RuntimeError if it has died instead."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{process.args!r} ended with {process.wait()}")
    return json.loads(line)


@contextlib.contextmanager
def sandbox(catalogue: Path | None = None) -> Iterator[dict[str, str]]:
    """A sandbox in a process of its own; gives the environment in which `Engine()` finds it."""
    options = [] if catalogue is None else ["--catalogue", str(catalogue)]
    with child("ic_widget.sandbox", *options, quiet=True) as process:
        assert process.stdout is not None
        env = dict(process.stdout.readline().strip().split("=", 1) for _ in range(3))
        try:
            yield {**env, "MEMBRANE_TENANT_KEY": "bench"}
        finally:
            process.terminate()
