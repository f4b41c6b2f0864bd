"""The page at the sandbox's address, for a person who opens it."""

from __future__ import annotations

from .handlers import PageHandler, SandboxHandler

__all__ = ["Favicon", "StartPage"]


class StartPage(PageHandler):
    """``GET /``: what this is, and what it knows."""

    def get(self) -> None:
        self.page("start.html", title="A local engine", items=self.world.catalogue.items)


class Favicon(SandboxHandler):
    """Browsers ask for it by themselves."""

    def get(self) -> None:
        self.set_status(204)
