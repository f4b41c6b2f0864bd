"""What comes from outside, made up by hypothesis: answers, pasted texts, tokens, event streams."""

from __future__ import annotations

import html
import json
import re
import string
from itertools import pairwise
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ic_widget.returning import pages
from ic_widget.returning.answer import Malformed, from_event, from_pasted, from_query
from ic_widget.transport.claims import token_expires
from ic_widget.transport.secret import Secret
from tests.unit.returning.outline import Outline
from tests.unit.transport.test_sse import parsed

# The same examples each time, however slow the machine is: a failure is the code's, and can be had again.
settings.register_profile(
    "project", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")

NONCE = "n0nce-of-this-attempt"
ADDRESS = f"http://127.0.0.1:8123/{NONCE}"
ODD = st.text() | st.text(alphabet=string.printable) | st.binary().map(quote)
NAMES = st.sampled_from(["connectionId", "error", "errorData", "state", "", "connectionId%00"]) | ODD
QUERIES = st.lists(st.tuples(NAMES, ODD)).map(lambda pairs: "&".join(f"{k}={v}" for k, v in pairs)) | ODD


@given(QUERIES)
def test_any_query(query: str) -> None:
    """Any query is an answer of one kind or Malformed, and an answer can be sent to any page."""
    try:
        answer = from_query(query)
    except Malformed:
        return
    assert (answer.connection_id is None) == (answer.error is not None)
    json.dumps([answer.connection_id, answer.error, answer.error_data], allow_nan=False).encode()


@given(
    ODD
    | QUERIES.map(lambda query: f"{ADDRESS}?{query}")
    | st.text().map(lambda text: f"http://{text}/{NONCE}")
)
def test_any_pasted_text(text: str) -> None:
    """Any pasted text is an answer of one kind or Malformed."""
    try:
        answer = from_pasted(text, nonce=NONCE)
    except Malformed:
        return
    assert (answer.connection_id is None) == (answer.error is not None)
    json.dumps([answer.connection_id, answer.error, answer.error_data], allow_nan=False).encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)


@given(
    st.sampled_from(["newConnectionCreated", "newConnectionFailure", "other"]),
    st.dictionaries(st.sampled_from(["connection", "connectionId", "error", "errorData"]), JSON),
)
def test_any_event(kind: str, rest: dict[str, object]) -> None:
    """Any event is an answer of one kind or none, and an answer can be sent to any page."""
    answer = from_event({**rest, "type": kind})

    if answer is not None:
        assert (answer.connection_id is None) == (answer.error is not None)
        json.dumps([answer.connection_id, answer.error, answer.error_data], allow_nan=False).encode()


@given(st.text())
def test_any_message(message: str) -> None:
    """Whatever the engine says is shown as text, never as markup."""
    if "\ud800" <= max(message, default="") <= "\udfff":
        message = message.encode("utf-8", "replace").decode()
    page = pages.failed(message)

    assert [tag for tag, _ in Outline(pages.failed("x")).tags] == [tag for tag, _ in Outline(page).tags]
    assert f'<p class="reason">{html.escape(message)}</p>'.encode() in page.body


PAYLOADS = st.recursive(
    st.none() | st.booleans() | st.text(),
    lambda inner: st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=20)
@given(st.dictionaries(st.text(), PAYLOADS, max_size=4))
def test_any_payload(payload: dict[str, object]) -> None:
    """Whatever is handed off arrives as it was, in one field of one form."""
    page = pages.hand_off("https://engine.example/connect", payload)
    [form] = [attributes for tag, attributes in Outline(page).tags if tag == "form"]
    [field] = [attributes for tag, attributes in Outline(page).tags if tag == "input"]

    assert ("post", "https://engine.example/connect") == (form["method"], form["action"])
    assert payload == json.loads(field["value"] or "")


@given(st.text() | st.builds("a.{}.c".format, st.text()))
def test_no_text_breaks_reading_the_expiry(token: str) -> None:
    """Whatever a token looks like, reading its expiry never fails."""
    assert None is token_expires(Secret(token))


def whole(stream: bytes) -> list[str]:
    """What the standard says of the stream as a whole, straight from its text."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    events, data = [], ""
    for line in re.split(r"\r\n|\r|\n", text)[:-1]:
        if not line:
            if data:
                events.append(data.removesuffix("\n"))
            data = ""
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            data += value + "\n"
    return events


FIELDS = [b"data", b"data:", b"data: x", b"event: e", b"id: 1", b"id: \x00", b"retry: 5", b":", b" "]
ENDS = [b"\n", b"\r", b"\r\n", b"\n\n", b"\r\n\r\n"]
CHARACTERS = [b"\xef\xbb\xbf", b"\xc3\xab", b"\xc3", b"\xf0\x9d\x84\x9e", b"\xff", b"\xe2\x80\xa8"]
PIECES = [*FIELDS, *ENDS, *CHARACTERS]


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=40), st.lists(st.integers(0, 80)))
def test_however_it_is_cut_the_events_are_those_of_the_whole(pieces: list[bytes], cuts: list[int]) -> None:
    """Any stream in any pieces gives what the standard gives for the whole text."""
    stream = b"".join(pieces)
    marks = [0, *sorted(cuts), len(stream)]
    assert parsed(*(stream[start:end] for start, end in pairwise(marks))) == whole(stream)


@given(st.binary(max_size=60))
def test_byte_by_byte_is_the_same(stream: bytes) -> None:
    """The smallest pieces give the same events."""
    assert parsed(*(bytes([byte]) for byte in stream)) == whole(stream)
