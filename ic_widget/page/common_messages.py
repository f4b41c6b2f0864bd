"""The messages that the pages of both widgets send and get, so that either reaches its kernel."""

from __future__ import annotations

from typing import Literal, TypedDict

__all__ = ["Ack", "Channel", "FromAnyPage", "Pad", "PadWanted", "ProbeResult", "Ready", "Sealed"]

Host = Literal["jupyterlab", "notebook", "vscode", "colab", "marimo", "other"]
Path = Literal["loopback", "proxy"]


class FromAnyPage(TypedDict):
    """What every message of a page has: an id, by which it is acknowledged.

    Up to its last hyphen it is the same in all messages of one page, and different on every other page.
    """

    id: str


class Ready(FromAnyPage):
    """The module runs: who asks, and where the page is (`base_url` None: no Jupyter page)."""

    kind: Literal["ready"]
    origin: str
    base_url: str | None
    host: Host


class ProbeResult(FromAnyPage):
    """Whether the page could reach the kernel's server on this path."""

    kind: Literal["probe-result"]
    path: Path
    ok: bool
    detail: str


class PadWanted(FromAnyPage):
    """The page wants a one-time pad of `length` bytes, for a message that no log may show."""

    kind: Literal["pad"]
    name: str
    length: int


class Sealed(FromAnyPage):
    """A message as JSON, added (XOR) to the pad `name`, in base64."""

    kind: Literal["sealed"]
    name: str
    data: str


class Ack(TypedDict):
    """The message `id` arrived."""

    kind: Literal["ack"]
    id: str


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
