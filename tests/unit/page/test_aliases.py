"""The abbreviations and other names of apps that the page is sent."""

from __future__ import annotations

from typing import Any

from ic_widget.page.aliases import ALIASES
from tests.unit.visitor import LAB


def test_every_ticket_brings_them(pages: Any) -> None:
    """A ticket holds the abbreviations that are known everywhere and the widget's own, which win."""
    page = pages(aliases={"gh": "our git host", "our crm": "hubspot"})
    page.say("ready", **LAB)
    sent = page.hears("ticket")["preset"]["aliases"]
    assert {**ALIASES, "gh": "our git host", "our crm": "hubspot"} == sent
    assert "facebook" == sent["fb"]
