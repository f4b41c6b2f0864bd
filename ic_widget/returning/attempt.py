"""One attempt as a state machine: idle -> waiting -> connected | failed | cancelled | expired."""

from __future__ import annotations

import copy
import secrets
import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from ..errors import ConnectCancelled, ConnectError, ConnectionRejected, ConnectTimeout
from ..runtime.public_calls import repr_at_every_moment
from ..transport.secret import Secret
from .answer import Answer

__all__ = ["Attempt", "Settled", "State", "Status"]

Status = Literal["idle", "waiting", "connected", "failed", "cancelled", "expired"]
Settled = Literal["won", "same", "after", "late"]
Via = Literal["redirect", "events", "paste", "reuse", "after"]

_STILL_COUNTS = "If you finish in the other tab, it still counts"
_CANCELLED = f"Stopped waiting. {_STILL_COUNTS}."
_EXPIRED = f"The sign-in was not finished in time. {_STILL_COUNTS}; or start again to get a new sign-in page."
# No tab was opened that could be finished.
_LEFT = "Cancelled. Start again whenever you like."
_NOT_BEGUN = "The sign-in was not finished in time: nobody opened the sign-in page. Start again."


@dataclass(frozen=True)
class State:
    """How an attempt stands at one moment; whoever holds it sees status, id and error of that same moment.

    `answer` is what the engine said and `via` how it came ("reuse": it was there
    before; "after": of an earlier attempt, which had ended); `failure` is what `wait` raises.
    """

    status: Status = "idle"
    answer: Answer | None = field(default=None, repr=False)
    via: Via | None = None
    failure: ConnectError | None = field(default=None, repr=False)

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.status not in ("idle", "waiting")

    @property
    def connection_id(self) -> str | None:
        """Id of the new connection, None until there is one."""
        return self.answer.connection_id if self.answer is not None and self.status == "connected" else None


@repr_at_every_moment
class Attempt:
    """Decides what one attempt came to; whoever ends it first decides, from whichever thread.

    `nonce` (256 bits) is the unguessable part of the redirect URI (RFC 6749 section 10.12), `request_id` names the
    attempt on the engine's event stream. `app` is the name for people of what is connected, `tabs` how many sign-in
    tabs were opened, `after` the last success that came when the attempt had ended: a sign-in goes on in its tab,
    whoever stops waiting for it. `on_change` is called after each change of `state`, outside the lock.
    `secrets_known` tells what else no error may show: the engine's tokens.
    """

    def __init__(
        self,
        timeout: float,
        on_change: Callable[[], None] = lambda: None,
        secrets_known: Callable[[], Iterable[Secret]] = tuple,
    ) -> None:
        self.id = secrets.token_urlsafe(9)
        self.nonce = secrets.token_urlsafe(32)
        self.request_id = str(uuid.uuid4())
        self.timeout = timeout
        self.ended = threading.Event()
        self.published = False
        self.tabs = 0
        self.app = ""
        self._after: Answer | None = None
        self._state = State()
        self._on_change = on_change
        self._secrets_known = secrets_known
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<Attempt {self.status}>"

    @property
    def state(self) -> State:
        """How it stands now, replaced as a whole."""
        return self._state

    @property
    def status(self) -> Status:
        """How it stands now, in one word."""
        return self._state.status

    @property
    def over(self) -> bool:
        """True once it has ended, even if that is not published yet."""
        return self._state.over

    @property
    def after(self) -> Answer | None:
        """The success that came after the end, None if none did."""
        return self._after

    @property
    def may_still_come(self) -> bool:
        """Whether another success can come: a tab is open somewhere that has not come back."""
        return self.tabs > (1 if self.status == "connected" else 0)

    def give_up(self) -> None:
        """Take no further success: what a tab still brings is told that the attempt is over."""
        with self._lock:
            self.tabs = 0

    def left(self) -> Attempt:
        """Of an attempt that is over: one that knows the same answers, takes no other and tells nobody."""
        left = copy.copy(self)
        left.tabs, left._on_change, left._lock = 0, lambda: None, threading.Lock()
        return left

    def launch(self) -> bool:
        """A sign-in tab was opened; False if it was not the first, or the attempt is over."""
        with self._lock:
            self.tabs += not self._state.over
            if self._state.status != "idle":
                return False
            self._state = State("waiting")
        self._on_change()
        return True

    def settle(self, answer: Answer, via: Via) -> Settled:
        """Offer an answer: "won" ended the attempt (call `publish` next), "same" repeats it.

        "after" is a success of an attempt that had ended (call `publish_after` next); "late" changes nothing.
        """
        answer = self.redacted(answer)
        rejected = ConnectionRejected(answer.error or "The connection was rejected.", data=answer.error_data)
        with self._lock:
            if not self._state.over:
                made = answer.connection_id is not None
                self._state = State(
                    "connected" if made else "failed", answer, via, None if made else rejected
                )
                return "won"
            if self._is_same(answer, via):
                return "same"
            if answer.connection_id is None or not self.may_still_come:
                return "late"
            if self._after is not None and self._after.connection_id == answer.connection_id:
                return "same"
            self._after = answer
            return "after"

    def take(self, connection_id: str) -> None:
        """End with this success after all; where it is ended already, the success takes the place of that end."""
        with self._lock:
            self._state = State("connected", Answer(connection_id=connection_id), "after")
        self.publish()

    def retract(self, failure: ConnectError) -> None:
        """Take a success back: the engine's details contradict the answer."""
        with self._lock:
            if self._state.status != "connected":
                return
            status: Status = "expired" if isinstance(failure, ConnectTimeout) else "failed"
            self._state = replace(self._state, status=status, failure=failure)
        self._on_change()

    def redacted(self, answer: Answer) -> Answer:
        """`answer` as it may be shown and kept: without any secret of this attempt and its engine."""
        return answer.without((*self._secrets_known(), Secret(self.nonce), Secret(self.request_id)))

    def fail(self, failure: ConnectError) -> None:
        """End the attempt because it cannot go on: unknown integration, no token, engine unreachable."""
        self._finish("failed", failure)

    def cancel(self, message: str = "") -> None:
        """End the attempt on the user's wish."""
        said = _CANCELLED if self.tabs else _LEFT
        self._finish("cancelled", ConnectCancelled(message or said))

    def expire(self) -> None:
        """End the attempt because its time is over."""
        self._finish("expired", ConnectTimeout(_EXPIRED if self.tabs else _NOT_BEGUN))

    def publish_after(self) -> None:
        """Tell that a success came after the end."""
        self._on_change()

    def publish(self) -> None:
        """Tell everyone that the attempt has ended; after "won", once the answer's page is sent."""
        self.published = True
        try:
            self._on_change()
        finally:
            # Last, so that whoever waits finds all that `on_change` does, such as the widget's traits.
            self.ended.set()

    def _finish(self, status: Status, failure: ConnectError) -> None:
        with self._lock:
            if self._state.over:
                return
            self._state = State(status, failure=failure)
        self.publish()

    def _is_same(self, answer: Answer, via: Via) -> bool:
        known = self._state.answer
        if known is None or answer.connection_id != known.connection_id:
            return False
        # The event stream and the redirect word one and the same error differently.
        return answer == known or via != self._state.via
