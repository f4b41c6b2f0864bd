"""One attempt as a state machine: idle -> waiting -> connected | failed | cancelled | expired, never back."""

from __future__ import annotations

import secrets
import threading
import uuid
from collections.abc import Callable
from typing import Literal

from ..errors import ConnectCancelled, ConnectError, ConnectionRejected, ConnectTimeout
from .answer import Answer

__all__ = ["Attempt", "Outcome", "Status"]

Status = Literal["idle", "waiting", "connected", "failed", "cancelled", "expired"]
Outcome = Literal["won", "same", "late"]
Via = Literal["redirect", "events", "paste"]


class Attempt:
    """State of one attempt behind one lock; whoever ends it first decides, from whichever thread.

    `nonce` (256 bits) is the unguessable part of the redirect URI (RFC 6749 section 10.12), `request_id` names the
    attempt on the engine's event stream. `on_change` is called after each change of status, outside the lock.
    """

    def __init__(self, timeout: float, on_change: Callable[[], None] = lambda: None) -> None:
        self.id = secrets.token_urlsafe(9)
        self.nonce = secrets.token_urlsafe(32)
        self.request_id = str(uuid.uuid4())
        self.timeout = timeout
        self.status: Status = "idle"
        self.answer: Answer | None = None
        self.via: Via | None = None
        self.failure: ConnectError | None = None
        self.ended = threading.Event()
        self._on_change = on_change
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<Attempt {self.status}>"

    @property
    def over(self) -> bool:
        """Whether it has ended, be it a moment ago and not yet published."""
        return self.status not in ("idle", "waiting")

    def launch(self) -> bool:
        """The sign-in tab was opened; False if the attempt is past that."""
        with self._lock:
            if self.status != "idle":
                return False
            self.status = "waiting"
        self._on_change()
        return True

    def settle(self, answer: Answer, via: Via) -> Outcome:
        """Offer an answer: "won" ended the attempt (call `publish` next), "same" repeats it, "late" differs."""
        rejected = ConnectionRejected(answer.error or "The connection was rejected.", data=answer.error_data)
        with self._lock:
            if not self.over:
                self.status = "connected" if answer.connection_id is not None else "failed"
                self.failure = rejected if answer.connection_id is None else None
                self.answer, self.via = answer, via
                return "won"
            return "same" if self._is_same(answer, via) else "late"

    def fail(self, failure: ConnectError) -> None:
        """End the attempt because it cannot go on: unknown integration, no token, engine unreachable."""
        self._finish("failed", failure)

    def cancel(self) -> None:
        """End the attempt on the user's wish."""
        self._finish("cancelled", ConnectCancelled("Cancelled. Start again whenever you like."))

    def expire(self) -> None:
        """End the attempt because its time is over."""
        message = "Nobody finished signing in within the time allowed. Start again to get a new sign-in page."
        self._finish("expired", ConnectTimeout(message))

    def publish(self) -> None:
        """Tell everyone who waits that the attempt has ended; after "won", once the answer's page is sent."""
        self.ended.set()
        self._on_change()

    def _finish(self, status: Status, failure: ConnectError) -> None:
        with self._lock:
            if self.over:
                return
            self.status, self.failure = status, failure
        self.publish()

    def _is_same(self, answer: Answer, via: Via) -> bool:
        if self.answer is None or answer.connection_id != self.answer.connection_id:
            return False
        # The event stream and the redirect word one and the same error differently.
        return answer == self.answer or via != self.via
