"""What counts as the engine's answer, on each of the three ways by which one may come."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from ic_widget.returning.answer import Answer, Malformed, from_event, from_pasted, from_query
from ic_widget.transport.secret import Secret

NONCE = "n0nce-of-this-attempt"
ADDRESS = f"http://127.0.0.1:8123/{NONCE}"


def test_connection_id() -> None:
    """A single connectionId is a success."""
    assert Answer(connection_id="0e19-a_b.c") == from_query("connectionId=0e19-a_b.c")


def test_other_parameters_are_ignored() -> None:
    """What providers and proxies add to the address changes nothing."""
    assert Answer(connection_id="c1") == from_query("state=x&connectionId=c1&code=&state=y")


def test_error_alone() -> None:
    """An error needs no errorData."""
    assert Answer(error="Access denied") == from_query("error=Access+denied")


def test_error_data() -> None:
    """An errorData that is a JSON object is kept as one."""
    data = {"type": "connection", "causedByError": {"message": "ü"}, "tried": ["read", ["write"]]}
    answer = from_query(urlencode({"error": "No", "errorData": json.dumps(data)}))

    assert data == answer.error_data


@pytest.mark.parametrize("text", ["not json", "[1, 2]", '"text"', "17", "null", '{"half":', "\x01"])
def test_error_data_that_is_no_object(text: str) -> None:
    """An errorData that is no JSON object is kept as text."""
    assert {"text": text} == from_query(urlencode({"error": "No", "errorData": text})).error_data


@pytest.mark.parametrize(
    "text",
    [
        '{"a": NaN}',
        '{"a": -Infinity}',
        '{"a": 1e999}',
        '{"a": "\\ud800"}',
        '{"\\udfff": 1}',
        '{"a": [1, "\\ud800"]}',
        '{"a":' * 200 + "1" + "}" * 200,
    ],
)
def test_error_data_that_no_page_can_be_sent(text: str) -> None:
    """What JSON for the page cannot carry, or is nested beyond reason, is kept as text, not as an object."""
    assert {"text": text} == from_query(urlencode({"error": "No", "errorData": text})).error_data


def test_long_error_data() -> None:
    """An errorData of more than 64 KB is cut off and kept as text."""
    answer = from_query(urlencode({"error": "No", "errorData": json.dumps({"a": "b" * 70_000})}))

    assert answer.error_data is not None
    assert 64 * 1024 == len(answer.error_data["text"])


def test_error_data_without_error() -> None:
    """errorData alone is no answer."""
    with pytest.raises(Malformed, match="neither"):
        from_query('errorData={"message":"x"}')


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "neither"),
        ("code=abc&state=x", "neither"),
        ("connectionid=c1", "neither"),
        ("connectionId=c1&error=No", "at once"),
        ("connectionId=&error=", "at once"),
        ("connectionId=c1&connectionId=c2", "more than once"),
        ("connectionId=c1&connectionId=c1", "more than once"),
        ("connectionId=c1&connectionId=", "more than once"),
        ("error=a&error=b", "more than once"),
        ("error=a&errorData={}&errorData={}", "more than once"),
        ("connectionId=c1&errorData={}&errorData={}", "more than once"),
        ("connectionId=", "empty"),
        ("connectionId", "empty"),
        ("connectionId=+%09", "empty"),
        ("connectionId=" + "a" * 257, "not one the engine gives out"),
        ("connectionId=a%00b", "not one the engine gives out"),
        ("connectionId=a%0d%0ab", "not one the engine gives out"),
        ("connectionId=a%7f", "not one the engine gives out"),
        ("connectionId=a%C2%85b", "not one the engine gives out"),
        ("connectionId=a%E2%80%A8b", "not one the engine gives out"),
        ("connectionId=a%E2%80%AEb", "not one the engine gives out"),
        ("connectionId=%ff%fe", "not one the engine gives out"),
        ("connectionId=c1%C3", "not one the engine gives out"),
        ("connectionId=%ED%A0%80", "not one the engine gives out"),
        ("&".join(f"a{n}=1" for n in range(101)), "too many"),
    ],
)
def test_no_answer(query: str, reason: str) -> None:
    """Neither, both, repeated, empty, too long, control characters: no answer."""
    with pytest.raises(Malformed, match=reason):
        from_query(query)


def test_longest_connection_id() -> None:
    """An id of 256 characters is one."""
    assert Answer(connection_id="a" * 256) == from_query("connectionId=" + "a" * 256)


def test_error_text_is_cleaned() -> None:
    """Control characters and overrides of the writing direction become spaces; a cut is marked."""
    assert "a  b" == from_query("error=" + quote("\x1ba\r\nb\u202e")).error
    assert 4096 == len(from_query("error=" + "a" * 5000).error or "")
    assert (from_query("error=" + "a" * 5000).error or "").endswith("a…")


@pytest.mark.parametrize("text", ["", "+", "%00%01"])
def test_error_without_words(text: str) -> None:
    """An error without text is still an error."""
    assert "gave no reason" in (from_query(f"error={text}").error or "")


def test_bytes_that_are_no_utf8() -> None:
    """Undecodable bytes in an error are shown as replaced."""
    assert "a\ufffd" == from_query("error=a%ff").error
    assert {"text": "\ufffdb"} == from_query("error=a&errorData=%ffb").error_data
    assert Answer(connection_id="c1") == from_query("connectionId=c1&state=%ff")


def test_repr_hides_error_data() -> None:
    """What an engine says in detail is not printed along."""
    assert "s3cret" not in repr(Answer(error="No", error_data={"message": "s3cret"}))


@pytest.mark.parametrize(
    "text",
    [
        f"{ADDRESS}?connectionId=conn-42",
        f"  <{ADDRESS}?connectionId=conn-42>\n",
        f"https://hub.example.org/user/a/proxy/1/{NONCE}?x=1&connectionId=conn-42#end",
        f"http://127.0.0.1:1/{NONCE}/?connectionId=conn-42",
        "?connectionId=conn-42",
        "connectionId=conn-42",
        "conn-42",
        '"conn-42"',
    ],
)
def test_pasted_success(text: str) -> None:
    """The address of this attempt, its query, or the id alone will do, with what copying adds to it."""
    assert Answer(connection_id="conn-42") == from_pasted(text, nonce=NONCE)


def test_pasted_error() -> None:
    """An address that reports an error ends the attempt as the redirect would have."""
    assert Answer(error="No") == from_pasted(f"{ADDRESS}?error=No", nonce=NONCE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Nothing was pasted"),
        (" \n", "Nothing was pasted"),
        ("http://127.0.0.1:8123/another-nonce?connectionId=conn-42", "not the end of this attempt"),
        (f"http://127.0.0.1:8123/?connectionId=conn-42&x={NONCE}", "not the end of this attempt"),
        (f"http://127.0.0.1:8123/a{NONCE}?connectionId=conn-42", "not the end of this attempt"),
        (f"http://{NONCE}/?connectionId=conn-42", "not the end of this attempt"),
        ("javascript://alert(1)?connectionId=conn-42", "not the end of this attempt"),
        (ADDRESS, "neither a connection nor an error"),
        ("http://[half", "not a whole address"),
        (NONCE, "neither an address nor a connection id"),
        ("no id", "neither an address nor a connection id"),
        ("short", "neither an address nor a connection id"),
        ("a" * 257, "neither an address nor a connection id"),
        ("a=b", "neither a connection nor an error"),
    ],
)
def test_pasted_nonsense(text: str, reason: str) -> None:
    """Another attempt's address, half an address or anything else is refused with a sentence."""
    with pytest.raises(Malformed, match=reason):
        from_pasted(text, nonce=NONCE)


