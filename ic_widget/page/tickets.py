"""Tickets: what a page must hold before the click, so that the click alone is enough."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import ConnectError
from ..returning.flow import Flow
from ..returning.paths import Evidence, Proof, Reach, decide
from ..runtime.background import Background
from ..transport.secret import revealed
from .aliases import ALIASES
from .common_messages import ProbeResult, Ready
from .integers import spelled
from .messages import Ticket, ToPage
from .viewers import Viewers

__all__ = ["DEFAULT_PACE", "Pace", "Tickets"]

_log = logging.getLogger("ic_widget")
_RENEW_BEFORE = 90.0  # seconds before its token expires that a ticket is replaced
_SOON, _LATE = 0.01, 3600.0
_RARELY = 60.0  # seconds between two tries to get a token that cannot be had


@dataclass(frozen=True)
class Pace:
    """Seconds.

    `proofs`: what a page gets to prove a path before the next best is taken; `stream`: what the event stream gets to
    open where it is the only way back; `renewal`: the least between renewals; `unseen`: how long a widget that nothing
    shows any more may be shown again before it rests.
    """

    proofs: float = 3.0
    stream: float = 3.0
    renewal: float = 5.0
    unseen: float = 5.0


DEFAULT_PACE = Pace()


class Tickets:
    """Learns how the page can reach the kernel and sends it a valid ticket for each attempt it serves.

    A ticket holds the token, so it goes as a message and is never kept longer than its attempt. It is
    replaced when a better path is proved and before its token expires; where no new token can be had, the page is
    told and the engine asked again, less and less often. All methods run on the background loop.
    """

    def __init__(
        self,
        thread: Background,
        *,
        sensitive: Mapping[str, bool],
        aliases: Mapping[str, str],
        send: Callable[[ToPage], None],
        issued: Callable[[], None],
        pace: Pace = DEFAULT_PACE,
    ) -> None:
        self.viewers = Viewers()
        self._due: float | None = None
        self._thread = thread
        self._sensitive = dict(sensitive)
        self._aliases = {**ALIASES, **aliases}
        self._send = send
        self._issued = issued
        self._pace = pace
        self._served: dict[str, _Served] = {}
        self._tickets: dict[str, Ticket] = {}
        self._problem: str | None = None
        self._retry = False
        self._chosen = False

    def leave(self) -> None:
        """No page shows the widget any more: what was learnt of the last one does not count for the next."""
        self._due = None
        self.viewers.leave()

    def expect(self) -> None:
        """Start the clock for proofs, of a page that may not be able to say that it is there."""
        if self._due is None:
            self._due = time.monotonic() + self._pace.proofs
            self.wake()

    def meet(self, message: Ready) -> None:
        """A page makes itself known; what another page proved does not count for it."""
        if self.viewers.meet(message):
            self._due = None
        self.expect()

    def turn_to(self, message: Mapping[str, Any]) -> None:
        """A message came: where it says that its page is used, that page's ways back count from the next ticket on."""
        if self.viewers.turn_to(message):
            # `chosen` has to wait for that ticket.
            for served in self._served.values():
                served.ready.clear()
            self.wake()

    @property
    def waited_enough(self) -> bool:
        """Whether the time for proofs is over."""
        return self._due is not None and time.monotonic() >= self._due

    def proved(self, path: str, host: str, origin: str | None) -> None:
        """A page reached the kernel on this path."""
        self.viewers.proved(path, host, origin)
        self.wake()

    def disproved(self, message: ProbeResult) -> None:
        """A page says it could not, unless the kernel knows better."""
        if self.viewers.disproved(message):
            self.wake()

    def wake(self, *, retry: bool = False) -> None:
        """Look again: evidence or an attempt has changed, or the user wants to `retry` getting a token."""
        self._retry = self._retry or retry
        for served in self._served.values():
            served.woken.set()

    async def check_token(self) -> None:
        """Replace tickets with another token than the engine takes now: it may have refused theirs."""
        for flow in [served.flow for served in self._served.values()]:
            if flow.reach is not None:
                with contextlib.suppress(ConnectError):  # said when the ticket is due
                    await self._send_ticket(flow, flow.reach)

    async def token_ahead(self, flow: Flow) -> None:
        """Have the engine's client get the token of the first ticket, and learn whom it speaks for.

        Raises nothing: the ticket meets it again.
        """
        try:
            await flow.engine.client.token(min_life=_RENEW_BEFORE)
            await flow.engine.client.ask_subject()
        except Exception as error:  # noqa: BLE001  as above
            _log.debug("no token ahead: %s", type(error).__name__)

    async def chosen(self) -> None:
        """An app was chosen, so that a tab may open: by then its answer has to be listened for.

        Returns when the page's ticket says what has come of that, or after some seconds.
        """
        self._chosen = True
        for served in list(self._served.values()):
            served.flow.listen()
            served.woken.set()
            await _wait(served.ready, self._pace.stream)

    def serve(self, flow: Flow) -> None:
        """Send tickets for `flow` from now on; once more if it has one already."""
        if flow.attempt.id not in self._served:
            self._served[flow.attempt.id] = served = _Served(flow)
            self._thread.start(self._issue(served), flow.attempt.fail)
        elif (ticket := self._tickets.get(flow.attempt.id)) is not None:
            if self._problem is None:
                self._send(_plain(ticket))
            else:
                self._say(flow, self._problem)
                self.wake(retry=True)

    def stop(self, flow: Flow) -> None:
        """Send no more tickets for `flow` until it is served again."""
        self.forget(flow)
        if (served := self._served.pop(flow.attempt.id, None)) is not None:
            served.woken.set()

    def forget(self, flow: Flow) -> bool:
        """The attempt has ended; whether it had a ticket."""
        return self._tickets.pop(flow.attempt.id, None) is not None

    async def payload(self, flow: Flow) -> dict[str, Any]:
        """The payload's fixed part, with a token that lives a while. Raises ConnectError."""
        return flow.payload(await flow.engine.client.token(min_life=_RENEW_BEFORE))

    async def _issue(self, served: _Served) -> None:
        """Keep the page supplied until the flow ends. Raises ConnectError where no first ticket can be had."""
        flow, woken = served.flow, served.woken
        renew_at, failures = 0.0, 0
        try:
            while not flow.attempt.over and self._served.get(flow.attempt.id) is served:
                woken.clear()
                # Once the tab is open its way back stays; "Open the tab again" still needs a token that lives.
                reach = self._reach(served) if flow.status == "idle" else flow.reach
                due = failures == 0 or self._retry or time.time() >= renew_at
                if reach is not None and due:
                    flow.reach, self._retry = reach, False
                    try:
                        renew_at = await self._send_ticket(flow, reach)
                        failures = 0
                    except ConnectError as error:
                        if flow.attempt.id not in self._tickets:
                            raise
                        self._say(flow, error.message)
                        renew_at = time.time() + min(_RARELY, self._pace.renewal * 2.0**failures)
                        failures = min(failures + 1, 10)
                if reach is not None and (reach.path != "events" or _is_known(flow)):
                    served.ready.set()
                await _wait(woken, self._pause(served, reach, renew_at))
        finally:
            served.ready.set()
            if self._served.get(flow.attempt.id) is served:
                del self._served[flow.attempt.id]

    def _say(self, flow: Flow, problem: str | None) -> None:
        """Tell the page that no token can be had for now, and once more when one came (None)."""
        if problem is not None or self._problem is not None:
            self._send({"kind": "token-problem", "flow": flow.attempt.id, "message": problem})
        self._problem = problem

    def _reach(self, served: _Served) -> Reach | None:
        flow, receiver, seen = served.flow, served.flow.receiver, self.viewers
        if receiver is None:
            return None

        def by(events: Proof | None, final: bool) -> Reach | None:
            evidence = Evidence(seen.probes, events)
            return decide(flow.settings, receiver.port, seen.page, evidence, final=final)

        reach = by("proved", self.waited_enough)
        # Before an app was chosen no tab can open, and the stream is taken for granted.
        if reach is None or reach.path != "events" or self._is_choosing(flow):
            return reach
        flow.listen()
        served.stream_due = served.stream_due or time.monotonic() + self._pace.stream
        if receiver.events is None and time.monotonic() < served.stream_due:
            return None
        return by(receiver.events, final=True)

    def _is_choosing(self, flow: Flow) -> bool:
        return not self._chosen and flow.request.integration is None

    def _pause(self, served: _Served, reach: Reach | None, renew_at: float) -> float:
        now = time.monotonic()
        pauses = [_LATE, *(due - now for due in (self._due, served.stream_due) if due and due > now)]
        if reach is not None:
            pauses.append(renew_at - time.time())
        return max(_SOON, min(pauses))

    async def _send_ticket(self, flow: Flow, reach: Reach) -> float:
        payload = await self.payload(flow)
        expires = flow.engine.client.token_expires(payload["token"])
        if not flow.attempt.over:
            ticket = self._ticket(flow, reach, payload)
            if ticket != self._tickets.get(flow.attempt.id):
                self._tickets[flow.attempt.id] = ticket
                self._send(_plain(ticket))
                self._say(flow, None)
                _log.debug("return path: %s. %s", reach.path, reach.reason)
                self._issued()
        return _renewal(expires, time.time(), self._pace.renewal)

    def _ticket(self, flow: Flow, reach: Reach, payload: dict[str, Any]) -> Ticket:
        request = flow.request
        return {
            "kind": "ticket",
            "flow": flow.attempt.id,
            "action": flow.engine.connect_url,
            "parameters_key": flow.engine.parameters_key,
            "payload": spelled(payload),
            "preset": {
                "integration": request.integration,
                "auth_option": request.auth_option,
                "name": request.name,
                "parameters": spelled(request.parameters),
                "sensitive": self._sensitive,
                "aliases": self._aliases,
            },
            "place": flow.engine.client.place,
            "redirect": {"path": reach.path, "reason": reach.reason},
            "paste": reach.path == "paste"
            or (reach.path == "events" and not (self._is_choosing(flow) or _is_listening(flow))),
        }


class _Served:
    """A flow whose page gets tickets; `ready`: the one it has does not depend on what is still to be found out."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.stream_due: float | None = None
        self.woken = asyncio.Event()
        self.ready = asyncio.Event()


def _is_known(flow: Flow) -> bool:
    return flow.receiver is not None and flow.receiver.events is not None


def _plain(ticket: Ticket) -> Ticket:
    """The message itself: as long as a ticket is only kept, its token is a Secret."""
    plain: Ticket = json.loads(json.dumps(ticket, default=revealed))
    return plain


def _is_listening(flow: Flow) -> bool:
    return flow.receiver is not None and flow.receiver.events == "proved" and not flow.receiver.held_back


def _renewal(expires: float | None, now: float, least: float) -> float:
    if expires is None:
        return float("inf")
    # A token that lives shorter than the margin, or cannot be renewed, must not make a storm of tickets.
    return max(expires - _RENEW_BEFORE / 2, now + (expires - now) / 2, now + least)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
