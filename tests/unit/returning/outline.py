"""What the callback server's pages are made of."""

from __future__ import annotations

from html.parser import HTMLParser

from ic_widget.returning import pages


class Outline(HTMLParser):
    """Tags with their attributes, and the texts of style and script."""

    def __init__(self, page: pages.Page) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page.body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))
