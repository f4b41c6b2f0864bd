"""The calls of one explorer: each is run on the background loop, can be cancelled, and is remembered."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..connection.actions import Action, ActionRun
from ..connection.response import Response
from ..errors import ConnectError
from ..runtime.faults import report
from ..transport.redaction import redacted
from .excerpt import excerpt
from .explore_messages import CallShown, CallState, FileShown, ResultShown
from .integers import restored, spelled

if TYPE_CHECKING:
    from ..connection.connection import Connection

__all__ = ["Call", "Calls"]

MOST = 100
"""Calls that are remembered, with what a page shows of their results; whole is only the last one."""

CANCELLED = "Cancelled here. The app may have done it all the same."
NOT_BEGUN = "Cancelled before it began: the app was not called."


@dataclass(frozen=True)
class Call:
    """One call: of an action, or (`action` None) of the app's API; `given` is what is known of its input."""

    id: str
    action: str | None
    given: dict[str, Any]
    began: float
    state: CallState = "running"
    seconds: float | None = None
    response: Response | ActionRun | None = dataclasses.field(default=None, repr=False)
    output: Any = dataclasses.field(default=None, repr=False)
    error: ConnectError | None = None

    @property
    def status(self) -> int | None:
        """The HTTP status of the app's answer, where there was one and it is known."""
        if isinstance(self.response, Response):
            return self.response.status
        data = (self.error.data or {}).get("data") if self.error is not None else None
        answer = data.get("response") if isinstance(data, Mapping) else None
        status = answer.get("status") if isinstance(answer, Mapping) else None
        return status if isinstance(status, int) else None


class Calls:
    """Runs calls of `connection`; `changed` is called on the background loop with each new state of a call."""

    def __init__(self, connection: Connection, changed: Callable[[Call], None]) -> None:
        self._connection = connection
        self._changed = changed
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._calls: OrderedDict[str, tuple[CallShown, ResultShown | None]] = OrderedDict()
        self._given_up: deque[str] = deque(maxlen=MOST)
        self.last: Call | None = None

    async def run(self, call: Call, given: dict[str, Any], action: Action | None) -> None:
        """Run `call` with `given`, to its end however that is; one that is known is not run again."""
        task = asyncio.current_task()
        if call.id in self._calls or task is None:
            return
        if call.id in self._given_up:
            self._end(
                dataclasses.replace(call, state="cancelled", seconds=0.0, error=ConnectError(NOT_BEGUN))
            )
            return
        self._tasks[call.id] = task
        self._remember(call)
        started = time.monotonic()
        try:
            done = await self._came(call, restored(given), action)
        except asyncio.CancelledError:
            done = dataclasses.replace(call, state="cancelled", error=ConnectError(CANCELLED))
        except ConnectError as error:
            # Whoever raises it again shows no frame of ours, with what was filled in among its variables.
            done = dataclasses.replace(call, state="failed", error=error.with_traceback(None))
        except Exception as error:  # noqa: BLE001  logged, and told to whoever ran it
            done = dataclasses.replace(call, state="failed", error=report(error))
        finally:
            del self._tasks[call.id]
        self._end(dataclasses.replace(done, seconds=time.monotonic() - started))

    def cancel(self, call_id: str) -> None:
        """Give up a call that runs or is still to come; on the background loop."""
        # Run goes once there is a pad to hide it with: Cancel, which hides nothing, may overtake it.
        self._given_up.append(call_id)
        if (task := self._tasks.get(call_id)) is not None:
            task.cancel()

    def close(self) -> None:
        """Give up all that run; on the background loop."""
        for task in self._tasks.values():
            task.cancel()

    def shown(self) -> list[CallShown]:
        """All that are remembered, as a page shows them, oldest first."""
        return [call for call, _ in self._calls.values()]

    def result(self, call_id: str) -> ResultShown | None:
        """What came of a call, as a page shows it; None if it runs or is forgotten."""
        return self._calls.get(call_id, (None, None))[1]

    async def _came(self, call: Call, given: dict[str, Any], action: Action | None) -> Call:
        connection = self._connection.aio
        if call.action is not None:
            run = await connection.run(action or call.action, given)
            return dataclasses.replace(call, state="succeeded", response=run, output=run.output)
        headers, text = given.get("headers"), given.get("text")
        if "body" in given and given["body"] is None:
            # For `request` None is no body at all.
            headers, text = {"Content-Type": "application/json", **(headers or {})}, "null"
        response = await connection.request(
            str(given.get("method") or "GET"),
            str(given.get("path") or ""),
            params=given.get("query"),
            headers=headers,
            json=given.get("body"),
            data=given.get("form", text),
        )
        came = dataclasses.replace(call, state="succeeded", response=response, output=_output(response))
        try:
            response.raise_for_status()
        except ConnectError as error:
            return dataclasses.replace(came, state="failed", error=error.with_traceback(None))
        return came

    def _end(self, call: Call) -> None:
        self.last = call
        self._remember(call)

    def _remember(self, call: Call) -> None:
        result = None if call.state == "running" else self._result(call)
        self._calls[call.id] = _shown(call), result
        while len(self._calls) > MOST:
            self._calls.popitem(last=False)
        self._changed(call)

    def _result(self, call: Call) -> ResultShown:
        file: FileShown | None = None
        output, response = call.output, call.response
        if isinstance(output, bytes):
            kind = response.headers.get("Content-Type", "") if isinstance(response, Response) else ""
            file, output = {"type": kind.partition(";")[0], "size": len(output)}, None
        shown, cuts = excerpt(output)
        client = getattr(self._connection, "client", None)
        return {
            "kind": "result",
            "call": call.id,
            "output": spelled(redacted(shown, client.secrets if client is not None else ())),
            "cuts": cuts,
            "file": file,
            "error": call.error.message if call.error is not None else None,
            "data": spelled(excerpt(call.error.data)[0]) if call.error is not None else None,
        }


def _shown(call: Call) -> CallShown:
    return {
        "kind": "call",
        "call": call.id,
        "action": call.action,
        "input": call.given,
        "state": call.state,
        "status": call.status,
        "seconds": call.seconds,
        "began": call.began,
    }


_TEXT = ("text/", "application/xml", "application/javascript", "application/x-www-form-urlencoded")


def _output(response: Response) -> Any:
    """What was answered as Python has it: JSON read, text as text, anything else as bytes; None for nothing."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not response.content:
        return None
    if "json" in kind or not kind:
        try:
            return response.json()
        except ConnectError:
            pass
    return response.text if kind.startswith(_TEXT) or kind.endswith(("+xml", "json")) else response.content
