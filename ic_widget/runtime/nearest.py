"""Which known word somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["nearest"]


def nearest(given: str, known: Iterable[str], *, most: int = 1, cutoff: float = 0.6) -> list[str]:
    """At most so many of the `known`, the best first; `cutoff` is difflib's, from 0 (anything) to 1 (the same)."""
    # Only mistakes need it, and importing the package would pay for it.
    import difflib

    return difflib.get_close_matches(given, list(known), n=most, cutoff=cutoff)
