"""The wire between page and kernel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ic_widget.page.messages import parse

EXAMPLES = json.loads((Path(__file__).parents[2] / "protocol" / "page-to-kernel.json").read_text())


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["case"] for example in EXAMPLES])
def test_examples(example: dict[str, Any]) -> None:
    """A message is taken exactly when its shape is right."""
    assert example["valid"] == (parse(example["message"]) is not None)


def test_extra_keys_are_dropped() -> None:
    """What a message holds beyond its shape goes no further."""
    message = {"kind": "cancel", "id": "m1", "flow": "f1"}
    assert message == parse({**message, "later": 1})


def test_overlong_text_is_refused() -> None:
    """A page cannot make the kernel keep texts without end."""
    assert parse({"kind": "pasted", "id": "m1", "flow": "f1", "text": "x" * 100_000}) is None
