"""What real APIs also do: long lists paged in five ways, files, answers that come late, are huge, or are errors."""

from __future__ import annotations

import asyncio
import csv
import io
import struct
import zlib
from typing import Any
from urllib.parse import urlencode

from .api import AppApi

__all__ = ["Activity", "Echo", "Export", "Large", "Slow", "Status"]

EVENTS = 1000
LARGEST_PAGE = 100
LARGEST_ANSWER = 64 * 1024 * 1024
SLOWEST = 30.0


class Activity(AppApi):
    """``GET /provider/{app}/api/activity/by-{way}``: 1,000 events; `way` is how one gets to the next page.

    ``cursor``: ``nextCursor`` in the answer. ``page``: ``page`` and ``per_page``, with ``pages``. ``offset``:
    ``offset`` and ``limit``, with ``total``. ``link``: a list, and a ``Link`` header (RFC 8288). ``url``: ``next``.
    """

    def get(self, app: str, way: str) -> None:
        size = self.whole("per_page" if way in ("page", "link") else "limit", 50, least=1)
        size = min(size, LARGEST_PAGE)
        if way in ("page", "link"):
            start = (self.whole("page", 1, least=1) - 1) * size
        else:
            start = self.whole("cursor" if way == "cursor" else "offset", 0)
        events = [
            {"id": number, "kind": "changed" if number % 3 else "created", "record": f"r{number % 40}"}
            for number in range(start + 1, min(start + size, EVENTS) + 1)
        ]
        last = start + size >= EVENTS
        self.answer(self.shaped(way, events, size, start, last=last))

    def shaped(self, way: str, events: list[Any], size: int, start: int, *, last: bool) -> Any:
        """The page as an API of that kind answers it."""
        if way == "cursor":
            return {"items": events, "nextCursor": None if last else str(start + size)}
        if way == "page":
            return {"items": events, "page": start // size + 1, "pages": -(-EVENTS // size)}
        if way == "offset":
            return {"items": events, "total": EVENTS}
        if way == "link":
            if not last:
                self.set_header("Link", f'<{self.at(page=start // size + 2, per_page=size)}>; rel="next"')
            return events
        return {"items": events, "next": None if last else self.at(offset=start + size, limit=size)}

    def at(self, **query: int) -> str:
        return f"{self.world.local_url}{self.request.path}?{urlencode(query)}"


class Export(AppApi):
    """``GET /provider/{app}/api/export?format=csv|png``: bytes, with a file's name."""

    def get(self, app: str) -> None:
        if self.get_query_argument("format", "csv") == "png":
            return self.send_file("chart.png", "image/png", _png(32, 32))
        text = io.StringIO()
        rows = list(self.records().values())
        names = list(dict.fromkeys(name for row in rows for name in row))
        writer = csv.DictWriter(text, names)
        writer.writeheader()
        writer.writerows(rows)
        return self.send_file(f"{self.kind}.csv", "text/csv; charset=utf-8", text.getvalue().encode())

    def send_file(self, name: str, content_type: str, content: bytes) -> None:
        self.set_header("Content-Type", content_type)
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(content)


class Echo(AppApi):
    """Any method with a body on ``/provider/{app}/api/echo``: sends back what came, byte for byte."""

    def post(self, app: str) -> None:
        self.set_header("Content-Type", self.request.headers.get("Content-Type", "application/octet-stream"))
        self.finish(self.request.body)

    put = patch = post


class Slow(AppApi):
    """``GET /provider/{app}/api/slow?seconds=``: answers so many seconds later, 30 at most."""

    async def get(self, app: str) -> None:
        try:
            seconds = float(self.get_query_argument("seconds", "2"))
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds <= SLOWEST:
            return self.refuse(400, f"seconds must be a number from 0 to {SLOWEST:.0f}.")
        await asyncio.sleep(seconds)
        return self.answer({"seconds": seconds})


class Large(AppApi):
    """``GET /provider/{app}/api/large?bytes=``: as much text as that, 64 MB at most."""

    def get(self, app: str) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(b"x" * min(self.whole("bytes", 1024), LARGEST_ANSWER))


class Status(AppApi):
    """Any method on ``/provider/{app}/api/status/{code}``: the app's error of that status; 429 and 503 say when."""

    def get(self, app: str, code: str) -> None:
        if code in ("429", "503"):
            self.set_header("Retry-After", "1")
        self.refuse(int(code), f"This path always answers {code}.")

    post = put = patch = delete = get


def _png(width: int, height: int) -> bytes:
    """A picture with a gradient (PNG specification, section 5)."""
    rows = b"".join(
        b"\0" + bytes(value for x in range(width) for value in (x * 8 % 256, y * 8 % 256, 160))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
