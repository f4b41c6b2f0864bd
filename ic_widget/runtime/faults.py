"""Unexpected exceptions: logged once, by type and place, without the values that a traceback could show."""

from __future__ import annotations

import asyncio
import logging
import pathlib
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ..errors import ConnectError

__all__ = ["contained", "owned", "report"]

_T = TypeVar("_T")
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


async def contained(work: Coroutine[Any, Any, _T]) -> _T:
    """`work`, whose SystemExit and KeyboardInterrupt would end the loop and everything on it."""
    try:
        return await work
    except (SystemExit, KeyboardInterrupt) as error:
        raise report(error) from None


async def owned(work: Coroutine[Any, Any, object], failed: Callable[[ConnectError], object]) -> None:
    """`work`, of whose failure nobody but `failed` hears; one that nobody raised on purpose is logged as well."""
    try:
        await work
    except (asyncio.CancelledError, GeneratorExit):
        raise
    except ConnectError as error:
        failed(error)
    except BaseException as error:  # noqa: BLE001  logged, and told to the owner
        # Without a loop it is thrown away at the interpreter's end: what cleaning up then fails with is no fault.
        if asyncio._get_running_loop() is not None:
            failed(report(error))


def _place(error: BaseException) -> str:
    """The last line of ours that the exception came through."""
    found, frame = "", error.__traceback__
    while frame is not None:
        path = pathlib.Path(frame.tb_frame.f_code.co_filename)
        if path.is_relative_to(_PACKAGE):
            found = f" in {path.relative_to(_PACKAGE).as_posix()}, line {frame.tb_lineno}"
        frame = frame.tb_next
    return found
