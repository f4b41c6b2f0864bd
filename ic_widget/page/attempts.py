"""The attempts of one widget, one after another, and which of them is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..returning.flow import Flow
from .results import Results

__all__ = ["Attempts"]


class Attempts:
    """`flow` is the attempt that the widget's status speaks of.

    When it ends without a connection `next` is prepared at once, so that a retry needs no round trip; it takes the
    place of `flow` once somebody begins it. `changed` is called when `flow` is another one. `reuse` says whether
    a connection that is ready may be taken without asking.
    """

    def __init__(self, new_flow: Callable[[], Flow], changed: Callable[[], None]) -> None:
        self._new_flow = new_flow
        self._changed = changed
        self.next: Flow | None = None
        self._ended: set[str] = set()
        self.results = Results()
        self.reuse = True
        self.flow = new_flow()

    def __iter__(self) -> Iterator[Flow]:
        return (flow for flow in (self.next, self.flow) if flow is not None)

    @property
    def coming(self) -> Flow:
        """The attempt that can be begun: the prepared one if there is one, else `flow`, which may be over."""
        return self.next or self.flow

    @property
    def result(self) -> Flow | None:
        """The attempt whose connection counts: the last one that came to one, until another does."""
        return self.results.last(self.flow)

    def find(self, flow_id: str) -> Flow | None:
        """The attempt of this id while it is not over."""
        return next((flow for flow in self if flow.attempt.id == flow_id and not flow.attempt.over), None)

    def prepare(self) -> Flow:
        """Have an attempt ready beside `flow`."""
        self.next = self.next or self._new_flow()
        return self.next

    def promote(self, flow: Flow) -> None:
        """Let `flow` be what the status speaks of, if it is the prepared one."""
        if flow is self.next:
            self.flow, self.next = flow, None
            self._changed()

    def show(self, flow: Flow) -> None:
        """Let the status speak of `flow`."""
        self.flow = flow
        self._changed()

    def start_over(self) -> Flow:
        """Cancel what goes on, and let the status speak of the next attempt."""
        if not self.flow.attempt.over:
            self.flow.attempt.cancel()
        # Whoever starts over after a success wants another connection.
        self.reuse = self.reuse and self.flow.status != "connected"
        self.promote(flow := self.prepare())
        return flow

    def end(self, flow: Flow) -> bool:
        """Note that `flow` is over; False if that was known."""
        known = flow.attempt.id in self._ended
        self._ended.add(flow.attempt.id)
        return not known
