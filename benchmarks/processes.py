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

from benchmarks.limits import within

__all__ = ["ROOT", "Child", "sandbox"]

ROOT = Path(__file__).parents[1]


class Child:
    """``python -m COMMAND``, driven by lines; ended by closing its input, killed if that takes over 10 s."""

    def __init__(self, *command: str, env: Mapping[str, str] | None = None, quiet: bool = False) -> None:
        self._name = " ".join(command)
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else None,
            text=True,
        )

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._process.stdout.close()

    def line(self, what: str, seconds: float = 60) -> str:
        """The next line it prints. Raises RuntimeError if it ended instead, TimeoutError that names `what`."""
        with within(seconds, f"{what} from {self._name}"):
            line = self._process.stdout.readline()
            if not line:
                raise RuntimeError(f"{self._name} ended with {self._process.wait(10)} before {what}")
            return str(line).strip()

    def read(self, what: str, seconds: float = 60) -> Any:
        """The next line as JSON."""
        return json.loads(self.line(what, seconds))

    def say(self, line: str) -> None:
        """Send it a line."""
        print(line, file=self._process.stdin, flush=True)

    def terminate(self) -> None:
        """For one that does not read its input."""
        self._process.terminate()


@contextlib.contextmanager
def sandbox(catalogue: Path | None = None) -> Iterator[dict[str, str]]:
    """A sandbox in a process of its own; gives the environment in which `Engine()` finds it."""
    options = [] if catalogue is None else ["--catalogue", str(catalogue)]
    with Child("ic_widget.sandbox", *options, quiet=True) as process:
        try:
            yield dict(process.line("its addresses and keys").split("=", 1) for _ in range(4))
        finally:
            process.terminate()
