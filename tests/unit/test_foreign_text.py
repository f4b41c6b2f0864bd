"""What is shown of texts that others wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ic_widget.foreign_text import seen

EXAMPLES = json.loads((Path(__file__).parents[1] / "protocol" / "foreign-text.json").read_text("utf-8"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["about"])
def test_unseen_characters_are_left_out_as_in_the_page(example: dict[str, str]) -> None:
    """Python and the page show the same of a text."""
    assert seen(example["text"]) == example["seen"]