def test_pasted_address_without_a_nonce() -> None:
    """Where no redirect was asked for, no address can be this attempt's."""
    with pytest.raises(Malformed, match="not the end of this attempt"):
        from_pasted("http://127.0.0.1:8123/None?connectionId=conn-42", nonce=None)


def test_event_of_success() -> None:
    """The event of a new connection is a success, in both wordings."""
    assert Answer(connection_id="c1") == from_event(
        {"type": "newConnectionCreated", "connection": {"id": "c1"}}
    )
    assert Answer(connection_id="c1") == from_event({"type": "newConnectionCreated", "connectionId": "c1"})


def test_event_of_failure() -> None:
    """The event of a failure is a failure, with the engine's error if it gave one."""
    data = {"message": "Refused", "type": "connection"}

    assert Answer(error="Refused", error_data=data) == from_event(
        {"type": "newConnectionFailure", "errorData": data}
    )
    assert Answer(error="Refused") == from_event({"type": "newConnectionFailure", "error": "Refused"})
    assert "gave no reason" in (from_event({"type": "newConnectionFailure"}) or Answer()).error  # type: ignore[operator]


def test_event_whose_error_no_page_can_be_sent() -> None:
    """An error with numbers or characters that JSON cannot carry is kept as text."""
    answer = from_event({"type": "newConnectionFailure", "errorData": {"message": "No", "at": float("nan")}})

    assert answer is not None
    assert "No" == answer.error
    assert ["text"] == list(answer.error_data or {})


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "keepalive"},
        {"type": ["newConnectionCreated"]},
        {"type": "newConnectionCreated"},
        {"type": "newConnectionCreated", "connection": {}},
        {"type": "newConnectionCreated", "connection": {"id": 5}},
        {"type": "newConnectionCreated", "connection": {"id": ""}},
        {"type": "newConnectionCreated", "connection": {"id": "a\nb"}},
        {"type": "newConnectionCreated", "connectionId": None},
    ],
)
def test_event_of_another_kind(event: dict[str, object]) -> None:
    """News that names no connection ends nothing."""
    assert from_event(event) is None


