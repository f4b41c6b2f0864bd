"""What the figures were measured on and with."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import psutil

from benchmarks.processes import ROOT
from tests.browser import chromium

__all__ = ["facts"]

PACKAGES = (
    "anywidget", "google-auth-oauthlib", "huggingface_hub", "ipykernel", "ipywidgets", "jupyterlab", "msal", "numpy",
    "tornado", "traitlets",
)  # fmt: skip


def facts() -> str:
    """A list in Markdown: the machine, its load, Python, and the versions of what was compared."""
    cores, memory = os.cpu_count(), psutil.virtual_memory().total / 2**30
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    python = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    packages = json.loads((ROOT / "benchmarks" / "js" / "package.json").read_text())["dependencies"]
    lines = [
        f"{platform.system()} {platform.release()}, {_processor()}, {cores} cores, {memory:.0f} GiB",
        f"Load over the last 1, 5 and 15 minutes at the end of the run: {load}",
        f"Python {platform.python_version()}; {python}",
        f"Node.js {_version('node')}; "
        + ", ".join(f"{name} {version}" for name, version in packages.items()),
        f"{_version(chromium.find() or 'chromium')}",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in _lines(info) if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _version(command: str) -> str:
    if shutil.which(command) is None:
        return "not installed"
    return (
        subprocess.run([command, "--version"], capture_output=True, text=True)
        .stdout.strip()
        .removeprefix("v")
    )
