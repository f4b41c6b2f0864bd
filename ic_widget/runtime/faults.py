"""Unexpected exceptions: logged once, by type and place, without the values that a traceback could show."""

from __future__ import annotations

import logging
import pathlib

from ..errors import ConnectError

__all__ = ["report"]

_log = logging.getLogger("ic_widget")
_PACKAGE = pathlib.Path(__file__).parent.parent


def report(error: BaseException) -> ConnectError:
    """Log an exception that nobody raised on purpose; returns what to tell the user instead of it.

    The texts of such exceptions may hold tokens and typed values, so only their type and our own line are said.
    """
    where = _place(error)
    _log.error("unexpected %s%s. Please report this line.", type(error).__name__, where)
    return ConnectError(
        f"Something inside ic_widget failed ({type(error).__name__}{where}). Try again; if it happens again,"
        " please report this sentence."
    )


def _place(error: BaseException) -> str:
    """The last line of ours that the exception came through."""
    found, frame = "", error.__traceback__
    while frame is not None:
        path = pathlib.Path(frame.tb_frame.f_code.co_filename)
        if path.is_relative_to(_PACKAGE):
            found = f" in {path.relative_to(_PACKAGE).as_posix()}, line {frame.tb_lineno}"
        frame = frame.tb_next
    return found
