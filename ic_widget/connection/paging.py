"""How an app pages a list: where the items are in an answer, and what to ask for next.

By what apps call things in their public documentation: `Link` headers (RFC 8288), addresses of the next page, cursors,
page numbers and offsets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from ..errors import AppError, ConfigurationError
from .paging_names import ADDRESSES, CURSORS, INSIDE, ITEMS, LAST_PAGES, MORE, OFFSETS, PAGES, SIZES, TOTALS
from .response import Response

__all__ = ["Cursor", "Items", "Next", "Pager"]

Items = str | Callable[[Any], Iterable[Any]]
Cursor = str | tuple[str, str]


class Next(NamedTuple):
    """What to ask for after a page: another address, or the same one with `value` for `parameter`; `how`, in words."""

    how: str
    address: str | None = None
    parameter: str = ""
    value: str = ""


class Pager:
    """Reads one list page by page, as told by `items` and `cursor` or, without them, by what the answers show."""

    def __init__(
        self, path: str, params: Iterable[tuple[str, str]], items: Items | None, cursor: Cursor | None
    ) -> None:
        self._path = path
        self._params = dict(params)
        self._items = items
        self._cursor = cursor
        self._host = _origin(path)
        self._asked: set[Next] = set()
        self._last: bytes | None = None
        self._seen = 0
        self._told = False

    def read(self, response: Response) -> tuple[list[Any], Next | None]:
        """The items on a page, and what to ask for next; None after the last page."""
        body = response.raise_for_status().json()
        items = self._found_items(response, body)
        if items and self._last == response.content:
            raise AppError(
                f"{_of(response)} answered with the same page twice: it does not take what it was asked for the next"
                " one with. Say how it pages with cursor=, as connection.pages describes.",
                response=response,
            )
        self._last = response.content
        self._seen += len(items)
        following = self._next(response, body, items)
        if following is not None:
            if following in self._asked:
                raise AppError(
                    f"{_of(response)} gave the same next page twice ({following.how}), so the list never ends.",
                    response=response,
                )
            self._asked.add(following)
        return items, following

    def _found_items(self, response: Response, body: Any) -> list[Any]:
        if callable(self._items):
            return list(self._items(body))
        if self._items is not None:
            found = _at(body, self._items)
            if isinstance(found, list) or (found is None and self._seen):
                return found or []
            there = (
                f"it has {', '.join(map(repr, list(body)[:10]))}"
                if isinstance(body, dict)
                else "it is no object"
            )
            raise AppError(f"{_of(response)} has no list at {self._items!r}: {there}.", response=response)
        found = body if isinstance(body, list) else _first_list(body)
        if found is None:
            raise AppError(
                f"{_of(response)} has no list in it that could be the items: name it with items=, such as"
                ' items="data.records".',
                response=response,
            )
        return found

    def _next(self, response: Response, body: Any, items: list[Any]) -> Next | None:
        if isinstance(self._cursor, tuple):
            parameter, place = self._cursor
            found = self._by_value(_at(body, place), place, parameter)
        elif self._cursor is not None:
            found = self._by_name(self._cursor, response, body, items)
        else:
            found = self._by_link(response) or self._by_address(body) or self._by_cursor(body, items)
            self._told = self._told or found is not None
            # An app that gave a cursor once does not count: its last page is the one without.
            found = found or (None if self._told else self._by_number(body, items))
        if found is None and any(_at(body, place) is True for place in MORE):
            raise AppError(
                f"{_of(response)} says that there is more, but not in a way that is known here. Say how it pages with"
                " cursor=, as connection.pages describes.",
                response=response,
            )
        return found

    def _by_name(self, name: str, response: Response, body: Any, items: list[Any]) -> Next | None:
        if name.lower() == "link":
            return self._by_link(response)
        value = _at(body, name)
        # Of a name that is also the answer's, a number is only what was sent.
        number = not isinstance(value, str) or value.isdigit()
        if number and name in OFFSETS:
            return self._counted(name, items, _number(body, TOTALS))
        if number and name in PAGES:
            return self._numbered(name, body, items)
        return self._by_value(value, name, CURSORS.get(name) or name.rpartition(".")[2])

    def _by_link(self, response: Response) -> Next | None:
        for address, parameters in re.findall(r"<([^<>]*)>([^<]*)", response.headers.get("Link", "")):
            if re.search(r';\s*rel\s*=\s*("([^"]*\s)?next(\s[^"]*)?"|next\b)', parameters, re.IGNORECASE):
                return self._address(address, "the Link header")
        return None

    def _by_address(self, body: Any) -> Next | None:
        for place in ADDRESSES:
            value = _at(body, place)
            if isinstance(value, str) and re.match(r"https?://|/|\?", value):
                return self._address(value, place)
        return None

    def _by_cursor(self, body: Any, items: list[Any]) -> Next | None:
        if any(_at(body, place) is False for place in MORE):
            return None
        for place, parameter in CURSORS.items():
            value = _at(body, place)
            # A number that says where this page begins is no cursor.
            if isinstance(value, str) and value and not (place == "offset" and value.isdigit()):
                return self._by_value(value, place, parameter)
            if place in ("nextPage", "next_page", "next") and isinstance(value, int) and value is not True:
                return self._by_value(value, place, "page" if place == "next" else parameter)
        if isinstance(body, dict) and body.get("has_more") is True and items and isinstance(items[-1], dict):
            last = items[-1].get("id")
            if body.get("object") == "list" and isinstance(last, str):
                return self._by_value(last, "the last item's id", "starting_after")
        return None

    def _by_number(self, body: Any, items: list[Any]) -> Next | None:
        if not items:
            return None
        asked = next((name for name in PAGES if name in self._params), None)
        if asked or _number(body, LAST_PAGES) is not None:
            return self._numbered(asked or "page", body, items)
        asked = next((name for name in OFFSETS if name in self._params), None)
        total = _number(body, TOTALS)
        if asked or (total is not None and total > self._seen):
            here = next((name for name in OFFSETS if isinstance(_at(body, name), int)), None)
            return self._counted(asked or here or "offset", items, total)
        return None

    def _numbered(self, name: str, body: Any, items: list[Any]) -> Next | None:
        number = _number(body, ("page", "currentPage", "current_page", "pageNumber", "page_number", "number"))
        if number is None:
            number = int(self._params[name]) if self._params.get(name, "").isdigit() else 1
        last = _number(body, LAST_PAGES)
        if (last is not None and number >= last) or not items or (last is None and self._is_short(items)):
            return None
        return self._by_value(number + 1, f"page {number + 1}", name)

    def _counted(self, name: str, items: list[Any], total: int | None = None) -> Next | None:
        begun = int(self._params[name]) if self._params.get(name, "").isdigit() else 0
        if not items or (total is not None and begun + len(items) >= total):
            return None
        if total is None and self._is_short(items):
            return None
        return self._by_value(begun + len(items), f"{name} {begun + len(items)}", name)

    def _is_short(self, items: list[Any]) -> bool:
        """Whether fewer items came than a page was asked to have."""
        size = next((self._params[name] for name in SIZES if name in self._params), "")
        return size.isdigit() and len(items) < int(size)

    def _by_value(self, value: Any, how: str, parameter: str) -> Next | None:
        if isinstance(value, str) and re.match("https?://", value):
            return self._address(value, how)
        if value is None or value == "" or isinstance(value, bool | list | dict):
            return None
        self._params[parameter] = str(value)
        return Next(how, parameter=parameter, value=str(value))

    def _address(self, address: str, how: str) -> Next:
        if address.startswith("?"):
            address = self._path.partition("?")[0] + address
        elif _origin(self._path):
            address = urljoin(self._path, address)
        host = _origin(address)
        if host and self._host and host != self._host:
            # The engine would sign in there with the connection's credentials.
            raise ConfigurationError(
                f"The next page is said to be at {host}, while this list is at {self._host}: it is not followed."
            )
        self._host = self._host or host
        return Next(how, address=address)


def _of(response: Response) -> str:
    return f"The answer to {response.method} {response.path}"


def _at(body: Any, place: str) -> Any:
    """What an answer has at a dotted name; a name that has dots itself counts first."""
    if not isinstance(body, dict):
        return None
    if place in body:
        return body[place]
    first, _, rest = place.partition(".")
    return _at(body.get(first), rest) if rest else None


def _number(body: Any, names: Iterable[str]) -> int | None:
    for name in names:
        for inside in INSIDE:
            value = _at(body, inside + name)
            if isinstance(value, int) and not isinstance(value, bool):
                return value
    return None


def _first_list(body: Any) -> list[Any] | None:
    """The list in an answer: by a usual name, else the only one there is, one object deep."""
    if not isinstance(body, dict):
        return None
    for name in ITEMS:
        if isinstance(body.get(name), list):
            return list(body[name])
    lists = [value for value in body.values() if isinstance(value, list)]
    if len(lists) == 1:
        return list(lists[0])
    inner = [found for value in body.values() for found in [_first_list(value)] if found is not None]
    return inner[0] if not lists and len(inner) == 1 else None


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""
