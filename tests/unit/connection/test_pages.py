"""Long lists of an app, page by page: lazily, in every way apps have, and what is no list."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable
from typing import Any

import pytest

from ic_widget.connection.connection import Connection
from ic_widget.connection.pages import Pages
from ic_widget.errors import AppError, ConfigurationError
from tests.unit.engine.test_client import client_of
from tests.unit.fake_engine import FakeEngine, Reply

WAYS = {
    "cursor": "nextCursor",
    "page": "page 20",
    "offset": "offset 950",
    "link": "the Link header",
    "url": "next",
}


@pytest.mark.parametrize(("way", "how"), list(WAYS.items()))
def test_every_way_is_found(hubspot: Connection, way: str, how: str) -> None:
    """All 1,000 events come, once each and in order, whichever way the app pages."""
    pages = hubspot.pages(f"/activity/by-{way}")

    assert list(range(1, 1001)) == [each["id"] for each in pages]
    assert (1000, 20, how) == (pages.count, pages.read, pages.how)
    assert f"<Pages of /activity/by-{way}: 1,000 items on 20 pages, by {how}>" == repr(pages)


@pytest.mark.parametrize(
    ("way", "cursor"),
    [
        ("cursor", "nextCursor"),
        ("cursor", ("cursor", "nextCursor")),
        ("page", "page"),
        ("offset", "offset"),
        ("link", "link"),
        ("url", "next"),
    ],
)
def test_every_way_by_name(hubspot: Connection, way: str, cursor: Any) -> None:
    """The same by name, with other sizes of pages."""
    items = None if way == "link" else "items"
    size = "per_page" if way in ("page", "link") else "limit"
    pages = hubspot.pages(f"/activity/by-{way}?{size}=90", items=items, cursor=cursor)

    assert (1000, 12) == (len(list(pages)), pages.read)


def test_pages_are_asked_for_when_needed(hubspot: Connection) -> None:
    """Who takes the first items only has only their pages read; the next iteration begins again."""
    pages = hubspot.pages("/activity/by-cursor", params={"limit": 10})

    assert 0 == pages.read
    assert list(range(1, 12)) == [each["id"] for each in itertools.islice(pages, 11)]
    assert 2 == pages.read
    assert 1 == next(iter(pages))["id"]


def test_data_frames_take_it_as_it_is(hubspot: Connection) -> None:
    """pandas and polars make a table of it without help."""
    import pandas  # here, since it takes a second that no other test needs
    import polars

    pages = hubspot.pages("/activity/by-link?per_page=100")

    for table in (pandas.DataFrame(pages), polars.DataFrame(pages)):
        assert ((1000, 3), ["id", "kind", "record"]) == (table.shape, list(table.columns))
        assert list(range(1, 1001)) == list(table["id"])


def test_in_an_async_cell(hubspot: Connection) -> None:
    """``async for`` reads the same list."""

    async def count() -> int:
        return len([each async for each in hubspot.aio.pages("/activity/by-url")])

    assert 1000 == asyncio.run(count())


def read(replies: Iterable[Reply], path: str = "/x", **keywords: Any) -> tuple[list[Any], FakeEngine, Pages]:
    """The items of `replies`, read as a list."""
    engine = FakeEngine(list(replies))

    async def run() -> tuple[list[Any], Pages]:
        async with engine.serving():
            pages = Connection("c1", client=client_of(engine.url)).aio.pages(path, **keywords)
            return [each async for each in pages], pages

    items, pages = asyncio.run(run())
    return items, engine, pages


LAST: dict[str, Any] = {"items": [{"id": "z"}]}


@pytest.mark.parametrize(
    ("first", "path", "second"),
    [
        ({"results": [1], "paging": {"next": {"after": "5", "link": "https://a.example/x?after=5"}}}, "", "https://a.example/x?after=5"),
        ({"results": [1], "paging": {"next": {"after": "5"}}}, "", "/x?after=5"),
        ({"channels": [1], "response_metadata": {"next_cursor": "d=="}}, "", "/x?cursor=d%3D%3D"),
        ({"items": [1], "nextPageToken": "t"}, "?maxResults=1", "/x?maxResults=1&pageToken=t"),
        ({"value": [1], "@odata.nextLink": "https://g.example/v1/x?$skiptoken=1"}, "", "https://g.example/v1/x?$skiptoken=1"),
        ({"records": [1], "nextRecordsUrl": "/query/01g-2000"}, "", "/query/01g-2000"),
        ({"object": "list", "has_more": True, "data": [{"id": "ch_1"}]}, "?limit=1", "/x?limit=1&starting_after=ch_1"),
        ({"records": [1], "offset": "itr/rec"}, "", "/x?offset=itr%2Frec"),
        ({"issues": [1], "startAt": 0, "maxResults": 1, "total": 2}, "", "/x?startAt=1"),
        ({"data": [1], "meta": {"current_page": 1, "last_page": 2}}, "", "/x?page=2"),
        ({"data": [1], "links": {"next": "?page=2"}}, "", "/x?page=2"),
        ({"data": {"users": [1]}, "next_page": 2}, "?page=1", "/x?page=2"),
        ({"nodes": [1], "pageInfo": {"hasNextPage": True, "endCursor": "e"}}, "", "/x?after=e"),
        ([1], "?page=1&per_page=1", "/x?per_page=1&page=2"),
    ],
)  # fmt: skip
def test_what_apps_say_of_the_next_page(first: Any, path: str, second: str) -> None:
    """The next page is found by what well-known APIs answer, and the other parameters stay."""
    last = Reply([]) if isinstance(first, list) else Reply(LAST)
    _, engine, _ = read([Reply(first), last, Reply({"items": []})], f"/x{path}")

    assert f"/connections/c1/proxy{second if second[0] == '/' else '/' + second}" == engine.requests[1].uri


@pytest.mark.parametrize(
    "only",
    [
        {"items": [1], "cursor": None, "next": None},
        {"items": [1], "nextCursor": "x", "has_more": False},
        {"items": [1], "total": 1},
        {"items": [1], "page": 2, "pages": 2},
        {"items": [1], "offset": 0, "limit": 50},
        {"items": []},
        [],
    ],
)
def test_the_last_page(only: Any) -> None:
    """A list ends where the app says so, or says nothing of more."""
    items, engine, _ = read([Reply(only)])

    assert (only if isinstance(only, list) else only["items"], 1) == (items, len(engine.requests))


def test_a_short_page_is_the_last() -> None:
    """Where pages are counted, fewer items than were asked for end the list."""
    items, engine, _ = read([Reply([1, 2]), Reply([3])], "/x", params={"skip": 0, "limit": 2})

    assert ([1, 2, 3], {"skip": ["2"], "limit": ["2"]}) == (items, engine.query())


@pytest.mark.parametrize(
    ("replies", "keywords", "sentence"),
    [
        ([Reply({"id": 1})], {}, r"no list in it .* items=\"data\.records\""),
        ([Reply({"a": [1], "b": [2]})], {}, "no list in it"),
        ([Reply({"a": [1]})], {"items": "b.c"}, "no list at 'b.c': it has 'a'"),
        ([Reply([1])], {"items": "b"}, "it is no object"),
        ([Reply(b"<html>")], {}, "instead of JSON"),
        ([Reply({"error": "no"}, 403)], {}, "the app answered 403 Told So: no"),
        ([Reply({"items": [1], "hasMore": True})], {}, "says that there is more"),
        ([Reply({"items": [1], "hasMore": True})], {"cursor": "after"}, "says that there is more"),
        ([Reply({"items": [1], "total": 9})] * 2, {}, "the same page twice"),
        ([Reply({"items": [n], "nextCursor": "x"}) for n in (1, 2)], {}, "the same next page twice"),
    ],
)
def test_what_is_no_list(replies: list[Reply], keywords: Any, sentence: str) -> None:
    """What is no list, or would never end or end too early, is told with what to do."""
    with pytest.raises(AppError, match=sentence):
        read(replies, **keywords)


def test_items_by_a_function() -> None:
    """A function picks the items from an answer that has them in an unusual way."""
    items, _, _ = read([Reply({"rows": {"a": 1, "b": 2}})], items=lambda body: body["rows"].items())

    assert [("a", 1), ("b", 2)] == items


def test_no_other_host_is_followed() -> None:
    """A next page on another host is not followed: the engine would sign in there."""
    first = {"items": [1], "next": "https://evil.example/x"}
    with pytest.raises(
        ConfigurationError, match=r"at https://evil\.example, while this list is at https://a\.example"
    ):
        read([Reply(first)], "https://a.example/x")


def test_headers_go_with_every_page() -> None:
    """Headers given are sent with each page."""
    _, engine, _ = read([Reply({"items": [1], "nextCursor": "x"}), Reply(LAST)], headers={"X-Version": "3"})

    assert ["3", "3"] == [each.headers["X-Version"] for each in engine.requests]


def test_progress_by_a_function() -> None:
    """A function given as `progress` is told the items and pages so far."""
    told: list[tuple[int, int]] = []
    read(
        [Reply({"items": [1, 2], "nextCursor": "x"}), Reply(LAST)],
        progress=lambda items, pages: told.append((items, pages)),
    )

    assert [(2, 1), (3, 2)] == told


def test_an_app_that_asks_to_wait_in_the_middle() -> None:
    """A page that comes too fast is asked for again when the app says."""
    replies = [Reply({"items": [1], "nextCursor": "x"}), Reply({}, 429, {"Retry-After": "1"}), Reply(LAST)]
    items, engine, _ = read(replies)

    assert ([1, {"id": "z"}], 3) == (items, len(engine.requests))
