"""A long list of an app, page by page and item by item."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any
from urllib.parse import parse_qsl

from ..runtime.blocking import run_blocking
from ..runtime.public_calls import public
from .paging import Cursor, Items, Pager
from .progress import Progress, Shown
from .response import Response

__all__ = ["Pages"]

Get = Callable[..., Coroutine[Any, Any, Response]]


@public
class Pages:
    """The items of a list, each page asked for when its first item is wanted: iterate, with ``for`` or ``async for``.

    ``list(...)``, ``pandas.DataFrame(...)`` and ``polars.DataFrame(...)`` take it as it is. Each iteration begins
    with the first page. `count` and `read` are the items and pages of the latest one so far, and `how` says by what
    its next page was found.
    """

    def __init__(
        self, get: Get, path: str, query: str, items: Items | None, cursor: Cursor | None, progress: Shown
    ) -> None:
        self._get = get
        self._path, _, own = path.partition("?")
        self._params = parse_qsl(f"{own}&{query}", keep_blank_values=True)
        self._items = items
        self._cursor = cursor
        self._progress = progress
        self.count = 0
        self.read = 0
        self.how: str | None = None

    def __repr__(self) -> str:
        so_far = f": {self.count:,} items on {self.read:,} pages" if self.read else ""
        return f"<Pages of {self._path}{so_far}{f', by {self.how}' if self.how else ''}>"

    def __iter__(self) -> Iterator[Any]:
        walk = _Walk(self)
        with Progress(self._path, self._progress) as progress:
            while not walk.ended:
                yield from run_blocking(walk.page)
                progress(self.count, self.read)

    async def __aiter__(self) -> AsyncIterator[Any]:
        walk = _Walk(self)
        with Progress(self._path, self._progress) as progress:
            while not walk.ended:
                for item in await walk.page():
                    yield item
                progress(self.count, self.read)


class _Walk:
    """One way through the pages."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._path = pages._path
        self._params = pages._params
        self._pager = Pager(self._path, self._params, pages._items, pages._cursor)
        self.ended = False
        pages.count, pages.read, pages.how = 0, 0, None

    async def page(self) -> list[Any]:
        """The items on the next page."""
        response = await self._pages._get(self._path, params=self._params)
        items, following = self._pager.read(response)
        self._pages.count += len(items)
        self._pages.read += 1
        if following is None:
            self.ended = True
            return items
        self._pages.how = following.how
        if following.address is not None:
            self._path, self._params = following.address, []
        else:
            others = [pair for pair in self._params if pair[0] != following.parameter]
            self._params = [*others, (following.parameter, following.value)]
        return items
