"""What an import loads."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.program
PROGRAM = """
import json, sys
import {before}
before = {{*sys.modules}}
import ic_widget
{then}
print(json.dumps(sorted({{name.partition(".")[0] for name in {{*sys.modules}} - before}})))
"""


@pytest.mark.parametrize(
    ("before", "then"), [("sys", "pass"), ("anywidget", "ic_widget.ConnectWidget")], ids=["package", "class"]
)
def test_import(before: str, then: str) -> None:
    """The package loads nothing but itself, and its class nothing but itself over anywidget.

    Of the standard library neither what takes longest and only a fault or a saved output needs.
    """
    command = [sys.executable, "-c", PROGRAM.format(before=before, then=then)]
    loaded = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=120).stdout
    expected = {"ic_widget", *sys.stdlib_module_names} - {"difflib", "html"}
    assert [] == [name for name in json.loads(loaded) if name not in expected]
