"""Secrets are not shown by what shows variables, and a token that was asked for can still be used."""

from __future__ import annotations

import copy
import json
import pickle
import pprint
from typing import Any

import pytest
from rich.pretty import pretty_repr

from ic_widget.transport.secret import Secret, TokenText, revealed

TEXT = "s3cret-" * 20


@pytest.mark.parametrize("kind", [Secret, TokenText])
def test_looking_at_it(kind: Any) -> None:
    """Print, logging, rich (which shows the first 80 characters), pprint and a copy show nothing of it."""
    secret = kind(TEXT)
    seen = [
        repr(secret),
        str(secret),
        "%s" % secret,  # noqa: UP031  as logging does
        pprint.pformat([secret]),
        pretty_repr({"token": secret}, max_string=80),
        repr(copy.copy(secret)),
        repr(copy.deepcopy({"token": secret})),
    ]

    assert [] == [text for text in seen if "s3cret" in text]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(secret, protocol)


def test_a_secret_is_no_text() -> None:
    """A slice, JSON, a sum and an f-string give nothing of a Secret away: only `reveal` does."""
    secret = Secret(TEXT)
    for use in (lambda: secret[:80], lambda: json.dumps(secret), lambda: "x" + secret):  # type: ignore[index, operator]
        with pytest.raises(TypeError):
            use()

    assert ("<secret>", TEXT, f'"{TEXT}"') == (
        f"{secret}",
        secret.reveal(),
        json.dumps(secret, default=revealed),
    )
    assert "s3cret" not in repr([getattr(secret, name) for name in dir(secret) if name != "__doc__"])
    with pytest.raises(TypeError, match="a set is not JSON"):
        json.dumps(set(), default=revealed)


def test_equal() -> None:
    """A Secret equals its text and another of the same text, and an empty one counts as none."""
    assert (True, True, False) == (Secret("a") == "a", Secret("a") == Secret("a"), Secret("a") == Secret("b"))
    assert ({Secret("a")}, False) == ({Secret("a"), Secret("a")}, bool(Secret("")))


def test_a_token_that_was_asked_for_can_be_used() -> None:
    """In a header, by an f-string or a sum, a token is what it is; a slice of it is hidden too."""
    token = TokenText(TEXT)
    header = f"Bearer {token}"

    assert (f"Bearer {TEXT}".encode(), TEXT, len(TEXT)) == (header.encode(), "" + token, len(token))
    assert "<secret>" == repr(token[:80])
