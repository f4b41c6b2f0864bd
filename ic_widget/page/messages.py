"""The wire between page and kernel: the shape of every custom message, and `parse`.

`js/src/messages.ts` mirrors this file; `tests/protocol/*.json` holds one set of examples that both parse.
The synced traits carry what any view must show after a reload; everything else is one of these.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any, Literal, TypedDict

__all__ = ["FROM_PAGE", "FromPage", "Shapes", "ToPage", "parse", "shapes"]

Host = Literal["jupyterlab", "notebook", "vscode", "colab", "marimo", "other"]
Path = Literal["loopback", "proxy"]


class Ready(TypedDict):
    """The module runs: who asks, and where the page is (`base_url` None: no Jupyter page)."""

    kind: Literal["ready"]
    id: str
    origin: str
    base_url: str | None
    host: Host


class Unseen(TypedDict):
    """The last view of the widget on this page is gone."""

    kind: Literal["unseen"]
    id: str


class Launched(TypedDict):
    """The form was submitted and its tab opened."""

    kind: Literal["launched"]
    id: str
    flow: str
    integration: str | None


class Cancel(TypedDict):
    """The user gave up this attempt."""

    kind: Literal["cancel"]
    id: str
    flow: str


class Extend(TypedDict):
    """The user wants as much time again for the sign-in of `flow`."""

    kind: Literal["extend"]
    id: str
    flow: str


class UseLate(TypedDict):
    """The user wants the connection that was finished after its attempt had ended."""

    kind: Literal["use-late"]
    id: str


class Back(TypedDict):
    """The user does without another connection: the last one that was made counts again."""

    kind: Literal["back"]
    id: str


class Again(TypedDict):
    """The attempt `flow` has ended and the user wants another, or it could not get a token and should try again."""

    kind: Literal["again"]
    id: str
    flow: str


class Pasted(TypedDict):
    """The address, query or connection id that the user pasted."""

    kind: Literal["pasted"]
    id: str
    flow: str
    text: str


class Integrations(TypedDict):
    """One page of the catalogue is wanted; `search` "" means all."""

    kind: Literal["integrations"]
    id: str
    search: str
    cursor: str | None


class Options(TypedDict):
    """The auth options of one integration are wanted."""

    kind: Literal["options"]
    id: str
    integration: str


class ProbeResult(TypedDict):
    """Whether the page could reach the kernel's server on this path."""

    kind: Literal["probe-result"]
    id: str
    path: Path
    ok: bool
    detail: str


class HandOff(TypedDict):
    """Typed values for the hand-off page, where the page may not submit a form itself.

    `connection` is the one to sign in again, `several` whether others to this app stay.
    """

    kind: Literal["handoff"]
    id: str
    flow: str
    integration: str
    auth_option: str | None
    name: str | None
    parameters: dict[str, Any]
    connection: str | None
    several: bool | None


class PadWanted(TypedDict):
    """The page wants a one-time pad of `length` bytes, for a message that no log may show."""

    kind: Literal["pad"]
    id: str
    name: str
    length: int


class Sealed(TypedDict):
    """A message as JSON, added (XOR) to the pad `name`, in base64."""

    kind: Literal["sealed"]
    id: str
    name: str
    data: str


class ExploreWanted(TypedDict):
    """The user wants to try the connection out."""

    kind: Literal["explore"]
    id: str


FromPage = (
    Ready
    | Unseen
    | Launched
    | Cancel
    | Extend
    | UseLate
    | Back
    | Again
    | Pasted
    | Integrations
    | Options
    | ProbeResult
    | HandOff
    | ExploreWanted
    | PadWanted
    | Sealed
)


class Ack(TypedDict):
    """The message `id` arrived."""

    kind: Literal["ack"]
    id: str


class StillSeen(TypedDict):
    """Whether another page shows the widget: one that does answers ``ready``."""

    kind: Literal["still-seen"]


class Channel(TypedDict):
    """Where the kernel's own server takes probes, and messages while the kernel is busy; it answers `proof`."""

    kind: Literal["channel"]
    port: int
    nonce: str
    proof: str


class Pad(TypedDict):
    """The one-time pad `name`, in base64."""

    kind: Literal["pad"]
    name: str
    data: str


