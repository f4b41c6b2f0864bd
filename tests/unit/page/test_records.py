"""Where the table is in an answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ic_widget.page.records import records_in

EXAMPLES = json.loads((Path(__file__).parents[2] / "protocol" / "records.json").read_text())


def at(value: Any, pointer: str) -> Any:
    """What a JSON Pointer (RFC 6901) leads to."""
    for step in pointer.split("/")[1:]:
        value = value[step.replace("~1", "/").replace("~0", "~")]
    return value


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["case"] for example in EXAMPLES])
def test_examples(example: dict[str, Any]) -> None:
    """The list is the one that the page's table shows, by the examples that its tests read too."""
    expected = None if example["at"] is None else at(example["output"], example["at"])
    assert expected == records_in(example["output"])
