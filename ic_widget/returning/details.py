"""What the engine says of the connection that an attempt came to, and of one that came late."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING

from ..connection.connection import Connection
from ..errors import ConnectError, ConnectionRejected, ConnectTimeout, EngineError
from ..runtime.background import Background
from ..runtime.single_thread import IN_BROWSER, may_suspend, suspended
from .success import error_behind

if TYPE_CHECKING:
    from .flow import Flow

__all__ = ["STILL_BUILDING", "Details"]

_log = logging.getLogger("ic_widget")
_HELD = 30.0  # seconds for which the engine holds its answer about a connection that it is setting up

STILL_BUILDING = (
    "The app was connected, but the engine is still setting the connection up. engine.connections() says when it is"
    " ready; reuse=True then takes it."
)


class Details:
    """Asked once for each connection and kept; takes back a success that the engine's details contradict.

    The id is published before, so that no answer waits for this; `wait` and on_connect functions do wait.
    """

    def __init__(self, flow: Flow, thread: Background) -> None:
        self._flow = flow
        self._thread = thread
        self._answer: Future[Connection] | None = None
        self._building: Future[None] | None = None
        self._late: str | None = None
        self._looking: Future[None] | None = None

    @property
    def building(self) -> Future[None] | None:
        """Done when the engine has set the connection up or given up; None where it need not, or has."""
        return self._building if self._building is not None and not self._building.done() else None

    def ask(self, connection_id: str) -> None:
        """Ask the engine, once."""
        if self._answer is None:
            self._answer = self._thread.submit(self._describe(connection_id))

    def set(self, connection: Connection) -> None:
        """The engine was asked already; if it gave no answer it is asked again."""
        self._answer = None
        if connection.raw:
            self._answer = Future()
            self._answer.set_result(connection)

    def known(self, seconds: float) -> Connection | None:
        """The engine's answer, None if it does not come in time."""
        answer = self._answer
        if IN_BROWSER and answer is not None and seconds and not answer.done() and may_suspend():
            suspended(self.come(seconds))
        if answer is not None and (answer.done() or not self._thread.is_current()):
            with contextlib.suppress(NotYet, CancelledError):
                return answer.result(seconds)
        return None

    async def come(self, seconds: float) -> None:
        """Wait for the engine's answer, at most so long."""
        answer = self._answer
        if answer is not None and not answer.done():
            await asyncio.wait([asyncio.wrap_future(answer)], timeout=seconds)

    def ask_about_late(self, connection_id: str) -> None:
        """A success came after the end of the attempt: ask the engine what it is, once."""
        if connection_id != self._late:
            self._late = connection_id
            self._looking = self._thread.start(self._look_at(connection_id))

    async def _describe(self, connection_id: str) -> Connection:
        try:
            connection = await self._asked(connection_id)
        except ConnectionRejected as error:
            self._flow.attempt.retract(error)
            return self._bare(connection_id)
        if connection.being_set_up:
            self._building = self._thread.start(self._built(connection_id), self._flow.attempt.retract)
        elif connection.raw:
            self._check(connection)
        return connection

    async def _asked(self, connection_id: str) -> Connection:
        """What the engine says, the bare id if it cannot be asked; ConnectionRejected if it knows no such id."""
        try:
            return await self._flow.engine.client.connection(connection_id)
        except ConnectError as error:
            if isinstance(error, EngineError) and error.status == 404:
                raise ConnectionRejected(str(error)) from None
            _log.debug("the engine did not describe the connection: %s", type(error).__name__)
            return self._bare(connection_id)

    def _bare(self, connection_id: str) -> Connection:
        flow = self._flow
        return Connection(id=connection_id, integration_key=flow.integration, client=flow.engine.client)

    async def _built(self, connection_id: str) -> None:
        """Wait until the engine has set the connection up, as long as a sign-in may take."""
        end = time.monotonic() + self._flow.attempt.timeout
        while (left := end - time.monotonic()) > 0:
            connection = await self._flow.engine.client.connection(connection_id, wait=min(_HELD, left))
            if not connection.being_set_up:
                self.set(connection)
                self._check(connection)
                self._flow.tell()
                return
        raise ConnectTimeout(STILL_BUILDING)

    def _check(self, connection: Connection) -> None:
        if problem := self._flow.why_no_success(connection):
            data = None if connection.connected or connection.archived else error_behind(connection)
            self._flow.attempt.retract(ConnectionRejected(problem, data=data))

    async def _look_at(self, connection_id: str) -> None:
        """Offer what came late, or put it in the place of the success that it has replaced at the engine.

        By the rule for one that came in time: what the engine contradicts is none, and what it could not be asked about
        counts, and is told as `unconfirmed`.
        """
        before = self._flow.attempt.state.connection_id
        try:
            late = await self._asked(connection_id)
        except ConnectionRejected:
            return
        if self._flow.why_no_success(late):
            return
        if before is None:
            self._flow.offer(late)
        elif await self._is_gone(before):
            self._flow.take(late)

    async def _is_gone(self, connection_id: str) -> bool:
        try:
            return (await self._asked(connection_id)).archived
        except ConnectionRejected:
            return True
