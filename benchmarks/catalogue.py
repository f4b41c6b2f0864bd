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

__all__ = ["integrations", "write"]

NAMES = [
    "Amber", "Birch", "Cedar", "Delta", "Ember", "Falcon", "Garnet", "Harbor", "Indigo", "Juniper", "Kestrel",
    "Lumen", "Maple", "Northwind", "Onyx", "Prairie", "Quartz", "Raven", "Summit", "Tundra", "Umbra", "Vertex",
    "Willow", "Xenon", "Yonder", "Zephyr",
]  # fmt: skip
KINDS = {
    "CRM": "crm",
    "Billing": "finance",
    "Analytics": "analytics",
    "Mail": "communication",
    "Desk": "support",
    "Drive": "files",
    "Payroll": "people",
    "Chat": "communication",
    "Books": "finance",
    "Forms": "marketing",
}
OPTION = {
    "key": "api-key",
    "type": "client-credentials",
    "inputSchema": {"type": "object", "properties": {"apiKey": {"type": "string"}}, "required": ["apiKey"]},
}


def integrations(count: int) -> list[dict[str, Any]]:
    """`count` integrations in the engine's shape, in an order that is not their names'."""
    made = []
    for number, (name, kind) in zip(
        range(count), itertools.cycle(itertools.product(NAMES, KINDS)), strict=False
    ):
        again = number // (len(NAMES) * len(KINDS))
        title = f"{name} {kind} {again}" if again else f"{name} {kind}"
        made.append(
            {
                "key": title.lower().replace(" ", "-"),
                "name": title,
                "description": f"Reads and writes what {title} knows.",
                "categories": [KINDS[kind]],
                "authOptions": [OPTION],
            }
        )
    random.Random(0).shuffle(made)  # noqa: S311  nothing secret about it
    return made


@contextlib.contextmanager
def write(count: int) -> Iterator[Path]:
    """`integrations(count)` as a file that a sandbox can read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.json"
        path.write_text(json.dumps(integrations(count)))
        yield path
