"""Exceptions that nobody raised on purpose."""

from __future__ import annotations

import logging

import pytest

from ic_widget.launch import choose_option
from ic_widget.runtime.faults import report


def test_type_and_place_without_values(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged once, by its type and our own line, and its text, which may hold a secret, nowhere."""
    try:
        choose_option("github", [{"planted-secret": 1}], None, {})
    except KeyError as error:
        told = report(error)

    [record] = caplog.records
    assert logging.ERROR == record.levelno
    assert "KeyError in launch.py, line " in record.message
    assert "KeyError in launch.py, line " in told.message
    assert "planted" not in caplog.text + told.message


def test_elsewhere() -> None:
    """One that came through none of our lines is named by its type alone."""
    assert "(ZeroDivisionError)" in report(ZeroDivisionError("planted")).message
