"""A witness of all that a browser shows, keeps, says and asks for, to be searched afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from playwright.sync_api import BrowserContext, Page, Request, WebSocket

STORED = """async () => {
  const kept = [Object.entries(localStorage), Object.entries(sessionStorage), document.cookie];
  for (const {name} of await indexedDB.databases()) {
    const open = indexedDB.open(name);
    await new Promise((done) => { open.onsuccess = done; open.onerror = done; });
    for (const store of open.result?.objectStoreNames ?? []) {
      const all = open.result.transaction(store).objectStore(store).getAll();
      await new Promise((done) => { all.onsuccess = done; all.onerror = done; });
      kept.push([name, store, all.result]);
    }
    open.result?.close();
  }
  for (const name of await caches.keys().catch(() => [])) kept.push(name);
  return JSON.stringify(kept);
}"""
TYPED = "() => [...document.querySelectorAll('input, textarea')].map((field) => field.value).join('\\n')"


@dataclass
class Sighting:
    """A text and where it was seen."""

    place: str
    text: str


@dataclass
class Witness:
    """Attend `context` from before its first page on; `look` at what is there now; `of` finds who saw a value."""

    context: BrowserContext
    sightings: list[Sighting] = field(default_factory=list)
    posts: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("page", self._page)
        self.context.on("request", self._request)
        self.context.on("console", lambda message: self.note("console", message.text))
        self.context.on("weberror", lambda error: self.note("console", str(error.error)))

    def note(self, place: str, text: object) -> None:
        """Something was seen."""
        self.sightings.append(Sighting(place, str(text)))

    def forget(self) -> None:
        """Begin again; what the pages still show is seen at the next look."""
        self.sightings.clear()
        self.posts.clear()

    def look(self, page: Page) -> None:
        """Note a page's document, what is typed in it, and what it keeps in the browser."""
        self.note("document", page.content())
        self.note("fields", page.evaluate(TYPED))
        self.note("storage", page.evaluate(STORED))
        self.note(
            "history",
            page.evaluate("() => [location.href, document.referrer, JSON.stringify(history.state)]"),
        )

    def of(self, value: str) -> list[Sighting]:
        """Every sighting of a value, plain or as an address has it."""
        return [seen for seen in self.sightings if value in seen.text or quote(value, safe="") in seen.text]

    def posted(self, value: str) -> set[str]:
        """Where a value was posted to: scheme, host and path."""
        forms = {value, quote(value, safe="")}
        found = {address for address, body in self.posts if any(form in body for form in forms)}
        return {urlsplit(address)._replace(query="", fragment="").geturl() for address in found}

    def _page(self, page: Page) -> None:
        page.on("websocket", self._websocket)
        page.on("framenavigated", lambda frame: self.note("address", frame.url))

    def _websocket(self, websocket: WebSocket) -> None:
        self.note("request", websocket.url)
        websocket.on("framesent", lambda frame: self.note("comm to kernel", _text(frame)))
        websocket.on("framereceived", lambda frame: self.note("comm to page", _text(frame)))

    def _request(self, request: Request) -> None:
        self.note("request", request.url)
        if (body := request.post_data_buffer) is not None:
            self.posts.append((request.url, body.decode("latin-1")))


def _text(frame: Any) -> str:
    return frame.decode("latin-1") if isinstance(frame, bytes) else str(frame)
