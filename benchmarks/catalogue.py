"""A made-up catalogue of any size, the same every time."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.browser.apps import app, fields

__all__ = ["integrations", "write"]

# fmt: off
NAMES = [
    "Amber", "Birch", "Cedar", "Delta", "Ember", "Falcon", "Garnet", "Harbor", "Indigo", "Juniper", "Kestrel", "Lumen",
    "Maple", "Northwind", "Onyx", "Prairie", "Quartz", "Raven", "Summit", "Tundra", "Umbra", "Vertex", "Willow",
]
KINDS = ["CRM", "Billing", "Analytics", "Mail", "Desk", "Drive", "Payroll", "Chat", "Books", "Forms"]
# fmt: on
FORM = fields("apiKey", apiKey={"type": "string"})


def integrations(count: int) -> list[dict[str, Any]]:
    """`count` integrations in the engine's shape, in an order that is not their names'."""
    pairs = itertools.cycle(itertools.product(NAMES, KINDS))
    made = []
    for number, (name, kind) in enumerate(itertools.islice(pairs, count)):
        again = number // (len(NAMES) * len(KINDS))
        title = f"{name} {kind} {again}" if again else f"{name} {kind}"
        about = {"description": f"Reads and writes what {title} knows.", "categories": [kind.lower()]}
        made.append(app(title.lower().replace(" ", "-"), FORM, name=title, **about))
    random.Random(0).shuffle(made)  # noqa: S311  nothing secret about it
    return made


@contextlib.contextmanager
def write(items: list[dict[str, Any]]) -> Iterator[Path]:
    """A catalogue as a file that a sandbox can read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.json"
        path.write_text(json.dumps(items))
        yield path
