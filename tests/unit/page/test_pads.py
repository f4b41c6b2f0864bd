"""One-time pads, with which the page hides what a log must not show."""

from __future__ import annotations

import base64
import json

import pytest

from ic_widget.page.pads import LONGEST, Pads

MESSAGE = {"kind": "pasted", "id": "m1", "flow": "f1", "text": "ü planted"}


def sealed(pad: str, message: object = MESSAGE) -> str:
    """What the page makes of a message and a pad."""
    plain = json.dumps(message).encode()
    return base64.b64encode(
        bytes(one ^ other for one, other in zip(plain, base64.b64decode(pad), strict=True))
    ).decode()


def test_a_message_goes_through() -> None:
    """What was sealed with a pad is opened with it, once; another pad opens nothing."""
    pads = Pads()
    length = len(json.dumps(MESSAGE).encode())
    one, other = pads.make("one", length), pads.make("other", length)
    assert one is not None
    assert one != other
    assert "planted" not in base64.b64decode(sealed(one)).decode("latin-1")

    assert pads.open("other", sealed(one)) is None
    assert MESSAGE == pads.open("one", sealed(one))
    assert pads.open("one", sealed(one)) is None


@pytest.mark.parametrize("data", ["", "AAEC", "!", "ü", "AAE", base64.b64encode(b"\xff" * 10).decode()])
def test_what_cannot_be_read(data: str) -> None:
    """Nothing, another length, no base64 and no JSON are no message."""
    pads = Pads()
    pads.make("p", 10)
    assert pads.open("p", data) is None


def test_what_is_added_on_the_way() -> None:
    """A message with a character that base64 does not have is none, though the rest could be read."""
    pads = Pads()
    pad = pads.make("p", len(json.dumps(MESSAGE).encode()))
    assert pad is not None
    assert pads.open("p", f"{sealed(pad)[:8]}!{sealed(pad)[8:]}") is None


@pytest.mark.parametrize("length", [0, -1, LONGEST + 1])
def test_no_such_pad(length: int) -> None:
    """No message is that long, so nothing is kept for it."""
    assert Pads().make("p", length) is None


def test_pads_nobody_uses_are_forgotten() -> None:
    """A page cannot make the kernel keep pads without end."""
    pads = Pads()
    first = pads.make("0", 2)
    assert first is not None
    for number in range(1, 100):
        pads.make(str(number), 2)
    assert pads.open("0", sealed(first, 17)) is None