class Preset(TypedDict):
    """What Python chose beforehand; secrets among `parameters` are treated like typed ones."""

    integration: str | None
    auth_option: str | None
    name: str | None
    parameters: dict[str, Any]
    sensitive: dict[str, bool]
    aliases: dict[str, str]


class Redirect(TypedDict):
    """The return path of this attempt and the evidence for it."""

    path: Literal["loopback", "proxy", "base", "events", "paste"]
    reason: str


class Ticket(TypedDict):
    """Everything the connect form needs but what the user chooses and types; a newer one replaces it."""

    kind: Literal["ticket"]
    flow: str
    action: str
    parameters_key: str
    payload: dict[str, Any]
    preset: Preset
    redirect: Redirect
    paste: bool


class Withdrawn(TypedDict):
    """The attempt `flow` ended and another could not begin: no ticket is valid any more."""

    kind: Literal["withdrawn"]
    flow: str


class TokenProblem(TypedDict):
    """Why no token can be had for the next ticket; None: it can be had again. ``again`` tries at once."""

    kind: Literal["token-problem"]
    flow: str
    message: str | None


class IntegrationsPage(TypedDict):
    """One page of the catalogue, or the sentence that says why there is none."""

    kind: Literal["integrations"]
    search: str
    cursor: str | None
    items: list[dict[str, Any]]
    next: str | None
    error: str | None


class OptionsList(TypedDict):
    """An integration's auth options, the connection it has already, or why there are none."""

    kind: Literal["options"]
    integration: str
    item: dict[str, Any] | None
    options: list[dict[str, Any]]
    connection: dict[str, Any] | None
    error: str | None


class TimeLeft(TypedDict):
    """The sign-in of `flow` may take so many seconds more, unless the user extends it."""

    kind: Literal["time-left"]
    flow: str
    seconds: float


class PasteResult(TypedDict):
    """What came of the pasted text."""

    kind: Literal["paste-result"]
    flow: str
    ok: bool
    message: str


class HandOffLink(TypedDict):
    """The single-use address of the hand-off page, or why there is none."""

    kind: Literal["handoff-link"]
    flow: str
    url: str | None
    error: str | None


class ConnectionMade(TypedDict):
    """Details of the new connection; `app` is the name of what it is to, `problem` what keeps it from working yet."""

    kind: Literal["connection"]
    id: str
    name: str | None
    integration: str | None
    app: str | None
    problem: str | None


class ExplorerMade(TypedDict):
    """The id of the ExploreWidget's model, to be shown below; None: this host cannot show one from here."""

    kind: Literal["explore"]
    model: str | None


ToPage = (
    Ack
    | StillSeen
    | Channel
    | Pad
    | Ticket
    | Withdrawn
    | TokenProblem
    | IntegrationsPage
    | OptionsList
    | TimeLeft
    | PasteResult
    | HandOffLink
    | ConnectionMade
    | ExplorerMade
)

LONGEST = {
    "id": 64,
    "origin": 2048,
    "base_url": 2048,
    "text": 16384,
    "search": 256,
    "detail": 200,
    "data": 400_000,
}


Shapes = Mapping[str, Mapping[str, Any]]
"""By its kind, what each message holds: the type of each key."""


def shapes(union: Any) -> Shapes:
    """The shapes of the messages that `union` names: each a TypedDict whose `kind` is a Literal."""
    hints = [typing.get_type_hints(shape) for shape in typing.get_args(union)]
    return {typing.get_args(each["kind"])[0]: each for each in hints}


FROM_PAGE = shapes(FromPage)


def parse(content: object, known: Shapes = FROM_PAGE) -> dict[str, Any] | None:
    """The page's message if it has one of the `known` shapes, with every key of the right type, else None."""
    if not isinstance(content, Mapping):
        return None
    kind = content.get("kind")
    shape = known.get(kind) if isinstance(kind, str) else None
    if shape is None:
        return None
    message = {key: content.get(key) for key in shape}
    if not all(_fits(message[key], allowed) for key, allowed in shape.items()):
        return None
    if any(len(value) > LONGEST.get(key, 4096) for key, value in message.items() if isinstance(value, str)):
        return None
    return message


def _fits(value: object, allowed: Any) -> bool:
    if typing.get_origin(allowed) is Literal:
        return isinstance(value, str) and value in typing.get_args(allowed)
    if typing.get_origin(allowed) is dict:
        return isinstance(value, dict)
    return isinstance(value, allowed)
