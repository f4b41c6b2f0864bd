"""What real APIs also do, at the built-in apps: pages in five ways, files, errors, answers that come late."""

from __future__ import annotations

import re
from http.client import HTTPConnection

import pytest

from ic_widget.sandbox import Sandbox

from .conftest import Client


@pytest.fixture
def proxy(client: Client) -> str:
    """The path of the proxy of a connection."""
    return f"/connections/{client.connected()}/proxy"


def test_pages_by_cursor(client: Client, proxy: str) -> None:
    """``nextCursor`` leads to the end."""
    seen, cursor = [], "0"
    while cursor is not None:
        page = client.get(f"{proxy}/activity/by-cursor?limit=100&cursor={cursor}").json
        seen += [each["id"] for each in page["items"]]
        cursor = page["nextCursor"]
    assert list(range(1, 1001)) == seen


def test_pages_by_number_and_by_offset(client: Client, proxy: str) -> None:
    """``page`` and ``pages``, ``offset`` and ``total``, lead to the end, and past it there is nothing."""
    pages = client.get(f"{proxy}/activity/by-page?per_page=100").json["pages"]
    seen = [
        each["id"]
        for page in range(1, pages + 1)
        for each in client.get(f"{proxy}/activity/by-page?per_page=100&page={page}").json["items"]
    ]
    assert list(range(1, 1001)) == seen
    last = client.get(f"{proxy}/activity/by-offset?offset=950&limit=100").json
    assert (50, 1000, 1000) == (len(last["items"]), last["items"][-1]["id"], last["total"])
    assert [] == client.get(f"{proxy}/activity/by-offset?offset=1000").json["items"]


def test_pages_by_link_and_by_url(client: Client, proxy: str) -> None:
    """A ``Link`` header and ``next`` hold a whole address, which the proxy follows."""
    seen, path = [], f"{proxy}/activity/by-link?per_page=100"
    while path:
        answer = client.get(path)
        seen += [each["id"] for each in answer.json]
        link = re.fullmatch('<(.*)>; rel="next"', answer.headers.get("link", ""))
        path = f"{proxy}/{link[1]}" if link else ""
    assert list(range(1, 1001)) == seen
    page = client.get(f"{proxy}/activity/by-url?limit=100&offset=800").json
    last = client.get(f"{proxy}/{page['next']}").json
    assert (1000, None) == (last["items"][-1]["id"], last["next"])


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "offset=-1"])
def test_wrong_page(client: Client, proxy: str, query: str) -> None:
    """A page that is none is the app's own error."""
    answer = client.get(f"{proxy}/activity/by-offset?{query}")
    assert (400, ["error"]) == (answer.status, list(answer.json))


def test_bytes_stay_bytes(box: Sandbox, client: Client, proxy: str) -> None:
    """Any bytes go to the app and come back as they were, with their type."""
    content = bytes(range(256)) * 4
    connection = HTTPConnection(box.local_url.removeprefix("http://"), timeout=60)
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/x-mine"}
    connection.request("POST", f"{proxy}/echo", content, headers)
    answer = connection.getresponse()
    assert (content, "application/x-mine") == (answer.read(), answer.getheader("Content-Type"))
    connection.request("GET", f"{proxy}/export?format=png", headers=headers)
    answer = connection.getresponse()
    assert answer.read().startswith(b"\x89PNG\r\n\x1a\n")
    assert ("image/png", 'attachment; filename="chart.png"') == (
        answer.getheader("Content-Type"),
        answer.getheader("Content-Disposition"),
    )
    connection.close()


@pytest.mark.parametrize(("code", "retry"), [(404, None), (429, "1"), (500, None), (503, "1")])
def test_any_error_of_the_app(client: Client, proxy: str, code: int, retry: str | None) -> None:
    """The status, the app's own body and Retry-After come through, and the connection stays."""
    answer = client.get(f"{proxy}/status/{code}")
    assert (code, {"error": f"This path always answers {code}."}, retry) == (
        answer.status,
        answer.json,
        answer.headers.get("retry-after"),
    )
    assert 200 == client.get(f"{proxy}/me").status


def test_slow_and_large(client: Client, proxy: str) -> None:
    """An answer comes as late and as large as it was asked for, within limits."""
    assert {"seconds": 0.0} == client.get(f"{proxy}/slow?seconds=0").json
    assert "from 0 to 30" in client.get(f"{proxy}/slow?seconds=31").json["error"]
    assert 100_000 == len(client.get(f"{proxy}/large?bytes=100000").body)
