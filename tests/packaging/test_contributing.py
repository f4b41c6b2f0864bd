"""CONTRIBUTING.md ends with a map of the code."""

from __future__ import annotations

from tests.packaging import module_map


def test_every_module_has_its_line() -> None:
    """Each module is listed with its own first sentence; `make map` brings the list up to date."""
    assert module_map.PAGE.read_text() == module_map.wanted()
    assert "`: \n" not in module_map.wanted()
