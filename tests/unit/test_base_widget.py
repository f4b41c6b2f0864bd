"""What all widgets have in common."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ic_widget import ConfigurationError, ConnectWidget, Engine
from ic_widget.base_widget import as_output, bundle


def test_what_is_left_without_the_widget() -> None:
    """A notebook that was saved without the widget's state says of when its text is, as text and as HTML."""
    told = as_output(
        {"x/y": {}},
        "<ConnectWidget idle, integration='github'>",
        datetime(2026, 5, 4, 14, 2, tzinfo=timezone.utc),
    )
    line = "integration='github'>, as shown at 14:02; run the cell to see its state."

    assert f"<ConnectWidget idle, {line}" == told["text/plain"]
    assert told["text/html"].startswith("<p>&lt;ConnectWidget idle, ")
    assert {} == told["x/y"]


def test_in_a_terminal(engine: Engine) -> None:
    """Where nothing is saved the text is the repr, and nothing more."""
    widget = ConnectWidget(engine, integration="github")
    bundle, _ = widget._repr_mimebundle_()

    assert repr(widget) == bundle["text/plain"]
    assert "text/html" not in bundle


def test_front_end_that_was_not_built() -> None:
    """What to run in a checkout, by commands that there are, and what to do with an installed package."""
    with pytest.raises(ConfigurationError) as raised:
        bundle("no-such.js")
    assert "In a checkout run: make test, or cd js && npm ci && npm run build." in str(raised.value)
    assert "reinstall ic_widget" in str(raised.value)
