"""The kernel's half of one widget: answers the page's messages and keeps it supplied with a valid ticket.

Everything here happens on the background loop, so that a busy kernel delays none of it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from ..connection.connection import Connection
from ..errors import ConnectError
from ..returning.flow import Flow
from ..runtime.background import Background, background, in_thread
from ..runtime.faults import report
from ..runtime.place import Place
from . import messages
from .attempts import Attempts
from .catalogue import Catalogue
from .channel import PageChannel
from .common_messages import ProbeResult, Ready
from .inbox import Handlers, Inbox
from .opening import Opening
from .results import Results
from .supply import Supply
from .tickets import DEFAULT_PACE, Pace, Tickets

__all__ = ["PageSession"]


class PageSession:
    """Work begins with the first view and rests once the last is gone; an attempt whose tab is open goes on.

    `send` posts a message to the page from any thread, `changed` is called, on any thread, after each change of
    `flow` or of its status. `explore` makes an explorer of a connection and returns its model's id, in the context in
    which the session was made.
    """

    def __init__(
        self,
        new_flow: Callable[[Callable[[Flow], None]], Flow],
        catalogue: Catalogue,
        *,
        sensitive: Mapping[str, bool],
        aliases: Mapping[str, str],
        send: Callable[[messages.ToPage], None],
        changed: Callable[[], None],
        explore: Callable[[Connection], str | None] = lambda _: None,
        thread: Background = background,
        pace: Pace = DEFAULT_PACE,
        new_channel: Callable[..., PageChannel] = PageChannel,
    ) -> None:
        self._send = send
        self._changed = changed
        self._explore = explore
        self._place = Place()
        self._thread = thread
        self._tickets = Tickets(
            thread, sensitive=sensitive, aliases=aliases, send=send, issued=changed, pace=pace
        )
        self._supplies = Supply(catalogue, self._tickets, send)
        self._closed = self._resting = False
        self._readies = self._waiting = 0
        self._pace = pace
        self._attempts = Attempts(lambda: new_flow(self._flow_changed), changed)
        self._opening = Opening(
            self._attempts,
            self._supplies,
            self._tickets,
            send=send,
            receive=self.receive,
            changed=changed,
            closed=lambda: self._closed,
            thread=thread,
            new_channel=new_channel,
        )
        self._inbox = Inbox(messages.FROM_PAGE, self._take, send=send, start=self._start)

    def receive(self, content: object) -> None:
        """Take a message from the page, from any thread; what is not one is logged and ignored."""
        self._inbox.receive(content)

    @property
    def heard_of_a_page(self) -> bool:
        """Whether any page that shows the widget has made itself known."""
        return self._tickets.viewers.heard

    def begin_ahead(self) -> None:
        """Fetch what a page will need first before there is one; nothing is said where that fails."""
        with contextlib.suppress(ConnectError, OSError):  # no thread or socket to be had: said to a page
            self._thread.start(self._supplies.ahead(self.flow))

    @property
    def flow(self) -> Flow:
        """The attempt that the widget's status speaks of."""
        return self._attempts.flow

    @property
    def result(self) -> Flow | None:
        """The attempt whose connection counts: the last one that came to one, until another does."""
        return self._attempts.result

    @property
    def late(self) -> Connection | None:
        """A connection that was finished in its tab after its attempt had ended, while nobody has taken it."""
        return self._attempts.results.late

    def use_late(self) -> None:
        """Let what was finished late count after all: for the attempt that goes on, or in place of the last end."""
        if (late := self._attempts.results.take_late()) is not None:
            self.flow.take(late)

    def announce(self) -> None:
        """Tell a page that may not be able to ask: while a cell waits, its messages are not read."""
        if not self.flow.attempt.over and self._opening.opened(self.flow):
            self._start(self._opening.announce(self.flow))

    @contextlib.contextmanager
    def awaited(self) -> Iterator[None]:
        """Within it somebody waits for the end, and it does not rest."""
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    def again(self) -> None:
        """Forget what came and start over; an attempt that goes on is cancelled. Returns when it has been swapped."""
        if self._thread.is_current():
            self._forget()
        else:
            self._thread.submit(self._soon(self._forget)).result()

    @property
    def closed(self) -> bool:
        """Whether the widget is gone for good."""
        return self._closed

    def close(self) -> None:
        """End what is going on and take no more messages."""
        self._closed = True
        self._inbox.close()
        for flow in self._attempts:
            flow.attempt.cancel("This widget has been closed. Make a new one, and show it.")
        # On the loop, where the channel is opened: what is opening it just now is done by then.
        self._thread.call(self._opening.channel.retire)
        self._thread.call(self._tickets.wake)

    def _start(self, work: Any) -> None:
        """Run `work`; whatever it fails with ends the attempt, so that the page never waits for nothing."""
        self._thread.start(work, lambda error: self.flow.attempt.fail(error))

    @staticmethod
    async def _soon(function: Callable[[], None]) -> None:
        function()

    def _flow_changed(self, flow: Flow) -> None:
        if self._attempts.results.note(flow) or flow is self.flow:
            # Publish now; the other work can queue on the loop.
            self._changed()
        if not self._closed:
            self._start(self._follow(flow))

    async def _on_unseen(self, _: messages.Unseen) -> None:
        """Rest after a while, unless a page shows it by then: this one once more, or another."""
        before = self._readies
        self._send({"kind": "still-seen"})
        await asyncio.sleep(self._pace.unseen)
        if before == self._readies and not self._waiting and not self._closed:
            self._rest()

    def _rest(self) -> None:
        """Give back what an attempt needs that nobody can begin; the page's ticket with it."""
        self._resting = True
        for flow in self._attempts:
            if flow.status == "idle":
                self._tickets.stop(flow)
                flow.close()
                self._send({"kind": "withdrawn", "flow": flow.attempt.id})
        if self.flow.status != "waiting":
            self._opening.channel.retire()
        self._tickets.leave()
        self._changed()

    async def _on_ready(self, message: Ready) -> None:
        self._readies += 1
        self._resting = False
        self._tickets.meet(message)
        if (result := self.result) is not None:
            await self._supplies.connection(result)
        if self.flow.attempt.over and self._attempts.next is None:
            if self.flow.status == "connected":
                return
            # It failed before a ticket was issued, for lack of a token say. That may work now, so start over.
            if self.flow.status == "failed" and self.flow.attempt.state.answer is None:
                self._start_over()
                return
            self._attempts.prepare()
        await self._opening.supply(self._attempts.coming)

    async def _on_launched(self, message: messages.Launched) -> None:
        flow = self._attempts.find(message["flow"])
        if flow is not None:
            self._attempts.promote(flow)
            flow.attempt.app = self._supplies.name_of(message["integration"])
            flow.launched(message["integration"])

    async def _on_cancel(self, message: messages.Cancel) -> None:
        flow = self._attempts.find(message["flow"])
        if flow is not None:
            flow.attempt.cancel()

    async def _on_extend(self, message: messages.Extend) -> None:
        flow = self._attempts.find(message["flow"])
        if flow is not None:
            flow.extend()
            self._opening.say_time_left(flow)

    async def _on_use_late(self, message: messages.UseLate) -> None:
        self.use_late()

    async def _on_back(self, message: messages.Back) -> None:
        if self.flow.attempt.over and (result := self.result) is not None:
            self._attempts.show(result)

    async def _on_again(self, message: messages.Again) -> None:
        if self.flow.status == "connected":
            # What was made stays until something else is.
            self._attempts.reuse = False
            await self._opening.supply(self._attempts.prepare())
        # A page that was reloaded after the end does not know which attempt it was.
        elif message["flow"] in (self.flow.attempt.id, "") and self.flow.attempt.over:
            self._start_over()
        else:
            self._tickets.wake(retry=True)

    async def _on_pasted(self, message: messages.Pasted) -> None:
        flow = self._attempts.find(message["flow"])
        ended = "This attempt has already ended."
        problem = await flow.paste(message["text"]) if flow is not None else ended
        self._send({"kind": "paste-result", "flow": message["flow"], "ok": not problem, "message": problem})

    async def _on_integrations(self, message: messages.Integrations) -> None:
        await self._supplies.integrations(message["search"], message["cursor"])

    async def _on_options(self, message: messages.Options) -> None:
        request = self._attempts.coming.request
        await self._supplies.options(message["integration"], request, self._tickets.chosen())

    async def _on_probe_result(self, message: ProbeResult) -> None:
        if not message["ok"]:
            self._tickets.disproved(message)

    async def _on_handoff(self, message: messages.HandOff) -> None:
        await self._supplies.link(self._attempts.find(message["flow"]), message)

    async def _on_explore(self, message: messages.ExploreWanted) -> None:
        made, model = await self.flow.details(), None
        if made is not None:
            try:
                model = await in_thread(lambda: self._explore(made), self._place)
            except Exception as error:  # noqa: BLE001  a host may refuse a widget that no cell made
                report(error)
        self._send({"kind": "explore", "model": model})

    _HANDLERS: ClassVar[Handlers] = {
        "ready": _on_ready,
        "unseen": _on_unseen,
        "launched": _on_launched,
        "cancel": _on_cancel,
        "extend": _on_extend,
        "again": _on_again,
        "use-late": _on_use_late,
        "back": _on_back,
        "pasted": _on_pasted,
        "integrations": _on_integrations,
        "options": _on_options,
        "probe-result": _on_probe_result,
        "handoff": _on_handoff,
        "explore": _on_explore,
    }

    async def _take(self, message: Any) -> None:
        self._tickets.turn_to(message)
        if message["kind"] != "used":  # that says no more
            await self._HANDLERS[message["kind"]](self, message)

    def _forget(self) -> None:
        self._attempts.results = Results()
        self._start_over()

    def _start_over(self) -> None:
        flow = self._attempts.start_over()
        if self._tickets.viewers.page is not None and not self._closed:
            self._start(self._opening.supply(flow))

    async def _follow(self, flow: Flow) -> None:
        """Do what a change of `flow` asks for."""
        if flow.status != "idle":
            self._attempts.promote(flow)
        self._opening.say_time_left(flow)
        self._tickets.wake()
        if not flow.attempt.over or self._closed:
            return
        if not self._attempts.end(flow):
            # More is known of it by now, or a success came after its end.
            if flow is self.flow and flow.status == "connected":
                await self._supplies.connection(flow)
            return
        had_ticket = self._tickets.forget(flow)
        if flow.status == "connected":
            self._opening.channel.retire()
            await self._supplies.connection(flow)
        elif flow is self.flow and self._attempts.next is None and had_ticket and not self._resting:
            await self._opening.begin(self._attempts.prepare())
        elif self._attempts.next is None:
            self._opening.channel.retire()
            self._send({"kind": "withdrawn", "flow": flow.attempt.id})
