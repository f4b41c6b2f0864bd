"""Parsing of server-sent events (WHATWG HTML, section 9.2, "Server-sent events")."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

__all__ = ["EventParser", "TooLongError"]


class TooLongError(Exception):
    """One event is longer than any that the engine sends; the stream is not worth reading on."""


class EventParser:
    """Turns the bytes of one stream into the data of its events, however they were cut.

    `last_event_id` and `retry` (milliseconds to wait before opening the stream again, None: not said) follow
    the stream; they are given to the parser of the next one.
    """

    def __init__(
        self, last_event_id: str = "", retry: int | None = None, *, max_chars: int = 4 * 1024 * 1024
    ) -> None:
        self.last_event_id = last_event_id
        self.retry = retry
        self._max_chars = max_chars
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._started = False
        self._after_cr = False
        self._line = ""
        self._data: list[str] = []
        self._size = 0
        self._id = last_event_id

    def feed(self, chunk: bytes) -> list[str]:
        """The data of the events that `chunk` completes. Raises TooLongError for one that does not end."""
        taken = [self._take(line) for line in self._lines(self._decoder.decode(chunk))]
        if self._size + len(self._line) > self._max_chars:
            raise TooLongError
        return [data for data in taken if data is not None]

    def _lines(self, text: str) -> Iterator[str]:
        if text and not self._started:
            self._started = True
            text = text.removeprefix("\ufeff")
        if text and self._after_cr:
            self._after_cr = False
            text = text.removeprefix("\n")
        self._after_cr = self._after_cr or text.endswith("\r")
        # str.splitlines would also split at characters that are no line ends here, such as U+2028.
        *whole, self._line = (self._line + text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
        yield from whole

    def _take(self, line: str) -> str | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
            self._size += len(value) + 1
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry = int(value[:9])
        return None

    def _dispatch(self) -> str | None:
        self.last_event_id = self._id
        data, self._data, self._size = self._data, [], 0
        return "\n".join(data) if data else None
