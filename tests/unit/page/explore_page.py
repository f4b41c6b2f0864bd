"""An explorer's page without a screen: the kernel's messages as a list."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

# The sandbox loads it with the first value that it checks, which takes long on a busy machine.
import jsonschema  # noqa: F401

from ic_widget import ConnectFlow, Connection, Engine
from ic_widget.page.explorer import Explorer
from tests.unit.visitor import PATIENCE, hand_off, submit


def hubspot(engine: Engine) -> Connection:
    """A connection to HubSpot, made without a browser."""
    keywords: dict[str, Any] = {"auth_option": "private-app", "parameters": {"accessToken": "pat-typed"}}
    with ConnectFlow(engine, integration="hubspot", allow_multiple=True, **keywords) as flow:
        submit(*hand_off(flow.url))
        return flow.wait()


class ExplorePage:
    """Keeps what the kernel sends, and says what a real page would."""

    def __init__(self, connection: Connection) -> None:
        self.heard: list[Mapping[str, Any]] = []
        self._news = threading.Condition()
        self._ids = count()
        self.explorer = Explorer(connection, send=self._hear)

    def _hear(self, message: Any) -> None:
        with self._news:
            self.heard.append(json.loads(json.dumps(message, allow_nan=False)))
            self._news.notify_all()

    def say(self, kind: str, **content: Any) -> None:
        """Send a message."""
        self.explorer.receive({"kind": kind, "id": f"m{next(self._ids)}", **content})

    def hears(self, kind: str, **content: Any) -> Mapping[str, Any]:
        """Wait for a message of that kind with this content."""

        def found() -> Mapping[str, Any] | None:
            return next((m for m in self.heard if m["kind"] == kind and content.items() <= m.items()), None)

        message: Mapping[str, Any] = self.until(found)
        return message

    def until(self, true: Callable[[], Any]) -> Any:
        """Wait until something heard makes it true; returns what it gave."""
        with self._news:
            assert self._news.wait_for(true, PATIENCE), [message["kind"] for message in self.heard]
            return true()

    def run(self, call: str, action: str | None, **given: Any) -> Mapping[str, Any]:
        """Run a call to its end; returns its result as the page hears it."""
        self.say("run", call=call, action=action, input=given, shown=given)
        return self.hears("result", call=call)
