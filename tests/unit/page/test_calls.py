"""Calls of a connection: what comes of them for Python and for the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ic_widget import Engine
from ic_widget.errors import ActionError, AppError
from tests.unit.page.explore_page import ExplorePage, hubspot


@pytest.fixture
def page(engine: Engine) -> Iterator[ExplorePage]:
    """An explorer's page."""
    page = ExplorePage(hubspot(engine))
    yield page
    page.explorer.close()


def test_an_action(page: ExplorePage) -> None:
    """The output of an action is whole in Python, with the run it came from."""
    result = page.run("c1", "list-contacts", limit=2)
    last = page.explorer.last
    assert last is not None
    assert result["output"] == last.output
    assert (None, "succeeded") == (last.error, last.state)
    assert last.output == last.response.output  # type: ignore[union-attr]


def test_a_request(page: ExplorePage) -> None:
    """A request with a query and one with a body reach the app."""
    result = page.run("c1", None, method="GET", path="/records", query={"limit": "1"})
    assert 1 == len(result["output"]["items"])
    page.run("c2", None, method="POST", path="/records", body={"name": "Ada"})
    last = page.explorer.last
    assert last is not None
    assert ("Ada", 201) == (last.output["name"], last.status)


@pytest.mark.parametrize(
    ("given", "kind", "came"),
    [
        ({"form": {"a": "b c", "d": ""}}, "application/x-www-form-urlencoded", "a=b+c&d="),
        ({"text": "a\nb"}, "text/plain", "a\nb"),
        ({"text": "a;b", "headers": {"Content-Type": "text/csv"}}, "text/csv", "a;b"),
        ({"body": {"a": None}}, "application/json", {"a": None}),
        ({"body": None}, "application/json", None),
    ],
)
def test_what_a_request_sends(page: ExplorePage, given: dict[str, Any], kind: str, came: Any) -> None:
    """A form, text, JSON and headers reach the app as what they are."""
    page.run("c1", None, method="POST", path="/echo", **given)
    last = page.explorer.last
    assert last is not None
    assert (None, came) == (last.error, last.output)
    assert kind == last.response.headers["Content-Type"].partition(";")[0]  # type: ignore[union-attr]


def test_a_header_that_is_not_passed_on(page: ExplorePage) -> None:
    """The page is told of a header that the engine would drop; its value is not repeated."""
    result = page.run("c1", None, method="GET", path="/records", headers={"Authorization": "planted"})
    assert "does not pass on the header Authorization" in result["error"]
    assert "planted" not in result["error"]


def test_an_action_that_fails(page: ExplorePage) -> None:
    """What the engine says of a failed run is the error, with the app's status."""
    result = page.run("c1", "fail")
    last = page.explorer.last
    assert last is not None
    assert isinstance(last.error, ActionError)
    assert (422, last.error.message, "action_run") == (last.status, result["error"], result["data"]["type"])


def test_an_app_that_refuses(page: ExplorePage) -> None:
    """A status of 400 and more is an error, and the app's answer is there all the same."""
    result = page.run("c1", None, method="GET", path="/nothing-here")
    last = page.explorer.last
    assert last is not None
    assert isinstance(last.error, AppError)
    assert ("failed", 404) == (last.state, last.status)
    assert result["output"] == last.output is not None


def test_a_file(page: ExplorePage) -> None:
    """Bytes stay bytes in Python; the page hears what they are."""
    result = page.run("c1", None, method="GET", path="/export", query={"format": "png"})
    last = page.explorer.last
    assert last is not None
    assert {"type": "image/png", "size": len(last.output)} == result["file"]
    assert isinstance(last.output, bytes)


def test_what_cannot_be_sent(page: ExplorePage) -> None:
    """A path that cannot be is refused with a sentence."""
    assert "line break" in page.run("c1", None, method="GET", path="/a\nb")["error"]


def test_a_call_runs_once(page: ExplorePage) -> None:
    """The same call is not run twice, whatever the page says."""
    page.run("c1", "create-contact", name="Once Only")
    page.run("c1", "create-contact", name="Once Only")
    page.run("c2", "list-contacts", search="Once Only")
    last = page.explorer.last
    assert last is not None
    assert 1 == [each["name"] for each in last.output["items"]].count("Once Only")


def test_the_token_never_reaches_the_page(page: ExplorePage, engine: Engine) -> None:
    """An answer that repeats the engine's token is shown without it."""
    token = engine.token()
    result = page.run("c1", "create-contact", name=token)
    assert token not in str(result)
    last = page.explorer.last
    assert last is not None
    assert token == last.output["name"]


def test_what_is_kept_of_a_call_has_no_secret(page: ExplorePage) -> None:
    """The history has what the page says may be shown, not what was sent."""
    given, shown = {"name": "planted"}, {"name": {"$secret": "name"}}
    page.say("run", call="c1", action="create-contact", input=given, shown=shown)
    page.hears("result", call="c1")
    assert shown == page.hears("call", call="c1")["input"]
    assert "planted" not in str([m for m in page.heard if m["kind"] == "call"])
