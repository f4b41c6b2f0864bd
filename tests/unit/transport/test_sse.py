"""The parser of server-sent events, alone."""

from __future__ import annotations

import pytest

from ic_widget.transport.sse import EventParser, TooLongError


def parsed(*chunks: bytes) -> list[str]:
    """The events in `chunks`."""
    parser = EventParser()
    return [event for chunk in chunks for event in parser.feed(chunk)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_each_line_end_counts(end: bytes) -> None:
    """LF, CRLF and CR end a line."""
    stream = end.join([b"data: a", b"data: b", b"", b"data: c", b"", b""])
    assert parsed(stream) == ["a\nb", "c"]


def test_a_line_end_cut_in_two_is_one() -> None:
    """CR at the end of one piece and LF at the start of the next are one line end."""
    assert parsed(b"data: a\r", b"\n", b"data: b\r", b"", b"\n\r", b"\n") == ["a\nb"]


def test_an_event_is_there_as_soon_as_its_line_ends() -> None:
    """A CR completes an event without waiting for what may follow."""
    assert parsed(b"data: a\r\r") == ["a"]


def test_a_character_cut_in_two_is_whole() -> None:
    """UTF-8 may be cut anywhere."""
    stream = "data: zoë €𝄞\n\n".encode()
    assert parsed(*(bytes([byte]) for byte in stream)) == ["zoë €𝄞"]


def test_bytes_that_are_no_utf8_do_not_stop_the_stream() -> None:
    """They become replacement characters."""
    assert parsed(b"data: \xff\xfe\n\ndata: b\n\n") == ["��", "b"]


def test_a_byte_order_mark_at_the_start_is_dropped() -> None:
    """Only the first one, even when cut in two; a later one belongs to its line."""
    assert parsed(b"\xef", b"\xbb\xbfdata: a\n\n", "data: b\n\n\ufeffdata: c\n\n".encode()) == [
        "a",
        "b",
    ]


def test_comments_and_unknown_fields_are_passed_over() -> None:
    """What keeps the stream alive is no event."""
    assert parsed(b": keep alive\n\n:\n\nwhatever: x\n\nwhatever\n\n") == []


def test_only_one_space_after_the_colon_is_dropped() -> None:
    """The rest belongs to the value; a colon may be missing."""
    assert parsed(b"data:a\ndata: b\ndata:  c\ndata\ndata:\n\n") == ["a\nb\n c\n\n"]


def test_characters_that_end_lines_elsewhere_do_not_here() -> None:
    """U+2028, form feed and the like stay in the data."""
    assert parsed("data: a\u2028b\x0bc\x0cd\x85e\n\n".encode()) == ["a\u2028b\x0bc\x0cd\x85e"]


def test_an_event_has_its_type_and_the_next_has_not() -> None:
    """`event:` counts for one event."""
    assert parsed(b"event: ping\ndata: a\n\ndata: b\n\n") == ["a", "b"]


def test_a_type_without_data_is_no_event() -> None:
    """Neither is it carried over to the next one."""
    assert parsed(b"event: ping\n\ndata: b\n\n") == ["b"]


def test_the_last_id_stays() -> None:
    """An id counts from its event on, also without data; one with NUL does not, an empty one resets it."""
    stream = b"id: 1\ndata: a\n\ndata: b\n\nid: 2\n\nid: 3\x00\ndata: c\n\nid\ndata: d\n\n"
    assert parsed(stream) == ["a", "b", "c", "d"]


def test_an_id_of_an_unfinished_event_does_not_count() -> None:
    """What was not dispatched is asked for again."""
    parser = EventParser("7")
    parser.feed(b"id: 8\ndata: x\n")
    assert parser.last_event_id == "7"
    parser.feed(b"\n")
    assert parser.last_event_id == "8"


@pytest.mark.parametrize(
    ("value", "expected"), [("2500", 2500), ("0", 0), ("", None), ("-1", None), ("1.5", None), ("٣", None)]
)
def test_retry_takes_digits_only(value: str, expected: int | None) -> None:
    """Milliseconds in ASCII digits; anything else is passed over."""
    parser = EventParser()
    parser.feed(f"retry: {value}\n".encode())
    assert parser.retry == expected


def test_an_unfinished_event_is_not_given() -> None:
    """The end of the stream completes nothing."""
    assert parsed(b"data: a\n") == []


@pytest.mark.parametrize("endless", [b"data: " + b"x" * 100, b":" + b"x" * 100, b"data: 1234567890\n" * 10])
def test_an_event_without_end_is_an_error(endless: bytes) -> None:
    """Memory is bounded, for one long line and for many short ones."""
    with pytest.raises(TooLongError):
        EventParser(max_chars=50).feed(endless)


def test_many_events_are_not_one_long_one() -> None:
    """The bound is for each event."""
    assert len(EventParser(max_chars=50).feed(b"data: 1234567890\n\n" * 10)) == 10
