"""A person at the sandbox's pages, played by the sandbox itself."""

from __future__ import annotations

from typing import Any

import pytest

from ic_widget.errors import ConfigurationError, ConnectionRejected
from ic_widget.flow import ConnectFlow
from ic_widget.sandbox import Sandbox, sign_in


@pytest.mark.parametrize(
    "keywords",
    [
        {"integration": "github"},
        {"integration": "hacker-news"},
        {"integration": "hubspot", "auth_option": "private-app", "parameters": {"accessToken": "t"}},
        {"integration": "hubspot", "auth_option": "oauth"},
    ],
)
def test_allowed(box: Sandbox, keywords: dict[str, Any]) -> None:
    """Whatever the app asks, a person who allows it ends with a connection that works."""
    with ConnectFlow(box.engine(), **keywords) as flow:
        heading = sign_in(flow.url)
        connection = flow.wait(20)

    assert "Connected" == heading
    assert connection.get("/me").ok


def test_one_after_the_other(box: Sandbox) -> None:
    """Who signs in to the same app again and again gets a new connection each time, and never the last one."""
    made: list[str] = []
    for _ in range(3):
        with ConnectFlow(box.engine(), integration="github") as flow:
            sign_in(flow.url)
            made.append(flow.wait(20).id)

    assert 3 == len(set(made))


def test_signed_in_again_at_once(box: Sandbox) -> None:
    """Who signs in again the moment that access was lost has a connection that works, and the same one."""
    with ConnectFlow(box.engine(), integration="github") as flow:
        sign_in(flow.url)
        connection = flow.wait(20)
    box.revoke("github")
    assert not connection.test()
    with connection.reconnect(flow=True) as flow:
        sign_in(flow.url)
        again = flow.wait(20)

    assert (connection.id, True) == (again.id, again.get("/me").ok)


def test_denied(box: Sandbox) -> None:
    """A person who denies it ends the flow with that."""
    with ConnectFlow(box.engine(), integration="github") as flow:
        sign_in(flow.url, allow=False)
        with pytest.raises(ConnectionRejected, match="not allowed"):
            flow.wait(20)


def test_a_wrong_password(box: Sandbox) -> None:
    """A password that is refused leaves the person at the sign-in, and the flow waiting."""
    with ConnectFlow(box.engine(), integration="github") as flow:
        heading = sign_in(flow.url, email="ada@example.com", password="wrong")

        assert ("Error: Sign in to GitHub", "waiting") == (heading, flow.status)


def test_only_on_this_machine() -> None:
    """It signs in nowhere but at a sandbox on this machine."""
    with pytest.raises(ConfigurationError, match="nowhere else"):
        sign_in("https://github.com/login")
