"""The wire between an ExploreWidget's page and the kernel: the shape of every custom message.

`js/src/explore/messages.ts` mirrors this file; `tests/protocol/explore-*.json` holds examples that both parse.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from .common_messages import Ack, Channel, FromAnyPage, Pad, PadWanted, ProbeResult, Ready, Sealed
from .shapes import shapes

__all__ = ["FROM_PAGE", "FromPage", "ToPage"]


class ActionsWanted(FromAnyPage):
    """The list of actions is wanted once more."""

    kind: Literal["actions"]


class ActionWanted(FromAnyPage):
    """What the action `key` asks for is wanted."""

    kind: Literal["action"]
    key: str


class Run(FromAnyPage):
    """Run the action `action` with `input` or, without one, the request that `input` describes.

    `call` names the call from now on. `shown` is the input with ``{"$secret": name}`` for each secret: what is kept.
    """

    kind: Literal["run"]
    call: str
    action: str | None
    input: dict[str, Any]
    shown: dict[str, Any]


class CancelCall(FromAnyPage):
    """The user gave this call up."""

    kind: Literal["cancel"]
    call: str


class Recall(FromAnyPage):
    """The result of an earlier call is wanted."""

    kind: Literal["recall"]
    call: str


FromPage = Ready | ProbeResult | PadWanted | Sealed | ActionsWanted | ActionWanted | Run | CancelCall | Recall
FROM_PAGE = shapes(FromPage)


class ConnectionShown(TypedDict):
    """Which connection it is, what to do about it if it does not work, and what the widget is called in Python."""

    kind: Literal["connection"]
    id: str
    name: str | None
    app: str | None
    problem: str | None
    called: str


class ActionsList(TypedDict):
    """The actions, each with key, name and description, or why they could not be had."""

    kind: Literal["actions"]
    items: list[dict[str, str]]
    error: str | None


class ActionShown(TypedDict):
    """What an action asks for (None: the engine does not say), or why that could not be had."""

    kind: Literal["action"]
    key: str
    schema: dict[str, Any] | None
    error: str | None


CallState = Literal["running", "succeeded", "failed", "cancelled"]


class CallShown(TypedDict):
    """One call of this session as it stands; `seconds` is None while it runs, `began` milliseconds since 1970."""

    kind: Literal["call"]
    call: str
    action: str | None
    input: dict[str, Any]
    state: CallState
    status: int | None
    seconds: float | None
    began: float


class FileShown(TypedDict):
    """An answer that is no text."""

    type: str
    size: int


class ResultShown(TypedDict):
    """What came of a call, as far as a page can show it; `cuts` says how long what was cut is in Python."""

    kind: Literal["result"]
    call: str
    output: Any
    cuts: dict[str, int]
    file: FileShown | None
    error: str | None
    data: dict[str, Any] | None


ToPage = Ack | Channel | Pad | ConnectionShown | ActionsList | ActionShown | CallShown | ResultShown
