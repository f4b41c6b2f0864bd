"""The wire between an explorer's page and the kernel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ic_widget.page.explore_messages import FROM_PAGE
from ic_widget.page.shapes import parse

EXAMPLES = json.loads((Path(__file__).parents[2] / "protocol" / "explore-page-to-kernel.json").read_text())


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["case"] for example in EXAMPLES])
def test_examples(example: dict[str, Any]) -> None:
    """A message is taken exactly when its shape is right."""
    assert example["valid"] == (parse(example["message"], FROM_PAGE) is not None)
