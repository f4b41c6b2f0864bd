"""constraints.txt: the versions that `make` and CI install, on any machine."""

from __future__ import annotations

import functools
import re
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCKS = [
    "constraints.txt",
    "js/package-lock.json",
    "tests/conformance/package-lock.json",
    "tests/browser/hub_proxy/package-lock.json",
]


def test_every_dependency_has_its_version() -> None:
    """Whatever pyproject.toml asks for has one version for this Python, and one that it admits."""
    pins = [Requirement(line) for line in _lines()]
    for wanted in map(Requirement, metadata.requires("ic_widget") or []):
        if wanted.name != "ic_widget" and _counts(wanted):
            found = [pin for pin in pins if pin.name == canonicalize_name(wanted.name) and _counts(pin)]
            assert len(found) == 1, f"{wanted.name} is not in constraints.txt: run make lock"
            (version,) = (Version(exact.version) for exact in found[0].specifier)
            assert version in wanted.specifier, f"{wanted} is not what constraints.txt has: run make lock"


def test_every_line_is_one_version() -> None:
    """Nothing is left open, and no line says where a package comes from."""
    for line in _lines():
        assert re.fullmatch(r"[a-z0-9-]+==[^\s=<>~!*]+( ; .+)?", line), line


def test_no_lock_names_an_address() -> None:
    """Packages come from whatever registry the machine uses."""
    for lock in LOCKS:
        text = (ROOT / lock).read_text()
        assert [] == re.findall(r'"resolved"|--(?:extra-)?index-url|--find-links|\bfile:', text)


def _lines() -> list[str]:
    text = (ROOT / "constraints.txt").read_text()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _counts(requirement: Requirement) -> bool:
    """Whether it is for this Python, in any of the extras."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in _extras())


@functools.cache
def _extras() -> list[str]:
    return ["", *(metadata.metadata("ic_widget").get_all("Provides-Extra") or [])]
