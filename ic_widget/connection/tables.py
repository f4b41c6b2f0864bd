"""Connections as people see them: a table in a notebook, lines in a terminal, and no credential in either."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ..foreign_text import seen
from ..runtime.durations import span
from ..runtime.public_calls import public
from ..transport.redaction import redacted

if TYPE_CHECKING:
    from .connection import Connection

__all__ = ["Connections", "html_of"]

HEADS = ("State", "App", "Name", "Key", "Age", "Id", "What to do")
LONGEST = 300
"""Letters of one entry."""


@public
class Connections(list["Connection"]):
    """A list of connections that shows itself as a table."""

    def __repr__(self) -> str:
        if not self:
            return "<no connections>"
        rows = [HEADS, *(row(each) for each in self)]
        widths = [max(len(cells[at]) for cells in rows) for at in range(len(HEADS))]
        used = [at for at in range(len(HEADS)) if any(cells[at] for cells in rows[1:])]
        return "\n".join("  ".join(cells[at].ljust(widths[at]) for at in used).rstrip() for cells in rows)

    def _repr_html_(self) -> str:
        return html_of(self) if self else "<p>No connections.</p>"


def html_of(connections: Sequence[Connection]) -> str:
    """A table of `connections`, and where they are; columns that are empty are left out."""
    # Not with the package: only what is shown needs it.
    from html import escape

    rows = [row(each) for each in connections]
    used = [at for at in range(len(HEADS)) if any(cells[at] for cells in rows)]
    head = "".join(f'<th scope="col">{HEADS[at]}</th>' for at in used)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cells[at])}</td>' for at in used)}</tr>" for cells in rows)
    clients = {client.place for each in connections if (client := getattr(each, "client", None)) is not None}
    caption = "".join(f"<caption>{escape(place)}</caption>" for place in clients) if len(clients) == 1 else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def row(connection: Connection, now: Callable[[], float] = time.time) -> Sequence[str]:
    """What is shown of a connection: never what may hold a credential."""
    to_do = " ".join(part for part in (_sentence(connection.error), connection.advice) if part)
    cells = (
        connection.condition,
        connection.integration_key or connection.integration_id,
        connection.name,
        connection.key,
        _age(connection.raw.get("createdAt"), now()),
        connection.id,
        to_do,
    )
    client = getattr(connection, "client", None)
    secrets = client.secrets if client is not None else ()
    return [_short(" ".join(seen(redacted(cell or "", secrets)).split())) for cell in cells]


def _sentence(text: str | None) -> str:
    if not text:
        return ""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _age(created: object, now: float) -> str:
    try:
        moment = datetime.fromisoformat(str(created).replace("Z", "+00:00"))
    except ValueError:
        return ""
    return span(max(0.0, now - moment.timestamp()))
