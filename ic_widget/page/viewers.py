"""The pages that show one widget, two where people share a notebook: what each has proved, and whose turn it is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..returning.paths import Failed, PageFacts, Proof
from .common_messages import ProbeResult, Ready

__all__ = ["Viewers"]

# What a page says only when somebody does something on it.
_USED = ("used", "options", "again", "launched", "handoff")
_REMEMBERED = 50  # each reload of a page is a sender of its own


class Viewers:
    """`page` is the one whose way back counts, None while none has made itself known.

    Senders are told apart by what their messages' ids begin with. Pages of the same address cannot be told apart, and
    what one of them proved counts for all.
    """

    def __init__(self) -> None:
        self.page: PageFacts | None = None
        self._pages: OrderedDict[str, PageFacts] = OrderedDict()
        self._probes: dict[PageFacts | None, dict[str, Proof]] = {}

    def leave(self) -> None:
        """No page shows the widget any more: what was learnt of the last ones does not count for the next."""
        self.page = None
        self._pages.clear()
        self._probes.clear()

    def meet(self, message: Ready) -> bool:
        """A page makes itself known; whether it is another than the one before."""
        page = PageFacts(message["origin"], message["base_url"], message["host"])
        self._pages[_sender(message["id"])] = page
        while len(self._pages) > _REMEMBERED:
            self._pages.popitem(last=False)
        # While the kernel is busy, proofs arrive over HTTP before the page's `ready` message; they are its own.
        self._probes.setdefault(page, self._probes.pop(None, {}))
        return self._turn_to(page)

    def turn_to(self, message: Mapping[str, Any]) -> bool:
        """A message came; whether it says that somebody uses another page than the one before."""
        page = self._pages.get(_sender(message["id"])) if message["kind"] in _USED else None
        return page is not None and self._turn_to(page)

    @property
    def hosts(self) -> Iterable[str]:
        """The host names of all pages, with their ports."""
        return {host for page in self._pages.values() if (host := urlsplit(page.origin).netloc)}

    @property
    def probes(self) -> Mapping[str, Proof]:
        """What `page` has found out of each path."""
        return self._probes.get(self.page, {})

    @property
    def heard(self) -> bool:
        """Whether any page has made itself known, by a message or by a proof."""
        return self.page is not None or "proved" in self.probes.values()

    def proved(self, path: str, host: str, origin: str | None) -> None:
        """A page reached the kernel on this path, under this host name; pages of another origin say theirs."""
        known = {page for page in self._pages.values() if _is_of(page, host, origin)}
        for page in known or (self.page,):
            self._probes.setdefault(page, {})[path] = "proved"

    def disproved(self, message: ProbeResult) -> bool:
        """A page says that it could not; whether that is believed, which it is unless the kernel knows better."""
        page = self._pages.get(_sender(message["id"]), self.page)
        path, probes = message["path"], self._probes.setdefault(page, {})
        if probes.get(path) == "proved":
            return False
        probes[path] = Failed(message["detail"] or "no answer")
        return True

    def _turn_to(self, page: PageFacts) -> bool:
        before, self.page = self.page, page
        return page != before


def _sender(message_id: str) -> str:
    return message_id.rpartition("-")[0]


def _is_of(page: PageFacts, host: str, origin: str | None) -> bool:
    return page.origin == origin if origin is not None else urlsplit(page.origin).netloc == host
