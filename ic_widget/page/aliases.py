"""Abbreviations and other names of apps that people type, each with what it stands for."""

from __future__ import annotations

import json
from importlib.resources import files

__all__ = ["ALIASES"]


def _read() -> dict[str, str]:
    groups = json.loads((files(__package__) / "aliases.json").read_text(encoding="utf-8"))
    return {name: means for group in groups for name, means in group["names"].items()}


# Few, and each with its source in the file: a wrong one would hide an app. A workspace's own are given to the widget.
ALIASES = _read()
