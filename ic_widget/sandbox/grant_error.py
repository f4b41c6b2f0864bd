"""What the sandbox's provider answers when it hands out nothing."""

from __future__ import annotations

__all__ = ["GrantError"]


class GrantError(Exception):
    """An error of RFC 6749 section 5.2; `code` is its name there."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
