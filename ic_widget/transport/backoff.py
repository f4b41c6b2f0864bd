"""Whether and when to try again, and what an answer's headers say about time."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .failures import TransportError
    from .http import Answer

__all__ = ["Backoff", "clock_difference", "never", "overloaded", "perhaps_done", "retry_after"]


class Backoff:
    """Waits that grow from half a second to half a minute, with jitter so that many clients spread out."""

    FIRST = 0.5
    LONGEST = 30.0

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self.failures = 0

    def next(self, asked: float | None = None) -> float:
        """Count a failure; seconds to wait: at least what the other side `asked` for, at most `LONGEST`."""
        growing = min(self.FIRST * 2.0 ** min(self.failures, 10), self.LONGEST)
        self.failures += 1
        return min(max(growing * (0.5 + self._random() / 2), asked or 0.0), self.LONGEST)


def retry_after(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """Seconds that a Retry-After header asks to wait (RFC 9110, section 10.2.3); None without a valid one."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    date = _date(value)
    return None if date is None else max(0.0, date - now())


def clock_difference(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """Seconds by which the engine's clock is ahead of this machine's; None where it does not say (``Date``)."""
    date = _date(headers.get("Date", ""))
    return None if date is None else date - now()


def _date(value: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def overloaded(answer: Answer | None) -> bool:
    """Whether a question may be answered a little later: for what only reads."""
    return answer is None or answer.status == 429 or answer.status >= 500


def never(_: Answer | None) -> bool:
    """For what may have been done though the answer does not say so."""
    return False


def perhaps_done(error: TransportError) -> str:
    """What to add to the `error` of something that was to be done once."""
    return " It may have been done all the same: look before you send it again." if error.sent else ""
