"""The notebooks do what their text says, and their outputs are what a run gives."""

from __future__ import annotations

import pytest

from tests.packaging.notebooks import NAMES, executed, kept, shown


@pytest.mark.program
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
def test_outputs_are_those_of_a_run(name: str) -> None:
    """Every cell runs in a real kernel, and gives what the notebook in the repository shows."""
    assert shown(kept(name)) == shown(executed(name))
