"""Texts that others wrote, as they may be shown: without what is unseen or turns the direction of reading."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["seen"]

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_JOINERS = frozenset("\u200c\u200d")
# Compiled with its first use, as costly as a module's import; `re` keeps it.
_JOINING = "[\u0590-\u1cff\u2190-\u2bff\ua800-\uabff\ufb50-\ufe0f\U0001f000-\U0001faff]"


def seen(text: str) -> str:
    """`text` without control and format characters, halves of surrogate pairs and letters that show nothing.

    Newlines and tabs stay, and so does a joiner after a letter of a script that joins or in emoji: anywhere
    else it only makes two names look alike. ``js/src/foreign-text.ts`` has the same rule.
    """
    kept = (char for at, char in enumerate(text) if _is_seen(char, text[at - 1] if at else ""))
    return text if text.isascii() and text.isprintable() else "".join(kept)


def _is_seen(char: str, before: str) -> bool:
    if char in "\n\t" or (char in _JOINERS and re.match(_JOINING, before)):
        return True
    return unicodedata.category(char) not in _UNSEEN and char not in _BLANK
