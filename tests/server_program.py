"""A server as a child process: started, waited for, ended."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

LIMIT = 180  # seconds; on one core, beside others, JupyterHub took more than 60


@contextlib.contextmanager
def running(
    command: Sequence[str],
    *,
    answers: Callable[[], bool],
    log: Path,
    cwd: Path,
    env: Mapping[str, str],
    end: signal.Signals = signal.SIGTERM,
) -> Iterator[None]:
    """Within it `command` runs and `answers()` was true once; what it writes is in `log`.

    RuntimeError, with that text, where it ends before it answers, or does not in time.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + LIMIT
        while not answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{' '.join(command[:3])} did not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(end)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
