"""What an app answered to a call through the engine's proxy."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from ..errors import AppError
from ..foreign_text import seen
from ..runtime.public_calls import public
from ..transport.backoff import retry_after

__all__ = ["Response"]

SHOWN = 200
"""Letters of an answer that an error shows."""
ADVICE = {
    401: "It does not take the connection's credentials: connection.test() asks once more, connection.reconnect() has"
    " somebody sign in again.",
    403: "The connection's credentials do not allow this: sign in with an account or with scopes that do.",
    404: "Check the path: it is the app's own, without the address of the engine.",
}


@public
@dataclass(frozen=True, repr=False)
class Response:
    """The app's own answer: `status`, `headers` (found in any case) and `content` are as the app sent them.

    `method` and `path` say what was called, without the query; `elapsed` is in seconds, tries and waits included.
    """

    method: str
    path: str
    status: int
    reason: str
    headers: Mapping[str, str]
    content: bytes
    elapsed: float = field(default=0.0, compare=False)

    def __repr__(self) -> str:
        return f"<Response {self._said}: {self._what_came}>"

    @property
    def ok(self) -> bool:
        """Whether the app says that it worked: a status from 200 to 299."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text, by the charset that its type names, else as UTF-8; what is none is replaced."""
        head = Message()
        head["Content-Type"] = self.headers.get("Content-Type", "")
        charset = str(head.get_param("charset") or "utf-8")
        try:
            codecs.lookup(charset)
        except (LookupError, ValueError):
            charset = "utf-8"
        return self.content.decode(charset, "replace")

    def json(self) -> Any:
        """The body read as JSON. AppError that says what came instead if it is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            pass
        if not self.content:
            what = f"{self.method} {self.path} was answered with nothing ({self._said}), so there is no JSON to read."
        else:
            what = (
                f"{self.method} {self.path} was answered with {self._what_came} ({self._said}) instead of JSON:"
                f" {self._beginning!r}. .text and .content have all of it."
            )
        raise AppError(what, response=self)

    def raise_for_status(self) -> Response:
        """This response if `ok`, else AppError with what the app says is wrong."""
        if self.ok:
            return self
        said = self._error or (self._beginning if "html" not in self._kind else "")
        advice = ADVICE.get(self.status, "")
        if 300 <= self.status < 400:
            advice = f"It sends elsewhere: {self.headers.get('Location', 'it does not say where')}."
        elif (wait := retry_after(self.headers)) is not None:
            advice = f"It asks to wait {wait:g} seconds before the next try."
        sentence = f"{self.method} {self.path}: the app answered {self._said}{f': {said}' if said else ''}"
        sentence += "" if sentence.endswith((".", "!", "?")) else "."
        data = self._object
        raise AppError(f"{sentence} {advice}".strip(), response=self, data=data)

    @property
    def _said(self) -> str:
        return f"{self.status} {self.reason}".strip()

    @property
    def _kind(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def _what_came(self) -> str:
        return f"{self._kind or 'something without a type'}, {len(self.content):,} bytes"

    @property
    def _beginning(self) -> str:
        text = seen(self.text[: SHOWN * 2]).strip()
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."

    @property
    def _object(self) -> dict[str, Any] | None:
        try:
            parsed = json.loads(self.content)
        except (ValueError, RecursionError):
            return None
        return parsed if isinstance(parsed, dict) else None

    @property
    def _error(self) -> str:
        """What the app says is wrong, where it says so in one of the usual places."""
        places: list[Any] = [self._object]
        while places:
            place = places.pop(0)
            if isinstance(place, str) and place.strip():
                text = seen(place.strip())
                return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
            if isinstance(place, dict):
                places += [
                    place.get(name) for name in ("message", "error_description", "detail", "error", "title")
                ]
                places += [place.get("errors")]
            elif isinstance(place, list):
                places += place[:1]
        return ""
