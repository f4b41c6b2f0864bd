"""Every wait of the benchmarks ends, and says what it waited for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.processes import ROOT

pytestmark = pytest.mark.program
SILENT = "import sys; sys.stdin.read()"
WAIT = f"""
import subprocess, sys
from benchmarks.limits import within
command = [sys.executable, "-c", {SILENT!r}]
with within(0.2, "a line"), subprocess.Popen(command, stdin=-1, stdout=-1) as child:
    HOW
"""


def run(program: str) -> str:
    """The last line of what a program says as it fails; in a process of its own, whose children end at the limit."""
    command = [sys.executable, "-c", program]
    ended = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=30
    )
    assert 1 == ended.returncode
    return ended.stderr.splitlines()[-1]


@pytest.mark.parametrize("how", ["child.stdout.read()", "child.wait()", "raise OSError(child.wait())"])
def test_limit(how: str) -> None:
    """At the limit the processes that are waited for are ended, and the error names what was waited for."""
    assert "TimeoutError: Waited 0.2 s for a line." == run(WAIT.replace("HOW", how))


def test_child_that_ended() -> None:
    """A child process that ended before it said what it should is an error that names both."""
    program = "from benchmarks.processes import Child\nwith Child('json.no') as child: child.read('a figure')"
    assert "RuntimeError: json.no ended with 1 before a figure" == run(program)
