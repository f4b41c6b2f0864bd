"""What others repeat of our secrets is taken out, however it is spelled."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from ic_widget.transport.redaction import BEGINNING, DEEPEST, MARK, redacted, without_credentials
from ic_widget.transport.secret import Secret

TOKEN = "pat-9f/3b+c7==_token-of-a-tenant"


@pytest.mark.parametrize(
    "spelled",
    [
        TOKEN,
        quote(TOKEN, safe=""),
        quote(TOKEN, safe="").lower(),
        quote(TOKEN),
        TOKEN.replace("/", "\\/"),
        TOKEN.replace("/", "\\\\/"),
        TOKEN.replace("+", "\\u002b"),
        TOKEN.replace("=", "\\u003D"),
        TOKEN.replace("p", "%70"),
        "".join(f"\\u{ord(letter):04x}" for letter in TOKEN),
    ],
)
def test_spellings(spelled: str) -> None:
    """As it is, percent-encoded, or escaped as JSON text: it is found in the middle of a sentence."""
    assert f"Bearer {MARK}, is unknown" == redacted(f"Bearer {spelled}, is unknown", [Secret(TOKEN)])


@pytest.mark.parametrize("length", [BEGINNING, BEGINNING + 1, len(TOKEN) - 1])
@pytest.mark.parametrize("after", ["", "…", "... is unknown"])
def test_cut_off(length: int, after: str) -> None:
    """The beginning of a secret counts as the secret."""
    assert f"Bearer {MARK}{after}" == redacted(f"Bearer {TOKEN[:length]}{after}", [Secret(TOKEN)])


def test_everywhere() -> None:
    """Texts and keys are cleaned at any depth, more than once; everything else stays as it is."""
    found = {"a": [TOKEN, 1, None, True, 1.5, {TOKEN: f"{TOKEN}{TOKEN}"}], "b": {"c": "fine"}}
    expected = {"a": [MARK, 1, None, True, 1.5, {MARK: f"{MARK}{MARK}"}], "b": {"c": "fine"}}
    assert expected == redacted(found, [Secret(TOKEN)])


def test_several() -> None:
    """Of two secrets that begin alike the longer one is found whole."""
    assert f"{MARK} {MARK}" == redacted("abcdefgh-ij abcdefgh", map(Secret, ["abcdefgh", "abcdefgh-ij"]))


def test_short_secrets() -> None:
    """What would be found in ordinary words is left alone."""
    assert "the token is unknown" == redacted("the token is unknown", map(Secret, ["token", "", "is"]))


def test_as_parsed() -> None:
    """JSON that escapes its letters in its own way is clean once parsed."""
    said = json.loads('{"message": "no pat-9f\\/3b\\u002bc7==_token-of-a-tenant"}')
    assert {"message": f"no {MARK}"} == redacted(said, [Secret(TOKEN)])


def test_too_deep() -> None:
    """What is nested beyond reason is left out."""
    deep: Any = TOKEN
    for _ in range(900):
        deep = [deep]
    found = redacted(deep, [Secret(TOKEN)])
    for _ in range(DEEPEST):
        [found] = found
    assert "..." == found


@pytest.mark.parametrize("text", ["\\" * 500_000, "%" * 500_000, "\\-" * 250_000, TOKEN[:15] * 30_000])
def test_hostile_texts(text: str) -> None:
    """A text made to be slow to search comes back as it was, long before the test's time is over."""
    assert text == redacted(text, map(Secret, ["-_" + TOKEN, TOKEN]))


def test_a_connection_without_its_credentials() -> None:
    """Credentials are hidden at any depth, what was filled in at the top; what is empty, and all else, is shown."""
    said = {
        "id": "c1",
        "connected": True,
        "accessToken": "at",
        "refreshToken": "",
        "input": {"key": "k"},
        "parameters": {},
        "user": {"credentials": {"a": 1}, "parameters": ["shown"]},
        "history": [{"accessToken": "at", "name": "work"}, "text", 1],
    }
    shown = {
        **said,
        "accessToken": MARK,
        "input": MARK,
        "user": {"credentials": MARK, "parameters": ["shown"]},
        "history": [{"accessToken": MARK, "name": "work"}, "text", 1],
    }
    assert shown == without_credentials(said)


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner}], ids=["list", "object"])
def test_a_connection_nested_too_deep(wrap: Any) -> None:
    """What is nested beyond reason is left out: nobody can say whether there is a credential in it."""
    deep: Any = {"accessToken": "at"}
    for _ in range(DEEPEST):
        deep = wrap(deep)
    found = without_credentials({"user": deep})["user"]
    for _ in range(DEEPEST):
        [found] = found.values() if isinstance(found, dict) else found
    assert "..." == found