@pytest.mark.parametrize(
    ("data", "denied"),
    [
        ({"type": "connection", "causedByError": {"type": "custom_code", "key": "access_denied"}}, True),
        ({"type": "connection", "key": "access_denied"}, True),
        ({"type": "bad_request", "key": "access_denied"}, False),
        ({"type": "connection", "causedByError": {"key": "authentication_failed"}}, False),
    ],
)
def test_refusal_by_the_person(data: dict[str, Any], denied: bool) -> None:
    """Where the person said no the sentence blames neither app nor engine, whichever way it came; the data stay."""
    query = urlencode({"error": "HubSpot did not accept it", "errorData": json.dumps(data)})
    event = {"type": "newConnectionFailure", "errorData": {"message": "HubSpot did not accept it", **data}}
    found = [from_query(query), from_event(event)]

    assert [denied] * 2 == [
        "Access was not allowed on the app's page" in str(each and each.error) for each in found
    ]
    assert data == (found[0] and found[0].error_data)


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        ({"type": "connection", "key": "invalid_credentials"}, True),
        ({"type": "connection", "key": "access_denied"}, False),
        ({"type": "internal"}, False),
        ({}, False),
    ],
)
def test_refusal_by_the_app(data: dict[str, Any], refused: bool) -> None:
    """Only the app can have refused what was typed: not a person who said no, not an engine in trouble."""
    assert refused == from_query(urlencode({"error": "No", "errorData": json.dumps(data)})).refused


def test_without_secrets() -> None:
    """What an error repeats of a secret is taken out, of its sentence and of its data; a success stays as it is."""
    secret = Secret("pat-0123456789")
    answer = Answer(error="pat-0123456789 is unknown", error_data={"data": ["pat-0123456789"]})

    assert Answer(error="<secret> is unknown", error_data={"data": ["<secret>"]}) == answer.without([secret])
    assert Answer(connection_id="c1") == Answer(connection_id="c1").without([secret])
