"""The ways to sign in, as the engine's answer has them."""

from __future__ import annotations

import pytest

from ic_widget.engine.auth_options import auth_options


def test_a_current_auth_option_keeps_its_schema_and_help() -> None:
    """A current option is passed on with its inputSchema and helpUri."""
    schema = {"type": "object", "properties": {"apiKey": {"type": "string"}}}
    raw = {
        "key": "api-key",
        "type": "client-credentials",
        "title": "API key",
        "description": "From your settings",
        "inputSchema": schema,
        "helpUri": "https://example.com/help",
    }
    expected = [raw]
    assert auth_options([raw]) == expected


def test_a_legacy_auth_option_is_brought_into_the_current_shape() -> None:
    """What older engines put under `ui` is found there, and missing texts are empty."""
    schema = {"properties": {"subdomain": {"type": "string"}}}
    raw = {"key": "oauth", "type": "oauth2", "ui": {"schema": schema, "helpUri": "http://example.com/"}}
    expected = [
        {
            "key": "oauth",
            "type": "oauth2",
            "title": "oauth",
            "description": "",
            "inputSchema": schema,
            "helpUri": "http://example.com/",
        }
    ]
    assert auth_options([raw]) == expected


def test_an_option_that_asks_nothing_has_no_schema() -> None:
    """Without a schema of either kind inputSchema is None."""
    assert [option["inputSchema"] for option in auth_options([{"key": "a"}, {"key": "b", "ui": None}])] == [
        None,
        None,
    ]


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "/help", 7, None, "file:///etc/passwd"])
def test_a_help_address_that_is_not_of_the_web_is_dropped(uri: object) -> None:
    """Only http and https addresses are passed on."""
    assert auth_options([{"key": "a", "helpUri": uri}])[0]["helpUri"] is None


@pytest.mark.parametrize(
    ("answer", "count"), [(None, 0), ("x", 0), ([None, 3, {}], 1), ({"items": [{}]}, 1), ({}, 0)]
)
def test_auth_options_survives_any_answer(answer: object, count: int) -> None:
    """Whatever is no list of objects is left out."""
    assert len(auth_options(answer)) == count
