"""The wire between page and kernel: the shape of every custom message.

`js/src/messages.ts` mirrors this file; `tests/protocol/*.json` holds one set of examples that both parse.
The synced traits carry what any view must show after a reload; everything else is one of these.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from .common_messages import Ack, Channel, FromAnyPage, Pad, PadWanted, ProbeResult, Ready, Sealed
from .shapes import shapes

__all__ = ["FROM_PAGE", "FromPage", "ToPage"]


class Unseen(FromAnyPage):
    """The last view of the widget on this page is gone."""

    kind: Literal["unseen"]


class Used(FromAnyPage):
    """The focus came into the widget: of several pages that show it, this is the one that somebody uses."""

    kind: Literal["used"]


class Launched(FromAnyPage):
    """The form was submitted and its tab opened."""

    kind: Literal["launched"]
    flow: str
    integration: str | None


class Cancel(FromAnyPage):
    """The user gave up this attempt."""

    kind: Literal["cancel"]
    flow: str


class Extend(FromAnyPage):
    """The user wants as much time again for the sign-in of `flow`."""

    kind: Literal["extend"]
    flow: str


class UseLate(FromAnyPage):
    """The user wants the connection that was finished after its attempt had ended."""

    kind: Literal["use-late"]


class Back(FromAnyPage):
    """The user does without another connection: the last one that was made counts again."""

    kind: Literal["back"]


class Again(FromAnyPage):
    """The attempt `flow` has ended and the user wants another, or it could not get a token and should try again."""

    kind: Literal["again"]
    flow: str


class Pasted(FromAnyPage):
    """The address, query or connection id that the user pasted."""

    kind: Literal["pasted"]
    flow: str
    text: str


class Integrations(FromAnyPage):
    """One page of the catalogue is wanted; `search` "" means all."""

    kind: Literal["integrations"]
    search: str
    cursor: str | None


class Options(FromAnyPage):
    """The auth options of one integration are wanted."""

    kind: Literal["options"]
    integration: str


class HandOff(FromAnyPage):
    """Typed values for the hand-off page, where the page may not submit a form itself.

    `connection` is the one to sign in again, `several` whether others to this app stay.
    """

    kind: Literal["handoff"]
    flow: str
    integration: str
    auth_option: str | None
    name: str | None
    parameters: dict[str, Any]
    connection: str | None
    several: bool | None


class ExploreWanted(FromAnyPage):
    """The user wants to try the connection out."""

    kind: Literal["explore"]


FromPage = (
    Ready
    | Unseen
    | Used
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


class StillSeen(TypedDict):
    """Whether another page shows the widget: one that does answers ``ready``."""

    kind: Literal["still-seen"]


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
    """Everything the connect form needs but what the user chooses and types; a newer one replaces it.

    `place` says which workspace, tenant and host that is.
    """

    kind: Literal["ticket"]
    flow: str
    action: str
    parameters_key: str
    payload: dict[str, Any]
    preset: Preset
    place: str
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
    """The single-use address of the hand-off page, and what to do where it cannot be reached, or why there is none."""

    kind: Literal["handoff-link"]
    flow: str
    url: str | None
    hint: str | None
    error: str | None


class ConnectionMade(TypedDict):
    """Details of the new connection; `app` is the name of what it is to, `problem` what keeps it from working yet.

    `place` says which workspace, tenant and host it is in.
    """

    kind: Literal["connection"]
    id: str
    name: str | None
    integration: str | None
    app: str | None
    problem: str | None
    place: str


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

FROM_PAGE = shapes(FromPage)
