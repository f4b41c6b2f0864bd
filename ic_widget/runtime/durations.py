"""A length of time in words."""

from __future__ import annotations

__all__ = ["span"]


def span(seconds: float) -> str:
    """`seconds`, whichever way, as a person says it: 40 s, 25 min, 2 h, 3 days."""
    seconds = abs(seconds)
    for unit, length, most in (("s", 1, 90), ("min", 60, 5400), ("h", 3600, 36 * 3600)):
        if seconds < most:
            return f"{round(seconds / length)} {unit}"
    return f"{round(seconds / 86400)} days"
