"""What is taken as a message of a page."""

from __future__ import annotations

from ic_widget.page.messages import FROM_PAGE
from ic_widget.page.shapes import parse


def test_extra_keys_are_dropped() -> None:
    """What a message holds beyond its shape goes no further."""
    message = {"kind": "cancel", "id": "m1", "flow": "f1"}
    assert message == parse({**message, "later": 1}, FROM_PAGE)


def test_overlong_text_is_refused() -> None:
    """A page cannot make the kernel keep texts without end."""
    assert parse({"kind": "pasted", "id": "m1", "flow": "f1", "text": "x" * 100_000}, FROM_PAGE) is None
