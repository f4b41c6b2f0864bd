"""How long to wait before trying again."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable, Mapping

__all__ = ["Backoff", "retry_after"]


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
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - now())
    except (ValueError, TypeError, OverflowError):
        return None
