"""A sandbox that a test begins with: connections and records that are there already."""

from __future__ import annotations

from typing import Any

import pytest

from ic_widget.errors import ConnectionRejected
from ic_widget.sandbox import Sandbox


@pytest.mark.parametrize(
    ("integration", "keywords"),
    [
        ("github", {}),
        ("trello", {}),
        ("hacker-news", {}),
        ("hubspot", {"auth_option": "private-app", "parameters": {"accessToken": "t"}}),
    ],
)
def test_whatever_the_app_asks(box: Sandbox, integration: str, keywords: dict[str, Any]) -> None:
    """One call makes a connection that works, by OAuth 2, OAuth 1, a key or nothing at all."""
    connection = box.connect(integration, **keywords)

    assert (integration, True, True) == (
        connection.integration_key,
        connection.connected,
        connection.get("/me").ok,
    )


def test_as_it_is_asked_for(box: Sandbox) -> None:
    """Name, key and tenant of the connection are those that were given."""
    made = box.connect("github", name="Work", connection_key="gh", tenant="ada")

    assert ("Work", "gh") == (made.name, made.key)
    assert [made.id] == [each.id for each in box.engine("ada").connections()]
    assert [] == box.engine().connections()


def test_one_more(box: Sandbox) -> None:
    """A second connection takes the place of the first one, unless it is said that both stay."""
    first = box.connect("github")
    second = box.connect("github", allow_multiple=True)
    assert {first.id, second.id} == {each.id for each in box.engine().connections()}

    third = box.connect("github")
    assert [third.id] == [each.id for each in box.engine().connections()]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [({"accessToken": "wrong"}, "did not accept"), ({}, "accessToken is required")],
)
def test_refused(box: Sandbox, parameters: dict[str, Any], said: str) -> None:
    """What the app or the engine refuses is raised in its words, as a flow raises it."""
    with pytest.raises(ConnectionRejected, match=said):
        box.connect("hubspot", auth_option="private-app", parameters=parameters)


def test_of_an_unknown_app(box: Sandbox) -> None:
    """An app that is not there is told with those that are meant perhaps."""
    with pytest.raises(ValueError, match=r"no integration 'gihtub' in this sandbox. Did you mean 'github'"):
        box.connect("gihtub")


def test_records_of_my_own(box: Sandbox) -> None:
    """An app answers with the records that a test gave it, for every account, whatever there was before."""
    github = box.connect("github")
    github.post("/records", json={"title": "made before"})
    given = box.records("github", [{"title": "one"}, {"id": "7", "title": "two"}])

    assert given == github.get("/records").json()["items"]
    assert "two" == box.connect("github", tenant="ada").get("/records/7").json()["title"]
