"""Errors of ours come without our frames, and so without what we were given."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from ic_widget.errors import ConfigurationError
from ic_widget.runtime import public_calls as module
from ic_widget.runtime.public_calls import discreet, named_keywords


@discreet
def refuse(secret: str) -> None:
    """Raise one of our errors while another is handled."""
    try:
        int(secret)
    except ValueError:
        raise ConfigurationError("No.") from None


@discreet
def fail(number: int) -> float:
    """Raise what is not ours."""
    return 1 / number


@named_keywords
def name(*, secret: str = "") -> None:
    """Raise one of our errors."""
    raise ConfigurationError(f"No: {len(secret)}.")


def shown(error: BaseException) -> str:
    """A traceback with the local variables of all frames but this test's."""
    found = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(
        f"{frame.name} {frame.locals}" for frame in found.stack if not frame.name.startswith("test_")
    )


def test_our_errors() -> None:
    """Of one of our errors nothing is left but its sentence."""
    with pytest.raises(ConfigurationError, match="No") as raised:
        refuse("s3cret")

    assert "s3cret" not in shown(raised.value)
    assert (None, None) == (raised.value.__context__, raised.value.__cause__)
    files = [Path(frame.filename) for frame in traceback.extract_tb(raised.value.__traceback__)]
    assert [Path(__file__), Path(module.__file__ or "")] == files


def test_other_errors() -> None:
    """Any other exception keeps its frames, because it is a fault to be found."""
    with pytest.raises(ZeroDivisionError) as raised:
        fail(0)

    assert "fail" in shown(raised.value)


def test_keywords() -> None:
    """Nor do errors about the keywords show what was given with them."""
    for given in ({"secret": "s3cret"}, {"secrets": "s3cret"}):
        with pytest.raises((ConfigurationError, TypeError)) as raised:
            name(**given)
        assert "s3cret" not in shown(raised.value)
