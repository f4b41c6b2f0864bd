"""The kernel's half of one explorer: answers its page's messages.

Everything here happens on the background loop, so that a busy kernel delays none of it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import ConfigurationError, ConnectError
from ..form.data_schema import why_unreadable
from ..runtime.background import Background, background
from . import explore_messages as messages
from .calls import Call, Calls
from .channel import PageChannel
from .common_messages import ProbeResult, Ready
from .inbox import Handlers, Inbox
from .integers import spelled

if TYPE_CHECKING:
    from ..connection.actions import Action
    from ..connection.connection import Connection

__all__ = ["Explorer"]

_log = logging.getLogger("ic_widget")
_ANNOUNCE = (0.0, 0.2, 0.3, 0.5, 1.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0)  # seconds between two tries


class Explorer:
    """`send` posts a message to the page from any thread."""

    def __init__(
        self,
        connection: Connection,
        *,
        send: Callable[[messages.ToPage], None],
        thread: Background = background,
    ) -> None:
        self._connection = connection
        self._send = send
        self._thread = thread
        self._actions: dict[str, Action] | None = None
        self._calls = Calls(connection, self._call_changed)
        self._channel = PageChannel(self.receive)
        self._heard_of_a_page = False
        self._closed = False
        self._called = "x"
        self._inbox = Inbox(
            messages.FROM_PAGE,
            self._take,
            send=send,
            start=self._start,
        )

    @property
    def last(self) -> Call | None:
        """The call that ended last."""
        return self._calls.last

    def receive(self, content: object) -> None:
        """Take a message from the page, from any thread; what is not one is logged and ignored."""
        self._inbox.receive(content)

    def announce(self, called: str = "x") -> None:
        """Tell a page that may not be able to ask where the kernel hears it: while a cell runs, its messages wait.

        `called` is what the page calls the widget in Python.
        """
        self._called = called
        if not self._heard_of_a_page and not self._closed:
            self._start(self._announce())

    def close(self) -> None:
        """Give up what runs and take no more messages."""
        self._closed = True
        self._inbox.close()
        self._thread.call(self._calls.close)
        # On the loop, where the channel is opened: what is opening it just now is done by then.
        self._thread.call(self._channel.retire)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._thread.start(work)

    async def _announce(self) -> None:
        for pause in _ANNOUNCE:
            await asyncio.sleep(pause)
            if self._heard_of_a_page or self._closed:
                return
            self._open_channel()

    def _open_channel(self) -> None:
        """Tell the page where the kernel's own server takes its messages while the kernel is busy."""
        if self._closed:
            return
        try:
            self._send(self._channel.open())
        except ConfigurationError as error:
            _log.debug("goes on without a port: %s", error.message)

    async def _on_ready(self, message: Ready) -> None:
        self._heard_of_a_page = True
        self._open_channel()
        connection = self._connection
        self._send(
            {
                "kind": "connection",
                "id": connection.id,
                "name": connection.name,
                "app": connection.integration_key or connection.integration_id,
                "problem": _problem(connection),
                "called": self._called,
            }
        )
        for call in self._calls.shown():
            self._send(call)
        if self.last is not None and (result := self._calls.result(self.last.id)) is not None:
            self._send(result)
        await self._on_actions(None)

    async def _on_probe_result(self, message: ProbeResult) -> None:
        """Which way leads to the kernel is the page's own business here."""

    async def _on_actions(self, message: object) -> None:
        answer: messages.ActionsList = {"kind": "actions", "items": [], "error": None}
        try:
            answer["items"] = [
                {"key": key, "name": action.name or key, "description": action.description}
                for key, action in (await self._listed(again=message is not None)).items()
            ]
        except ConnectError as error:
            answer["error"] = error.message
        self._send(answer)

    async def _listed(self, *, again: bool = False) -> dict[str, Action]:
        if self._actions is None or again:
            self._actions = {each.selector: each for each in await self._connection.aio.actions()}
        return self._actions

    async def _on_action(self, message: messages.ActionWanted) -> None:
        key = message["key"]
        answer: messages.ActionShown = {"kind": "action", "key": key, "schema": None, "error": None}
        try:
            action = (await self._listed()).get(key)
            if action is None:
                raise ConfigurationError("This action is no longer there: choose another one.")
            if problem := why_unreadable(action.input_schema):
                raise ConfigurationError(
                    f"What this action asks for cannot be read: it {problem}. connection.run({key!r}, {{...}}) runs it"
                    " without a form."
                )
            answer["schema"] = action.input_schema
        except ConnectError as error:
            answer["error"] = error.message
        self._send(spelled(answer))

    async def _on_run(self, message: messages.Run) -> None:
        call = Call(message["call"], message["action"], message["shown"], time.time() * 1000)
        known = (self._actions or {}).get(message["action"] or "")
        await self._calls.run(call, message["input"], known)

    def _call_changed(self, call: Call) -> None:
        for shown in self._calls.shown():
            if shown["call"] == call.id:
                self._send(shown)
        if (result := self._calls.result(call.id)) is not None:
            self._send(result)

    async def _on_cancel(self, message: messages.CancelCall) -> None:
        self._calls.cancel(message["call"])

    async def _on_recall(self, message: messages.Recall) -> None:
        result = self._calls.result(message["call"])
        if result is not None:
            self._send(result)

    _HANDLERS: ClassVar[Handlers] = {
        "ready": _on_ready,
        "probe-result": _on_probe_result,
        "actions": _on_actions,
        "action": _on_action,
        "run": _on_run,
        "cancel": _on_cancel,
        "recall": _on_recall,
    }

    async def _take(self, message: Any) -> None:
        await self._HANDLERS[message["kind"]](self, message)


def _problem(connection: Connection) -> str | None:
    """Why calls may fail and what to do about it; None for a connection that works."""
    if connection.connected:
        return None
    said = connection.error or f"This connection: {connection.condition}."
    return f"{said.rstrip('.')}. {connection.advice}".strip()
