"""The names the package promises."""

from __future__ import annotations

import importlib.metadata

import pytest

import ic_widget


@pytest.mark.parametrize("name", ic_widget.__all__)
def test_every_public_name_loads(name: str) -> None:
    """Each name of __all__ is there, and only loaded when asked for."""
    assert getattr(ic_widget, name) is not None
    assert name in dir(ic_widget)


def test_names_are_sorted() -> None:
    """__all__ is sorted and has no name twice."""
    assert sorted(set(ic_widget.__all__)) == ic_widget.__all__


def test_unknown_name() -> None:
    """A name that is not there is an AttributeError that names package and name."""
    with pytest.raises(AttributeError, match="'ic_widget' has no attribute 'Conect'"):
        ic_widget.Conect  # noqa: B018


def test_version_is_the_installed_one() -> None:
    """__version__ is the version that is installed."""
    assert ic_widget.__version__ == importlib.metadata.version("ic_widget")
