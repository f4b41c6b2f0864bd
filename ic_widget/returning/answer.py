"""The engine's answer to one attempt, and the three ways to read it: redirect query, event, pasted text."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ..transport.redaction import redacted
from ..transport.secret import Secret

__all__ = ["Answer", "Malformed", "from_event", "from_pasted", "from_query"]

LONGEST_ID = 256
LONGEST_ERROR = 4096
LONGEST_ERROR_DATA = 64 * 1024
DEEPEST_ERROR_DATA = 32
_HALF = re.compile(r"[\ud800-\udfff]")
# Overrides of the writing direction too: they make one text read as another (Unicode report 36, section 3.2).
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BARE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{5,255}")


class Malformed(ValueError):
    """What came is no answer; its text says why, in words for the person who sees the page."""


@dataclass(frozen=True)
class Answer:
    """Either `connection_id`, or `error` with optional `error_data`; never printed whole."""

    connection_id: str | None = None
    error: str | None = None
    error_data: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def refused(self) -> bool:
        """Whether the app did not accept what was typed: that is said, and mended, where it was typed."""
        return (self.error_data or {}).get("type") == "connection" and self.error != _DENIED

    def without(self, secrets: Iterable[Secret]) -> Answer:
        """The same answer with `secrets` taken out of its error, which may repeat what somebody was sent."""
        if self.error is None:
            return self
        error, data = redacted([self.error, self.error_data], secrets)
        return Answer(error=error, error_data=data)


def from_query(query: str) -> Answer:
    """Read the redirect's query: ``connectionId=``, or ``error=`` with optional ``errorData=``.

    Raises Malformed when neither, both, or one of them repeated, empty or too long is there. Parameters of
    other names are ignored, because providers and proxies add their own.
    Source: the engine's documentation of ``redirectUri`` (connection without the front-end SDK).
    """
    try:
        # What is not UTF-8 becomes surrogates: no part of any id, and replaced in other texts.
        found = parse_qs(query, keep_blank_values=True, errors="surrogateescape", max_num_fields=100)
    except ValueError:
        raise Malformed("The address has too many parameters.") from None
    for name in ("connectionId", "error", "errorData"):
        if len(found.get(name, ())) > 1:
            raise Malformed(f"The address says {name} more than once.")
    if "connectionId" in found and "error" in found:
        raise Malformed("The address reports a connection and an error at once.")
    if "connectionId" in found:
        return Answer(connection_id=_connection_id(found["connectionId"][0]))
    if "error" in found:
        message, error_data = _error(found["error"][0]), _error_data(found.get("errorData", [None])[0])
        return Answer(error=_DENIED if _is_denied(error_data) else message, error_data=error_data)
    raise Malformed("The address reports neither a connection nor an error.")


def from_event(event: Mapping[str, Any]) -> Answer | None:
    """Read one object of the engine's event stream; None when it is news of another kind.

    Source: ``newConnectionCreated`` and ``newConnectionFailure`` as the engine's published clients read them.
    """
    if event.get("type") == "newConnectionCreated":
        connection = event.get("connection")
        found = connection.get("id") if isinstance(connection, Mapping) else event.get("connectionId")
        try:
            return Answer(connection_id=_connection_id(found if isinstance(found, str) else ""))
        except Malformed:
            return None
    if event.get("type") == "newConnectionFailure":
        data = event.get("errorData", event.get("error"))
        if isinstance(data, Mapping):
            message = data.get("message")
            said = _error(message) if isinstance(message, str) and message.strip() else _NO_REASON
            return Answer(
                error=_DENIED if _is_denied(data) else said,
                error_data=dict(data) if _travels(data) else _as_text(data),
            )
        return Answer(error=_error(data) if isinstance(data, str) and data.strip() else _NO_REASON)
    return None


def from_pasted(text: str, *, nonce: str | None) -> Answer:
    """Read what the user pasted: the address their tab ended on, its query, or the connection id alone.

    An address counts only with `nonce` (this attempt's own) as a part of its path, whatever its origin.
    Raises Malformed with a sentence that says what was wrong and what to paste.
    """
    text = text.strip().strip("<>\"'")
    if not text:
        raise Malformed("Nothing was pasted. Paste the address of the tab you ended on.")
    if re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE):
        try:
            parts = urlsplit(text)
        except ValueError:
            raise Malformed("That is not a whole address. Copy it once more from the address bar.") from None
        if nonce is None or nonce not in parts.path.split("/"):
            raise Malformed(
                "That address is not the end of this attempt. Paste the address of the tab in which you"
                " signed in, after it says that it is done (or cannot be reached)."
            )
        return from_query(parts.query)
    if "=" in text:
        return from_query(text.removeprefix("?"))
    if _BARE_ID.fullmatch(text) and text != nonce:
        return Answer(connection_id=text)
    raise Malformed(
        "That is neither an address nor a connection id. Paste the address of the tab you ended on."
    )


# Nobody's fault: neither the app nor the engine refused anything.
_DENIED = "Access was not allowed on the app's page. To connect, try again and allow it."
_NO_REASON = "The connection could not be made, and the engine gave no reason."


def _connection_id(text: str) -> str:
    if not text.strip():
        raise Malformed("The connection id is empty.")
    if len(text) > LONGEST_ID or _CONTROL.search(text):
        raise Malformed("The connection id is not one the engine gives out.")
    return text


def _error(text: str) -> str:
    message = _CONTROL.sub(" ", _HALF.sub("\ufffd", text)).strip()
    if not message:
        return _NO_REASON
    return message if len(message) <= LONGEST_ERROR else message[: LONGEST_ERROR - 1] + "…"


def _error_data(text: str | None) -> dict[str, Any] | None:
    if not text:
        return None
    text = _HALF.sub("\ufffd", text[: LONGEST_ERROR_DATA + 1])
    if len(text) > LONGEST_ERROR_DATA:
        return {"text": text[:LONGEST_ERROR_DATA]}
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {"text": text}
    return data if isinstance(data, dict) and _travels(data) else {"text": text}


def _is_denied(data: object, depth: int = DEEPEST_ERROR_DATA) -> bool:
    """Whether the person said no (RFC 6749, section 4.1.2.1); as a bad request it is the engine's own 403."""
    if not isinstance(data, Mapping) or depth == 0:
        return False
    denied = data.get("key") == "access_denied" and data.get("type") != "bad_request"
    return denied or _is_denied(data.get("causedByError"), depth - 1)


def _as_text(data: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        return {"text": json.dumps(data)[:LONGEST_ERROR_DATA]}
    except RecursionError:
        return None


def _travels(value: object, depth: int = DEEPEST_ERROR_DATA) -> bool:
    """Whether a page can be sent `value`: a trait that cannot be sent takes the result down with it."""
    if isinstance(value, Mapping):
        return depth > 0 and all(_travels(name) and _travels(held, depth - 1) for name, held in value.items())
    if isinstance(value, list):
        return depth > 0 and all(_travels(held, depth - 1) for held in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return not (isinstance(value, str) and _HALF.search(value))
